"""A staging in memory, and what the sandbox itself says it should hold in the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

from accordant.flows.printavo.tables import HEADERS, TABLES
from accordant.hooks.calls import ApiCall
from accordant.hooks.endpoints import endpoint_of
from accordant.hooks.forms import PRINTAVO
from accordant.hooks.http import Patience
from accordant.hooks.printavo_client import PrintavoClient, open_printavo
from accordant.sync.tables import Table
from sandbox.printavo import details
from sandbox.printavo.server import PrintavoThread

Row = dict[str, str | None]
HASTY = Patience(attempts=4, seconds=10, first_wait=0.01, longest_wait=0.02, throttle_seconds=4, first_throttle=0.1)
_BY_NAME = {table.name: table for table in (*TABLES, HEADERS)}
_LETTERS = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


@dataclass(frozen=True)
class Reached:
    """How far a list was read."""

    cursor: str | None = None
    pages: int = 0
    complete: bool = False


@dataclass
class MemoryStaging:
    """Keeps rows as COPY would read them.

    Attributes:
        base: what the tables held before: {table: {id: header of an order}}.
        dies_at: stop with KeyboardInterrupt at this put, before anything of it is kept.
    """

    base: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    places: dict[str, Reached] = field(default_factory=dict)
    noted_gone: set[tuple[str, str]] = field(default_factory=set)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    puts: int = 0
    dies_at: int | None = None

    def where(self, name: str) -> Reached:
        return self.places.get(name, Reached())

    def put(
        self, name: str, rows: Mapping[str, bytes], cursor: str | None, complete: bool,
        replaced: tuple[str, Sequence[str]] | None = None,
    ) -> None:  # fmt: skip
        self.puts += 1
        if self.puts == self.dies_at:
            raise KeyboardInterrupt
        if replaced:
            self._forget(*replaced)
        for table, lines in rows.items():
            self.tables.setdefault(table, []).extend(copied(_BY_NAME[table], lines))
        self.places[name] = Reached(cursor, self.where(name).pages + 1, complete)

    def ids(self, question: str) -> list[str]:
        orders, headers = self.staged("orders"), self.staged("header")
        if question == "doubled":
            return [id_ for id_, count in Counter(row["id"] or "" for row in self.rows("orders")).items() if count > 1]
        if question == "missing":
            return [*headers - orders]
        if question == "changed":
            known = self.base.get("orders", {})
            return [id_ for id_ in headers - orders if known.get(id_) != self.header(id_)]
        table, seen = {
            "unseen": ("orders", orders | headers),
            "unseen_statuses": ("status", self.staged("status")),
            "unseen_customers": ("customer", self.staged("customer")),
            "unseen_contacts": ("contact", self.staged("contact")),
        }[question]
        return [id_ for id_ in self.base.get(table, {}) if id_ not in seen and (table, id_) not in self.noted_gone]

    def _forget(self, table: str, ids: Sequence[str]) -> None:
        for part in _BY_NAME[table].all():
            kept = [row for row in self.rows(part.name) if row[part.owner or "id"] not in ids]
            self.tables[part.name] = kept

    def gone(self, table: str, ids: Sequence[str]) -> None:
        self.noted_gone |= {(table, id_) for id_ in ids}

    def unusable(self, records: Iterable[tuple[str, str, str, str]]) -> None:
        self.refused += records

    # -- looking at it

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def staged(self, table: str) -> set[str]:
        return {row["id"] or "" for row in self.rows(table)}

    def header(self, id_: str) -> Row:
        return next(row for row in reversed(self.rows("header")) if row["id"] == id_)

    def as_base(self) -> dict[str, dict[str, Any]]:
        """What the tables hold once this is merged."""
        names = [column.name for column in HEADERS.columns]
        orders = {row["id"] or "": {name: row[name] for name in names} for row in self.rows("orders")}
        others = {name: dict.fromkeys(self.staged(name)) for name in ("customer", "contact")}
        return {"orders": orders, **others}

    def sums(self) -> dict[str, Any]:
        """What is compared: keys of every table, each once, and the money of the orders."""
        found: dict[str, Any] = {table.name: self.keys(table) for table in TABLES if table.name != "status"}
        last = {row["id"]: row for row in self.rows("orders")}
        found["total"] = sum(cents(row["total"]) for row in last.values())
        return found

    def keys(self, table: Table) -> set[tuple[str | None, ...]]:
        return {tuple(row[name] for name in table.key) for row in self.rows(table.name)}


def copied(table: Table, lines: bytes) -> Iterable[Row]:
    """Read lines as COPY does."""
    names = [column.name for column in table.columns]
    for line in lines.decode().split("\n")[:-1]:
        cells = line.split("\t")
        assert len(cells) == len(names)
        yield {name: None if cell == "\\N" else unescaped(cell) for name, cell in zip(names, cells, strict=True)}


def unescaped(cell: str) -> str:
    return re.sub(r"\\.", lambda found: _LETTERS[found[0]], cell)


def cents(amount: str | None) -> Decimal:
    return Decimal(amount or 0).quantize(Decimal("0.01"), ROUND_HALF_UP)


def truth(server: PrintavoThread) -> dict[str, Any]:
    """What there is in the account, told by the sandbox and not by an answer of its API."""
    account = server.account
    orders = [*account.orders()]
    groups = [group for order in orders for group in details.groups(order)]
    lines = [line for group in groups for line in details.lines(group)]
    return {
        "customer": {(one["id"],) for one in account.people.customers},
        "contact": {(one["id"],) for one in account.people.contacts},
        "orders": {(one["id"],) for one in orders},
        "line_item_group": {(one["id"],) for one in groups},
        "line_item": {(one["id"],) for one in lines},
        "line_item_size": {(line["id"], size["size"]) for line in lines for size in line["sizes"]},
        "fee": {(one["id"],) for order in orders for one in details.fees(order)},
        "payment": {(one["id"],) for order in orders for one in details.transactions(order)},
        "total": sum(cents(None if one["total"] is None else repr(one["total"])) for one in orders),
    }


def client_of(
    server: PrintavoThread, calls: list[ApiCall] | None = None, *, read_timeout: float = 5, **options: Any
) -> PrintavoClient:
    """A client without Airflow."""
    found = server.connection
    connection = SimpleNamespace(
        conn_id="printavo_default", host=found["host"], schema=None, login=found["login"], password=found["password"],
        port=None, extra_dejson={"read_timeout": read_timeout, "connect_timeout": 2},
    )  # fmt: skip
    told = None if calls is None else calls.append
    return open_printavo(endpoint_of(connection, PRINTAVO), on_call=told, **{"patience": HASTY, **options})
