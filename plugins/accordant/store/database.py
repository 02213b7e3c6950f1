"""The connection to the sync store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from accordant.include_dir import sql
from accordant.sync.errors import AccordantError, Misconfigured, RetryLater

Connection = psycopg.Connection[DictRow]

_CONNECTION = "connection accordant_store"
_PASSWORD = re.compile(r"(password=)(\S+)")


def unreachable(error: Exception) -> AccordantError:
    """Return what a failed connection to the store means: a person must mend it, or it passes."""
    reason = _PASSWORD.sub(r"\1***", str(error).strip().splitlines()[-1])
    if any(word in reason for word in ("authentication failed", "does not exist", "no password")):
        return Misconfigured("CREDENTIALS_REFUSED", reason, record=_CONNECTION)
    return RetryLater("STORE_UNREACHABLE", reason, record=_CONNECTION)


def _without_jit(connection: Connection) -> None:
    """Keep Postgres from compiling queries for seconds that run for milliseconds: it thinks ours are dearer."""
    connection.execute("SET jit = off")
    connection.commit()


class Database:
    """A small pool of connections to the sync store, shared by the threads of one task.

    Args:
        conninfo: a libpq connection string or URI.
        connections: how many connections may be open at once.
    """

    def __init__(self, conninfo: str, connections: int = 8) -> None:
        self.conninfo = conninfo
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            make_conninfo(conninfo, application_name="accordant"),
            min_size=0,
            max_size=connections,
            timeout=10,
            open=False,
            kwargs={"row_factory": dict_row, "connect_timeout": 5},
            configure=_without_jit,
        )

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close(timeout=2)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection; commit at the end, roll back on an exception.

        Raises:
            RetryLater: the store cannot be reached.
            Misconfigured: it refuses our user.
        """
        try:
            with self._pool.connection() as connection:
                yield connection
        except PoolTimeout:
            raise self._why_unreachable() from None

    def _why_unreachable(self) -> AccordantError:
        """Return why no connection can be had, by trying once more."""
        try:
            psycopg.connect(self.conninfo, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            return unreachable(error)
        return RetryLater("STORE_UNREACHABLE", "All connections are in use.", record=_CONNECTION)

    def rows(self, statement: str, **parameters: Any) -> list[DictRow]:
        """Return all rows of include/sql/{statement}.sql."""
        with self.transaction() as connection:
            return connection.execute(sql(statement), parameters).fetchall()

    def row(self, statement: str, **parameters: Any) -> DictRow | None:
        """Return the first row of include/sql/{statement}.sql, or None."""
        with self.transaction() as connection:
            return connection.execute(sql(statement), parameters).fetchone()

    def execute(self, statement: str, **parameters: Any) -> int:
        """Run include/sql/{statement}.sql and return how many rows it touched."""
        with self.transaction() as connection:
            return connection.execute(sql(statement), parameters).rowcount

    def stream(self, statement: str, size: int = 500, **parameters: Any) -> Iterator[list[DictRow]]:
        """Yield the rows of include/sql/{statement}.sql in lists of `size`, through a server-side cursor."""
        with self.transaction() as connection, connection.cursor(name="stream") as cursor:
            cursor.execute(sql(statement), parameters)
            while rows := cursor.fetchmany(size):
                yield rows
