"""The client that every HTTP hook shares: reads are repeated, writes are sent exactly once."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import stamina

from accordant.hooks.answers import Verdicts, seconds_to_wait
from accordant.hooks.calls import ApiCall, OnCall, Params, Secrets, shown_path
from accordant.hooks.gates import Gate, Pace
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
        first_throttle: seconds to wait when asked to slow down without being told for how long; then twice as long.
    """

    attempts: int = 5
    seconds: float = 90.0
    first_wait: float = 0.5
    longest_wait: float = 15.0
    throttle_seconds: float = 120.0
    first_throttle: float = 1.0


QUICK = Patience(attempts=2, seconds=10, longest_wait=1, throttle_seconds=5)  # somebody waits for a connection test


class HttpClient:
    """Speaks to one account of one system; safe to use from several threads.

    Args:
        system: its connection type, for the call log.
        on_call: is told of every call that went over the wire. What it raises goes through.
        gate: every call goes out inside it. Default: at once.
    """

    def __init__(
        self, *, system: str, wire: Wire, auth: HeaderAuth, verdicts: Verdicts, secrets: Secrets,
        patience: Patience | None = None, on_call: OnCall | None = None, gate: Gate | None = None,
    ) -> None:  # fmt: skip
        self.auth = auth
        self.verdicts = verdicts
        self._system, self._wire, self._secrets = system, wire, secrets
        self._patience = patience or Patience()
        self._on_call = on_call
        self._gate = gate or Pace()

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

        `method` and `body` are for systems whose reads are POSTs: GraphQL, or a question in plain text.

        Raises:
            RetryLater: it stayed down, throttled or unreadable for all attempts.
            Misconfigured: credentials, role or address are wrong.
            RecordRejected: the system refused the question.
        """
        request = reading(method, path, params, body)
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
        left, unasked = self._patience.throttle_seconds, max(self._patience.first_throttle, self._patience.first_wait)
        while True:
            with self._gate(request.kind) as passage:
                outcome = self._told_exchange(request, auth, write=write)
            if isinstance(outcome, Silence) or outcome.status != 429:
                return outcome
            asked = seconds_to_wait(outcome.headers, datetime.now(UTC))
            wait = unasked if asked is None else asked + 0.05  # never a little too early
            if wait > left:
                raise self.verdicts.throttled(outcome, asked)
            passage.hold_back(wait)
            left, unasked = left - wait, unasked * 2

    def _told_exchange(self, request: Request, auth: HeaderAuth, *, write: bool) -> Answer | Silence:
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


def reading(method: str, path: str, params: Params | None, body: Any) -> Request:
    """Return the request of a read; a body that is a text goes as it is, any other as JSON."""
    if isinstance(body, str):
        return Request(method, path, params or {}, body.encode(), content_type="application/text")
    return Request(method, path, params or {}, None if body is None else json_bytes(body))


def json_bytes(body: Any) -> bytes:
    """Return a body as JSON; a Decimal as a number with exactly its digits.

    Raises:
        RecordRejected: it holds half of a surrogate pair, which no system stores.
        ValueError, TypeError: it holds NaN or a type that JSON has not; a mistake of ours.
    """
    try:
        told = orjson.dumps(
            body, default=_exact, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
        )
    except TypeError:
        if _is_unicode(body):
            raise
        raise RecordRejected("REFUSED_BY_TARGET", "The record holds a character that is no valid Unicode.") from None
    if b"null" in told:
        _is_unicode(body)  # NaN goes as null
    return told


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"JSON has no {type(value).__name__} like this")


def _is_unicode(body: Any) -> bool:
    """Tell whether all text can be sent; raises ValueError for NaN, which would go as null."""
    if isinstance(body, str):
        return body.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in body)
    if isinstance(body, float) and not math.isfinite(body):
        raise ValueError(f"JSON has no {body}")
    if isinstance(body, dict):
        return all(_is_unicode(name) and _is_unicode(value) for name, value in body.items())
    return not isinstance(body, list | tuple) or all(map(_is_unicode, body))
