"""Every error of Conductor and QuickBooks leads to the exception that says how to recover."""

from __future__ import annotations

import time
from typing import Any

import pytest

from accordant.hooks.conductor import ConductorHook
from accordant.sync.catalogue import CATALOGUE
from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    NeedsPerson,
    OutcomeUnknown,
    RecordRejected,
    RetryLater,
    StaleRevision,
)
from tests.hooks.misbehaving_server import MisbehavingServer, Reply
from tests.hooks.test_conductor import CUSTOMER, HASTY, open_hook

USELESS = "An internal server error occurred. Please try again later."


def error(status: int, code: str, message: str = "Why.", integration_code: str | None = None, **more: Any) -> Reply:
    told = {"type": "INTEGRATION_ERROR", "code": code, "message": message, "userFacingMessage": USELESS, **more}
    if integration_code is not None:
        told["integrationCode"] = integration_code
    return Reply(status, {"error": {**told, "httpStatusCode": status, "requestId": "req_1"}})


def quickbooks(integration_code: str, message: str = "QuickBooks says why.") -> Reply:
    words = f"QBD Request Error ({integration_code}): {message}"
    return error(502, "QBD_REQUEST_ERROR", words, integration_code)


def closed(integration_code: str | None) -> Reply:
    return error(502, "QBD_CONNECTION_ERROR", "No connection.", integration_code, type="INTEGRATION_CONNECTION_ERROR")


INVALID = "INVALID_REQUEST_ERROR"
IN_USE = "The customer cannot be changed because it is already in use."
LOCKED = "There was an error when saving a Customer. QuickBooks error message: The list element is in use."
SAVE = "There was an error when saving a Invoice. QuickBooks error message: The posting account is invalid."
NAME = 'The name "A" of the list element is already in use.'
TIMEOUT = error(502, "QBD_REQUEST_TIMEOUT", "Timed out.")

