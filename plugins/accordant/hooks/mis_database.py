"""Short transactions in the MIS's database, and its complaints in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy import exc

from accordant.hooks.database import complaint_of, driver_of, url_of
from accordant.hooks.endpoints import ConnectionLike, incomplete
from accordant.sync.errors import AccordantError, Misconfigured, RetryLater

T = TypeVar("T")

_SECONDS = 60  # for one statement
_LOCK_SECONDS = 10  # for a row that somebody else holds
_AT_CONNECT = {
    "postgresql": (
        f"SET statement_timeout = '{_SECONDS}s'", f"SET lock_timeout = '{_LOCK_SECONDS}s'",
        f"SET idle_in_transaction_session_timeout = '{_SECONDS}s'", "SET datestyle = 'ISO'",
    ),
    "mysql": (f"SET SESSION innodb_lock_wait_timeout = {_LOCK_SECONDS}",),
}  # fmt: skip
_SOCKET_TIMEOUTS = {"pymysql": {"read_timeout": _SECONDS, "write_timeout": _SECONDS}}
_KNOWS_READ_COMMITTED = frozenset({"postgresql", "mysql", "mariadb", "mssql", "oracle"})
_DEADLOCKS_IN_A_ROW = 6

# By SQLSTATE (Postgres) and by error number (MySQL, MariaDB).
_DEADLOCK = frozenset({"40P01", "40001", 1213})
_NAMES_WRONG = frozenset({"42P01", "42703", "42883", "42804", "22P02", 1054, 1146, 1406, 1265, 1366})
_FORBIDDEN = frozenset({"42501", "25006", 1142, 1143, 1227, 1290, 1370, 1836})  # read-only servers among them
_REFUSED = frozenset({"28000", "28P01", "3D000", 1044, 1045, 1049, 1251, 1698, 2059})
_PASSING = frozenset({1203, 1205, 1040, 1053, 1226, 1317, 1927, 1969, 3024, 2002, 2003, 2006, 2013, 2014})
_PASSING_CLASSES = ("08", "53", "55", "57", "25")  # SQLSTATE
# What Postgres says while connecting, when there is no SQLSTATE yet.
_REFUSED_WORDS = ("authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist")


class _Deadlock(RetryLater):
    """Two transactions waited for each other; ours was undone whole, so it may simply be done again."""


class MisDatabase:
    """Runs functions in transactions of their own.

    Raises:
        Misconfigured: the Connection cannot be used.
    """

    def __init__(self, connection: ConnectionLike) -> None:
        self._connection: Any = connection
        if not connection.schema:
            raise incomplete(connection.conn_id, "names no database (schema)")
        self._driver = driver_of(connection)

    @property
    def dialect(self) -> str:
        """SQLAlchemy's name of the database."""
        return self._engine.dialect.name

    @cached_property
    def _engine(self) -> sa.Engine:
        with self._named():
            url = url_of(self._connection, self._driver)
            dialect = url.get_backend_name()
            options: dict[str, Any] = {"connect_args": _SOCKET_TIMEOUTS.get(url.get_driver_name(), {})}
            if dialect in _KNOWS_READ_COMMITTED:  # MariaDB's own, REPEATABLE READ, would lock gaps between rows
                options["isolation_level"] = "READ COMMITTED"
            engine = sa.create_engine(
                url, pool_size=1, max_overflow=9, pool_pre_ping=True, hide_parameters=True, **options
            )
        statements = _AT_CONNECT.get("mysql" if dialect == "mariadb" else dialect, ())

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: Any, record: Any) -> None:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            cursor.close()
            connection.commit()

        return engine

    def do(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in a transaction that is committed at its end; again if it was the victim of a deadlock.

        Whatever writes here compares before it sets, so a commit whose answer was lost may be repeated as well.

        Raises:
            RetryLater: the database cannot be reached or is busy; the same may be done again.
            Misconfigured: credentials, names or rights are wrong.
        """
        for attempt in stamina.retry_context(
            on=_Deadlock, attempts=_DEADLOCKS_IN_A_ROW, timeout=None, wait_initial=0.02, wait_max=0.5, wait_jitter=0.2
        ):
            with attempt, self._named(), self._engine.begin() as connection:
                return work(connection)
        raise AssertionError("the last attempt either returns or raises")

    def version(self) -> str:
        """Return what the server calls itself."""
        dialect: Any = self.do(lambda connection: connection.dialect)
        told = ".".join(map(str, dialect.server_version_info or ()))
        name = "MariaDB" if getattr(dialect, "is_mariadb", False) else dialect.name
        return f"{name} {told}"

    def close(self) -> None:
        """Close the connections to the server."""
        if "_engine" in vars(self):
            self._engine.dispose()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except (exc.SQLAlchemyError, ImportError) as error:
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> AccordantError:
        said, record = complaint_of(error, self._connection), f"connection {self._connection.conn_id}"
        number = _number(error)
        if isinstance(error, ImportError | exc.ArgumentError):
            return Misconfigured("CONNECTION_INCOMPLETE", f"Its driver cannot be used: {said}", record=record)
        if number in _DEADLOCK:
            return _Deadlock("MIS_UNREACHABLE", said, record=record)
        if number in _FORBIDDEN:
            return Misconfigured("PERMISSION_MISSING", said, record=record)
        if number in _REFUSED or (number is None and any(words in said for words in _REFUSED_WORDS)):
            return Misconfigured("CREDENTIALS_REFUSED", said, record=record)
        if number not in _NAMES_WRONG and _is_passing(error, number):
            return RetryLater("MIS_UNREACHABLE", said, record=record)
        return Misconfigured("MIS_TABLES_WRONG", f"The MIS does not take a statement: {said}", record=record)


def _number(error: Exception) -> str | int | None:
    """Return the number of MySQL or the SQLSTATE of Postgres."""
    origin = getattr(error, "orig", None)
    first = origin.args[0] if origin is not None and origin.args else None
    return first if isinstance(first, int) else getattr(origin, "sqlstate", None)


def _is_passing(error: Exception, number: str | int | None) -> bool:
    if isinstance(number, str):
        return number.startswith(_PASSING_CLASSES)
    if number in _PASSING or isinstance(error, exc.TimeoutError):
        return True
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError)
