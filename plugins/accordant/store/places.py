"""How many may speak to an account at once, across all tasks and workers: a place is a lock in the sync store.

The lock belongs to a session of Postgres, so a process that dies lets go of its place.
"""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from accordant.store.database import Connection, unreachable

_LOCK = 7206
# Connections of this process that nobody uses now. A child of a fork must neither use nor close its parent's.
_idle: dict[tuple[int, str], list[Connection]] = {}


@contextmanager
def place(conninfo: str, account: str, at_once: int = 1) -> Iterator[Connection]:
    """Wait until fewer than `at_once` others have a place at an account, and keep one.

    Gives the connection that holds the place, which may be used for statements of its own.

    Raises:
        RetryLater, Misconfigured: the sync store cannot be used.
    """
    with lent(conninfo) as connection:
        number = _taken(connection, account, at_once)
        try:
            yield connection
        finally:
            _left(connection, number)


@contextmanager
def lent(conninfo: str) -> Iterator[Connection]:
    """Lend a connection of this process to one thread at a time.

    Raises:
        RetryLater, Misconfigured: the sync store cannot be used.
    """
    idle = _idle.setdefault((os.getpid(), conninfo), [])
    try:
        connection = _living(idle) or psycopg.connect(
            make_conninfo(conninfo, application_name="accordant turn"), autocommit=True, row_factory=dict_row,
            connect_timeout=5,
        )  # fmt: skip
        try:
            yield connection
        finally:
            if not connection.closed and connection.info.transaction_status == TransactionStatus.IDLE:
                idle.append(connection)
            else:
                connection.close()
    except psycopg.OperationalError as error:
        raise unreachable(error) from None


def _living(idle: list[Connection]) -> Connection | None:
    """Return an idle connection that the server has not closed meanwhile."""
    while idle:
        with suppress(IndexError, psycopg.OperationalError):  # another thread took the last; the server went away
            connection = idle.pop()
            connection.execute("SELECT 1")
            return connection
    return None


def _taken(connection: Connection, account: str, at_once: int) -> int:
    """Take a free place; where there is none, wait for any one. Returns the number of its lock."""
    numbers = [_number(account, place) for place in range(at_once)]
    random.shuffle(numbers)
    for number in numbers if at_once > 1 else ():
        tried = connection.execute("SELECT pg_try_advisory_lock(%s, %s) AS taken", (_LOCK, number)).fetchone()
        if tried and tried["taken"]:
            return number
    connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK, numbers[0]))
    return numbers[0]


def _left(connection: Connection, number: int) -> None:
    """Let go of a place. Whoever had it has spoken already, so a failure here must not look like one of that."""
    try:
        connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCK, number))
    except psycopg.Error:
        connection.close()  # the lock goes with the session


def _number(account: str, place: int) -> int:
    return zlib.crc32(f"{account}#{place}".encode()) - 2**31
