"""A run's staged records and bindings, as a flow reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from accordant.store.bindings import Bindings
from accordant.store.database import Database
from accordant.store.quarantine import RefusedOperation, refused_before
from accordant.store.runs import Run
from accordant.sync.operations import Operation, operation_hash
from accordant.sync.records import Binding

_PAGE = 200  # records that a flow holds at a time


class RunView:
    """Reads the queries of include/sql/{flow}/ for one run."""

    def __init__(self, database: Database, run: Run, owners: Mapping[str, str] | None = None) -> None:
        self._database = database
        self._run = run
        self._bindings = Bindings(database, run, owners)

    def rows(self, query: str, **parameters: Any) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the rows of include/sql/{flow}/{query}.sql in lists; %(run_id)s and the scope are bound."""
        scope = {**self._run.scope, "run_id": self._run.id}
        for rows in self._database.stream(f"{self._run.flow}/{query}", _PAGE, **scope, **parameters):
            yield [*rows]

    def changed_pairs(self, object_type: str) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the bound records of which either side is not as it was agreed."""
        yield from self._pairs("store/pairs_changed", object_type)

    def unbound_pairs(self, object_type: str) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the records of either side that are not agreed yet, matched by id, mark and natural key."""
        yield from self._pairs("store/pairs_unbound", object_type)

    def touched_pairs(self, object_type: str) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the bound records that this run wrote or saw changed."""
        yield from self._pairs("store/pairs_touched", object_type)

    def side_records(self, object_type: str, side: str) -> Iterator[list[Mapping[str, Any]]]:
        """Yield all records of a side as they were last seen."""
        yield from self._pairs("store/side_records", object_type, side=side)

    def _pairs(self, statement: str, object_type: str, **parameters: Any) -> Iterator[list[Mapping[str, Any]]]:
        scope = {**self._run.scope, "run_id": self._run.id, "object_type": object_type}
        for rows in self._database.stream(statement, _PAGE, **scope, **parameters):
            yield [*rows]

    def was_refused(self, operation: Operation) -> bool:
        """Tell whether the target refused this very operation in an earlier run, so that it is not sent again."""
        old = self._refused.get((operation.object_type, operation.key))
        return old is not None and old.operation_hash == operation_hash(operation)

    @cached_property
    def _refused(self) -> dict[tuple[str, str], RefusedOperation]:
        return refused_before(self._database, self._run)

    def bound_keys(self, object_type: str, keys: Sequence[str]) -> dict[str, str]:
        """Return {our key: remote id} of those that are bound."""
        return self._bindings.bound_keys(object_type, keys) if keys else {}

    def bindings(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        """Return bindings by key."""
        return self._bindings.of(object_type, keys) if keys else {}

    def bindings_of_parents(self, object_type: str, parents: Sequence[str]) -> list[Binding]:
        """Return the bindings of all parts of these records."""
        return self._bindings.of_parents(object_type, parents) if parents else []

    def bound_ids(self, object_type: str, remote_ids: Sequence[str]) -> dict[str, str]:
        """Return {remote id: our key} of those that are bound."""
        return self._bindings.bound_ids(object_type, remote_ids) if remote_ids else {}
