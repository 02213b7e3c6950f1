"""The hook of a warehouse system (WMS) in Postgres, spoken to in the SQL files of include/sql/wms/ alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from airflow.sdk import BaseHook
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from accordant.hooks.endpoints import ConnectionLike, connection_of
from accordant.include_dir import include_dir, sql
from accordant.sync.errors import AccordantError, Misconfigured, OutcomeUnknown, RecordRejected, RetryLater
from accordant.sync.text import shortened

_PAGE = 500
_MENDED_BY_PERSON = ("authentication failed", "does not exist", "no password", "permission denied")


class Session:
    """One transaction in the WMS."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection

    def rows(self, name: str, /, **parameters: Any) -> list[Mapping[str, Any]]:
        """Return the rows of include/sql/wms/{name}.sql."""
        with _fitting(name):
            cursor = self._connection.execute(sql(f"wms/{name}"), parameters)
            return list(cursor.fetchall()) if cursor.description else []


class WmsHook(BaseHook):
    """One warehouse system.

    Args:
        conn_id: an Airflow Connection of type postgres.
        connection: the connection itself, where there is no Airflow to ask.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "wms_default"
    conn_type = "postgres"
    hook_name = "WMS (Postgres)"

    def __init__(self, conn_id: str = default_conn_name, *, connection: ConnectionLike | None = None) -> None:
        super().__init__()
        self._found = connection or connection_of(conn_id)
        self._conn_id = conn_id

    @property
    def account(self) -> str:
        """Which database it is, without credentials; stored ids are keyed by it."""
        found = self._found
        port = f":{found.port}" if found.port else ""
        return f"{found.host}{port}/{found.schema}"

    def rows(self, name: str, **parameters: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the rows of include/sql/wms/{name}.sql through a server-side cursor."""
        with self._connected() as connection, connection.cursor(name="wms") as cursor:
            cursor.itersize = _PAGE
            with _fitting(name):
                cursor.execute(sql(f"wms/{name}"), parameters)
            yield from cursor

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Session]:
        """Open a transaction that is committed at the end, and rolled back on an exception.

        Raises:
            RecordRejected: a rule of the WMS refuses the record; nothing was written.
            RetryLater: the WMS cannot be reached or is busy; nothing was written.
            OutcomeUnknown: the connection was lost while a write was being committed.
        """
        with self._connected() as connection:
            with _refusals_named():
                yield Session(connection)
            try:
                connection.commit()
            except psycopg.OperationalError as error:
                if write:
                    raise OutcomeUnknown("OUTCOME_UNKNOWN", _reason(error), record=self._conn_id) from None
                raise RetryLater("WMS_UNREACHABLE", _reason(error), record=self._conn_id) from None

    def now(self) -> datetime:
        """Return the time by the clock of the WMS."""
        with self.transaction() as session:
            moment: datetime = session.rows("now")[0]["now"]
            return moment

    def test_connection(self) -> tuple[bool, str]:
        """Tell whether the WMS answers and every query of include/sql/wms/ fits it; no record is read."""
        queries = sorted(path.stem for path in (include_dir() / "sql" / "wms").glob("*_read.sql"))
        try:
            for name in queries:
                self._try(name)
            with self._connected() as connection:
                server = connection.info.parameter_status("server_version")
        except AccordantError as error:
            return False, str(error)
        return True, f"Postgres {server} answers; {len(queries)} queries of include/sql/wms/ fit {self._found.schema}."

    def _try(self, name: str) -> None:
        """Run a query for no key at all, in a transaction that may not write."""
        with self._connected() as connection, _fitting(name):
            connection.read_only = True
            connection.execute(sql(f"wms/{name}"), {"since": None, "keys": []})

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        try:
            connection = psycopg.connect(self._conninfo(), row_factory=dict_row)
        except psycopg.OperationalError as error:
            raise self._unreachable(error) from None
        with connection:
            try:
                yield connection
            except psycopg.OperationalError as error:
                raise RetryLater("WMS_UNREACHABLE", _reason(error), record=self._conn_id) from None

    def _conninfo(self) -> str:
        found = self._found
        options: dict[str, Any] = {
            "host": found.host, "port": found.port, "user": found.login, "password": found.password,
            "dbname": found.schema, "connect_timeout": 5, "application_name": "accordant",
        }  # fmt: skip
        options |= {name: value for name, value in found.extra_dejson.items() if isinstance(value, str | int)}
        return make_conninfo(**{name: value for name, value in options.items() if value not in (None, "")})

    def _unreachable(self, error: Exception) -> AccordantError:
        reason = _reason(error)
        if any(words in reason for words in _MENDED_BY_PERSON):
            return Misconfigured("CREDENTIALS_REFUSED", reason, record=f"connection {self._conn_id}")
        return RetryLater("WMS_UNREACHABLE", reason, record=f"connection {self._conn_id}")


@contextmanager
def _fitting(name: str) -> Iterator[None]:
    try:
        yield
    except (psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
        sentence = f"It does not fit this WMS: {_reason(error)}"
        raise Misconfigured("WMS_SQL_WRONG", sentence, record=f"include/sql/wms/{name}.sql") from None


@contextmanager
def _refusals_named() -> Iterator[None]:
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        raise RecordRejected("REFUSED_BY_WMS", f"The WMS refused it: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """Return the first line of what the driver says; it names no password."""
    return shortened((str(error).strip() or repr(error)).splitlines()[0], 300)
