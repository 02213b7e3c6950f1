"""The shop's own Postgres, where Printavo's records are kept in schema `printavo`. Needs no Airflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from accordant.include_dir import sql
from accordant.sync.errors import AccordantError, Misconfigured, RetryLater
from accordant.sync.text import shortened

Connection = psycopg.Connection[DictRow]

_MENDED_BY_PERSON = ("authentication failed", "does not exist", "no password", "permission denied")
_PAGE = 500


class ShopDatabase:
    """One connection to the shop's database, opened when it is first used; for one thread.

    Args:
        conninfo: a libpq connection string or URI.
        conn_id: what people know it by.
    """

    def __init__(self, conninfo: str, conn_id: str = "shop_default") -> None:
        self.conninfo = conninfo
        self._conn_id = conn_id
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection; commit at the end, roll back on an exception. May be nested: a savepoint then.

        Raises:
            RetryLater: the database cannot be reached, is busy, or went away; nothing was kept.
            Misconfigured: it refuses our user, or one of its tables is not ours.
        """
        connection = self._open()
        try:
            with connection.transaction():
                yield connection
        except psycopg.OperationalError as error:
            self.close()
            raise self._unreachable(error) from None
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            sentence = f"{_reason(error)}. Somebody changed the tables of schema printavo."
            raise Misconfigured("TABLES_WRONG", sentence, record=f"connection {self._conn_id}") from None
        except psycopg.errors.InsufficientPrivilege as error:
            sentence = f"{_reason(error)}. The user of the Connection must own schema printavo."
            raise Misconfigured("CREDENTIALS_REFUSED", sentence, record=f"connection {self._conn_id}") from None

    def rows(self, name: str, /, **parameters: Any) -> list[Mapping[str, Any]]:
        """Return the rows of include/sql/printavo/{name}.sql; none where it gives none."""
        with self.transaction() as connection:
            cursor = connection.execute(sql(f"printavo/{name}"), parameters)
            return list(cursor.fetchall()) if cursor.description else []

    def stream(self, statement: Any, parameters: Mapping[str, Any] | None = None) -> Iterator[list[DictRow]]:
        """Yield the rows of a statement in lists, through a server-side cursor."""
        with self.transaction() as connection, connection.cursor(name="shop") as cursor:
            cursor.execute(statement, parameters)
            while rows := cursor.fetchmany(_PAGE):
                yield rows

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            try:
                self._connection = psycopg.connect(
                    self.conninfo,
                    row_factory=dict_row,
                    autocommit=True,
                    connect_timeout=5,
                    application_name="accordant",
                )
                self._connection.execute("SET jit = off; SET client_min_messages = warning")
            except psycopg.OperationalError as error:
                raise self._unreachable(error) from None
        return self._connection

    def _unreachable(self, error: Exception) -> AccordantError:
        reason = _reason(error)
        if any(words in reason for words in _MENDED_BY_PERSON):
            return Misconfigured("CREDENTIALS_REFUSED", reason, record=f"connection {self._conn_id}")
        return RetryLater("SHOP_UNREACHABLE", reason, record=f"connection {self._conn_id}")


def _reason(error: Exception) -> str:
    """Return the first line of what the driver says; it names no password."""
    return shortened((str(error).strip() or repr(error)).splitlines()[0], 300)
