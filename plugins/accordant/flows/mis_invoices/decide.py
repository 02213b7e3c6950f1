"""The plan of one run: items, customers, then invoices. Pure: the same rows give the same plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from accordant.flows.base import Row, View
from accordant.flows.mis_invoices.quickbooks import IDENTITY, TEXTS, as_quickbooks_has_it, differing
from accordant.flows.mis_invoices.settings import MisSettings
from accordant.sync.operations import Action, Operation, Severity, Trouble
from accordant.sync.records import JsonObject, content_hash
from accordant.sync.text import folded

Decision = Operation | Trouble
ITEMS, CUSTOMERS, INVOICES = range(3)  # the phases

_NAMES = {"customer_id": "customer_name", "item_id": "item_name"}  # ids, and what people call the record
_WORDS = {
    "number": "number", "customer_id": "customer", "date": "date", "amount": "amount", "currency": "currency",
    "note": "memo", "description": "description", "item_id": "item",
}  # fmt: skip


def decide(view: View, settings: MisSettings) -> Iterator[Decision]:
    """Yield the plan in its order, and what stands in the way; memory holds a few hundred invoices."""
    planner = Planner(view, settings)
    yield from planner.items()
    for rows in view.rows("customers"):
        yield from planner.customers(rows)
    for rows in view.rows("invoices"):
        yield from planner.invoices(rows)


class Planner:
    """Decides on records a page at a time."""

    def __init__(self, view: View, settings: MisSettings) -> None:
        self._view = view
        self._settings = settings
        self._missing_items: set[str] = set()
        self._items: dict[str, str] = {}

    def items(self) -> Iterator[Decision]:
        """Yield what is done about the items that the invoices name."""
        named = {folded(row["name"]): str(row["name"]) for rows in self._view.rows("items") for row in rows}
        keys = sorted(named)
        bound = {key: binding.remote_id for key, binding in self._view.bindings("item", keys).items()}
        found = self._theirs("item", keys)
        for key in keys:
            row = next(iter(found.get(key, [])), None)
            if row is None and key in bound:  # agreed before, so it was not looked up
                self._items[key] = bound[key]
                continue
            if row is not None:
                self._items[key] = row["remote_id"]
            if row is not None and bound.get(key) != row["remote_id"]:
                yield self._link("item", ITEMS, key, row, "the item of this name", self._hash_of("item", key))
            elif row is None and self._settings.items.create:
                yield Operation(
                    ITEMS, key, "item", key, Action.CREATE, "no item has this name; the settings allow to make it",
                    {"name": named[key]}, base_hash=self._hash_of("item", key), name=f"item {named[key]}",
                )  # fmt: skip
            elif row is None:
                self._missing_items.add(key)

    def customers(self, rows: list[Row]) -> Iterator[Decision]:
        """Yield what is done about the customers of these students; nothing for those that are agreed."""
        rows = [row for row in rows if row["bound_id"] is None]
        found = self._theirs("customer", [row["key"] for row in rows])
        for row in rows:
            theirs = next(iter(found.get(row["key"], [])), None)
            if theirs is not None:
                yield self._link("customer", CUSTOMERS, row["key"], theirs, "the customer named by this number", "",
                                 source=row["source"])  # fmt: skip
                continue
            content = row["content"]
            after = {name: content[name] for name in ("given_name", "family_name", "email", "phone")}
            yield Operation(
                CUSTOMERS, row["key"], "customer", row["key"], Action.CREATE, "no customer has this number as its name",
                {"name": content["reg_no"], **after}, source=row["source"], name=f"customer {content['reg_no']}",
            )  # fmt: skip

    def invoices(self, rows: list[Row]) -> Iterator[Decision]:
        """Yield what is done about these invoices."""
        found = self._theirs("invoice", [row["key"] for row in rows])
        for row in rows:
            if folded(row["content"]["item"]) in self._missing_items:
                yield _trouble(row, "ITEM_MISSING", f"QuickBooks has no item {row['content']['item']!r}.", "item")
            else:
                yield from self._invoice(row, found.get(row["key"], []))

    def _invoice(self, row: Row, found: list[Row]) -> Iterator[Decision]:
        after = after_of(row["key"], row["content"])
        base_hash = row["base_hash"] or ""
        if len(found) > 1:
            ids = ", ".join(sorted(one["remote_id"] for one in found))
            sentence = f"QuickBooks has several invoices {row['key']} (ids {ids})."
            yield _trouble(row, "SEVERAL_MATCHES", sentence, "number", Severity.CONFLICT)
            return
        if not found:
            gone = row["bound_id"] is not None
            rule = "deleted in QuickBooks, and opened again here" if gone else "no invoice has this number"
            yield Operation(
                INVOICES, row["key"], "invoice", row["key"], Action.CREATE, rule, after, base_hash=base_hash,
                source=row["key"], name=f"invoice {row['key']}",
            )  # fmt: skip
            return
        theirs = found[0]
        ours = as_quickbooks_has_it(
            after, row["customer_id"] or self._customer_id(after["customer"]), self._item_id(after["item"]),
            self._settings.invoice.currency, row["content"]["reg_no"],
        )  # fmt: skip
        if changed := differing(ours, theirs["content"], IDENTITY):
            sentence = f"QuickBooks has another invoice {row['key']}: {told(ours, theirs['content'], changed)}."
            yield _trouble(row, "DOCUMENT_DIFFERS", sentence, _WORDS[changed[0]], Severity.CONFLICT)
            return
        if changed := differing(ours, theirs["content"], TEXTS):
            sentence = f"The {told(ours, theirs['content'], changed)}. QuickBooks' is kept."
            yield _trouble(row, "TARGET_EDITED", sentence, _WORDS[changed[0]], Severity.WARNING)
        if row["bound_id"] != theirs["remote_id"] or base_hash != content_hash(after):
            yield self._link("invoice", INVOICES, row["key"], theirs, "the invoice with this number", base_hash,
                             after=after, source=row["key"])  # fmt: skip

    def _link(
        self, object_type: str, phase: int, key: str, theirs: Row, rule: str, base_hash: str, *,
        after: JsonObject | None = None, source: str = "",
    ) -> Operation:  # fmt: skip
        return Operation(
            phase, key, object_type, key, Action.LINK, rule, after or {"name": theirs["content"]["name"]},
            base_hash=base_hash, remote_id=theirs["remote_id"], source=source, name=f"{object_type} {key}",
        )  # fmt: skip

    def _theirs(self, object_type: str, keys: list[str]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        if keys:
            for rows in self._view.rows("theirs", object_type=object_type, keys=keys):
                for row in rows:
                    found.setdefault(row["key"], []).append(row)
        return found

    def _hash_of(self, object_type: str, key: str) -> str:
        binding = self._view.bindings(object_type, [key]).get(key)
        return binding.base_hash if binding else ""

    def _item_id(self, name: str) -> str:
        return self._items.get(folded(name), "")

    def _customer_id(self, key: str) -> str:
        """Return the id of the customer that this plan links."""
        found = self._theirs("customer", [key]).get(key, [])
        return str(found[0]["remote_id"]) if found else ""


def after_of(number: str, content: Mapping[str, object]) -> JsonObject:
    """Return an invoice as it will be agreed."""
    fields = ("customer", "date", "amount", "note", "description", "item")
    return {"number": number, **{name: content[name] for name in fields}}


def told(ours: Mapping[str, object], theirs: Mapping[str, object], fields: list[str]) -> str:
    """Say in words in which fields two invoices differ."""
    return "; ".join(
        f"{_WORDS[name]} is {_shown(name, ours, theirs)} in the MIS and {_shown(name, theirs, ours)} in QuickBooks"
        for name in fields
    )


def _shown(name: str, one: Mapping[str, object], other: Mapping[str, object]) -> str:
    """Return a field of an invoice as people know it: records by their names, by ids too where two have one name."""
    value = str(one[name] or "")
    if name == "amount" and value:
        return f"{Decimal(value):.2f}"
    if name not in _NAMES:
        return value or "(none)"
    called, others = str(one[_NAMES[name]] or ""), str(other[_NAMES[name]] or "")
    if called and folded(called) != folded(others):
        return called
    return f"{called} (id {value or 'none'})".strip()


def _trouble(row: Row, code: str, sentence: str, field: str, severity: Severity = Severity.REFUSED) -> Trouble:
    return Trouble(severity, "invoice", row["key"], code, sentence, field=field, source=row["key"])
