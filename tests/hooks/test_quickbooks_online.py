"""The QuickBooks Online hook: what it sends, and what each answer means."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accordant.hooks.calls import ApiCall
from accordant.hooks.quickbooks_online_batch import BatchItem
from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    OutcomeUnknown,
    RecordRejected,
    RetryLater,
    StaleRevision,
)
from tests.hooks.misbehaving_server import Asked, Reply
from tests.hooks.quickbooks_company import REFUSED, THROTTLE, TID, Company, fault, pair

ITEMS = [BatchItem("1", "create", "Invoice", {"DocNumber": "MIS-1"})]
BODY = {"DocNumber": "MIS-1", "TotalAmt": Decimal("10.10")}
CREATED = Reply(200, {"Invoice": {"Id": "9", "SyncToken": "0"}}, TID)


def failure(company: Company, *replies: Any) -> AccordantError:
    company.script(*replies)
    with pytest.raises(AccordantError) as caught:
        company.hook().create("Invoice", BODY, "run-1")
    return caught.value


# -- what goes out


def test_a_create_carries_its_request_id_the_version_and_exact_amounts(company: Company) -> None:
    company.script(CREATED)
    assert company.hook().create("Invoice", BODY, "run-1")["Id"] == "9"
    (asked,) = company.asked
    assert (asked.method, asked.path) == ("POST", "/v3/company/46208/invoice")
    assert asked.query == {"minorversion": "75", "requestid": "run-1"}
    assert asked.body == b'{"DocNumber":"MIS-1","TotalAmt":10.10}'
    assert (asked.headers["accept"], asked.headers["authorization"]) == ("application/json", "Bearer canary-access-1")


@pytest.mark.parametrize("amount", ["0.1", "12345678901234567.89", "-0.00", "1E+3", "1E-7"])
def test_an_amount_goes_and_comes_with_exactly_its_digits(company: Company, amount: str) -> None:
    company.script(lambda asked: Reply(200, b'{"Invoice":{"Id":"1","TotalAmt":%s}}' % asked.body[12:-1]))
    told = company.hook().create("Invoice", {"Amount12": Decimal(amount)}, "r")["TotalAmt"]
    assert Decimal(told) == Decimal(amount)
    assert b"E" not in company.asked[0].body[12:]


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_never_goes(company: Company, value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        company.hook().create("Invoice", {"Amount": value}, "r")
    assert company.asked == []


def test_a_question_is_a_text(company: Company) -> None:
    company.script(Reply(200, {"QueryResponse": {"Customer": [{"Id": "1"}]}}), Reply(200, {"QueryResponse": {}}))
    assert list(company.hook().find_by("Customer", "DisplayName", ["O'Neil", "O'Neil"], also_inactive=True)) == [
        {"Id": "1"}
    ]
    (asked,) = company.asked
    assert asked.headers["content-type"] == "application/text"
    assert asked.body.decode() == (
        r"SELECT * FROM Customer WHERE DisplayName IN ('O\'Neil') AND Active IN (true, false) "
        "ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    )


def test_every_call_passes_the_gate_with_its_kind_but_those_for_tokens(company: Company) -> None:
    passed: list[str] = []

    class Gate:
        @contextmanager
        def __call__(self, kind: str) -> Iterator[Any]:
            passed.append(kind)
            yield self

        def hold_back(self, seconds: float) -> None:
            passed.append(f"hold back {seconds:g}")

    company.script(Reply(200, {"Preferences": {}}), THROTTLE, Reply(200, {"BatchItemResponse": []}))
    hook = company.hook(gate=Gate())
    hook.preferences()
    hook.batch(ITEMS, "b")
    assert passed == ["request", "batch", "hold back 0.1", "batch"]
    assert len(company.renewals) == 1


def test_every_call_is_told_those_for_tokens_too(company: Company) -> None:
    calls: list[ApiCall] = []
    company.script(Reply(200, {"Preferences": {}}))
    company.hook(calls).preferences()
    assert [(call.method, call.path, call.write) for call in calls] == [
        ("POST", "/oauth2/v1/tokens/bearer", False),
        ("GET", "/v3/company/46208/preferences?minorversion=75", False),
    ]


# -- writes


@pytest.mark.parametrize(
    ("code", "kind", "ours"),
    [
        ("5010", StaleRevision, "REVISION_STALE"),
        ("6140", RecordRejected, "DOCUMENT_NUMBER_TAKEN"),
        ("6240", RecordRejected, "CUSTOMER_NAME_TAKEN"),
        ("610", RecordRejected, "REFERENCE_INVALID"),
        ("2500", RecordRejected, "REFERENCE_INVALID"),
        ("6000", RecordRejected, "REFUSED_BY_TARGET"),
        ("3100", Misconfigured, "PERMISSION_MISSING"),
        ("6190", Misconfigured, "PERMISSION_MISSING"),
        ("003001", RetryLater, "THROTTLED"),
    ],
)
@pytest.mark.parametrize("status", [400, 200])
def test_a_fault_says_how_to_recover(
    company: Company, code: str, kind: type[AccordantError], ours: str, status: int
) -> None:
    error = failure(company, Reply(status, fault((code, "Bad thing"), element="DocNumber"), TID))
    assert (type(error), error.code.code) == (kind, ours)
    assert error.sentence == f"Bad thing ({code.lstrip('0')}) (intuit_tid 1-abc)"
    assert error.field == ("DocNumber" if kind is RecordRejected else "")
    assert len(company.asked) == 1


def test_all_errors_of_a_fault_are_told(company: Company) -> None:
    error = failure(company, Reply(400, fault(("6000", "First"), ("2500", "Second")), TID))
    assert error.sentence == "First (6000); Second (2500) (intuit_tid 1-abc)"
    assert error.code.code == "REFERENCE_INVALID"


def test_a_system_fault_leaves_the_outcome_open(company: Company) -> None:
    for status in (200, 400, 500):
        assert isinstance(failure(company, Reply(status, fault(("10000", "Oops"), kind="SystemFault"))), OutcomeUnknown)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, headers=TID), Reply(502, b"<html></html>", TID), Reply(200, b"", TID), Reply(200, {"Other": 1}, TID),
        Reply(stall=3), Reply(reset=True), Reply(200, {"Invoice": {"Id": "9"}}, cut=9),
    ],
)  # fmt: skip
def test_a_write_without_a_whole_answer_is_unknown_and_never_sent_again(company: Company, reply: Reply) -> None:
    error = failure(company, reply)
    assert isinstance(error, OutcomeUnknown)
    assert ("intuit_tid 1-abc" in error.sentence) == bool(reply.headers)
    assert len(company.asked) == 1


def test_a_web_page_instead_of_the_api_stops_the_run(company: Company) -> None:
    error = failure(company, Reply(403, b"<html>Forbidden</html>", TID))
    assert (type(error), error.code.code, error.record) == (Misconfigured, "PERMISSION_MISSING", "qbo_test")
    assert "1-abc" in error.sentence


def test_a_throttled_write_goes_again_after_the_vendors_minute(company: Company) -> None:
    company.script(THROTTLE, CREATED)
    started = time.monotonic()
    assert company.hook().create("Invoice", BODY, "r")["Id"] == "9"
    assert time.monotonic() - started >= 0.1
    assert [asked.query["requestid"] for asked in company.asked] == ["r", "r"]


def test_a_write_throttled_again_and_again_may_be_sent_later(company: Company) -> None:
    error = failure(company, THROTTLE)
    assert (type(error), error.code.code) == (RetryLater, "THROTTLED")
    assert "1-abc" in error.sentence
    assert len(company.asked) == 3


# -- tokens in mid-run


def test_a_token_refused_in_mid_run_is_renewed_once_and_the_call_repeated(company: Company) -> None:
    company.script(REFUSED, CREATED)
    assert company.hook().create("Invoice", BODY, "run-1")["Id"] == "9"
    assert [asked.headers["authorization"][-1] for asked in company.asked] == ["1", "2"]
    assert company.asked[0].query == company.asked[1].query
    assert company.renewals == ["RT1-canary-0", "RT1-canary-1"]


def test_a_token_refused_twice_is_a_wrong_set_up(company: Company) -> None:
    error = failure(company, REFUSED)
    assert (type(error), error.code.code) == (Misconfigured, "CREDENTIALS_REFUSED")
    assert len(company.asked) == 2


def test_threads_whose_token_is_refused_together_renew_it_once(company: Company) -> None:
    meeting = threading.Barrier(4)

    def refuse(_: Asked) -> Reply:
        meeting.wait(5)
        return REFUSED

    company.script(refuse, refuse, refuse, refuse, CREATED)
    hook = company.hook()
    hook._tokens.pair()
    threads = [threading.Thread(target=hook.create, args=("Invoice", BODY, str(number))) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(company.renewals) == 2
    assert len(company.asked) == 8


# -- reads


def test_a_missing_object_is_none(company: Company) -> None:
    company.script(Reply(400, fault(("610", "Object Not Found"))))
    assert company.hook().get("Invoice", "7") is None


def test_a_question_that_is_refused_is_not_asked_again(company: Company) -> None:
    company.script(Reply(400, fault(("4001", "Invalid query"))))
    with pytest.raises(RecordRejected, match="4001"):
        list(company.hook().query("Invoice", "PrivateNote = 'x'"))
    assert len(company.asked) == 1


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(200, {"QueryResponse": []}), Reply(200, {"QueryResponse": {"Invoice": [{}]}})]
)
def test_a_read_without_a_usable_answer_may_be_made_later(company: Company, reply: Reply) -> None:
    company.script(reply)
    with pytest.raises(RetryLater):
        list(company.hook().query("Invoice"))


def test_a_connection_test_says_whom_it_reached_and_when_the_connection_ends(company: Company) -> None:
    company.script(Reply(200, {"CompanyInfo": {"CompanyName": "School"}}))
    assert company.hook().test_connection() == (True, "QuickBooks Online answers as School (production).")
    company.tokens = [pair(1, x_refresh_token_expires_in=8_000_000, x_refresh_token_hard_expires_in=864_000)]
    works, sentence = company.hook().test_connection()
    assert works
    assert f"The refresh token ends on {datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}" in sentence


@pytest.mark.parametrize("reply", [Reply(200, {"hello": 1}), Reply(200, b"<html></html>"), Reply(200, [1]), REFUSED])
def test_a_connection_test_tells_what_is_wrong(company: Company, reply: Reply) -> None:
    company.script(reply)
    works, sentence = company.hook().test_connection()
    assert not works
    assert "qbo_test" in sentence
