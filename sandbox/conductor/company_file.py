"""The company file: every object in memory, found by id and by name, kept in a data file if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.conductor.pc import PcClock
from sandbox.conductor.record import Record, Values
from sandbox.conductor.store import Store
from sandbox.conductor.targets import UNSERVED, name_space

Deletion = dict[str, Any]
_FIRST_LIST_ID = 0x80000000


class CompanyFile:
    """All objects. Whoever changes one says so with `touch`; `commit` writes what was touched."""

    def __init__(self, pc: PcClock, path: Path | None, resources: Iterable[str]) -> None:
        self.pc = pc
        self._store = Store(path) if path else None
        self.tables: dict[str, dict[str, Record]] = {name: {} for name in (*resources, *UNSERVED)}
        self.refs: dict[str, Values] = {}
        self.names: dict[tuple[Any, ...], str] = {}
        self.deletions: list[Deletion] = []
        self.meta: dict[str, Any] = {}
        self._resource_of: dict[str, str] = {}
        self._counter = 0
        self._touched: dict[str, Record] = {}
        self._removed: set[str] = set()
        if self._store:
            self._read(self._store)

    # -- finding

    def find(self, object_id: str, resources: Iterable[str] | None = None) -> Record | None:
        """An object by id, in any of these resources or anywhere."""
        resource = self._resource_of.get(object_id)
        if resource is None or (resources is not None and resource not in resources):
            return None
        return self.tables[resource][object_id]

    def by_name(self, resource: str, full_name: str) -> Record | None:
        """A list object by its full name, whatever the case."""
        found = self.names.get(("full", resource, full_name.strip().lower()))
        return self.tables[resource].get(found) if found else None

    def all(self, resources: Iterable[str]) -> Iterator[Record]:
        """Every object of these resources."""
        for resource in resources:
            yield from self.tables[resource].values()

    # -- changing

    def new_id(self, *, of_list: bool) -> str:
        """An id as QuickBooks makes them: a counter and the moment."""
        while True:
            self._counter += 1
            number = self._counter + (_FIRST_LIST_ID if of_list else 0)
            made = f"{number:X}-{self.pc.epoch()}"
            if made not in self._resource_of:  # a loaded object may have brought this very id
                return made

    def add(self, record: Record) -> None:
        """Take in a new object."""
        self.tables[record.resource][record.id] = record
        self._resource_of[record.id] = record.resource
        if record.ref:
            self.refs[record.id] = record.ref
        self.touch(record)

    def stamp(self, record: Record) -> None:
        """Say that the object was modified now: new time, new revision number."""
        now = self.pc.epoch()
        record.changed = now
        record.shown["updatedAt"] = self.pc.text(now)
        record.shown["revisionNumber"] = str(max(now, int(record.shown["revisionNumber"] or 0) + 1))
        self.touch(record)

    def touch(self, record: Record) -> None:
        """Remember to write this object."""
        self._touched[record.id] = record

    def name(self, record: Record, full_name: str, parent: str | None, name: str) -> None:
        """Enter an object under its name, in place of an earlier one."""
        for key in record.names:
            self.names.pop(key, None)
        space = name_space(record.resource)
        record.names = ((space, parent, name.lower()), ("full", record.resource, full_name.lower()))
        self.names.update(dict.fromkeys(record.names, record.id))
        record.ref["fullName"] = full_name

    def remove(self, record: Record, kind: str, deletion: Deletion) -> None:
        """Forget an object, and keep the news of it."""
        del self.tables[record.resource][record.id]
        del self._resource_of[record.id]
        self.refs.pop(record.id, None)
        for key in record.names:
            self.names.pop(key, None)
        self._touched.pop(record.id, None)
        self._removed.add(record.id)
        now = self.pc.epoch()
        made = {"createdAt": record.shown["createdAt"], "deletedAt": self.pc.text(now)}
        self.deletions.append({"kind": kind, "at": now, "shown": {**deletion, "id": record.id, **made}})

    # -- keeping

    def commit(self, settings: dict[str, Any]) -> None:
        """Write what was touched, if there is a data file."""
        if self._store and (self._touched or self._removed or self.meta.get("settings") != settings):
            self.meta["settings"] = settings
            meta = self.meta | {"counter": self._counter, "deletions": self.deletions}
            self._store.save(self._touched.values(), self._removed, meta)
        self._touched, self._removed = {}, set()

    def wipe(self) -> None:
        """Forget all objects; whose file it is stays."""
        for table in self.tables.values():
            table.clear()
        for index in (self.refs, self.names, self.deletions, self._resource_of, self._touched, self._removed):
            index.clear()
        if self._store:
            self._store.wipe()
            self._store.save((), (), self.meta)

    def close(self) -> None:
        """Close the data file."""
        if self._store:
            self._store.close()

    def _read(self, store: Store) -> None:
        self.meta = store.meta()
        self._counter = self.meta.pop("counter", 0)
        self.deletions = self.meta.pop("deletions", [])
        records = store.records()
        for record in records:
            if record.resource not in self.tables:
                continue
            self.tables[record.resource][record.id] = record
            self._resource_of[record.id] = record.resource
        for record in records:
            full_name = named(record)
            if full_name is not None:
                self.refs[record.id] = record.ref = {"id": record.id, "fullName": full_name}
                parent = (record.shown.get("parent") or {}).get("id")
                self.name(record, full_name, parent, full_name.rsplit(":", 1)[-1] if parent else full_name)
        for record in records:
            record.shown = self._linked(record.shown)

    def _linked(self, value: Any) -> Any:
        """The value with every reference replaced by the dict its target owns."""
        if isinstance(value, list):
            return [self._linked(one) for one in value]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"id", "fullName"}:
            return self.refs.get(value["id"], value)
        return {key: self._linked(one) for key, one in value.items()}


def named(record: Record) -> str | None:
    """The full name of a list object; None for a transaction and what else has no name."""
    shown = record.shown
    found = shown.get("fullName") or shown.get("name") or shown.get("initial")
    return str(found) if found else None
