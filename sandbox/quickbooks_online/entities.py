"""Create, update, delete and void, for one call or one item of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.quickbooks_online.books import TRANSACTIONS, Books
from sandbox.quickbooks_online.errors import invalid_id, not_found, required, stale, unsupported_operation
from sandbox.quickbooks_online.invoices import Invoices
from sandbox.quickbooks_online.list_objects import ListObjects
from sandbox.quickbooks_online.record import Record, Values, encoded
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.shapes import CHECKS, SHAPES, WRITABLE

# Computed anew at every save, never merged.
_COMPUTED = ("FullyQualifiedName", "Level", "TotalAmt", "Balance")


@dataclass(frozen=True)
class Entities:
    """Writes and reads single objects; what they are answered is JSON."""

    books: Books
    settings: Settings
    lists: ListObjects
    invoices: Invoices

    def read(self, kind: str, object_id: str) -> bytes:
        """One object.

        Raises:
            Refusal: 2030 or 610.
        """
        return self._found(kind, object_id).json(self.settings.zone)

    def write(self, kind: str, operation: str, body: Any, include: str = "") -> bytes:
        """Do one operation: `create`, `update`, `delete` or `void`.

        Raises:
            Refusal: it is refused, and nothing has changed.
        """
        if kind not in WRITABLE:
            raise unsupported_operation(f"{operation} {kind}")
        if not isinstance(body, dict):
            raise required(kind)
        if operation == "create":
            return self.create(kind, body, include).json(self.settings.zone)
        if operation not in ("update", "delete", "void"):
            raise unsupported_operation(operation)
        if operation != "update" and kind not in TRANSACTIONS:
            raise unsupported_operation(f"{operation} {kind}")
        record = self._current(kind, body)
        if operation == "delete":
            self.invoices.delete(record)
            return encoded({"domain": "QBO", "status": "Deleted", "Id": record.id})
        if operation == "void":
            self.invoices.void(record)
        else:
            self.update(record, body, include)
        return record.json(self.settings.zone)

    def create(self, kind: str, body: Values, include: str = "") -> Record:
        """A new object.

        Raises:
            Refusal: it is refused, and nothing has changed.
        """
        values = CHECKS[kind](kind, body) or {}
        if kind == "Invoice":
            return self.invoices.create(values, duplicates="allowduplicatedocnum" in include)
        return self.lists.create(kind, values)

    def update(self, record: Record, body: Values, include: str = "") -> None:
        """Change an object: wholly, or with `sparse` only what was sent.

        Raises:
            Refusal: it is refused, and nothing has changed.
        """
        values = CHECKS[record.kind](record.kind, body) or {}
        if body.get("sparse") is True:
            values = _merged(record.values(), body, values, SHAPES[record.kind])
        if record.kind == "Invoice":
            self.invoices.update(record, values, duplicates="allowduplicatedocnum" in include)
        else:
            self.lists.update(record, values)

    def _current(self, kind: str, body: Values) -> Record:
        if body.get("Id") in (None, ""):
            raise required("Id")
        record = self._found(kind, str(body["Id"]))
        if body.get("SyncToken") in (None, ""):
            raise required("SyncToken")
        if str(body["SyncToken"]) != str(record.token):
            raise stale()
        return record

    def _found(self, kind: str, object_id: str) -> Record:
        if kind != "TaxCode" and not object_id.isdecimal():
            raise invalid_id(object_id)
        record = self.books.find(kind, object_id)
        if record is None:
            raise not_found()
        return record


def _merged(before: Values, body: Values, values: Values, shape: Values) -> Values:
    """What was, with what was sent; a property that was sent empty goes."""
    kept = {key: value for key, value in before.items() if key in shape and key not in _COMPUTED}
    emptied = {key for key, value in body.items() if key not in values and value in (None, "", [])}
    return {key: value for key, value in kept.items() if key not in emptied} | values
