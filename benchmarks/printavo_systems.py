"""A Printavo account and a Postgres in processes of their own, and readings of it whose CPU is counted."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, LiteralString

import psycopg
from psycopg.rows import dict_row

from accordant.hooks.shop_staging import Place
from benchmarks.own_process import in_own_process
from benchmarks.printavo_reading import NO_LIMIT, Task, prepare, read
from benchmarks.results import Row
from benchmarks.surroundings import postgres_cpu
from sandbox.postgres import RunningPostgres, running_postgres
from sandbox.printavo.server import PrintavoProcess, running_printavo_process

_NUMBERS = count(1)
HELD = """
SELECT (SELECT count(*) FROM printavo.orders WHERE gone_at IS NULL) AS orders,
       (SELECT count(*) FROM printavo.line_item WHERE gone_at IS NULL) AS lines,
       (SELECT count(*) FROM printavo.line_item_size WHERE gone_at IS NULL) AS sizes,
       (SELECT count(*) FROM printavo.fee WHERE gone_at IS NULL) AS fees,
       (SELECT count(*) FROM printavo.payment WHERE gone_at IS NULL) AS payments,
       (SELECT sum(total) FROM printavo.orders WHERE gone_at IS NULL) AS total
"""
_QUIET = 0.3  # seconds, in which what ended at Postgres is counted as ended


@dataclass
class Spent:
    """CPU seconds of a client and of Postgres, and what the client told of itself."""

    client: float
    postgres: float
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def both(self) -> float:
        """Return the sum."""
        return self.client + self.postgres

    def row(self) -> Row:
        """Return it as part of a table's row."""
        return {
            "client cpu s": self.client, "postgres cpu s": self.postgres, "together": self.both,
            "client peak MB": self.told["peak MB"],
        }  # fmt: skip


@dataclass
class Systems:
    """The account without limits, and the server for tables."""

    printavo: PrintavoProcess
    postgres: RunningPostgres
    orders: int

    def database(self) -> str:
        """Return a new database with the product's tables, empty."""
        conninfo = self.empty_database()
        prepare(conninfo)
        return conninfo

    def empty_database(self) -> str:
        """Return a new database."""
        name = f"shop_{os.getpid()}_{next(_NUMBERS)}"
        self.postgres.create_database(name)
        return self.postgres.uri(name)

    def task(self, conninfo: str, shape: str, what: str, page: int) -> Task:
        """Return a task at this account."""
        here = self.printavo
        return Task(here.base_url, here.email, here.token, conninfo, shape, what, page)

    def done(self, task: Task) -> Spent:
        """Do a task in a process of its own, when the account has its answers ready."""
        if task.what != "nothing":
            self.warm(task)
        with self.counted() as spent:
            told = in_own_process("printavo_reading", json.dumps(asdict(task)))
            spent.client, spent.told = told["cpu"], told
        return spent

    def warm(self, task: Task) -> None:
        """Ask the same questions before, so that the account's work does not disturb the measuring."""
        read(task.client(), _Nowhere(), task)

    @contextmanager
    def counted(self) -> Iterator[Spent]:
        """Count what Postgres spends inside."""
        spent, before = Spent(0.0, 0.0), postgres_cpu(self.postgres)
        yield spent
        time.sleep(_QUIET)
        spent.postgres = postgres_cpu(self.postgres) - before

    def change(self, share: float, seed: int) -> None:
        """Let somebody change a share of the orders."""
        self.printavo.control.act("change_some", count=round(self.orders * share), seed=seed)


def held(conninfo: str, statement: LiteralString = HELD) -> Row:
    """Return how many records the tables hold, and the sum of the orders' totals."""
    with psycopg.connect(conninfo, row_factory=dict_row) as connection:
        (row,) = connection.execute(statement)
        return row


class _Nowhere:
    """A staging that keeps nothing."""

    def where(self, name: str) -> Place:
        return Place()

    def put(self, *page: Any) -> None:
        pass

    def ids(self, question: str) -> list[str]:
        return []

    def unusable(self, records: Any) -> None:
        pass


@contextmanager
def systems(orders: int, *, durable: bool = True) -> Iterator[Systems]:
    """Start both; `durable`: Postgres waits for the disk at each commit, as in production."""
    with running_postgres(fsync=durable) as postgres, running_printavo_process(orders=orders) as printavo:
        printavo.control.settings(max_complexity=NO_LIMIT)
        yield Systems(printavo, postgres, orders)
