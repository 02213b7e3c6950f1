"""A batch is sent exactly once, and tells for each item what became of it."""

from __future__ import annotations

import pytest

from accordant.hooks.quickbooks_online_batch import BatchItem
from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    OutcomeUnknown,
    RecordRejected,
    RetryLater,
    StaleRevision,
)
from tests.hooks.misbehaving_server import Reply
from tests.hooks.quickbooks_company import REFUSED, THROTTLE, TID, Company, fault, hook_for


def items(count: int) -> list[BatchItem]:
    return [BatchItem(str(number), "create", "Invoice", {"DocNumber": f"MIS-{number}"}) for number in range(count)]


def test_ids_longer_than_the_api_takes_are_never_sent(company: Company) -> None:
    hook = company.hook()
    for call in (
        lambda: hook.create("Invoice", {}, "x" * 51), lambda: hook.create("Invoice", {}, ""),
        lambda: hook.batch(items(31), "b"), lambda: hook.batch([], "b"), lambda: hook.batch(items(1), "x" * 37),
        lambda: hook.batch([*items(1), *items(1)], "b"),
        lambda: hook.batch([BatchItem("12345678901", "create", "Invoice", {})], "b"),
        lambda: hook.batch([BatchItem("1", "create", "Invoice; x", {})], "b"),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            call()
    assert company.asked == []


def test_a_batch_gives_for_each_item_what_became_of_it(company: Company) -> None:
    told = [
        {"bId": "0", "Invoice": {"Id": "1"}},
        {"bId": "1", **fault(("6140", "Duplicate Document Number Error"))},
        {"bId": "2", **fault(("5010", "Stale"))},
        {"bId": "3", **fault(("3001", "ThrottleExceeded"), kind="SERVICE")},
        {"bId": "4", **fault(("10000", "Oops"), kind="SystemFault")},
        {"bId": "5", "Customer": {"Id": "1"}},
    ]
    company.script(Reply(200, {"BatchItemResponse": told}, TID))
    results = company.hook().batch(items(7), "b")
    assert results["0"] == {"Id": "1"}
    assert [type(results[str(number)]) for number in range(1, 7)] == [
        RecordRejected, StaleRevision, RetryLater, OutcomeUnknown, OutcomeUnknown, OutcomeUnknown,
    ]  # fmt: skip
    assert all("intuit_tid 1-abc" in str(error) for error in list(results.values())[1:])
    (asked,) = company.asked
    assert asked.query == {"minorversion": "75", "requestid": "b"}
    assert asked.json["BatchItemRequest"][6] == {"bId": "6", "operation": "create", "Invoice": {"DocNumber": "MIS-6"}}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(stall=3), OutcomeUnknown),
        (Reply(500), OutcomeUnknown),
        (Reply(200, {"BatchItemResponse": []}, cut=5), OutcomeUnknown),
        (THROTTLE, RetryLater),
        (REFUSED, Misconfigured),
        (Reply(400, fault(("2010", "Bad"))), RecordRejected),
    ],
)
def test_a_batch_that_fails_as_a_whole_says_whether_anything_was_applied(
    company: Company, reply: Reply, kind: type[AccordantError]
) -> None:
    company.script(reply)
    with pytest.raises(kind):
        company.hook().batch(items(2), "b")


def test_a_batch_that_never_went_out_was_not_applied(company: Company, free_port: int) -> None:
    hook = hook_for(f"http://127.0.0.1:{free_port}", fields={"extra": {"token_url": f"{company.url}/oauth2/x"}})
    with pytest.raises(RetryLater):
        hook.batch(items(1), "b")
