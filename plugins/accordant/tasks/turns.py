"""One request at a time per company file, across all tasks and workers: a turn is a lock in the sync store."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from accordant.store.database import unreachable
from accordant.tasks.connections import store_conninfo

_LOCK = 7206
_in_process = threading.Lock()
_connections: dict[int, psycopg.Connection[tuple[object, ...]]] = {}


@contextmanager
def turn_of(account: str) -> Iterator[None]:
    """Wait until nobody else speaks to an account, and keep others waiting.

    Raises:
        RetryLater: the sync store cannot be reached.
    """
    number = zlib.crc32(account.encode()) - 2**31
    with _in_process:
        connection = _connection()
        try:
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK, number))
            try:
                yield
            finally:
                connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCK, number))
        except psycopg.OperationalError as error:
            _connections.clear()
            raise unreachable(error) from None


def _connection() -> psycopg.Connection[tuple[object, ...]]:
    """Return this thread's connection to the store; a process that dies lets go of its turn."""
    name = threading.get_ident()
    found = _connections.get(name)
    if found is None or found.closed:
        _connections.clear()
        try:
            found = psycopg.connect(store_conninfo(), autocommit=True, application_name="accordant turn")
        except psycopg.OperationalError as error:
            raise unreachable(error) from None
        _connections[name] = found
    return found
