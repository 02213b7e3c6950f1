"""Whether schema `printavo` holds what it should: each file of include/sql/printavo/verify is one check.

A file begins with four comments, and its one statement gives place (a table), record and detail of what is wrong:

    -- title: a sentence about all of them
    -- severity: wrong, or notice for what may be meant so
    -- repair: none, or the name of one in hooks/shop_repairs.py
    -- next: what a person does

Files named schema_* look at tables and columns; the others are asked only where these find nothing. They read the
tables of schema `printavo` and what is laid beside them for the time of the transaction: pg_temp.expected_column,
company, hidden, member, certified, book, expected and due.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from psycopg import sql as names

from accordant.hooks.shop_columns import expected_columns
from accordant.hooks.shop_database import Connection
from accordant.hooks.shop_schema import book_of
from accordant.include_dir import include_dir, sql
from accordant.sync.errors import Misconfigured
from accordant.sync.tables import Table

Row = Mapping[str, Any]

FOLDER = "printavo/verify"
NO_REPAIR = "none"
_MOST = 200  # findings of a check that are kept; all are counted
_FIRST = "schema_"
_HEADER = re.compile(r"-- (title|severity|repair|next): (.+)")
_INPUTS = {
    "company": "company text", "hidden": "company text, status_id text",
    "member": "company text, kind text, id text, rule text", "certified": "place text, proven bigint, left_out bigint",
    "expected_column": "place text, name text, type text, in_key boolean",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """One file.

    Attributes:
        repair: the name of what mends its findings; NO_REPAIR where a person must.
        next: what a person does.
    """

    name: str
    title: str
    severity: Literal["wrong", "notice"]
    repair: str
    next: str
    statement: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        place: the table, without its schema.
        record: which row, as a person finds it.
        detail: what is wrong with it, a sentence.
    """

    place: str
    record: str
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: all of it counted, the first of it in words."""

    check: Check
    count: int
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the tables should agree with.

    Attributes:
        tables: the roots, each with its parts.
        companies: the short names of those that have a table of orders.
        members: gives (company, customer or contact, id, rule) for rows of customers (id, name) and of contacts (id,
            name, customer_id).
        hidden: gives (company, status id) for rows of statuses (id, name, type).
        certified: {table: (records that were proven, records that were left out)}; empty where that says nothing.
        time_zone: of the day on which a moment falls.
    """

    tables: Sequence[Table]
    companies: Sequence[str]
    members: Callable[[Sequence[Row], Sequence[Row]], Iterable[tuple[str, str, str, str]]]
    hidden: Callable[[Sequence[Row]], Iterable[tuple[str, str]]]
    certified: Mapping[str, tuple[int, int]]
    time_zone: str = "UTC"


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks, those of the schema first."""
    found = [_parsed(path) for path in sorted((include_dir() / "sql" / FOLDER).glob("*.sql"))]
    return tuple(sorted(found, key=lambda check: (not check.name.startswith(_FIRST), check.name)))


def parsed(name: str, text: str) -> Check:
    """Return the check that a file describes.

    Raises:
        Misconfigured: its comments do not say what they should.
    """
    said = dict(_HEADER.findall(text))
    if said.keys() != {"title", "severity", "repair", "next"} or said["severity"] not in ("wrong", "notice"):
        sentence = "It must begin with comments for title, severity (wrong or notice), repair and next."
        raise Misconfigured("SETTING_INVALID", sentence, record=f"include/sql/{FOLDER}/{name}.sql")
    return Check(name, said["title"], said["severity"], said["repair"], said["next"], text.strip().rstrip(";"))


def _parsed(path: Path) -> Check:
    return parsed(path.stem, path.read_text(encoding="utf-8"))


def look(connection: Connection, rules: Rules) -> list[Checked]:
    """Ask every check within the transaction of the caller; those of the schema alone where one finds something.

    The tables in pg_temp stay until the transaction ends.
    """
    connection.execute("SELECT set_config('TimeZone', %s, true)", (rules.time_zone,))
    _lay(connection, "expected_column", expected_columns(rules.tables, rules.companies))
    _lay(connection, "company", ((company,) for company in rules.companies))
    found = [_asked(connection, check) for check in checks() if check.name.startswith(_FIRST)]
    if any(one.count for one in found):
        return found
    _lay_beside(connection, rules)
    return found + [_asked(connection, check) for check in checks() if not check.name.startswith(_FIRST)]


def _lay_beside(connection: Connection, rules: Rules) -> None:
    """Lay down what the rules say, and what the companies' tables should hold by them."""
    customers, contacts, statuses = (
        connection.execute(sql(f"{FOLDER}/inputs/{name}")).fetchall() for name in ("customers", "contacts", "statuses")
    )
    _lay(connection, "member", rules.members(customers, contacts))
    _lay(connection, "hidden", rules.hidden(statuses))
    _lay(connection, "certified", ((place, *counts) for place, counts in rules.certified.items()))
    connection.execute(_books(rules.companies))
    for name in ("expected", "due"):
        connection.execute(names.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(names.Identifier(name)))
        connection.execute(sql(f"{FOLDER}/inputs/{name}"))
        connection.execute(names.SQL("ANALYZE pg_temp.{}").format(names.Identifier(name)))


def _lay(connection: Connection, name: str, rows: Iterable[tuple[Any, ...]]) -> None:
    table = names.Identifier("pg_temp", name)
    columns = names.SQL(_INPUTS[name])
    connection.execute(names.SQL("DROP TABLE IF EXISTS {}").format(table))
    connection.execute(names.SQL("CREATE TEMP TABLE {} ({}) ON COMMIT DROP").format(names.Identifier(name), columns))
    with connection.cursor() as cursor, cursor.copy(names.SQL("COPY {} FROM STDIN").format(table)) as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute(names.SQL("ANALYZE {}").format(table))


def _books(companies: Sequence[str]) -> names.Composed:
    """Return the statement that makes pg_temp.book: the rows of all companies' tables."""
    columns = [column for column in expected_columns((), ("any",)) if column.place == "any_orders"]
    listed = names.SQL(", ").join(names.Identifier(column.name) for column in columns)
    empty = [
        names.SQL("NULL::{} AS {}").format(names.SQL(column.type), names.Identifier(column.name)) for column in columns
    ]
    none = names.SQL("SELECT NULL::text AS company, {} WHERE false").format(names.SQL(", ").join(empty))
    each = [
        names.SQL("SELECT {}::text, {} FROM printavo.{}").format(names.Literal(company), listed, book_of(company))
        for company in companies
    ]
    return names.SQL("CREATE OR REPLACE TEMP VIEW book AS {}").format(names.SQL(" UNION ALL ").join([none, *each]))


def _asked(connection: Connection, check: Check) -> Checked:
    statement = names.SQL(
        "SELECT found.*, count(*) OVER () AS of FROM ({}) AS found ORDER BY place, record, detail LIMIT {}"
    ).format(names.SQL(check.statement), names.Literal(_MOST))
    rows = connection.execute(statement).fetchall()
    findings = [Finding(row["place"], row["record"], row["detail"]) for row in rows]
    return Checked(check, rows[0]["of"] if rows else 0, findings)