Outcome = tuple[type[AccordantError], str, int]  # exception, code, requests
# The answer; what it means for a write; what it means for a read.
TABLE: dict[str, tuple[Reply, Outcome, Outcome]] = {
    "401": (error(401, "API_KEY_INVALID"), (Misconfigured, "CREDENTIALS_REFUSED", 1),
            (Misconfigured, "CREDENTIALS_REFUSED", 1)),
    "key invalid": (error(400, "API_KEY_INVALID"), (Misconfigured, "CREDENTIALS_REFUSED", 1),
                    (Misconfigured, "CREDENTIALS_REFUSED", 1)),
    "403": (error(403, "PERMISSION_DENIED"), (Misconfigured, "PERMISSION_MISSING", 1),
            (Misconfigured, "PERMISSION_MISSING", 1)),
    "not set up": (error(409, "INTEGRATION_CONNECTION_NOT_SET_UP"), (Misconfigured, "QUICKBOOKS_NOT_LINKED", 1),
                   (Misconfigured, "QUICKBOOKS_NOT_LINKED", 1)),
    "not active": (error(409, "INTEGRATION_CONNECTION_NOT_ACTIVE"), (Misconfigured, "QUICKBOOKS_NOT_LINKED", 1),
                   (Misconfigured, "QUICKBOOKS_NOT_LINKED", 1)),
    "no end user": (error(404, "RESOURCE_MISSING", "No such end-user: end_usr_1"),
                    (Misconfigured, "CONNECTION_INCOMPLETE", 1), (Misconfigured, "CONNECTION_INCOMPLETE", 1)),
    "no route": (error(404, "RESOURCE_MISSING", "Unrecognized request URL (GET /x)."),
                 (Misconfigured, "ADDRESS_WRONG", 1), (Misconfigured, "ADDRESS_WRONG", 1)),
    "404 page": (Reply(404, b"<html></html>"), (Misconfigured, "ADDRESS_WRONG", 1),
                 (Misconfigured, "ADDRESS_WRONG", 1)),
    "redirect": (Reply(302, headers={"Location": "https://elsewhere.example/"}), (Misconfigured, "ADDRESS_WRONG", 1),
                 (Misconfigured, "ADDRESS_WRONG", 1)),
    "400": (error(400, INVALID, type=INVALID), (RecordRejected, "REFUSED_BY_TARGET", 1),
            (RecordRejected, "REFUSED_BY_TARGET", 1)),
    "422": (error(422, INVALID, type=INVALID), (RecordRejected, "REFUSED_BY_TARGET", 1),
            (RecordRejected, "REFUSED_BY_TARGET", 1)),
    "429": (Reply(429, headers={"Retry-After": "3600"}), (RetryLater, "THROTTLED", 1), (RetryLater, "THROTTLED", 1)),
    "3200": (quickbooks("3200"), (StaleRevision, "REVISION_STALE", 1), (StaleRevision, "REVISION_STALE", 1)),
    "3100": (quickbooks("3100", NAME), (RecordRejected, "NAME_IN_USE", 1), (RecordRejected, "NAME_IN_USE", 1)),
    "3140": (quickbooks("3140"), (RecordRejected, "REFERENCE_UNKNOWN", 1), (RecordRejected, "REFERENCE_UNKNOWN", 1)),
    "500": (quickbooks("500"), (RecordRejected, "REFERENCE_UNKNOWN", 1), (RecordRejected, "REFERENCE_UNKNOWN", 1)),
    "3175": (quickbooks("3175"), (RetryLater, "RECORD_LOCKED", 4), (RetryLater, "RECORD_LOCKED", 3)),
    "3176": (quickbooks("3176"), (RetryLater, "RECORD_LOCKED", 4), (RetryLater, "RECORD_LOCKED", 3)),
    "3180 locked": (quickbooks("3180", LOCKED), (RetryLater, "RECORD_LOCKED", 4), (RetryLater, "RECORD_LOCKED", 3)),
    "locked by words": (error(502, "QBD_REQUEST_ERROR", IN_USE), (RetryLater, "RECORD_LOCKED", 4),
                        (RetryLater, "RECORD_LOCKED", 3)),
    "3180": (quickbooks("3180", SAVE), (RecordRejected, "REFUSED_BY_TARGET", 1),
             (RecordRejected, "REFUSED_BY_TARGET", 1)),
    "3160": (quickbooks("3160", "It cannot be deleted because it is in use or has linked transactions."),
             (RecordRejected, "REFUSED_BY_TARGET", 1), (RecordRejected, "REFUSED_BY_TARGET", 1)),
    "570": (quickbooks("570"), (RecordRejected, "REFUSED_BY_TARGET", 1), (RecordRejected, "REFUSED_BY_TARGET", 1)),
    "550": (quickbooks("550", "The object was saved successfully, but its Notes were not."),
            (OutcomeUnknown, "OUTCOME_UNKNOWN", 1), (RetryLater, "SYSTEM_DOWN", 3)),
    "1000": (quickbooks("1000", "internal error"), (OutcomeUnknown, "OUTCOME_UNKNOWN", 1),
             (RetryLater, "SYSTEM_DOWN", 3)),
    "closed": (closed("0x80040420"), (RetryLater, "QUICKBOOKS_CLOSED", 1), (RetryLater, "QUICKBOOKS_CLOSED", 3)),
    "closed, upper case": (closed("0X8004041A"), (RetryLater, "QUICKBOOKS_CLOSED", 1),
                           (RetryLater, "QUICKBOOKS_CLOSED", 3)),
    "connection lost": (closed(None), (OutcomeUnknown, "OUTCOME_UNKNOWN", 1), (RetryLater, "QUICKBOOKS_CLOSED", 3)),
    "unexpected error": (closed("0x80040402"), (OutcomeUnknown, "OUTCOME_UNKNOWN", 1),
                         (RetryLater, "QUICKBOOKS_CLOSED", 3)),
    "other hresult": (closed("0x80070005"), (OutcomeUnknown, "OUTCOME_UNKNOWN", 1),
                      (RetryLater, "QUICKBOOKS_CLOSED", 3)),
    "parse": (closed("0x80040400"), (RecordRejected, "TEXT_NOT_HELD", 1), (RecordRejected, "TEXT_NOT_HELD", 1)),
    "parse, request": (quickbooks("0x80040400"), (RecordRejected, "TEXT_NOT_HELD", 1),
                       (RecordRejected, "TEXT_NOT_HELD", 1)),
    "request timeout": (TIMEOUT, (OutcomeUnknown, "OUTCOME_UNKNOWN", 1), (RetryLater, "LIST_TIMED_OUT", 1)),
    "502 without a code": (error(502, "QBD_REQUEST_ERROR"), (OutcomeUnknown, "OUTCOME_UNKNOWN", 1),
                           (RetryLater, "SYSTEM_DOWN", 3)),
    "504": (Reply(504), (OutcomeUnknown, "OUTCOME_UNKNOWN", 1), (RetryLater, "SYSTEM_DOWN", 3)),
    "code in words only": (error(502, "QBD_REQUEST_ERROR", "QBD Request Error (3200): out-of-date"),
                           (StaleRevision, "REVISION_STALE", 1), (StaleRevision, "REVISION_STALE", 1)),
}  # fmt: skip
ROWS = pytest.mark.parametrize("row", list(TABLE))


def outcome_of(server: MisbehavingServer, reply: Reply, ask: Any) -> tuple[AccordantError, Outcome]:
    server.script(reply)
    with pytest.raises(AccordantError) as caught:
        ask(open_hook(server.url))
    return caught.value, (type(caught.value), caught.value.code.code, len(server.asked))


@ROWS
@pytest.mark.parametrize(
    "write",
    [
        lambda hook: hook.create("customers", {"name": "A"}),
        lambda hook: hook.delete("invoices", "1"),
    ],
    ids=["create", "delete"],
)
def test_what_an_answer_to_a_write_means(server: MisbehavingServer, row: str, write: Any) -> None:
    reply, wanted, _ = TABLE[row]
    found, outcome = outcome_of(server, reply, write)
    assert outcome == wanted
    assert USELESS not in str(found)


