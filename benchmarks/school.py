"""A school with years of invoices: its MIS, its books in the QuickBooks Online sandbox, and runs of the flow."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, pairwise
from typing import Any
from uuid import uuid4

import psycopg

from accordant.flows.mis_invoices.settings import settings
from accordant.hooks.mis import MisHook
from accordant.tasks import closing, proof, push, steps, validate
from accordant.tasks.mis_rows import tables_of
from benchmarks.own_process import peak_mb
from sandbox.postgres import RunningPostgres
from sandbox.quickbooks_online.server import RunningQuickBooksOnline
from sandbox.seed.mis.load import load_many

FLOW = "mis_invoices"
SINCE, YEARS = date(2020, 9, 1), 6
UNTIL = SINCE.replace(year=SINCE.year + YEARS)
_NUMBERS = count(1)
# Great Expectations keeps its context for a whole process. In Airflow each step has a process of its own.
_ONE_SUITE_AT_A_TIME = threading.Lock()

Interval = tuple[date, date]


def _validate(flow: str, run_id: str) -> Any:
    with _ONE_SUITE_AT_A_TIME:
        return validate.validate(flow, run_id)


def _approve(flow: str, run_id: str) -> Any:
    """Decide on the plan; where it is larger than the flow's limits, as the person who is asked."""
    answer = steps.decide_alone(flow, run_id)
    if answer["decision"] == "waiting":
        steps.record_answer(flow, run_id, answer["plan"], approved=True, by="the benchmark")
    return answer


def _report(flow: str, run_id: str) -> Any:
    return closing.close(run_id, push.report(flow, run_id))


STEPS: dict[str, Callable[[str, str], Any]] = {
    "extract": steps.extract, "validate": _validate, "diff": steps.diff, "approve": _approve, "load": steps.load,
    "reconcile": proof.reconcile, "report": _report,
}  # fmt: skip


@dataclass
class School:
    """An MIS and a sync store of its own in a running Postgres, with the Connections that lead to all systems."""

    mis: str

    def statuses(self) -> dict[int, int]:
        """Return how many rows have each status."""
        return dict(self._rows('SELECT coalesce("QuickBk_Status", 0), count(*) FROM tbl_imvoice GROUP BY 1'))

    def amounts(self) -> dict[str, Decimal]:
        """Return the amount of each invoice, by the number it has in QuickBooks."""
        return dict(self._rows("SELECT 'MIS-' || id, dept FROM tbl_imvoice"))

    def _rows(self, statement: Any) -> list[Any]:
        with psycopg.connect(self.mis) as connection:
            return connection.execute(statement).fetchall()


def new_school(postgres: RunningPostgres, books: RunningQuickBooksOnline, rows: int, students: int) -> School:
    """Return a school whose rows are all open, and lead the flow's Connections to it."""
    number = f"{os.getpid()}_{next(_NUMBERS)}"
    store, mis = f"store_{number}", f"mis_{number}"
    for name in (store, mis):
        postgres.create_database(name)
    server = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres"}
    connections = {
        "ACCORDANT_STORE": {**server, "schema": store}, "MIS_DEFAULT": {**server, "schema": mis},
        "QBO_DEFAULT": books.connection,
    }  # fmt: skip
    for conn_id, connection in connections.items():
        os.environ[f"AIRFLOW_CONN_{conn_id}"] = json.dumps(connection)
    load_many(postgres.uri(mis), rows, students, SINCE, UNTIL)
    hook = MisHook(tables=tables_of(settings()))
    hook.prepare()
    hook.close()
    return School(postgres.uri(mis))


def opened(window: Interval | None = None) -> str:
    """Open the run of a window of days, as a backfill does, or of all open rows; return its id."""
    moments = [datetime(one.year, one.month, one.day, tzinfo=UTC).isoformat() for one in window or ()]
    return steps.prepare(FLOW, f"benchmark {uuid4()}", {"data_interval": moments} if moments else {})


def run(window: Interval | None = None) -> dict[str, Any]:
    """Do a whole run in this thread; return its summary."""
    run_id = opened(window)
    summary: dict[str, Any] = {}
    for step in STEPS.values():
        summary = step(FLOW, run_id)
    return summary


def windows(how_many: int) -> list[Interval]:
    """Return windows of whole months that share the years among them."""
    months = YEARS * 12 // how_many
    starts = [_month(months * place) for place in range(how_many)]
    return list(pairwise([*starts, UNTIL]))


def _month(number: int) -> date:
    years, month = divmod(SINCE.month - 1 + number, 12)
    return SINCE.replace(year=SINCE.year + years, month=month + 1)


def _main() -> None:
    """Do one step of a run in this process: `python -m benchmarks.school RUN STEP`; tell what it took."""
    run_id, step = sys.argv[1:]
    if step != "nothing":
        STEPS[step](FLOW, run_id)
    print(json.dumps({"cpu": time.process_time(), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    _main()
