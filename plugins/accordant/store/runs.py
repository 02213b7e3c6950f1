"""Runs: one row per run of a flow, its progress, and the lock that keeps two from overlapping."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from accordant.store.database import Database, unreachable
from accordant.sync.errors import RetryLater


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow between two accounts.

    Attributes:
        ours, theirs: the accounts; every stored id is keyed by them.
        mode: apply or preview.
        parameters: what the person or the schedule asked for.
    """

    id: str
    flow: str
    ours: str
    theirs: str
    mode: str
    parameters: dict[str, Any]

    @property
    def scope(self) -> dict[str, str]:
        """Return the keys under which this pair's records are stored."""
        return {"flow": self.flow, "ours": self.ours, "theirs": self.theirs}


def open_run(
    database: Database, *, flow: str, ours: str, theirs: str, airflow_run_id: str, preview: bool,
    parameters: dict[str, Any],
) -> Run:  # fmt: skip
    """Open the run of an Airflow run, or find it again."""
    row = database.row(
        "store/run_open", flow=flow, ours=ours, theirs=theirs, airflow_run_id=airflow_run_id,
        mode="preview" if preview else "apply", parameters=Jsonb(parameters),
    )  # fmt: skip
    return _run(row)


def find_run(database: Database, run: str) -> Run:
    """Return a run by its id or its Airflow run id.

    Raises:
        LookupError: there is none.
    """
    row = database.row("store/run_get", run=run)
    if row is None:
        raise LookupError(f"No run {run!r} is in the sync store.")
    return _run(row)


def _run(row: Any) -> Run:
    return Run(
        str(row["id"]), row["flow"], row["ours"], row["theirs"], row["mode"], row["parameters"]
    )  # fmt: skip


class Lock:
    """The flow's lock, held by a connection of its own: it goes when the process does, however it dies."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def check(self) -> None:
        """Make sure that the lock is still ours: a restarted server gives it to another run.

        Raises:
            RetryLater: the connection, and with it the lock, is lost.
        """
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            raise unreachable(error) from None


@contextmanager
def exclusive(database: Database, scope: dict[str, str], seconds: int) -> Iterator[Lock]:
    """Hold the flow's lock: one process at a time works on one pair of accounts.

    Raises:
        RetryLater: another run held it for `seconds`, or the store cannot be reached.
    """
    number = zlib.crc32("\n".join(scope.values()).encode())
    try:
        connection = psycopg.connect(database.conninfo, autocommit=True, application_name="accordant lock")
    except psycopg.OperationalError as error:
        raise unreachable(error) from None
    with connection:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{seconds}s",))
        try:
            connection.execute("SELECT pg_advisory_lock(7205, %s)", (number - 2**31,))
        except psycopg.errors.LockNotAvailable:
            sentence = f"Another run of {scope['flow']} has been working for {seconds} seconds."
            raise RetryLater("RUN_OVERLAPS", sentence) from None
        yield Lock(connection)
