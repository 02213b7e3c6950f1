"""Runs: one row per run of a flow, its progress, and the lock that keeps two from overlapping."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from accordant.store.database import Database, unreachable
from accordant.sync.errors import RetryLater

_INSTANT = 0.05  # seconds to wait for a lock that somebody may hold
_LOCK = 7205  # the first key of every lock of a flow or a run
_MARK, _OF_ID = "accordant:", 13


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow between two accounts.

    Attributes:
        ours, theirs: the accounts; every stored id is keyed by them.
        mode: apply or preview.
        parameters: what the person or the schedule asked for.
        asked_by: the Airflow run, whose id says whether it was a person, the schedule or a backfill.
    """

    id: str
    flow: str
    ours: str
    theirs: str
    mode: str
    parameters: dict[str, Any]
    asked_by: str = ""

    @property
    def scope(self) -> dict[str, str]:
        """Return the keys under which this pair's records are stored."""
        return {"flow": self.flow, "ours": self.ours, "theirs": self.theirs}

    @property
    def own_scope(self) -> dict[str, str]:
        """Return the scope of the locks of a run that may go beside others of its flow."""
        return own_scope(self.scope, self.id)

    @property
    def mark(self) -> str:
        """Return what names the run where it claims records of our side."""
        return mark_of(self.id)


def mark_of(run_id: str) -> str:
    """Return what names a run where it claims records of our side: a word with the beginning of its id."""
    return f"{_MARK}{run_id[:_OF_ID]}"


def beginning_in(mark: str) -> str:
    """Return the beginning of the run's id in a mark; '' in that of another program."""
    return mark.removeprefix(_MARK) if mark.startswith(_MARK) else ""


def own_scope(scope: Mapping[str, str], run_id: str) -> dict[str, str]:
    """Return the scope of the locks of one run."""
    return {**scope, "run": run_id}


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
        str(row["id"]), row["flow"], row["ours"], row["theirs"], row["mode"], row["parameters"], row["airflow_run_id"]
    )  # fmt: skip


def lapsed_claims(
    database: Database, flow: str, lease: timedelta, others_lease: timedelta | None = None
) -> Callable[[str, datetime | None], bool]:
    """Return what tells of a claim's mark, and of when it was set, whether nobody is at work on what it claimed.

    A run is at work while it holds its lock; and until it is closed, while it was active within the lease or waits for
    a person, whatever accounts it works between: a step that failed may be tried again. A mark that no run of this
    store has is another program's, or that of another installation: it holds for its lease, by the clock of our side's
    database as compared with ours. Each question is answered by what the store says at that moment.
    """
    others = lease if others_lease is None else others_lease

    def lapsed(mark: str, since: datetime | None) -> bool:
        beginning = beginning_in(mark)
        rows = database.rows("store/runs_of_mark", flow=flow, beginning=beginning, lease=lease) if beginning else []
        if rows:
            return not any(row["recent"] for row in rows) and not any(runs_held(database, flow, rows))
        return since is None or datetime.now(UTC) - _aware(since) > others

    return lapsed


def runs_held(database: Database, flow: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return which of these runs (run, ours, theirs) a process is at work on now: it holds their lock."""
    held = {row["number"] for row in database.rows("store/locks_held", lock=_LOCK)}
    return [row["run"] for row in rows if _lock_of(flow, row) in held]


@contextmanager
def if_free(database: Database, scope: Mapping[str, str]) -> Iterator[bool]:
    """Hold a lock if nobody else does; tell whether it is held now."""
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(database, scope, _INSTANT))
            held = True
        except RetryLater:
            held = False
        yield held


def _lock_of(flow: str, row: Mapping[str, Any]) -> int:
    return lock_number(own_scope({"flow": flow, "ours": row["ours"], "theirs": row["theirs"]}, row["run"]))


def _aware(moment: datetime) -> datetime:
    """Return a moment with a zone: a database without zones tells UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


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


def lock_number(scope: Mapping[str, str]) -> int:
    """Return the second key of the advisory lock of what is at work: a flow's pair of accounts, or one run of it."""
    return zlib.crc32("\n".join(scope.values()).encode()) - 2**31


@contextmanager
def exclusive(database: Database, scope: Mapping[str, str], seconds: float) -> Iterator[Lock]:
    """Hold the flow's lock: one process at a time works on one pair of accounts.

    Raises:
        RetryLater: another run held it for `seconds`, or the store cannot be reached.
    """
    number = lock_number(scope)
    try:
        connection = psycopg.connect(database.conninfo, autocommit=True, application_name="accordant lock")
    except psycopg.OperationalError as error:
        raise unreachable(error) from None
    with connection:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", (f"{round(seconds * 1000)}ms",))
        try:
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK, number))
        except psycopg.errors.LockNotAvailable:
            sentence = f"Another run of {scope['flow']} has been working for {seconds:g} seconds."
            raise RetryLater("RUN_OVERLAPS", sentence) from None
        yield Lock(connection)
