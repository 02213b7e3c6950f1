"""The client of one company file: one request at a time, reads repeated, writes sent exactly once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from dataclasses import asdict, dataclass, replace
from typing import Any

import stamina

from accordant.hooks.calls import OnCall, Params, Secrets
from accordant.hooks.conductor_errors import DIALECT, ConductorVerdicts, failure_of
from accordant.hooks.conductor_wire import ConductorWire
from accordant.hooks.endpoints import Endpoint
from accordant.hooks.gates import TurnGate
from accordant.hooks.http import HttpClient, Patience, json_bytes, reading
from accordant.hooks.wire import Answer, HeaderAuth, Request, Silence
from accordant.sync.errors import RetryLater

Turn = Callable[[], AbstractContextManager[Any]]

_MARGIN = 10.0  # seconds that we wait longer than Conductor does, so that its own answer comes first
_SHARE = 0.9  # of the Connection's read timeout, where nothing else is said

_account_locks: dict[str, threading.Lock] = {}


@dataclass(frozen=True, slots=True)
class ConductorPatience(Patience):
    """How long a call to Conductor may be tried.

    Attributes:
        server_seconds: how long Conductor waits for QuickBooks; None for nine tenths of the Connection's
            `read_timeout`, which makes the vendor's own 90 s of the default (docs.conductor.is, "Timeouts").
        lock_wait: seconds after which a write is sent again because somebody had the record open.
        lock_retries: how often it is sent again for that.
        list_starts: how often a list is begun at most.
    """

    server_seconds: float | None = None
    lock_wait: float = 1.5
    lock_retries: int = 3
    list_starts: int = 3


def conductor_patience(given: Patience | None) -> ConductorPatience:
    """Return the patience of any hook with what Conductor's has besides."""
    if isinstance(given, ConductorPatience):
        return given
    return ConductorPatience() if given is None else ConductorPatience(**asdict(given))


def turn_in_process(account: str) -> Turn:
    """Return a turn that one thread of this process has at a time, for all hooks of an account."""
    lock = _account_locks.setdefault(account, threading.Lock())
    return lambda: lock


class ConductorClient(HttpClient):
    """Speaks to one company file; safe to use from several threads.

    QuickBooks answers one request at a time (docs.conductor.is, "Timeouts"), so each is sent inside a turn.
    """

    def __init__(self, *, turn: Turn, patience: ConductorPatience, **common: Any) -> None:
        super().__init__(patience=patience, gate=TurnGate(turn), **common)
        self._turn = turn
        self._own = patience

    @property
    def list_starts(self) -> int:
        """How often a list is begun at most."""
        return min(self._own.list_starts, self._patience.attempts)

    @contextmanager
    def one_turn(self) -> Iterator[ConductorClient]:
        """Give a client that sends everything inside this one turn, and each request once."""
        inside = copy(self)
        inside._gate = TurnGate(nullcontext)
        inside._patience = replace(self._patience, attempts=1)
        with self._turn():
            yield inside

    def read(
        self, path: str, params: Params | None = None, *, method: str = "GET", body: Any = None,
        auth: HeaderAuth | None = None,
    ) -> Any | None:  # fmt: skip
        """Return the decoded answer to a read, or None where there is no such record.

        Raises:
            RetryLater: LIST_TIMED_OUT after one try; else it stayed down, throttled or unreadable.
            Misconfigured: key, end user, link or address are wrong.
            RecordRejected: Conductor or QuickBooks refused the question.
        """
        return self._exchanged(reading(method, path, params, body), auth or self.auth)[0]

    def headers_of(self, path: str) -> Mapping[str, str]:
        """Return the headers of the answer to a read, their names in lower case; raises as `read` does."""
        return self._exchanged(Request("GET", path), self.auth)[1]

    def write(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any | None:
        """Send a write exactly once and return its decoded answer.

        Sent again only when throttled, or when somebody has the record open: both prove that nothing was
        applied.

        Raises:
            StaleRevision: the record changed since it was read; nothing was applied.
            NeedsPerson: RECORD_GONE; nothing was applied.
            RecordRejected, Misconfigured, RetryLater, OutcomeUnknown: see HttpClient.write.
        """
        request = Request(method, path, {}, None if body is None else json_bytes(body))
        return self.verdicts.value_written(self._unthrottled(request, self.auth, write=True))

    def tries(self, attempts: int, *, seconds: float | None) -> Iterable[stamina.Attempt]:
        """Give attempts at a read until one passes; no further one begins after so many seconds."""
        patience = self._patience
        return stamina.retry_context(
            on=_may_pass, attempts=attempts, timeout=seconds, wait_initial=patience.first_wait,
            wait_max=patience.longest_wait, wait_jitter=patience.first_wait,
        )  # fmt: skip

    def _exchanged(self, request: Request, auth: HeaderAuth) -> tuple[Any | None, Mapping[str, str]]:
        for attempt in self.tries(self._patience.attempts, seconds=self._patience.seconds):
            with attempt:
                outcome = self._unthrottled(request, auth, write=False)
                value = self.verdicts.value_read(outcome)
                assert isinstance(outcome, Answer)
                return value, outcome.headers
        raise AssertionError("the last attempt either returns or raises")

    def _unthrottled(self, request: Request, auth: HeaderAuth, *, write: bool) -> Answer | Silence:
        """Exchange; a write that met a locked record is sent again a little later."""
        outcome = super()._unthrottled(request, auth, write=write)
        for _ in range(self._own.lock_retries if write else 0):
            failure = failure_of(outcome, self._secrets)
            if failure is None or not failure.is_locked:
                break
            time.sleep(self._own.lock_wait)
            outcome = super()._unthrottled(request, auth, write=write)
        return outcome


def open_conductor(
    system: str, endpoint: Endpoint, account: str, token: str, headers: dict[str, str], *,
    patience: Patience | None, on_call: OnCall | None, turn: Turn | None,
) -> tuple[ConductorClient, ConductorWire]:  # fmt: skip
    """Return a client for one company file, and the wire to close after use.

    Args:
        system: the connection type.
        account: as stored ids are keyed.
        headers: credentials and end user.
    """
    own, secrets = conductor_patience(patience), Secrets(token)
    server, ours = _timeouts(own, endpoint)
    wire = ConductorWire(endpoint, token, {**headers, "Conductor-Timeout-Seconds": str(server)}, ours)
    verdicts = ConductorVerdicts(DIALECT, account, endpoint.conn_id, secrets)
    client = ConductorClient(
        turn=turn or turn_in_process(account), patience=own, system=system, wire=wire, auth=HeaderAuth({}),
        verdicts=verdicts, secrets=secrets, on_call=on_call,
    )  # fmt: skip
    return client, wire


def _timeouts(patience: ConductorPatience, endpoint: Endpoint) -> tuple[int, float]:
    """Return the seconds that Conductor waits for QuickBooks, and those that we wait for Conductor."""
    if patience.server_seconds is None:
        return max(1, int(_SHARE * endpoint.read_timeout)), endpoint.read_timeout
    return max(1, int(patience.server_seconds)), patience.server_seconds + _MARGIN


def _may_pass(error: Exception) -> bool:
    """Tell whether a read may be tried again; throttling was waited for, and a slow question stays slow."""
    return isinstance(error, RetryLater) and error.code.code not in ("THROTTLED", "LIST_TIMED_OUT")
