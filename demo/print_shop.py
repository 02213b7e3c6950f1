"""The fourth part of the demo: Printavo's orders come into the shop's tables, and once more, with nothing to write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from rich.table import Table

from demo import dag_runs, runs
from demo.dag_runs import DagRun
from demo.display import Display
from demo.layout import PRINT_SHOP
from demo.sandbox_home import Sandbox
from demo.start import Running
from sandbox.seed.printavo.promises import CompanyPromise, promise

_SHOWN = ("customer", "contact", "orders", "line_item", "fee", "payment")
_COUNT = "SELECT count(*) FROM printavo.{} WHERE gone_at IS NULL"
_BOOK = "SELECT count(*), coalesce(sum(total), 0) FROM printavo.{}_orders"


@dataclass(frozen=True)
class Counted:
    """What the shop's tables hold.

    Attributes:
        records: {table: records}.
        total: of all orders.
        books: {company: orders and their total}.
    """

    records: Mapping[str, int]
    total: Decimal
    books: Mapping[str, tuple[int, Decimal]]


def begin_print_shop(running: Running, display: Display) -> DagRun:
    """Let the import go, beside what comes next: Printavo's limit makes it wait now and then."""
    display.line(f"  {PRINT_SHOP} begins; it goes on beside the others.")
    return dag_runs.begin(running.api, PRINT_SHOP)


def import_orders(running: Running, display: Display, first: DagRun) -> list[str]:
    """Follow the first run, run once more, show what came of it, and return what is not as promised."""
    with display.phase(f"{PRINT_SHOP}: {promise().counts['orders']} orders of Printavo") as say:
        runs.follow(first, say, running.alive)
    with display.phase(f"{PRINT_SHOP}: once more, nothing left to do") as say:
        again = dag_runs.trigger(running.api, PRINT_SHOP)
        runs.follow(again, say, running.alive)
    counted = count(running.sandbox)
    display.line()
    display.table(_table(counted))
    verdict = "[green]both sides match[/]" if first.told("close")["matches"] else "[red]the sides differ[/]"
    display.line(f"Certificate {str(first.told('close')['certificate'])[:12]}: {verdict}.")
    return [*differences(counted), *_wrong(first.told("close"), again.told("close"))]


def count(sandbox: Sandbox) -> Counted:
    """Ask the shop's database."""
    told = json.loads(sandbox.connections["AIRFLOW_CONN_SHOP_DEFAULT"])
    where = psycopg.conninfo.make_conninfo(host=told["host"], user=told["login"], dbname=told["schema"])
    with psycopg.connect(where) as connection:

        def one(statement: str) -> Any:
            return connection.execute(statement.encode()).fetchone()

        return Counted(
            {name: one(_COUNT.format(name))[0] for name in promise().counts
             if name not in ("quote", "invoice")},
            one("SELECT coalesce(sum(total), 0) FROM printavo.orders WHERE gone_at IS NULL")[0],
            {company: one(_BOOK.format(company)) for company in promise().companies},
        )  # fmt: skip


def differences(counted: Counted) -> list[str]:
    """Return one sentence for everything that is not as promised."""
    promised = promise()
    found = [
        f"The shop's table {name} holds {number} records; the seed data promises {promised.counts[name]}."
        for name, number in counted.records.items()
        if number != promised.counts[name]
    ]
    if counted.total != promised.total:
        found.append(f"The orders amount to {counted.total:,.2f}; the seed data promises {promised.total:,.2f}.")
    for company, told in promised.companies.items():
        if counted.books[company] != _book_of(told):
            orders, total = counted.books[company]
            wanted = f"{len(told.shown)} of {told.total:,.2f}"
            found.append(f"{company}_orders holds {orders} orders of {total:,.2f}; promised are {wanted}.")
    return found


def _book_of(told: CompanyPromise) -> tuple[int, Decimal]:
    return len(told.shown), told.total


def _wrong(first: Mapping[str, Any], again: Mapping[str, Any]) -> list[str]:
    found = []
    if not first["matches"]:
        found.append(f"The certificate of {PRINT_SHOP} does not say that both sides match.")
    if planned := sum(kind["planned"] for kind in again["object_types"].values()):
        found.append(f"The second run of {PRINT_SHOP} planned {planned} operations; it must plan none.")
    return found


def _table(counted: Counted) -> Table:
    table = Table(title="What the shop's tables hold of Printavo", title_justify="left")
    for name in ("", "now", "amount"):
        table.add_column(name, justify="right" if name else "left")
    for name in _SHOWN:
        amount = f"{counted.total:,.2f}" if name == "orders" else ""
        table.add_row(name.replace("_", " "), f"{counted.records[name]:,}", amount)
    for company, (orders, total) in counted.books.items():
        table.add_row(f"  {company}_orders", f"{orders:,}", f"{total:,.2f}")
    return table