@ROWS
def test_what_an_answer_to_a_read_means(server: MisbehavingServer, row: str) -> None:
    reply, _, wanted = TABLE[row]
    assert outcome_of(server, reply, lambda hook: hook.company())[1] == wanted


@ROWS
def test_what_an_answer_to_a_list_means(server: MisbehavingServer, row: str) -> None:
    reply, _, wanted = TABLE[row]
    assert outcome_of(server, reply, lambda hook: list(hook.rows("customers")))[1] == wanted


def test_a_broken_schema_is_told_in_the_words_that_say_what_is_wrong(server: MisbehavingServer) -> None:
    words = 'Too big: expected string to have <=41 characters at "name"'
    found, _ = outcome_of(server, error(400, INVALID, words, type=INVALID), lambda hook: hook.create("customers", {}))
    assert found.sentence == f"{words} ({INVALID})"


@pytest.mark.parametrize(
    "reply",
    [
        error(404, "RESOURCE_MISSING", 'No such customer: "1".'),
        quickbooks("3120", 'Object "1" specified in the request cannot be found.'),
        quickbooks("500", 'There was a required element ("1") that could not be found in QuickBooks.'),
    ],
    ids=["missing", "3120", "500"],
)
def test_a_record_that_is_not_there_is_none(server: MisbehavingServer, reply: Reply) -> None:
    server.script(reply)
    assert open_hook(server.url).find("customers", "1") is None
    assert len(server.asked) == 1


def test_only_a_missing_record_is_none(server: MisbehavingServer) -> None:
    for name in ("no end user", "no route", "404 page", "401", "not set up", "parse"):
        server.script(TABLE[name][0])
        hook = open_hook(server.url)
        with pytest.raises(AccordantError):
            hook.find("customers", "1")


@pytest.mark.parametrize(
    "change",
    [
        lambda hook: hook.update("customers", "1", {"revisionNumber": "1"}),
        lambda hook: hook.delete("invoices", "1"),
        lambda hook: hook.void("invoices", "1"),
    ],
    ids=["update", "delete", "void"],
)
@pytest.mark.parametrize(
    "reply", [error(404, "RESOURCE_MISSING", 'No such customer: "1".'), quickbooks("3120")], ids=["missing", "3120"]
)
def test_changing_what_is_gone_waits_for_the_next_plan(server: MisbehavingServer, reply: Reply, change: Any) -> None:
    assert outcome_of(server, reply, change)[1] == (NeedsPerson, "RECORD_GONE", 1)


# -- not applied, so sent again


def hook_with(server: MisbehavingServer) -> ConductorHook:
    return open_hook(server.url, patience=HASTY)


def test_a_write_to_a_locked_record_is_sent_again_because_nothing_was_applied(server: MisbehavingServer) -> None:
    server.script(quickbooks("3175"), quickbooks("3180", LOCKED), Reply(200, CUSTOMER))
    assert hook_with(server).create("customers", {"name": "A"}) == CUSTOMER
    assert [asked.json for asked in server.asked] == [{"name": "A"}] * 3


def test_a_write_after_a_lock_is_unknown_when_its_answer_is_lost(server: MisbehavingServer) -> None:
    server.script(quickbooks("3175"), Reply(reset=True))
    with pytest.raises(OutcomeUnknown):
        hook_with(server).create("customers", {})
    assert len(server.asked) == 2


@pytest.mark.parametrize("ask", [lambda hook: hook.create("customers", {}), lambda hook: hook.find("customers", "1")])
def test_throttling_is_waited_for_as_told(server: MisbehavingServer, ask: Any) -> None:
    server.script(Reply(429, headers={"Retry-After": "1"}), Reply(200, CUSTOMER))
    started = time.monotonic()
    assert ask(hook_with(server)) == CUSTOMER
    assert time.monotonic() - started >= 1
    assert len(server.asked) == 2


def test_a_read_survives_passing_faults(server: MisbehavingServer) -> None:
    server.script(closed("0x80040420"), Reply(reset=True), Reply(200, CUSTOMER))
    assert hook_with(server).find("customers", "1") == CUSTOMER


def test_a_slow_answer_to_a_read_may_be_asked_for_again(server: MisbehavingServer) -> None:
    server.script(Reply(stall=3), Reply(200, CUSTOMER))
    assert hook_with(server).find("customers", "1") == CUSTOMER


def test_where_to_mend_it_is_said(server: MisbehavingServer) -> None:
    found, _ = outcome_of(server, TABLE["not set up"][0], lambda hook: hook.company())
    assert found.record == "conductor_test"
    assert "Conductor's dashboard" in CATALOGUE["QUICKBOOKS_NOT_LINKED"].action
    assert "INTEGRATION_CONNECTION_NOT_SET_UP" in str(found)
