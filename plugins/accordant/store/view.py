"""A run's staged records and bindings, as a flow reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accordant.store.bindings import Bindings
from accordant.store.database import Database
from accordant.store.runs import Run
from accordant.sync.records import Binding

_PAGE = 200  # records that a flow holds at a time


class RunView:
    """Reads the queries of include/sql/{flow}/ for one run."""

    def __init__(self, database: Database, run: Run) -> None:
        self._database = database
        self._run = run
        self._bindings = Bindings(database, run)

    def rows(self, query: str, **parameters: Any) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the rows of include/sql/{flow}/{query}.sql in lists; %(run_id)s and the scope are bound."""
        scope = {**self._run.scope, "run_id": self._run.id}
        for rows in self._database.stream(f"{self._run.flow}/{query}", _PAGE, **scope, **parameters):
            yield [*rows]

    def bindings(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        """Return bindings by key."""
        return self._bindings.of(object_type, keys) if keys else {}

    def bindings_of_parents(self, object_type: str, parents: Sequence[str]) -> list[Binding]:
        """Return the bindings of all parts of these records."""
        return self._bindings.of_parents(object_type, parents) if parents else []

    def bound_ids(self, object_type: str, remote_ids: Sequence[str]) -> dict[str, str]:
        """Return {remote id: our key} of those that are bound."""
        return self._bindings.bound_ids(object_type, remote_ids) if remote_ids else {}
