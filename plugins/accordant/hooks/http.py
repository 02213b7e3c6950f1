"""The client that every HTTP hook shares: reads are repeated, writes are sent exactly once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stamina

from accordant.hooks.answers import Verdicts, seconds_to_wait
from accordant.hooks.calls import ApiCall, OnCall, Params, Secrets, shown_path
from accordant.hooks.wire import Answer, HeaderAuth, Request, Silence, Wire
from accordant.sync.errors import RecordRejected, RetryLater


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may be tried.

    Attributes:
        attempts: how often a read is sent at most.
        seconds: no further attempt of a read begins after so long.
        first_wait, longest_wait: seconds between attempts; each wait is twice the one before, with jitter.
        throttle_seconds: how long one call, read or write, may wait in all when asked to slow down.
    """

    attempts: int = 5
    seconds: float = 90.0
    first_wait: float = 0.5
    longest_wait: float = 15.0
    throttle_seconds: float = 120.0


QUICK = Patience(attempts=2, seconds=10, longest_wait=1, throttle_seconds=5)  # somebody waits for a connection test


class Pace:
    """Spaces calls evenly over time, for all threads of one hook."""

    def __init__(self, per_second: float | None) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait for the next free place."""
        if not self._gap:
            return
        with self._lock:
            place = max(self._next, time.monotonic())
            self._next = place + self._gap
        time.sleep(max(0.0, place - time.monotonic()))


class HttpClient:
    """Speaks to one account of one system; safe to use from several threads.

    Args:
        system: its connection type, for the call log.
        on_call: is told of every call that went over the wire. What it raises goes through.
    """

    def __init__(
        self, *, system: str, wire: Wire, auth: HeaderAuth, verdicts: Verdicts, secrets: Secrets,
        patience: Patience | None = None, on_call: OnCall | None = None, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self.auth = auth
        self.verdicts = verdicts
        self._system, self._wire, self._secrets = system, wire, secrets
        self._patience = patience or Patience()
        self._on_call = on_call
        self._pace = pace or Pace(None)

    def with_patience(self, patience: Patience) -> HttpClient:
        """Return the same client with another patience."""
        other = copy(self)
        other._patience = patience
        return other

    def read(
        self, path: str, params: Params | None = None, *, method: str = "GET", body: Any = None,
        auth: HeaderAuth | None = None,
    ) -> Any | None:  # fmt: skip
        """Return the decoded answer to a read, or None where the system says there is no such object.

        `method` and `body` are for systems whose reads are POSTs (GraphQL).

        Raises:
            RetryLater: it stayed down, throttled or unreadable for all attempts.
            Misconfigured: credentials, role or address are wrong.
            RecordRejected: the system refused the question.
        """
        request = Request(method, path, params or {}, None if body is None else json_bytes(body))
        patience = self._patience
        for attempt in stamina.retry_context(
            on=_may_pass, attempts=patience.attempts, timeout=patience.seconds, wait_initial=patience.first_wait,
            wait_max=patience.longest_wait, wait_jitter=patience.first_wait,
        ):  # fmt: skip
            with attempt:
                return self.verdicts.value_read(self._unthrottled(request, auth or self.auth, write=False))
        raise AssertionError("the last attempt either returns or raises")

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any | None:
        """Send a write exactly once and return its decoded answer; None for an empty one (204).

        Sent again only when throttled (429), which proves that nothing was applied.

        Raises:
            RecordRejected: the system refused it.
            Misconfigured: credentials, role or address are wrong; nothing was applied.
            RetryLater: nothing went out, or it was throttled for longer than we may wait.
            OutcomeUnknown: anything else.
        """
        request = Request(method, path, {}, json_bytes(body))
        return self.verdicts.value_written(self._unthrottled(request, self.auth, write=True))

    def _unthrottled(self, request: Request, auth: HeaderAuth, *, write: bool) -> Answer | Silence:
        """Exchange, waiting as long as the system asks and our patience lasts."""
        left, unasked = self._patience.throttle_seconds, max(1.0, self._patience.first_wait)
        while True:
            outcome = self._told_exchange(request, auth, write=write)
            if isinstance(outcome, Silence) or outcome.status != 429:
                return outcome
            asked = seconds_to_wait(outcome.headers, datetime.now(UTC))
            wait = unasked if asked is None else asked + 0.05  # never a little too early
            if wait > left:
                raise self.verdicts.throttled(asked)
            time.sleep(wait)
            left, unasked = left - wait, unasked * 2

    def _told_exchange(self, request: Request, auth: HeaderAuth, *, write: bool) -> Answer | Silence:
        self._pace.wait()
        at, started = datetime.now(UTC), time.perf_counter()
        outcome = self._wire.exchange(request, auth)
        if self._on_call is not None:
            milliseconds = (time.perf_counter() - started) * 1000
            self._on_call(self._call(request, outcome, at, milliseconds, write=write))
        return outcome

    def _call(
        self, request: Request, outcome: Answer | Silence, at: datetime, milliseconds: float, *, write: bool
    ) -> ApiCall:
        return ApiCall(
            system=self._system,
            account=self.verdicts.account,
            method=request.method,
            path=shown_path(request.path, request.params, self._secrets),
            status=None if isinstance(outcome, Silence) else outcome.status,
            milliseconds=milliseconds,
            at=at,
            write=write,
            detail=self._detail(outcome),
        )

    def _detail(self, outcome: Answer | Silence) -> str:
        if isinstance(outcome, Silence):
            return outcome.words
        if outcome.status < 400:
            return ""
        return "a web page" if outcome.is_page else self.verdicts.refusal(outcome).sentence[:200]


def _may_pass(error: Exception) -> bool:
    """Tell whether a read may be tried again; for throttling the waiting has been done already."""
    return isinstance(error, RetryLater) and error.code.code != "THROTTLED"


def json_bytes(body: Any) -> bytes:
    """Return a body as JSON.

    Raises:
        RecordRejected: it holds half of a surrogate pair, which no system stores.
        ValueError, TypeError: it holds NaN or a type that JSON has not; a mistake of ours.
    """
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        pass
    raise RecordRejected("REFUSED_BY_TARGET", "The record holds a character that is no valid Unicode.")
