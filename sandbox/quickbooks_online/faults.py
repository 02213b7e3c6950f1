"""The faults of QuickBooks Online, by name.

They strike calls of the API unless told otherwise; `path="^/oauth2/"` aims at the token endpoint.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sandbox.quickbooks_online.batch import PARTIAL, PARTIAL_FAULTS
from sandbox.quickbooks_online.errors import SYSTEM, Refusal, stale, throttled, token_refused
from sandbox.shared.faults import KINDS, Ending, FaultKind

_API = "^/v3/"
_WRITES = r"^/v3/company/[^/]+/(?!query|cdc|batch)"
# Breaks of the connection are the same everywhere.
_SHARED = (
    "timeout_before_apply",
    "timeout_after_apply",
    "reset_before_apply",
    "reset_after_apply",
    "reset_mid_body",
    "truncated_answer",
    "bad_gateway",
    "unavailable",
    "garbage",
    "stop_answering",
)
_TIME = "2026-01-01T00:00:00.000-08:00"
_FORBIDDEN = "<!doctype html><html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
_BROKEN = Refusal(
    "10000",
    "An application error has occurred while processing your request",
    "System Failure Error: Application Fault",
    status=500,
    kind=SYSTEM,
)


def _refusing(name: str, meaning: str, refusal: Refusal, *, applies: bool = False, **wanted: str) -> FaultKind:
    body = json.dumps(refusal.body(_TIME))
    asked = {"path": _API} | wanted
    return FaultKind(name, meaning, applies, Ending.ANSWER, status=refusal.status, body=body, **asked)  # type: ignore[arg-type]


_ALL = (
    *(replace(KINDS[name], path=_API) for name in _SHARED),
    FaultKind("slow", "the right answer, `seconds` later", True, Ending.SLOW, path=_API),
    _refusing("error_500_before_apply", "500, nothing done", _BROKEN),
    _refusing("error_500_after_apply", "500 although it is done", _BROKEN, applies=True),
    _refusing("throttle", "429 without Retry-After, nothing done", throttled()),
    _refusing("expired_token", "401 as for an expired access token, nothing done", token_refused()),
    _refusing(
        "stale_revision", "5010: the SyncToken is not that of now, nothing done", stale(), method="POST", path=_WRITES
    ),
    FaultKind(
        "invalid_grant",
        "400 invalid_grant at the token endpoint, nothing done",
        False,
        Ending.ANSWER,
        status=400,
        body='{"error":"invalid_grant"}',
        method="POST",
        path="^/oauth2/",
    ),
    FaultKind(
        "html_403",
        "403 with an HTML page, nothing done",
        False,
        Ending.ANSWER,
        status=403,
        body=_FORBIDDEN,
        content_type="text/html",
        path=_API,
    ),
    FaultKind(
        PARTIAL,
        "only the first half of a batch is done and answered",
        True,
        Ending.OWN,
        method="POST",
        path="/batch/?$",
    ),
    FaultKind(
        PARTIAL_FAULTS,
        "every second item of a batch is not done and answered with a passing SystemFault",
        True,
        Ending.OWN,
        method="POST",
        path="/batch/?$",
    ),
    FaultKind(
        "duplicate_page",
        "until disarmed, every page of a query but the first begins with rows of the one before",
        True,
        Ending.OWN,
        times=None,
        path="/query/?$",
    ),
)
FAULTS: dict[str, FaultKind] = {kind.name: kind for kind in _ALL}
