"""The faults of Conductor and of the PC behind it, by name."""

from __future__ import annotations

import json

from sandbox.conductor.company_info import OTHER_COMPANY, company_info
from sandbox.conductor.errors import Refusal, invalid, name_taken, quickbooks, stale, timed_out
from sandbox.shared.faults import KINDS, Ending, FaultKind

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
_CONNECTION = "INTEGRATION_CONNECTION_ERROR"
_NOT_SET_UP = Refusal(
    409,
    _CONNECTION,
    "INTEGRATION_CONNECTION_NOT_SET_UP",
    "The end-user has not set up the QuickBooks Desktop connection.",
)
_CLOSED = Refusal(
    502,
    _CONNECTION,
    "QBD_CONNECTION_ERROR",
    "QBD Connection Error (0x80040420): The QuickBooks user has denied access.",
    integration_code="0x80040420",
)
_LOCKED = quickbooks(
    "3175", "The object is already in use. QuickBooks error message: The list element is in use. (Record locked)"
)
_TOO_MANY = Refusal(429, "INVALID_REQUEST_ERROR", "RATE_LIMIT_EXCEEDED", "Too many requests.")
_WORDS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


def _refusing(name: str, meaning: str, refusal: Refusal, *, applies: bool = False, **wanted: str) -> FaultKind:
    body = json.dumps(refusal.body("req_fault"))
    return FaultKind(name, meaning, applies, Ending.ANSWER, status=refusal.status, body=body, **wanted)  # type: ignore[arg-type]


def _server_errors() -> list[FaultKind]:
    found = []
    for status, words in _WORDS.items():
        error = Refusal(status, "INTERNAL_ERROR", "INTERNAL_ERROR", words)
        before, after = f"error_{status}_before_apply", f"error_{status}_after_apply"
        found.append(_refusing(before, f"{status} without a code of QuickBooks, nothing done", error))
        found.append(_refusing(after, f"{status} although it is done", error, applies=True))
    return found


def _throttle() -> FaultKind:
    body = json.dumps(_TOO_MANY.body("req_fault"))
    headers = (("Retry-After", "1"),)
    meaning = "429 with Retry-After, nothing done"
    return FaultKind("throttle", meaning, False, Ending.ANSWER, status=429, body=body, headers=headers)


_ALL = (
    *(KINDS[name] for name in _SHARED),
    *_server_errors(),
    _throttle(),
    FaultKind("slow", "the right answer, `seconds` later; the queue waits too", True, Ending.SLOW),
    _refusing("stale_revision", "3200: the revision number is out of date", stale("1700000000"), method="POST"),
    _refusing("record_locked", "the list element is in use by a person at the PC", _LOCKED),
    _refusing("connection_not_set_up", "409: the end user has no connection", _NOT_SET_UP),
    _refusing("quickbooks_closed", "QuickBooks cannot be reached (0x80040420)", _CLOSED),
    _refusing("request_timeout", "QBD_REQUEST_TIMEOUT, nothing done", timed_out()),
    _refusing("request_timeout_after_apply", "QBD_REQUEST_TIMEOUT although it is done", timed_out(), applies=True),
    _refusing(
        "expired_cursor",
        "400: the cursor has expired",
        invalid('The cursor "cur_expired" is invalid or has expired; start the list again without it'),
        method="GET",
        query="(^|&)cursor=",
    ),
    _refusing(
        "list_timeout",
        "a list of inventory adjustments times out",
        timed_out(),
        method="GET",
        path="/inventory-adjustments$",
    ),
    _refusing("duplicate_name", "3100: the name is already in use", name_taken("Somebody"), method="POST"),
    FaultKind(
        "wrong_company",
        "another company file is open, until disarmed",
        False,
        Ending.ANSWER,
        times=None,
        status=200,
        body=json.dumps(company_info(OTHER_COMPANY)),
        method="GET",
        path="/quickbooks-desktop/company$",
    ),
)
FAULTS: dict[str, FaultKind] = {kind.name: kind for kind in _ALL}


def throttled(_seconds: int) -> dict[str, object]:
    """The body of a 429."""
    return _TOO_MANY.body("req_throttled")
