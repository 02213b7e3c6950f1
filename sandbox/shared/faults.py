"""Faults by name: armed over the control API, taken by the calls they match."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any


class Ending(StrEnum):
    """How a faulty call ends for the caller."""

    HOLD = "hold"  # silence for `seconds`, then the connection drops
    RESET = "reset"  # the connection is reset with no byte answered
    RESET_MID_BODY = "reset_mid_body"  # headers and half of the body, then a reset
    CUT = "cut"  # half of the body, then an orderly close: shorter than Content-Length
    ANSWER = "answer"  # a complete answer, but the wrong one
    SLOW = "slow"  # the right answer, `seconds` later
    OWN = "own"  # the server itself answers wrongly; it finds the fault's name in the scope


@dataclass(frozen=True)
class FaultKind:
    """A fault by name.

    Attributes:
        applies: whether the server does what was asked before the fault strikes.
        times: how often it strikes unless told otherwise; None is until disarmed.
        status, body, content_type, headers: what an `Ending.ANSWER` says.
        method, path, query: which calls it strikes unless told otherwise.
    """

    name: str
    meaning: str
    applies: bool
    ending: Ending
    times: int | None = 1
    status: int = 500
    body: str = ""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    method: str | None = None
    path: str = "."
    query: str = ""
    only_parallel: bool = False


def _server_error(error: str) -> str:
    return (
        f'{{"error":"{error}","error_class":"<class \'django.db.utils.{error}\'>",'
        '"detail":"Error details can be found in the admin panel","path":"","status_code":500}'
    )


_HTML = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
_THROTTLED = '{"detail":"Request was throttled. Expected available in 1 second."}'

KINDS: dict[str, FaultKind] = {
    kind.name: kind
    for kind in (
        FaultKind("timeout_before_apply", "nothing is done and nothing is answered", False, Ending.HOLD),
        FaultKind("timeout_after_apply", "it is done, but never answered", True, Ending.HOLD),
        FaultKind("reset_before_apply", "nothing is done, connection reset", False, Ending.RESET),
        FaultKind("reset_after_apply", "it is done, then the connection is reset", True, Ending.RESET),
        FaultKind("reset_mid_body", "it is done, half the answer, then a reset", True, Ending.RESET_MID_BODY),
        FaultKind("truncated_answer", "it is done, the answer's JSON is cut in the middle", True, Ending.CUT),
        FaultKind(
            "error_500_before_apply",
            "500, nothing done",
            False,
            Ending.ANSWER,
            body=_server_error("InterfaceError"),
        ),
        FaultKind(
            "error_500_after_apply",
            "500 although it is done",
            True,
            Ending.ANSWER,
            body=_server_error("InterfaceError"),
        ),
        FaultKind(
            "bad_gateway",
            "502 with an HTML page, nothing done",
            False,
            Ending.ANSWER,
            status=502,
            body=_HTML.format("502 Bad Gateway"),
            content_type="text/html",
        ),
        FaultKind(
            "unavailable",
            "503 with an HTML page, nothing done",
            False,
            Ending.ANSWER,
            status=503,
            body=_HTML.format("503 Service Temporarily Unavailable"),
            content_type="text/html",
        ),
        FaultKind(
            "throttle",
            "429 with Retry-After, nothing done",
            False,
            Ending.ANSWER,
            status=429,
            body=_THROTTLED,
            headers=(("Retry-After", "1"),),
        ),
        FaultKind(
            "garbage",
            "200 with an HTML page instead of JSON, nothing done",
            False,
            Ending.ANSWER,
            status=200,
            body=_HTML.format("Sign in"),
            content_type="text/html",
        ),
        FaultKind("stop_answering", "every call is reset until disarmed", False, Ending.RESET, times=None),
        FaultKind(
            "expire_token",
            "401 as for an expired token, nothing done",
            False,
            Ending.ANSWER,
            status=401,
            body='{"detail":"Invalid token."}',
            headers=(("WWW-Authenticate", "Token"),),
        ),
        FaultKind(
            "database_locked",
            "parallel part creates answer 500, as on SQLite; nothing done",
            False,
            Ending.ANSWER,
            times=None,
            body=_server_error("OperationalError"),
            method="POST",
            path="^/api/part/$",
            only_parallel=True,
        ),
        FaultKind(
            "lost_race",
            "500 IntegrityError, as for the loser of a race; nothing done",
            False,
            Ending.ANSWER,
            body=_server_error("IntegrityError"),
            method="POST",
        ),
    )
}


@dataclass
class Armed:
    """One armed fault: which calls it strikes, and how often."""

    id: int
    name: str
    method: str | None
    path: str
    times: int | None
    kind: FaultKind = field(repr=False)
    query: str = ""
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    seconds: float = 30.0
    only_parallel: bool = False
    matched: int = 0
    struck: int = 0
    running: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        re.compile(self.path)  # a bad pattern fails now, when it is armed
        re.compile(self.query)
        self._dice = random.Random(self.seed)

    def fits(self, method: str, path: str, query: str) -> bool:
        """Whether a call is of the kind this fault may strike."""
        fitting = self.method in (None, method) and re.search(self.path, path) is not None
        return fitting and re.search(self.query, query) is not None

    def strikes(self) -> bool:
        """Decide for one fitting call, and count it."""
        if self.times is not None and self.struck >= self.times:
            return False
        if self.only_parallel and self.running == 0:
            return False
        self.matched += 1
        if self.matched <= self.skip or self._dice.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def describe(self) -> dict[str, Any]:
        """This fault as the control API shows it."""
        told = asdict(self)
        del told["kind"]
        return {**told, "applies": self.kind.applies, "meaning": self.kind.meaning}


class Faults:
    """The armed faults of one server, in the order they were armed.

    Args:
        kinds: the faults this server knows, by name.
    """

    def __init__(self, kinds: Mapping[str, FaultKind] = KINDS) -> None:
        self.kinds = kinds
        self._ids = count(1)
        self._armed: dict[int, Armed] = {}

    def arm(self, name: str, **options: Any) -> Armed:
        """Arm a fault; options are the fields of `Armed`.

        Raises:
            ValueError: the name, an option or the pattern is wrong.
        """
        kind = self.kinds.get(name)
        if kind is None:
            raise ValueError(f"no fault is called {name!r}; there are: {', '.join(self.kinds)}")
        asked = {key: getattr(kind, key) for key in ("method", "path", "query", "times", "only_parallel")} | options
        try:
            armed = Armed(id=next(self._ids), name=name, kind=kind, **asked)
        except (TypeError, re.error) as error:
            raise ValueError(str(error)) from error
        self._armed[armed.id] = armed
        return armed

    def disarm(self, fault_id: int | None = None) -> None:
        """Disarm one fault, or all of them."""
        if fault_id is None:
            self._armed.clear()
        else:
            self._armed.pop(fault_id, None)

    def armed(self) -> list[Armed]:
        """All armed faults, spent ones too."""
        return list(self._armed.values())

    def take(self, method: str, path: str, query: str = "") -> Armed | None:
        """The fault that strikes this call, if any; it is counted."""
        for armed in self._armed.values():
            if armed.fits(method, path, query) and armed.strikes():
                return armed
        return None

    def lane(self, method: str, path: str, query: str = "") -> Armed | None:
        """The armed fault that needs to know which fitting calls run at the same time."""
        for armed in self._armed.values():
            if armed.only_parallel and armed.fits(method, path, query):
                return armed
        return None
