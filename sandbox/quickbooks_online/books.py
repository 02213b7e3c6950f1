"""The objects of a company in memory, found by id, name, number and customer, and kept in the data file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.quickbooks_online.record import Record
from sandbox.quickbooks_online.shapes import SHAPES
from sandbox.quickbooks_online.store import Answered, Store

# Entity -> the family that shares ids, and names if they are unique.
FAMILIES = {
    "Customer": "Names",
    "Vendor": "Names",
    "Employee": "Names",
    "Item": "Items",
    "Account": "Accounts",
    "TaxCode": "TaxCodes",
    "Invoice": "Transactions",
}
TRANSACTIONS = ("Invoice",)
Deletion = tuple[str, str, int]


class Books:
    """Everything a company holds.

    Attributes:
        tables: entity -> id -> object, in the order of the ids.
        deleted: (entity, id, second) of every deletion, oldest first.
        version: goes up with every change.
    """

    def __init__(self, data: Path | None) -> None:
        self._store = Store(data) if data else None
        self.tables: dict[str, dict[str, Record]] = {kind: {} for kind in SHAPES}
        # Almost every key has one holder: without a tuple each, a big company is much smaller.
        self._keys: dict[str, dict[str, Record | tuple[Record, ...]]] = {name: {} for name in FAMILIES.values()}
        self._of_customer: dict[str, list[Record]] = {}
        self._last_ids = dict.fromkeys(FAMILIES.values(), 0)
        self.deleted: list[Deletion] = []
        self.last_number = ""
        self.version = 0
        self._dirty: dict[int, Record] = {}
        self._removed: list[tuple[str, str]] = []
        self._answered: list[Answered] = []
        self._open()

    def _open(self) -> None:
        if self._store is None:
            return
        meta = self._store.meta()
        for record in sorted(self._store.records(), key=id_order):
            self._enter(record)
        self._last_ids |= meta.get("last_ids", {})
        self.deleted = [(kind, object_id, second) for kind, object_id, second in meta.get("deleted", ())]
        self.last_number = meta.get("last_number", "")

    # -- reading

    def find(self, kind: str, object_id: Any) -> Record | None:
        """The object with this id."""
        return self.tables[kind].get(str(object_id))

    def all(self, kind: str) -> Iterator[Record]:
        """All objects of an entity, by id."""
        return iter(self.tables[kind].values())

    def by_key(self, family: str, key: str) -> tuple[Record, ...]:
        """The objects with this name or number, whatever the case."""
        found = self._keys[family].get(key.lower(), ())
        return (found,) if isinstance(found, Record) else found

    def of_customer(self, customer: str) -> list[Record]:
        """The invoices of a customer, by id."""
        return sorted((one for one in self._of_customer.get(customer, ()) if one.customer == customer), key=id_order)

    # -- writing

    def new_id(self, kind: str) -> str:
        """The next id of the entity's family."""
        family = FAMILIES[kind]
        self._last_ids[family] += 1
        return str(self._last_ids[family])

    def add(self, record: Record) -> None:
        """Take in a new object."""
        self._enter(record)
        self.changed(record)

    def rekey(self, record: Record, key: str) -> None:
        """Give an object another name or number."""
        if key == record.key:
            return
        self._forget_key(record)
        record.key = key
        self._enter_key(record)

    def reassign(self, record: Record, customer: str) -> None:
        """Give an invoice to another customer."""
        if record.customer != customer:
            self._of_customer[record.customer].remove(record)
            record.customer = customer
            self._of_customer.setdefault(customer, []).append(record)

    def changed(self, record: Record) -> None:
        """Remember to save it."""
        self.version += 1
        if self._store is not None:
            self._dirty[id(record)] = record

    def remove(self, record: Record, second: int) -> None:
        """Delete an object."""
        self.version += 1
        del self.tables[record.kind][record.id]
        self._forget_key(record)
        if record.customer:
            self._of_customer[record.customer].remove(record)
        self.deleted.append((record.kind, record.id, second))
        self._dirty.pop(id(record), None)
        self._removed.append((record.kind, record.id))

    # -- the data file

    def meta(self) -> dict[str, Any]:
        """What the data file keeps beside objects."""
        return self._store.meta() if self._store else {}

    def answered(self) -> list[Answered]:
        """The kept answers to calls with a `requestid`."""
        return self._store.answered() if self._store else []

    def keep_answer(self, answer: Answered) -> None:
        """Remember to save an answer."""
        if self._store is not None:
            self._answered.append(answer)

    def commit(self, **meta: Any) -> None:
        """Save what has changed."""
        if self._store is None or not (self._dirty or self._removed or self._answered or meta):
            return
        own = {"last_ids": self._last_ids, "deleted": self.deleted, "last_number": self.last_number}
        self._store.save(self._dirty.values(), self._removed, self._answered, own | meta)
        self._dirty, self._removed, self._answered = {}, [], []

    def wipe(self) -> None:
        """Delete all objects as if they had never been."""
        for table in self.tables.values():
            table.clear()
        for keys in self._keys.values():
            keys.clear()
        self._of_customer.clear()
        self._last_ids = dict.fromkeys(self._last_ids, 0)
        self.deleted, self.last_number = [], ""
        self._dirty, self._removed, self._answered = {}, [], []
        self.version += 1
        if self._store:
            self._store.wipe()

    def close(self) -> None:
        """Close the data file."""
        if self._store:
            self._store.close()

    # -- the indexes

    def _enter(self, record: Record) -> None:
        self.tables[record.kind][record.id] = record
        self._enter_key(record)
        if record.customer:
            self._of_customer.setdefault(record.customer, []).append(record)

    def _enter_key(self, record: Record) -> None:
        if not record.key:
            return
        keys, key = self._keys[FAMILIES[record.kind]], record.key.lower()
        before = keys.get(key)
        if before is None:
            keys[key] = record
        else:
            keys[key] = (*(before if isinstance(before, tuple) else (before,)), record)

    def _forget_key(self, record: Record) -> None:
        if not record.key:
            return
        keys, key = self._keys[FAMILIES[record.kind]], record.key.lower()
        rest = tuple(one for one in self.by_key(FAMILIES[record.kind], key) if one is not record)
        if not rest:
            del keys[key]
        else:
            keys[key] = rest[0] if len(rest) == 1 else rest


def id_order(record: Record) -> tuple[int, str]:
    """Numbers first, by size."""
    return (int(record.id), "") if record.id.isdecimal() else (0, record.id)
