"""When a call may go out, so that all tasks and workers together keep the limits of an account.

A call first takes one of the account's places (how many may be under way at once), then reserves the earliest moment
that keeps every rate, waits for it and goes at once. Reservations are rows of accordant.permit, made one at a time
under an advisory lock of the account, by the clock of Postgres.

pyrate-limiter's Postgres bucket was looked at and does not serve. A batch counts in two sets of limits, which are two
buckets there and are filled one after the other, so that its stamp in the first and its sending drift apart; how
many calls are under way at once is no notion there; and its clock cannot be replaced, so no test or benchmark could
look at an hour of calls.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from accordant.include_dir import sql
from accordant.store.database import Connection
from accordant.store.places import lent, place
from accordant.sync.rates import Rate, earliest

_LOCK = 7207
_CLOSED = "closed"  # the kind of a permit that is no call: nobody goes before its moment


class Clock(Protocol):
    """Stands in for the clock of Postgres, for tests and benchmarks."""

    def now(self) -> float:
        """Return the present moment, in seconds since 1970."""

    def sleep_until(self, moment: float) -> None:
        """Return when that moment has come."""

    def in_flight(self) -> AbstractContextManager[object]:
        """Give a context in which a call is under way."""


class SharedGate:
    """Lets calls to one account through when all limits allow; safe to use from several threads.

    Args:
        rates: with their margins.
        at_once: how many calls may be under way.
        latest: seconds after its moment at which a call may still go; one that was held up for longer reserves anew,
            as its moment counts for the others' sake. None for any.
    """

    def __init__(
        self, conninfo: str, account: str, rates: Sequence[Rate], at_once: int, *, latest: float | None = None,
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._conninfo, self._account, self._at_once = conninfo, account, at_once
        self._rates, self._reach = rates, max(rate.seconds for rate in rates)
        self._latest, self._clock = latest, clock

    @contextmanager
    def __call__(self, kind: str) -> Iterator[SharedGate]:
        """Wait until one more call of this kind may go, and count it as under way.

        Raises:
            RetryLater, Misconfigured: the sync store cannot be used; the call did not go.
        """
        with place(self._conninfo, self._account, self._at_once) as connection:
            while self._lateness(*self._reserved(connection, kind)) > self._allowed:
                pass  # the moment was missed
            with self._clock.in_flight() if self._clock else nullcontext():
                yield self

    def hold_back(self, seconds: float) -> None:
        """Let no call go that has no moment reserved yet, for so long."""
        with lent(self._conninfo) as connection, connection.transaction():
            now, _ = self._taken(connection)
            self._put(connection, _CLOSED, now, now + seconds)

    @property
    def _allowed(self) -> float:
        return float("inf") if self._latest is None else self._latest

    def _reserved(self, connection: Connection, kind: str) -> tuple[float, float]:
        """Reserve the earliest moment for a call; return the present moment and that one."""
        with connection.transaction():
            now, taken = self._taken(connection)
            opens = max((at for at, other in taken if other == _CLOSED), default=now)
            calls = [(at, other) for at, other in taken if other != _CLOSED]
            moment = earliest(max(now, opens), calls, kind, self._rates)
            self._put(connection, kind, now, moment)
        return now, moment

    def _lateness(self, now: float, moment: float) -> float:
        """Sleep until a moment; return how many seconds after it we woke up."""
        if self._clock:
            self._clock.sleep_until(moment)
            return self._clock.now() - moment
        woken = time.monotonic() + moment - now
        time.sleep(max(0.0, moment - now))
        return time.monotonic() - woken

    def _taken(self, connection: Connection) -> tuple[float, list[tuple[float, str]]]:
        """Return the present moment and every permit that still counts; nobody else takes one until the commit."""
        connection.execute(sql("store/permit_lock"), {"lock": _LOCK, "account": self._account})
        given = {"now": self._clock.now() if self._clock else None, "account": self._account, "reach": self._reach}
        rows = connection.execute(sql("store/permit_taken"), given).fetchall()
        return rows[0]["now"], [(row["at"], row["kind"]) for row in rows if row["kind"]]

    def _put(self, connection: Connection, kind: str, now: float, at: float) -> None:
        given = {"account": self._account, "kind": kind, "now": now, "at": at, "reach": self._reach}
        connection.execute(sql("store/permit_put"), given)
