"""What we asked each system, redacted, written in batches."""

from __future__ import annotations

import logging
from threading import Lock
from typing import Any, Protocol

import psycopg

from accordant.store.database import Database
from accordant.sync.errors import AccordantError

log = logging.getLogger(__name__)

_COPY = (
    "COPY accordant.api_call (run_id, step, system, account, method, path, status, milliseconds, is_write, detail, "
    "called_at) FROM STDIN"
)
_BATCH = 200


class Call(Protocol):
    """One call, as the hooks report it."""

    system: Any
    account: Any
    method: Any
    path: Any
    status: Any
    milliseconds: Any
    write: Any
    detail: Any
    at: Any


class CallLog:
    """Collects the calls of one step and writes them in batches; use it as a context manager."""

    def __init__(self, database: Database, run_id: str, step: str) -> None:
        self._database, self._run_id, self._step = database, run_id, step
        self._calls: list[Call] = []
        self._lock = Lock()

    def __enter__(self) -> CallLog:
        return self

    def __exit__(self, *_: object) -> None:
        self._write(self._take())

    def add(self, call: Call) -> None:
        """Take one call; may be used from several threads."""
        with self._lock:
            self._calls.append(call)
            full = self._calls if len(self._calls) >= _BATCH else []
            if full:
                self._calls = []
        try:
            self._write(full)
        except (AccordantError, psycopg.Error):
            # A call is told after it went out: what fails here must not look as if the call had failed.
            log.warning("%d calls could not be noted in the sync store.", len(full))

    def _take(self) -> list[Call]:
        with self._lock:
            calls, self._calls = self._calls, []
        return calls

    def _write(self, calls: list[Call]) -> None:
        if not calls:
            return
        with self._database.transaction() as connection, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for c in calls:
                copy.write_row((
                    self._run_id, self._step, c.system, c.account, c.method, c.path, c.status, c.milliseconds,
                    c.write, c.detail, c.at,
                ))  # fmt: skip
