"""An MIS with two small tables, on Postgres and on MariaDB, for the tests of its hook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from airflow.sdk import Connection

from accordant.hooks.mis import MisHook
from accordant.hooks.mis_tables import MisTables, Selection

ALL = Selection()

# As a school has them.
_INVOICES = (
    'CREATE TABLE "tbl_imvoice" ("id" {key} PRIMARY KEY, "reg_no" VARCHAR(60), "dept" DECIMAL(14,2),'
    ' "credit" DECIMAL(14,2), "invoice_date" DATE, "comment" TEXT, "fee_category" VARCHAR(80))'
)
_KEYS = {"postgres": "SERIAL", "mariadb": "INT AUTO_INCREMENT"}
_STUDENTS = (
    "CREATE TABLE tbl_personal_ug (reg_no VARCHAR(60), surname VARCHAR(80), first_name VARCHAR(80),"
    " other_names VARCHAR(80), email VARCHAR(120), phone VARCHAR(40))"
)


def never(pushed_by: str, pushed_date: datetime | None) -> bool:
    """Say that nobody abandoned anything."""
    return False


class MisDatabase:
    """One empty MIS, and what tests do to it past the hook."""

    def __init__(self, kind: str, server: Any, name: str) -> None:
        self.kind, self.name = kind, name
        self.host, self.port = (server.socket_dir, None) if kind == "postgres" else (server.host, server.port)
        server.create_database(name)
        self.url = server.uri(name).replace("postgresql:", "postgresql+psycopg:")
        self.engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        self.sql(_INVOICES.format(key=_KEYS[kind]))
        self.sql(_STUDENTS)

    def connection(self, **fields: Any) -> Connection:
        """Return the Airflow Connection that leads to it."""
        kind, user = ("postgres", "postgres") if self.kind == "postgres" else ("mysql", "root")
        told = {"conn_type": kind, "host": str(self.host), "port": self.port, "login": user, "schema": self.name}
        return Connection(**{"conn_id": "mis_test"} | told | fields)

    def hook(self, *, prepared: bool = True, **tables: Any) -> MisHook:
        hook = MisHook(tables=MisTables(**tables), connection=self.connection())
        if prepared:
            hook.prepare()
        return hook

    def sql(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement; columns in double quotes are quoted as this database does it."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.text(self._quoted(statement)), parameters)
            return [tuple(row) for row in found] if found.returns_rows else []

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """What somebody else does meanwhile."""
        level = {"isolation_level": "READ COMMITTED"}
        with self.engine.connect().execution_options(**level) as connection, connection.begin():
            yield connection

    def invoices(self, count: int, **fields: Any) -> None:
        """Add so many plain invoices."""
        row = {
            "reg_no": "2023/001", "dept": "100.00", "credit": None, "invoice_date": "2025-09-01", "comment": "Tuition",
            "fee_category": "Tuition",
        } | fields  # fmt: skip
        self._insert("tbl_imvoice", [row] * count)

    def students(self, *rows: Mapping[str, Any]) -> None:
        """Add students."""
        plain = {"surname": "Okello", "first_name": "Ann", "other_names": None, "email": None, "phone": None}
        self._insert("tbl_personal_ug", [plain | dict(row) for row in rows])

    def _quoted(self, statement: str) -> str:
        return statement.replace('"', "`") if self.kind == "mariadb" else statement

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        columns = rows[0]
        names, places = ", ".join(f'"{one}"' for one in columns), ", ".join(f":{one}" for one in columns)
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'
        with self.engine.connect() as connection:
            connection.execute(sa.text(self._quoted(statement)), rows)

    def set(self, ids: str, status: int | None, by: str | None = None) -> None:
        """Set status and who of the invoices for which a condition on the id holds, an hour ago."""
        hour = "INTERVAL '1' HOUR" if self.kind == "postgres" else "INTERVAL 1 HOUR"
        when = "NULL" if by is None else f"CURRENT_TIMESTAMP - {hour}"
        self.sql(
            f'UPDATE tbl_imvoice SET "QuickBk_Status" = :status, pushed_by = :by, pushed_date = {when} WHERE {ids}',
            status=status, by=by,
        )  # fmt: skip

    def statuses(self) -> dict[int, tuple[int | None, str | None]]:
        rows = self.sql('SELECT id, "QuickBk_Status", pushed_by FROM tbl_imvoice ORDER BY id')
        return {key: (status, by) for key, status, by in rows}
