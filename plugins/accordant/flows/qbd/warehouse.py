"""Writing to the WMS: read, compare and write in one transaction, so that nobody's edit is overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from accordant.flows.qbd.bodies import NotBound, our_patch
from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.flows.qbd.reading import our_row
from accordant.flows.qbd.resolving import has_written, resolved
from accordant.sync.errors import NeedsPerson
from accordant.sync.operations import Action, Operation
from accordant.sync.pairs import UNBOUND
from accordant.sync.ports import References
from accordant.sync.records import StagedRow


class Session(Protocol):
    """A transaction in the WMS; `name` is that of a file in include/sql/wms/."""

    def rows(self, name: str, /, **parameters: Any) -> list[Mapping[str, Any]]:
        """Return the rows of a statement."""


class Client(Protocol):
    """What these flows need of the WMS hook."""

    account: str

    def rows(self, name: str, **parameters: Any) -> Iterable[Mapping[str, Any]]:
        """Yield the rows of a query."""

    def transaction(self, *, write: bool = False) -> AbstractContextManager[Session]:
        """Open a transaction that is committed at the end, and rolled back on an exception."""


@dataclass
class WarehouseWriter:
    """Writes one object type to the WMS."""

    mapping: RecordMapping
    client: Client

    def send(self, operation: Operation, references: References) -> StagedRow | None:
        """Write a create or an update and return the record as it is afterwards; None when it must wait."""
        try:
            patch = our_patch(self.mapping, operation.after, _keys(references))
        except NotBound:
            return None
        if operation.action is Action.CREATE:
            return self._create(operation, patch)
        return self._update(operation, patch)

    def find(self, operation: Operation, references: References) -> StagedRow | None:
        """Return the record if the operation's effect is there, None if it certainly is not.

        Raises:
            NeedsPerson: the record is neither as it was before nor as it should be.
        """
        with self.client.transaction() as session:
            if operation.action is Action.CREATE:
                return self._by_quickbooks_id(session, operation)
            row = self._read(session, operation.key)
        if row is None or row.fingerprint() == operation.seen:
            return None
        after = resolved(self.mapping, operation.after, _known(references))
        lines = () if self.mapping.lines is None else self.mapping.lines.fields
        if has_written(self.mapping, row.content, after, line_fields=[one.name for one in lines]):
            return row
        raise _moved(operation)

    def require_as_planned(self, operation: Operation) -> None:
        """Make sure that the WMS still says what an operation is about to write to QuickBooks.

        Raises:
            NeedsPerson: somebody changed it since the plan; the next plan has what it says now.
        """
        with self.client.transaction() as session:
            row = self._read(session, operation.key)
        if row is None or not _says(row.content, operation.after):
            raise _moved(operation)

    def _create(self, operation: Operation, content: Mapping[str, Any]) -> StagedRow | None:
        name = self.mapping.object_type
        with self.client.transaction(write=True) as session:
            session.rows(f"{name}_insert", content=json.dumps(content), quickbooks_id=operation.remote_id)
            return self._by_quickbooks_id(session, operation)

    def _by_quickbooks_id(self, session: Session, operation: Operation) -> StagedRow | None:
        name = f"{self.mapping.object_type}_by_quickbooks_id"
        found = session.rows(name, quickbooks_id=operation.remote_id)
        return self._read(session, found[0]["key"]) if found else None

    def _update(self, operation: Operation, patch: Mapping[str, Any]) -> StagedRow | None:
        name, key = self.mapping.object_type, operation.key
        with self.client.transaction(write=True) as session:
            session.rows(f"{name}_lock", key=key)
            now = self._read(session, key)
            if now is None or now.fingerprint() != operation.seen:
                raise _moved(operation)
            session.rows(f"{name}_update", key=key, patch=json.dumps(patch))
            return self._read(session, key)

    def stamp(
        self, key: str, theirs: StagedRow, lines: list[tuple[str, str]], echo: Callable[[Json], Json] | None = None
    ) -> StagedRow:
        """Keep QuickBooks' ids in the WMS, and the values that QuickBooks alone gives; may be repeated.

        Args:
            lines: (our line id, QuickBooks' line id) of each line.
            echo: what QuickBooks computed, as a patch of the record as it is now.
        """
        name = self.mapping.object_type
        ids = [{"id": ours, "quickbooks_id": other} for ours, other in lines]
        with self.client.transaction(write=True) as session:
            session.rows(f"{name}_stamp", key=key, quickbooks_id=theirs.key, lines=json.dumps(ids))
            found = self._read(session, key)  # nobody else can write it until this transaction ends
            if found is not None and echo is not None and (patch := echo(found.content)):
                session.rows(f"{name}_update", key=key, patch=json.dumps(patch))
                found = self._read(session, key)
        if found is None:
            raise NeedsPerson("RECORD_GONE", "It is no longer in the WMS.", record=key)
        return found

    def _read(self, session: Session, key: str) -> StagedRow | None:
        rows = session.rows(f"{self.mapping.object_type}_read", since=None, keys=[key])
        return our_row(self.mapping, self.client.account, rows[0]) if rows else None


def _keys(references: References) -> Any:
    """Return how a reference is written to the WMS: by our key, also where it was bound since the plan."""

    def key_of(object_type: str, reference: str) -> str:
        if not reference.startswith(UNBOUND):
            return reference
        found = references.key_of(object_type, reference.removeprefix(UNBOUND))
        if found is None:
            raise NotBound(object_type, reference)
        return found

    return key_of


def _known(references: References) -> Callable[[str, str], str]:
    """Return how a reference of a plan is called by our keys, as far as it is bound by now."""

    def key_of(object_type: str, reference: str) -> str:
        if not reference.startswith(UNBOUND):
            return reference
        return references.key_of(object_type, reference.removeprefix(UNBOUND)) or reference

    return key_of


def _says(now: Json, after: Json) -> bool:
    """Tell whether a record of ours is still what goes to QuickBooks; lines new to it are not compared."""
    if any(now[name] != value for name, value in after.items() if name != "lines"):
        return False
    if "lines" not in after:
        return True
    lines = {line["id"]: line for line in now["lines"]}
    planned = {line["ours"]: line for line in after["lines"] if line["ours"]}
    same = all(
        key in lines and all(lines[key][name] == line[name] for name in lines[key] if name != "id")
        for key, line in planned.items()
    )
    return same and len(lines) <= len(after["lines"])


def _moved(operation: Operation) -> NeedsPerson:
    sentence = f"{operation.name} was changed in the WMS since the plan; it was left as it is."
    return NeedsPerson("RECORD_MOVED", sentence, record=operation.key)
