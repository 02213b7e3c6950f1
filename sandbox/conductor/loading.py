"""Bulk loading: whole or partial objects, as they are answered or as they are sent, without limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import Refusal
from sandbox.conductor.filling import Filler
from sandbox.conductor.list_objects import ListObjects, defaults
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import RESOURCES, resource_shape
from sandbox.conductor.settings import Settings
from sandbox.conductor.targets import ITEMS, TRANSACTIONS, UNSERVED
from sandbox.conductor.texts import stored_deep
from sandbox.conductor.transactions import Transactions

# What others refer to comes first.
_ORDER = (
    *UNSERVED,
    "accounts",
    "currencies",
    "standard-terms",
    "date-driven-terms",
    "customer-types",
    "payment-methods",
    "unit-of-measure-sets",
    "inventory-sites",
    "vendors",
    "sales-tax-items",
    "sales-tax-codes",
    "sales-representatives",
    *(one for one in ITEMS if one not in UNSERVED),
    "price-levels",
    "customers",
    "item-sites",
    "sales-orders",
    "purchase-orders",
    "item-receipts",
    "invoices",
    "inventory-adjustments",
)
Objects = Mapping[str, Sequence[Mapping[str, Any]]]


class Loader:
    """Puts many objects into the company file at once."""

    def __init__(
        self, file: CompanyFile, lists: ListObjects, transactions: Transactions, filler: Filler, settings: Settings
    ) -> None:
        self._file, self._lists, self._transactions = file, lists, transactions
        self._filler, self._settings = filler, settings
        self._first_stock = True

    def load(self, objects: Objects) -> dict[str, list[str]]:
        """Load all; the ids by resource, in the order given.

        Raises:
            ValueError: an unknown resource, a name that is taken, a reference to nothing.
        """
        unknown = set(objects) - set(_ORDER)
        if unknown:
            raise ValueError(f"no resource is called {sorted(unknown)[0]}; there are {', '.join(_ORDER)}")
        self._filler.keep_ids = True
        try:
            self._first_stock = "item-sites" not in objects
            return {name: [self._one(name, dict(one)) for one in objects[name]] for name in _ORDER if name in objects}
        finally:
            self._filler.keep_ids = False

    def _one(self, resource: str, given: Values) -> str:
        try:
            body = stored_deep(given, self._settings)
            if body.get("id") and self._file.find(body["id"]):
                raise ValueError(f"{resource} {body['id']}: the id is taken")
            if resource in TRANSACTIONS:
                return self._transactions.create(resource, body).id
            return self._list_object(resource, body).id
        except Refusal as refusal:
            label = given.get("fullName") or given.get("name") or given.get("refNumber") or given.get("id")
            raise ValueError(f"{resource} {label}: {refusal}") from refusal

    def _list_object(self, resource: str, body: Values) -> Record:
        shape = resource_shape(resource)
        shown = shape.blank() | defaults(shape)
        if "name" not in body and body.get("fullName"):
            *above, body["name"] = body["fullName"].split(":")
            if above and "parentId" not in body:
                body.setdefault("parent", {"fullName": ":".join(above)})
        kinds = RESOURCES.get(resource, {}).get("create", {}).get("fields", {})
        self._filler.fill(shown, shape, {key: one for key, one in body.items() if key != "fullName"}, kinds, resource)
        if resource == "item-sites":
            return self._item_site(shown)
        record = self._lists.enter(resource, shown, body)
        if self._first_stock and shown.get("quantityOnHand"):
            self._transactions.stock.enter_first(record)
        return record

    def _item_site(self, shown: Values) -> Record:
        now = self._file.pc.epoch()
        shown["id"] = shown["id"] or self._file.new_id(of_list=True)
        shown["createdAt"] = shown["createdAt"] or self._file.pc.text(now)
        shown["updatedAt"] = shown["updatedAt"] or self._file.pc.text(now)
        shown["revisionNumber"] = shown["revisionNumber"] or str(now)
        record = Record("item-sites", shown, now, now)
        self._file.add(record)
        self._transactions.stock.forget()
        return record
