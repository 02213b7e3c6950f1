"""Writing to QuickBooks Desktop: each write once, and how one without an answer is found again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from accordant.flows.qbd.bodies import NotBound, create_body, update_body
from accordant.flows.qbd.fields import Written
from accordant.flows.qbd.lists import ListIds
from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.flows.qbd.reading import instant, mark_of, their_row
from accordant.flows.qbd.resolving import has_written, resolve_with, resolved
from accordant.sync.errors import NeedsPerson, RecordRejected, StaleRevision
from accordant.sync.operations import Action, Operation
from accordant.sync.ports import References
from accordant.sync.records import StagedRow

_STALE_TRIES = 3


class Client(Protocol):
    """What these flows need of the Conductor hook."""

    account: str

    def rows(self, resource: str, **filters: Any) -> Iterable[dict[str, Any]]:
        """Yield a list, drained page by page."""

    def find(self, resource: str, id: str) -> dict[str, Any] | None:
        """Return one record, or None where there is none."""

    def create(self, resource: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a record; sent exactly once."""

    def update(self, resource: str, id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change a record; sent exactly once."""


@dataclass
class QuickBooksWriter:
    """Writes one object type to a company file.

    Attributes:
        our_account: the WMS; the marks of our creates are made of it.
        skew: how many seconds the PC's clock was ahead of ours at the last write; None before one.
    """

    mapping: RecordMapping
    client: Client
    our_account: str
    sleep: Callable[[float], None] = time.sleep
    skew: float | None = field(default=None, init=False)
    _ids: ListIds | None = field(default=None, init=False)

    def send(self, operation: Operation, references: References) -> StagedRow | None:
        """Send a create or an update and return the record as QuickBooks gave it back; None when it must wait."""
        ids = self._ids = self._ids or ListIds(self.client, references)
        try:
            if operation.action is Action.CREATE:
                return self._create(operation, ids)
            return self._update(operation, ids)
        except NotBound:
            return None
        except StaleRevision as error:  # one record must not end the load of the others
            raise NeedsPerson("RECORD_MOVED", error.sentence, record=operation.key) from None

    def find(self, operation: Operation, references: References) -> StagedRow | None:
        """Return the record if the operation's effect is there, None if it certainly is not.

        Raises:
            NeedsPerson: the record is neither as it was before nor as it should be.
        """
        if operation.action is Action.CREATE:
            return self._find_created(operation, ListIds(self.client, references))
        row = self._read(operation)
        if row is None:
            raise NeedsPerson("RECORD_GONE", "It is no longer in QuickBooks.", record=operation.name)
        if row.fingerprint() == operation.seen:
            return None
        if self._has(operation, row, references):
            return row
        raise _moved(operation)

    # -- creates

    def _create(self, operation: Operation, ids: ListIds) -> StagedRow:
        body = create_body(self.mapping, operation.after, ids)
        if self.mapping.is_marked:
            body["externalId"] = self._mark(operation)
        resource = self.mapping.resource_of(operation.after)
        return self._row(self.client.create(resource, body), resource)

    def _mark(self, operation: Operation) -> str:
        return mark_of(self.our_account, operation.object_type, operation.key)

    def _find_created(self, operation: Operation, ids: ListIds) -> StagedRow | None:
        """Look a create up by name, or by customer and day; no list can be filtered by the mark itself."""
        try:
            body = create_body(self.mapping, operation.after, ids)
        except (NotBound, RecordRejected):
            return None  # it cannot have been sent
        resource = self.mapping.resource_of(operation.after)
        listed = self.client.rows(resource, **self.mapping.look_up(body))
        found = [their_row(self.mapping, row, self.mapping.resources[resource]) for row in listed]
        return next((row for row in found if self._is_ours(row, operation)), None)

    def _is_ours(self, row: StagedRow, operation: Operation) -> bool:
        """Tell whether a record is the one that we tried to create: by our mark, else by its unique natural key."""
        if self.mapping.is_marked:
            return row.mark == self._mark(operation)
        return row.natural_key == self.mapping.natural_key(operation.after)

    # -- updates

    def _update(self, operation: Operation, ids: ListIds) -> StagedRow:
        """Send an update; where only the revision moved, with the new one, at most three times."""
        resource, revision = self._resource(operation), operation.revision
        now: Json = {**(operation.agreed or {}), **(operation.before or {})}
        for _ in range(_STALE_TRIES):
            body = {**update_body(self.mapping, operation.after, now, ids), "revisionNumber": revision}
            try:
                return self._row(self.client.update(resource, operation.remote_id, body), resource)
            except StaleRevision:
                row = self._read(operation)
                if row is None or row.fingerprint() != operation.seen:
                    raise _moved(operation) from None
                revision = row.revision
        raise _moved(operation)

    def _resource(self, operation: Operation) -> str:
        return self.mapping.resource_of(operation.agreed or operation.after)

    def _read(self, operation: Operation) -> StagedRow | None:
        resource = self._resource(operation)
        found = self.client.find(resource, operation.remote_id)
        return None if found is None else their_row(self.mapping, found, self.mapping.resources[resource])

    def _has(self, operation: Operation, row: StagedRow, references: References) -> bool:
        """Tell whether a record has all that the operation wrote; what QuickBooks computes was never written."""
        now = resolved(self.mapping, row.content, resolve_with(references))
        lines = () if self.mapping.lines is None else self.mapping.lines.fields
        written = [one.name for one in lines if one.written is Written.ALWAYS]
        return has_written(self.mapping, now, operation.after, line_fields=written)

    def _row(self, answer: Json, resource: str) -> StagedRow:
        self.skew = (instant(answer["updatedAt"]) - datetime.now(UTC)).total_seconds()
        return their_row(self.mapping, answer, self.mapping.resources[resource])


def _moved(operation: Operation) -> NeedsPerson:
    sentence = f"{operation.name} was changed in QuickBooks since the plan; it was left as it is."
    return NeedsPerson("RECORD_MOVED", sentence, record=operation.key)
