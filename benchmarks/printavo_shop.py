"""A print shop at the vendor's own limits on a virtual clock: its account, its tables, and whole runs of the flow."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg

from accordant.tasks import closing, proof, steps, systems
from accordant.tasks.printavo_online import SharedPrintavoHook
from benchmarks.results import Row
from benchmarks.virtual_clock import SlowServerClock, VirtualClock
from sandbox.postgres import RunningPostgres
from sandbox.printavo.content import generate
from sandbox.printavo.details import groups, lines
from sandbox.printavo.server import PrintavoThread, running_printavo
from sandbox.printavo.settings import Settings
from sandbox.printavo.small_lists import STATUS_LIST

LATENCY_MS = 300.0  # of every answer, in virtual time
_FLOW = "printavo"
_CONNECTION = "printavo_default"
_START = datetime(2026, 11, 21, tzinfo=UTC).timestamp()
_NUMBERS = count(1)
_HELD = """
SELECT id, kind, nickname, status_id, total, production_due, updated_at FROM printavo.orders WHERE gone_at IS NULL
"""


@dataclass(frozen=True)
class Asked:
    """A run of the flow, by the account's own count.

    Attributes:
        most: requests in any 5 seconds.
        seconds: of virtual time.
    """

    requests: int
    most: int
    throttled: int
    seconds: float
    state: str


@dataclass
class Shop:
    """The account and the shop's database."""

    printavo: PrintavoThread
    clock: VirtualClock
    conninfo: str

    def run(self, **parameters: Any) -> Asked:
        """Do a whole run but the step validate, which asks nobody."""
        control, began = self.printavo.control, self.clock.moment
        control.clear_ledger()
        run_id = steps.prepare(_FLOW, f"benchmark {uuid4()}", parameters)
        steps.extract(_FLOW, run_id)
        steps.diff(_FLOW, run_id)
        answer = steps.decide_alone(_FLOW, run_id)
        if answer["decision"] == "waiting":  # larger than the flow's limits
            steps.record_answer(_FLOW, run_id, answer["plan"], approved=True, by="the benchmark")
        steps.load(_FLOW, run_id)
        summary = closing.close(run_id, proof.reconcile(_FLOW, run_id), reported=False)
        peaks = control.peaks()
        seconds = self.clock.moment - began
        return Asked(peaks["calls"], peaks["per_window"], peaks["refused"], seconds, summary["state"])

    def change(self, orders: int, seed: int = 1) -> list[str]:
        """Let somebody change so many orders; their ids."""
        return self.printavo.person.change_some(orders, seed)

    def compared(self, changed: list[str]) -> Row:
        """Return how the tables differ from the account."""
        account = {one["id"]: _order(one) for one in self.printavo.account.orders()}
        with psycopg.connect(self.conninfo) as connection:
            tables = {row[0]: row[1:] for row in connection.execute(_HELD)}
            (lines_here,) = connection.execute("SELECT count(*) FROM printavo.line_item WHERE gone_at IS NULL")
        lines_there = sum(len(lines(group)) for one in self.printavo.account.orders() for group in groups(one))
        totals = [sum((row[3] or Decimal(0) for row in side.values()), Decimal(0)) for side in (account, tables)]
        return {
            "orders": len(account), "missing": len(account.keys() - tables.keys()),
            "too many": len(tables.keys() - account.keys()),
            "wrong": sum(tables.get(id_) != order for id_, order in account.items()),
            "changed and wrong": sum(tables.get(id_) != account[id_] for id_ in changed),
            "lines apart": lines_there - lines_here[0], "sums apart": str(totals[0] - totals[1]),
        }  # fmt: skip


@contextmanager
def shop(postgres: RunningPostgres, orders: int) -> Iterator[Shop]:
    """Start an account, and let the flow's hook wait by its clock; the environment leads the flow there."""
    name, clock = f"{os.getpid()}_{next(_NUMBERS)}", VirtualClock(_START)
    usual = systems.TARGETS[_CONNECTION]
    for database in ("store", "shop"):
        postgres.create_database(f"{database}_{name}")
        found = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres"}
        conn_id = {"store": "ACCORDANT_STORE", "shop": "SHOP_DEFAULT"}[database]
        os.environ[f"AIRFLOW_CONN_{conn_id}"] = json.dumps({**found, "schema": f"{database}_{name}"})

    def hook(flow: Any, on_call: Any) -> SharedPrintavoHook:
        return SharedPrintavoHook(_CONNECTION, on_call=on_call, limits=flow.settings.printavo, clock=clock)

    with running_printavo(
        content=generate(orders=orders), clock=SlowServerClock(clock), latency_ms=LATENCY_MS,
        settings=Settings(enforce_limits=True),
    ) as printavo:  # fmt: skip
        os.environ["AIRFLOW_CONN_PRINTAVO_DEFAULT"] = json.dumps(printavo.connection)
        systems.TARGETS[_CONNECTION] = hook
        try:
            yield Shop(printavo, clock, postgres.uri(f"shop_{name}"))
        finally:
            systems.TARGETS[_CONNECTION] = usual


def _order(record: Any) -> tuple[Any, ...]:
    """Return what the tables should hold of an order."""
    return (
        record["__typename"].lower(), record["nickname"], STATUS_LIST[record["_status"]]["id"], _money(record["total"]),
        _moment(record["dueAt"]), _moment(record["timestamps"]["updatedAt"]),
    )  # fmt: skip


def _money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
