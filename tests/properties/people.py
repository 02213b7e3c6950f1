"""What people do at a warehouse and at a QuickBooks PC, and a note of every value that somebody typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accordant.flows.qbd.fields import ADDRESS_FIELDS, As, Field, Written
from accordant.flows.qbd.mapping import RecordMapping
from accordant.sync.errors import RecordRejected
from tests.properties.memory_wms import MAPPINGS
from tests.properties.two_sides import Office

Json = dict[str, Any]
DAY = "2026-03-02"
NAMES = ("Acme", "Baker", "Cole", "Dora", "acme", "Ems & Söhne")
VENDORS = ("Mill", "Forge", "Port", "Acme", "mill", "Kiln")  # QuickBooks has one name space for them and customers
WORDS = ("one", "two", "three", None)
TERMS = ("Net 15", "Net 30", "Due on receipt")
NUMBERS = ("1001", "1002", "1003", None)
PRICES = ("10", "12.5", "0.12345", "3.33")
QUANTITIES = ("1", "2", "3", "7.5")
ADDRESSES = ({"line1": "Main St 1", "city": "Boston"}, {"line1": "Main St 2"}, {"city": "Iași", "country": "RO"}, None)
DATES = ("2026-04-01", "2026-05-01", "2026-06-01")
FLAGS = (False, True)
# {object type: {field: what people type}}; a reference is chosen among the records there are.
EDITS: dict[str, dict[str, tuple[Any, ...]]] = {
    "customer": {
        "name": NAMES, "phone": WORDS, "email": WORDS, "company_name": WORDS, "billing_address": ADDRESSES,
        "terms": TERMS, "is_active": FLAGS, "parent": (),
    },
    "vendor": {"name": VENDORS, "phone": WORDS, "email": WORDS, "billing_address": ADDRESSES, "terms": TERMS,
               "is_active": FLAGS},
    "item": {
        "name": NAMES, "sales_description": WORDS, "sales_price": PRICES, "purchase_cost": PRICES, "is_active": FLAGS,
        "sales_tax_code": ("Tax", "Non"), "preferred_vendor": (), "parent": (), "purchase_description": WORDS,
    },
    "sales_order": {
        "memo": WORDS, "ref_number": NUMBERS, "due_date": DATES, "terms": TERMS, "shipping_address": ADDRESSES,
        "is_manually_closed": FLAGS, "customer": (),
    },
    "purchase_order": {
        "memo": WORDS, "ref_number": NUMBERS, "expected_date": DATES, "terms": TERMS, "is_manually_closed": FLAGS,
        "vendor": (),
    },
    "invoice": {"memo": WORDS, "due_date": DATES, "ref_number": NUMBERS},
}  # fmt: skip
LINE_EDITS: dict[str, dict[str, tuple[Any, ...]]] = {
    "sales_order": {"quantity": QUANTITIES, "unit_price": PRICES, "description": WORDS, "item": ()},
    "purchase_order": {"quantity": QUANTITIES, "unit_cost": PRICES, "description": WORDS, "item": ()},
    "invoice": {"quantity": QUANTITIES, "unit_price": PRICES, "description": WORDS},
}
RESOURCES = {
    "customer": ("customers",),
    "vendor": ("vendors",),
    "item": ("inventory-items", "service-items"),
    "sales_order": ("sales-orders",),
    "purchase_order": ("purchase-orders",),
    "invoice": ("invoices",),
}
PARTY = {"sales_order": "customer", "purchase_order": "vendor", "invoice": "customer"}
PRICE = {"sales_order": "unit_price", "purchase_order": "unit_cost", "invoice": "unit_price"}
BODY_NAMES = {"memo": "memo", "unit_price": "rate", "unit_cost": "rate"}


class Typed(NamedTuple):
    """A value that somebody typed into a field, and before which run."""

    value: Any
    before_run: int


@dataclass
class People:
    """People at both sides; the arguments of what they do are numbers, taken modulo what there is to choose from.

    Attributes:
        typed: {(side, object type, key, field): what somebody typed there last}; a line's field is (line id, name).
        made: (side, object type, key) of what people made.
        removed: the same of what they deleted.
    """

    office: Office
    typed: dict[tuple[Any, ...], Typed] = field(default_factory=dict)
    made: set[tuple[str, str, str]] = field(default_factory=set)
    removed: set[tuple[str, str, str]] = field(default_factory=set)
    told: list[str] = field(default_factory=list)

    # -- what there is

    def keys(self, side: str, object_type: str) -> list[str]:
        """Return the keys of a side's records."""
        if side == "ours":
            return [row["key"] for row in self.office.shelf(object_type)]
        return [row["id"] for resource in RESOURCES[object_type] for row in self.office.list(resource)]

    def content(self, side: str, object_type: str, key: str) -> Json | None:
        """Return a record in canonical form."""
        mapping = MAPPINGS[object_type]
        if side == "ours":
            rows = list(self.office.warehouse.rows(f"{object_type}_read", since=None, keys=[key]))
            return mapping.ours(rows[0]["content"]) if rows else None
        for resource in RESOURCES[object_type]:
            answer = self.office.books.company.handle("GET", f"/{resource}/{key}")
            if answer.status == 200:
                return mapping.theirs(answer.json, mapping.resources[resource])
        return None

    def _one(self, side: str, object_type: str, number: int | str) -> str | None:
        if isinstance(number, str):
            return number
        keys = self.keys(side, object_type)
        return keys[number % len(keys)] if keys else None

    # -- what they do

    def create(self, side: str, object_type: str, number: int, other: int) -> None:
        """Make a record."""
        content = self._new(side, object_type, number, other)
        if content is None or (side == "ours" and object_type == "invoice"):
            return
        if side == "ours":
            rows = self.office.at_wms(f"{object_type}_insert", content=json.dumps(content), quickbooks_id=None)
            key = rows[0]["key"] if rows else None
        else:
            resource = RESOURCES[object_type][content.get("kind") == "service"]
            body = self._body(MAPPINGS[object_type], content)
            answer = self.office.at_books("POST", f"/{resource}", body)
            key = answer["id"] if answer else None
        self.told.append(f"{side} creates {object_type} {key} {content}")
        if key is not None:
            self.made.add((side, object_type, key))
            self._note(side, object_type, key, {}, self.content(side, object_type, key) or {})

    def edit(self, side: str, object_type: str, number: int | str, choice: int, other: int) -> None:
        """Change one field of a record."""
        key = self._one(side, object_type, number)
        names = list(EDITS[object_type])
        name = names[choice % len(names)]
        if key is None:
            return
        pool: tuple[Any, ...] = EDITS[object_type][name]
        mapped = {one.name: one for one in MAPPINGS[object_type].fields}.get(name)
        if mapped is not None and mapped.holds is As.RECORD:
            pool = (*self.keys(side, mapped.of), None)
        value = pool[other % len(pool)]
        self._change(side, object_type, key, {name: value})

    def edit_lines(self, side: str, object_type: str, number: int | str, choice: int, other: int) -> None:
        """Add, change, remove or reorder lines of an order."""
        key = self._one(side, object_type, number)
        content = self.content(side, object_type, key) if key else None
        if key is None or content is None:
            return
        lines = [dict(line) for line in content["lines"]]
        place = other % len(lines) if lines else 0
        if choice % 4 == 0 or not lines:
            item = self._one(side, "item", other)
            fresh = {"item": item or "", "quantity": QUANTITIES[other % 4], PRICE[object_type]: PRICES[choice % 4]}
            lines.insert(place, {"id": "", **fresh})
        elif choice % 4 == 1 and len(lines) > 1:
            del lines[place]
        elif choice % 4 == 2:
            lines = lines[1:] + lines[:1]
        else:
            names = list(LINE_EDITS[object_type])
            name = names[(choice // 4) % len(names)]
            pool = LINE_EDITS[object_type][name] or tuple(self.keys(side, "item"))
            if pool:
                lines[place] = {**lines[place], name: pool[other // 2 % len(pool)], "amount": None, "_changed": name}
        self._change(side, object_type, key, {"lines": lines})

    def delete(self, side: str, object_type: str, number: int) -> None:
        """Delete a record."""
        key = self._one(side, object_type, number)
        if key is None or (side == "ours" and object_type == "invoice"):
            return
        before = self.content(side, object_type, key) or {}
        if side == "ours":
            self.office.at_wms(f"{object_type}_delete", key=key)
        else:
            for resource in RESOURCES[object_type]:
                self.office.at_books("DELETE", f"/{resource}/{key}")
        if self.content(side, object_type, key) is None:
            self.told.append(f"{side} deletes {object_type} {key}")
            self.removed.add((side, object_type, key))
            for place in [place for place in self.typed if place[:3] == (side, object_type, key)]:
                del self.typed[place]
        else:
            self._note(side, object_type, key, before, self.content(side, object_type, key) or {})

    def merge(self, object_type: str, number: int, other: int) -> None:
        """Make one of two list objects of QuickBooks."""
        one, into = self._one("theirs", object_type, number), self._one("theirs", object_type, other)
        if one and into and self.office.at_books("POST", f"/{RESOURCES[object_type][0]}/{one}/merge", {"into": into}):
            self.told.append(f"theirs merges {object_type} {one} into {into}")
            self.removed.add(("theirs", object_type, one))
            for place in [place for place in self.typed if place[:3] == ("theirs", object_type, one)]:
                del self.typed[place]
            self._forget_references(one)

    def invoice(self, number: int) -> None:
        """Invoice a whole sales order in QuickBooks."""
        order = self._one("theirs", "sales_order", number)
        shown = next((row for row in self.office.list("sales-orders") if row["id"] == order), None)
        if shown is not None:
            body = {"customerId": shown["customer"]["id"], "transactionDate": DAY, "linkToTransactionIds": [order]}
            if made := self.office.at_books("POST", "/invoices", body):
                self.told.append(f"theirs invoices {order}: {made['id']}")
                self.made.add(("theirs", "invoice", made["id"]))

    def pay(self, number: int) -> None:
        """Let a customer pay a part of an invoice."""
        invoice = self._one("theirs", "invoice", number)
        if invoice:
            self.told.append(f"theirs gets paid {invoice}")
            self.office.at_books("POST", f"/invoices/{invoice}/pay", {"amount": "1.00"})

    # -- how

    def _new(self, side: str, object_type: str, number: int, other: int) -> Json | None:
        name = (VENDORS if object_type == "vendor" else NAMES)[number % len(NAMES)]
        if object_type in ("customer", "vendor"):
            content: Json = {"name": name, "phone": WORDS[other % 4], "terms": TERMS[other % 3] if other % 2 else None}
            if object_type == "customer" and other % 3 == 0:
                content["parent"] = self._one(side, "customer", other)
            return content
        if object_type == "item":
            return _new_item(name, other)
        party, item = self._one(side, PARTY[object_type], number), self._one(side, "item", other)
        if party is None or item is None:
            return None
        number_there = NUMBERS[other % 4] if other % 3 == 0 else f"{side[0]}{len(self.made)}"
        line = {"item": item, "quantity": QUANTITIES[other % 4], PRICE[object_type]: PRICES[number % 4]}
        return {
            PARTY[object_type]: party, "ref_number": number_there, "transaction_date": DAY,
            "memo": WORDS[number % 4], "lines": [line] * (1 + number % 2),
        }  # fmt: skip

    def _change(self, side: str, object_type: str, key: str, patch: Json) -> None:
        before = self.content(side, object_type, key)
        if before is None or (side, object_type) == ("ours", "invoice"):
            return
        if side == "ours":
            self.office.at_wms(f"{object_type}_update", key=key, patch=json.dumps(_our_patch(patch)))
        else:
            self._change_books(object_type, key, patch, before)
        after = self.content(side, object_type, key) or {}
        if before != after:
            shown = {name: after[name] for name in after if before.get(name) != after[name]}
            self.told.append(f"{side} changes {object_type} {key}: {shown}")
        self._note(side, object_type, key, before, after)

    def _change_books(self, object_type: str, key: str, patch: Json, before: Json) -> None:
        mapping = MAPPINGS[object_type]
        try:
            body = self._body(mapping, patch, before)
        except RecordRejected:
            return
        for resource in RESOURCES[object_type]:
            self.office.at_books("POST", f"/{resource}/{key}", body)

    def _body(self, mapping: RecordMapping, content: Json, before: Json | None = None) -> Json:
        body: Json = {}
        for one in mapping.fields:
            if one.name in content and one.name != "kind":
                body |= self._written(one, content[one.name], new=before is None)
        if "memo" in content:
            body["memo"] = content["memo"] or ""
        if "lines" in content:
            body["lines"] = [self._line(mapping, line, new=before is None) for line in content["lines"]]
        return mapping.nest(body, before or content)

    def _line(self, mapping: RecordMapping, line: Json, *, new: bool) -> Json:
        assert mapping.lines is not None
        body: Json = {} if new else {"id": line["id"] or "-1"}
        # An unchanged line is sent with its id alone, as Conductor wants it.
        names = set(line) if new or not line["id"] else {line.get("_changed", "")}
        for one in mapping.lines.fields:
            if one.name in names and one.name != "amount":
                body |= self._written(one, line[one.name], new=new)
        return body

    def _written(self, one: Field, value: Any, *, new: bool) -> Json:
        if one.holds in (As.RECORD, As.NAMED):
            if value is None or (one.holds is As.NAMED and self._id_of(value) is None):
                return {}
            return {f"{one.quickbooks}Id": value if one.holds is As.RECORD else self._id_of(value)}
        if value is None:
            clears = one.holds in (As.TEXT, As.ADDRESS) and not new
            if not clears:
                return {}
            empty = {line.quickbooks: "" for line in ADDRESS_FIELDS}
            return {one.quickbooks: empty if one.holds is As.ADDRESS else ""}
        if one.holds is As.QUANTITY:
            return {one.quickbooks: float(value)}
        if one.holds is As.ADDRESS:
            empty = {line.quickbooks: "" for line in ADDRESS_FIELDS}
            return {one.quickbooks: {**empty, **value}}
        return {one.quickbooks: value}

    def _id_of(self, name: str) -> str | None:
        lists = ("standard-terms", "sales-tax-codes", "accounts")
        return next((row["id"] for one in lists for row in self.office.list(one) if row["name"] == name), None)

    # -- what they typed

    def _note(self, side: str, object_type: str, key: str, before: Json, after: Json) -> None:
        known = {one.name for one in MAPPINGS[object_type].fields if one.written is not Written.NEVER}
        for name in known & after.keys():
            if before.get(name) != after[name] and (before or after[name] not in (None, "", {})):
                self._typed((side, object_type, key, name), after[name])
        if "lines" in after:
            self._note_lines(side, object_type, key, before, after)

    def _note_lines(self, side: str, object_type: str, key: str, before: Json, after: Json) -> None:
        old = {line["id"]: line for line in before.get("lines", ())}
        for line in after["lines"]:
            was = old.pop(line["id"], {})
            for name in LINE_EDITS[object_type]:
                if was.get(name) != line[name] and (was or line[name] not in (None, "")):
                    self._typed((side, object_type, key, (line["id"], name)), line[name])
        for line_id in old:
            for name in LINE_EDITS[object_type]:
                self.typed.pop((side, object_type, key, (line_id, name)), None)

    def _typed(self, place: tuple[Any, ...], value: Any) -> None:
        self.typed[place] = Typed(value, len(self.office.runs))

    def _forget_references(self, gone: str) -> None:
        for place in [place for place, typed in self.typed.items() if typed.value == gone]:
            del self.typed[place]


def _new_item(name: str, other: int) -> Json:
    if other % 2:
        return {
            "kind": "inventory", "name": name, "sales_price": PRICES[other % 4], "income_account": "Sales",
            "cogs_account": "Cost of Goods Sold", "asset_account": "Inventory Asset",
            "sales_description": WORDS[other % 4],
        }  # fmt: skip
    bought = {"expense_account": "Purchases", "purchase_cost": "5"} if other % 4 else {}
    return {"kind": "service", "name": name, "income_account": "Services", "sales_price": PRICES[other % 4],
            "is_purchased": bool(bought), **bought}  # fmt: skip


def _our_patch(patch: Json) -> Json:
    if "lines" not in patch:
        return patch
    kept = [{name: value for name, value in line.items() if name != "_changed"} for line in patch["lines"]]
    return {"lines": [{name: value for name, value in line.items() if value != ""} for line in kept]}


Doing = Callable[[People], None]
