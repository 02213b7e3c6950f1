"""Put the school into an MIS, once: what is there is left alone. And any number of rows more, for benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from sandbox.seed.mis.invoices import ZERO_DATE, SeedInvoice, invoices
from sandbox.seed.mis.schema import INVOICES, STUDENTS, create_tables, engine_of, go_on_counting, last_id
from sandbox.seed.mis.students import Student, students, twins

_AT_ONCE = 5_000
_ROW = ("id", "reg_no", "dept", "credit", "invoice_date", "comment", "fee_category")
_PERSON = ("reg_no", "surname", "first_name", "other_names", "email", "phone")


@dataclass(frozen=True)
class LoadedMis:
    """How many rows were added now."""

    invoices: int
    students: int


def load_mis(address: str) -> LoadedMis:
    """Make the tables and fill them, unless an invoice is there already.

    Args:
        address: SQLAlchemy's URL of a database on Postgres or MariaDB.
    """
    engine = engine_of(address)
    with engine.begin() as connection:
        create_tables(connection)
        if last_id(connection):
            return LoadedMis(0, 0)
        if connection.dialect.name != "postgresql":
            connection.execute(sa.text("SET SESSION sql_mode = ''"))  # as old schools have it: it takes 0000-00-00
        people = [_person(one) for one in (*students(), *twins())]
        rows = [_row(one, zero_date=connection.dialect.name != "postgresql") for one in invoices()]
        connection.execute(sa.insert(STUDENTS), people)
        connection.execute(sa.insert(INVOICES), rows)
        go_on_counting(connection)
    return LoadedMis(len(rows), len(people))


def _person(one: Student) -> dict[str, Any]:
    return {name: getattr(one, name) or None for name in _PERSON}


def _row(one: SeedInvoice, *, zero_date: bool) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in (*_ROW, "status", "pushed_by", "pushed_date")}
    if row["invoice_date"] == ZERO_DATE:
        row["invoice_date"] = ZERO_DATE if zero_date else None
    return row


def many_students(count: int) -> Iterator[tuple[Any, ...]]:
    """Students of a large school, as rows of the table."""
    for number in range(1, count + 1):
        yield (f"BENCH/{number:06d}", "Student", f"No. {number}", None, f"s{number}@example.ac.ug", None)


def many_invoices(
    rows: int, students: int, since: date, until: date, *, first_id: int = 1
) -> Iterator[tuple[Any, ...]]:
    """Valid invoices of `many_students`, as rows of the table, spread evenly over `since` to before `until`."""
    days = (until - since).days
    for number in range(rows):
        cents = 10_000 + number * 7_919 % 9_990_000
        yield (
            first_id + number, f"BENCH/{number * 31 % students + 1:06d}", Decimal(cents) / 100, None,
            since + timedelta(days=number * days // rows), f"Bill {number}", ("Tuition", "Library")[number % 5 == 0],
        )  # fmt: skip


def load_many(address: str, rows: int, students: int, since: date, until: date) -> LoadedMis:
    """Add so many open rows behind those that are there, as fast as the database takes them."""
    with engine_of(address).begin() as connection:
        create_tables(connection)
        first = last_id(connection) + 1
        _write(connection, STUDENTS, _PERSON, many_students(students))
        _write(connection, INVOICES, _ROW, many_invoices(rows, students, since, until, first_id=first))
        go_on_counting(connection)
    return LoadedMis(rows, students)


def _write(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    if connection.dialect.name == "postgresql":
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        return
    while page := [dict(zip(columns, row, strict=True)) for row in islice(rows, _AT_ONCE)]:
        connection.execute(sa.insert(table), page)
