"""The two sides of the QuickBooks flows for end-to-end tests: a real WMS, the sandbox's company file, and runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from accordant.flows.qbd import target
from accordant.flows.qbd_inventory_adjustments import target as adjustments_target
from accordant.sync import load
from accordant.tasks import closing, proof, steps, two_way, validate

QBD = "/quickbooks-desktop"


@dataclass
class Office:
    """A warehouse and a company file that people edit, and the flows between them."""

    wms: str
    conductor: Any
    store: str

    # -- runs

    def plan(self, flow: str, **parameters: Any) -> str:
        """Do all steps of a run up to the approved plan, in this process; return the run's id."""
        run_id = steps.prepare(flow, f"test {uuid4()}", parameters)
        steps.extract(flow, run_id)
        validate.validate(flow, run_id)
        steps.diff(flow, run_id)
        steps.decide_alone(flow, run_id)
        return run_id

    def finish(self, flow: str, run_id: str) -> dict[str, Any]:
        """Do the steps after approval, in this process; return the run's summary."""
        steps.load(flow, run_id)
        return closing.close(run_id, proof.reconcile(flow, run_id), reported=False)

    def run(self, flow: str, **parameters: Any) -> dict[str, Any]:
        """Do a whole run, in this process; return its summary."""
        return self.finish(flow, self.plan(flow, **parameters))

    def quick(self, flow: str) -> dict[str, Any]:
        """Do a whole run without the step validate, which has tests of its own; return its summary."""
        return self.finish(flow, self.quick_plan(flow))

    def quick_plan(self, flow: str) -> str:
        """Do the steps up to the approved plan without validate; return the run's id."""
        run_id = steps.prepare(flow, f"test {uuid4()}", {})
        steps.extract(flow, run_id)
        steps.diff(flow, run_id)
        steps.decide_alone(flow, run_id)
        return run_id

    def outcomes(self, run_id: str) -> list[tuple[str, str, str, str]]:
        """Return (action, side, state, code) of a plan's operations, in its order."""
        return [(row["action"], row["side"], row["state"], row["code"]) for row in self.operations(run_id)]

    def stuck(self) -> list[dict[str, Any]]:
        """Return the writes, of any run, that have no outcome."""
        statement = "SELECT * FROM accordant.operation WHERE state IN ('sending', 'unknown')"
        with psycopg.connect(self.store, row_factory=dict_row) as connection:
            return connection.execute(statement).fetchall()

    def store_sql(self, statement: Any, *parameters: Any) -> list[dict[str, Any]]:
        """Do something in the sync store; return the rows."""
        with psycopg.connect(self.store, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def operations(self, run_id: str) -> list[dict[str, Any]]:
        """Return a plan's operations, in its order."""
        statement = "SELECT * FROM accordant.operation WHERE run_id = %s ORDER BY seq"
        with psycopg.connect(self.store, row_factory=dict_row) as connection:
            return connection.execute(statement, (run_id,)).fetchall()

    def troubles(self) -> list[dict[str, Any]]:
        """Return what stands in the way, newest first."""
        with psycopg.connect(self.store, row_factory=dict_row) as connection:
            return connection.execute("SELECT * FROM accordant.trouble ORDER BY last_seen DESC").fetchall()

    # -- people at work

    def sql(self, statement: Any, *parameters: Any) -> list[dict[str, Any]]:
        """Let somebody at the warehouse do something; return the rows."""
        with psycopg.connect(self.wms, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def person(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Let somebody at QuickBooks do something."""
        answer = self.conductor.company.person(method, path, body or {})
        assert answer.status < 400, answer.json
        return answer.json

    def books(self, resource: str) -> list[dict[str, Any]]:
        """Return all that the company file has of a list."""
        return [dict(record.shown) for record in self.conductor.company.file.tables[resource].values()]

    def one(self, resource: str, name: str) -> dict[str, Any]:
        """Return the one record of the company file with this name or number."""
        found = [
            row for row in self.books(resource) if name in (row.get("fullName"), row.get("name"), row.get("refNumber"))
        ]
        assert len(found) == 1, f"{len(found)} {resource} are called {name!r}"
        return found[0]

    def made_twice(self) -> list[str]:
        """Return the marks of creates that the company file has more than once."""
        tables = self.conductor.company.file.tables.values()
        found = (record.shown.get("externalId") for table in tables for record in table.values())
        marks = Counter(mark for mark in found if mark)
        return [mark for mark, times in marks.items() if times > 1]

    def mark(self) -> int:
        """Return the number of the newest call that QuickBooks got; pass it to `writes`."""
        return int(self.conductor.control.last_sequence())

    def writes(self, since: int = 0) -> int:
        """Return how many writes QuickBooks got from us."""
        summary = self.conductor.control.summary(since=since)
        return sum(row["calls"] for name, row in summary.items() if not name.startswith("GET"))


def modules_with_failpoints() -> list[Any]:
    """Return the modules of a two-way run that come to failpoints."""
    return [load, target, adjustments_target, steps, two_way, proof, validate]
