"""Customers, vendors, items and the other lists: their names, their trees, their special rules."""

from __future__ import annotations

from typing import Any

from sandbox.conductor.amounts import exact, money_text, number, rate_text
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import cannot_save, invalid, invalid_value, missing_element, name_taken
from sandbox.conductor.filling import Filler
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import RESOURCES, Shape, resource_shape
from sandbox.conductor.targets import STOCKED, name_space, singular

_DETAILS = ("salesOrPurchaseDetails", "salesAndPurchaseDetails")


class ListObjects:
    """Makes and changes list objects."""

    def __init__(self, file: CompanyFile, filler: Filler) -> None:
        self._file, self._filler = file, filler

    def create(self, resource: str, body: Values) -> Record:
        """A new object from a cleaned body."""
        shape = resource_shape(resource)
        shown = shape.blank() | defaults(shape)
        self._fill(resource, shown, body, "create")
        self._check_details(resource, body, None)
        return self.enter(resource, shown, body)

    def enter(self, resource: str, shown: Values, body: Values) -> Record:
        """Give a filled object its name, its id and its place in the file."""
        full_name, parent, name = self._named(resource, shown, None)
        _special(resource, shown, body)
        if resource == "inventory-sites" and shown["isDefault"] is None:
            shown["isDefault"] = not self._file.tables[resource]
        now = self._file.pc.epoch()
        shown["id"] = shown["id"] or self._file.new_id(of_list=True)
        shown["createdAt"] = shown["createdAt"] or self._file.pc.text(now)
        shown["updatedAt"] = shown["updatedAt"] or self._file.pc.text(now)
        shown["revisionNumber"] = shown["revisionNumber"] or str(now)
        made = int(self._file.pc.read(shown["createdAt"], "createdAt"))
        changed = int(self._file.pc.read(shown["updatedAt"], "updatedAt"))
        record = Record(resource, shown, made, changed, ref={"id": shown["id"], "fullName": full_name})
        self._place(record, full_name, parent, name)
        self._file.add(record)
        return record

    def update(self, record: Record, body: Values) -> None:
        """Change an object by a cleaned body."""
        shown = dict(record.shown)
        self._check_details(record.resource, body, record)
        self._fill(record.resource, shown, body, "update")
        full_name, parent, name = self._named(record.resource, shown, record)
        record.shown = shown
        renamed = full_name != record.ref["fullName"]
        self._place(record, full_name, parent, name)
        self._file.stamp(record)
        if renamed:
            self.rename_children(record)

    def _fill(self, resource: str, shown: Values, body: Values, operation: str) -> None:
        kinds = RESOURCES[resource].get(operation, {}).get("fields", {})
        kept = {key: value for key, value in body.items() if key != "revisionNumber"}
        self._filler.fill(shown, resource_shape(resource), kept, kinds, resource)

    # -- names

    def _named(self, resource: str, shown: Values, record: Record | None) -> tuple[str, str | None, str]:
        name = shown.get("name") or shown.get("initial")
        if not name:
            raise missing_element("Name")
        if ":" in name:
            raise invalid_value("Name", name, "Names in this list cannot contain a colon (:).")
        parent = shown.get("parent")
        taken = self._file.names.get((name_space(resource), parent and parent["id"], name.lower()))
        if taken is not None and (record is None or taken != record.id):
            raise name_taken(name)
        if parent is None or "fullName" not in shown:
            return name, parent and parent["id"], name
        if record is not None:
            self._refuse_circle(record, parent["id"])
        return f"{parent['fullName']}:{name}", parent["id"], name

    def _refuse_circle(self, record: Record, parent: str | None) -> None:
        while parent is not None:
            if parent == record.id:
                raise cannot_save(singular(record.resource), "An object cannot be its own parent.")
            above = self._file.tables[record.resource][parent].shown["parent"]
            parent = above and above["id"]

    def _place(self, record: Record, full_name: str, parent: str | None, name: str) -> None:
        if "fullName" in record.shown:
            record.shown["fullName"] = full_name
            record.shown["sublevel"] = full_name.count(":")
        self._file.name(record, full_name, parent, name)

    def rename_children(self, record: Record) -> None:
        """Give all below an object the full names that follow from its own."""
        for child in list(self._file.tables[record.resource].values()):
            parent = child.shown.get("parent")
            if parent is not None and parent["id"] == record.id and "fullName" in child.shown:
                name = child.shown["name"]
                child.shown = dict(child.shown)
                self._place(child, f"{record.ref['fullName']}:{name}", record.id, name)
                self._file.touch(child)
                self.rename_children(child)

    # -- items that are bought, sold, or both

    @staticmethod
    def _check_details(resource: str, body: Values, record: Record | None) -> None:
        if _DETAILS[0] not in resource_shape(resource).fields:
            return
        given = [key for key in _DETAILS if body.get(key) is not None]
        if record is None and len(given) != 1:
            raise invalid(f"Exactly one of {_DETAILS[0]} and {_DETAILS[1]} must be given")
        for key in given:
            if record is not None and record.shown[key] is None:
                raise cannot_save(singular(resource), "An item cannot be switched between one-sided and two-sided.")


def defaults(shape: Shape) -> Values:
    """What QuickBooks puts where nothing was said."""
    found: dict[str, Any] = {"isActive": True, "balance": "0.00", "totalBalance": "0.00", "jobStatus": "none"}
    return {key: value for key, value in found.items() if key in shape.fields}


def _special(resource: str, shown: Values, body: Values) -> None:
    if resource in STOCKED:
        _stocked(shown, body)
    elif resource == "price-levels":
        shown["priceLevelType"] = "per_item" if shown["perItemPriceLevels"] else "fixed_percentage"
    elif body.get("openingBalance"):
        shown["balance"] = money_text(exact(body["openingBalance"]))
        if "totalBalance" in shown:
            shown["totalBalance"] = shown["balance"]


def _stocked(shown: Values, body: Values) -> None:
    for key in ("quantityOnHand", "quantityOnPurchaseOrder", "quantityOnSalesOrder"):
        shown[key] = number(exact(shown[key]))
    quantity = exact(shown["quantityOnHand"])
    if shown["averageCost"] is None:
        value = body.get("totalValue")
        cost = exact(value) / quantity if value and quantity else exact(shown["purchaseCost"])
        shown["averageCost"] = rate_text(cost)
