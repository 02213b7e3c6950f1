"""A person on the web: enters objects, edits without a SyncToken, voids, deletes, takes payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks_online.books import Books
from sandbox.quickbooks_online.entities import Entities
from sandbox.quickbooks_online.errors import Refusal
from sandbox.quickbooks_online.invoices import Invoices
from sandbox.quickbooks_online.list_objects import ListObjects
from sandbox.quickbooks_online.record import Record, Values
from sandbox.quickbooks_online.shapes import CHECKS

# What others refer to comes first.
_ORDER = ("TaxCode", "Account", "Vendor", "Employee", "Item", "Customer", "Invoice")
_ACTIONS = ("delete", "void", "pay")


@dataclass(frozen=True)
class Person:
    """What only a person can do, with the same checks as a call."""

    books: Books
    entities: Entities
    lists: ListObjects
    invoices: Invoices

    def load(self, objects: Mapping[str, Sequence[Values]]) -> dict[str, list[str]]:
        """Enter many objects; their ids by entity.

        Raises:
            ValueError: an unknown entity, or QuickBooks refuses one.
        """
        for kind in objects:
            if kind not in _ORDER:
                raise ValueError(f"no entity is called {kind!r}; there are {', '.join(_ORDER)}")
        return {kind: [self._enter(kind, one) for one in objects[kind]] for kind in _ORDER if kind in objects}

    def edit(self, kind: str, object_id: str, values: Values) -> Record:
        """Change some properties of an object.

        Raises:
            ValueError: there is none, or QuickBooks refuses it.
        """
        record = self._found(kind, object_id)
        try:
            self.entities.update(record, {**values, "sparse": True})
        except Refusal as refusal:
            raise ValueError(f"{kind} {object_id}: {refusal}") from refusal
        return record

    def act(self, action: str, invoice_id: str, amount: Decimal | None) -> None:
        """`delete`, `void` or `pay` an invoice.

        Raises:
            ValueError: there is none, or QuickBooks refuses it.
        """
        if action not in _ACTIONS:
            raise ValueError(f"a person can {', '.join(_ACTIONS)} an invoice, not {action!r}")
        record = self._found("Invoice", invoice_id)
        try:
            if action == "pay":
                self.invoices.pay(record, amount)
            elif action == "void":
                self.invoices.void(record)
            else:
                self.invoices.delete(record)
        except Refusal as refusal:
            raise ValueError(f"Invoice {invoice_id}: {refusal}") from refusal

    def _found(self, kind: str, object_id: str) -> Record:
        record = self.books.find(kind, object_id) if kind in _ORDER else None
        if record is None:
            raise ValueError(f"there is no {kind} {object_id}")
        return record

    def _enter(self, kind: str, given: Values) -> str:
        try:
            if kind == "TaxCode":
                values = CHECKS[kind](kind, given) or {}
                return self.lists.create(kind, values, given.get("Id")).id
            return self.entities.create(kind, given).id
        except Refusal as refusal:
            label = given.get("DisplayName") or given.get("Name") or given.get("DocNumber")
            raise ValueError(f"{kind} {label}: {refusal}") from refusal
