"""A sync store in which customers of both sides are agreed, and what its processes spend."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from accordant.store.database import Database
from accordant.store.migrate import migrate
from accordant.store.runs import Run, open_run
from accordant.store.sides import fold, stage_changes
from accordant.sync.merge import Side
from accordant.sync.records import StagedRow, plain_hash
from benchmarks.customers import staged
from benchmarks.surroundings import postgres_cpu
from sandbox.postgres import RunningPostgres, running_postgres

_PAGE = 1_000
_BIND = """
INSERT INTO accordant.binding (flow, ours, theirs, object_type, key, remote_id, base, base_hash, ours_hash, theirs_hash)
SELECT o.flow, o.ours, o.theirs, o.object_type, o.key, t.key, o.content, o.hash, o.hash, t.hash
FROM accordant.side_record AS o
JOIN accordant.side_record AS t ON t.natural_key = o.natural_key AND t.side = 'theirs'
WHERE o.side = 'ours'
"""


@dataclass
class Spent:
    """CPU seconds of one phase."""

    python: float = 0.0
    postgres: float = 0.0

    @property
    def both(self) -> float:
        """Return the sum."""
        return self.python + self.postgres


@dataclass
class Phases:
    """What each phase of a run spent, in the order they began."""

    server: RunningPostgres
    spent: dict[str, Spent] = field(default_factory=dict)

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Count what is spent inside, without what is counted under another name meanwhile."""
        one = self.spent.setdefault(name, Spent())
        others = self._others(one)
        python, postgres = time.process_time(), postgres_cpu(self.server)
        yield
        nested = self._others(one)
        one.python += time.process_time() - python - (nested.python - others.python)
        one.postgres += postgres_cpu(self.server) - postgres - (nested.postgres - others.postgres)

    def _others(self, one: Spent) -> Spent:
        others = [other for other in self.spent.values() if other is not one]
        return Spent(sum(other.python for other in others), sum(other.postgres for other in others))


@dataclass
class Reading:
    """The rows of a side, a page at a time; what making and hashing them takes is counted apart."""

    side: Side
    count: int
    python: dict[str, float] = field(default_factory=lambda: {"reading": 0.0, "hashing": 0.0})

    def __iter__(self) -> Iterator[StagedRow]:
        for first in range(0, self.count, _PAGE):
            moments = [time.process_time()]
            rows = staged(self.side, range(first, min(first + _PAGE, self.count)))
            moments.append(time.process_time())
            hashes = [plain_hash(row.content) for row in rows]
            moments.append(time.process_time())
            rows = [replace(row, hash=one) for row, one in zip(rows, hashes, strict=True)]
            moments.append(time.process_time())
            self.python["hashing"] += moments[2] - moments[1]
            self.python["reading"] += moments[1] - moments[0] + moments[3] - moments[2]
            yield from rows


@dataclass
class Store:
    """The store of one flow."""

    postgres: RunningPostgres
    database: Database

    def run(self) -> Run:
        """Open a run."""
        return open_run(
            self.database, flow="qbd_customers", ours="wms", theirs="company file", airflow_run_id=str(uuid4()),
            preview=False, parameters={},
        )  # fmt: skip

    def meet(self, count: int) -> Run:
        """Let the store know the customers of both sides, which are not agreed yet."""
        run = self.run()
        for side in Side:
            stage_changes(self.database, run, side.value, Reading(side, count), ["customer"])
        with self.database.transaction() as connection:
            fold(connection, run)
        self.clean_up()
        return run

    def agree(self) -> None:
        """Bind all customers, as their links do once applied."""
        self.execute(_BIND)
        self.clean_up()

    def clean_up(self) -> None:
        """Do what autovacuum does in a quiet minute, so that it does not fall into what is measured."""
        self.execute("VACUUM ANALYZE")

    def execute(self, statement: str) -> None:
        """Execute a statement that is no file of the product."""
        with psycopg.connect(self.database.conninfo, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def explained(self, statement: str, parameters: dict[str, Any]) -> list[str]:
        """Return how Postgres did a statement."""
        with psycopg.connect(self.database.conninfo) as connection:
            rows = connection.execute(f"EXPLAIN (ANALYZE, COSTS OFF, SUMMARY) {statement}", parameters)  # type: ignore[call-overload]
            return [row[0] for row in rows]


@contextmanager
def store(*, durable: bool = True) -> Iterator[Store]:
    """Start a store, empty; `durable`: it waits for the disk at each commit, as in production."""
    with (
        tempfile.TemporaryDirectory(prefix="accordant-bench-") as folder,
        running_postgres(Path(folder), databases=("store",), fsync=durable) as postgres,
    ):
        migrate(postgres.uri("store"))
        with Database(postgres.uri("store")) as database:
            yield Store(postgres, database)
