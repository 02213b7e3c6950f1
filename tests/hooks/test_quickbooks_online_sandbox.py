"""The QuickBooks Online hook against the sandbox, with its faults and the vendor's limits."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accordant.hooks.quickbooks_online import QuickBooksOnlineHook
from accordant.hooks.quickbooks_online_batch import BatchItem
from accordant.sync.errors import AccordantError, OutcomeUnknown, RecordRejected, RetryLater, StaleRevision
from accordant.sync.rates import QuickBooksLimits
from accordant.tasks.quickbooks_online import SharedQuickBooksOnlineHook
from tests.hooks.quickbooks_company import sandbox_connection, sandbox_hook


@pytest.fixture
def hook(qbo: Any) -> QuickBooksOnlineHook:
    return sandbox_hook(qbo)


def customers(names: list[str]) -> list[BatchItem]:
    return [BatchItem(str(number), "create", "Customer", {"DisplayName": name}) for number, name in enumerate(names)]


def fill(qbo: Any, count: int) -> list[str]:
    """Enter so many customers; their names."""
    names = [f"S/{number:04}" for number in range(count)]
    qbo.control.load({"Customer": [{"DisplayName": name} for name in names]})
    return names


def invoice(hook: QuickBooksOnlineHook, number: str, amount: str, customer: str = "") -> dict[str, Any]:
    """An invoice of one line, its customer and item entered if need be."""
    (account, *_) = hook.find_by("Account", "Name", ["Services"])
    item = {"Name": "Fee", "Type": "Service", "IncomeAccountRef": {"value": account["Id"]}}
    detail = {"ItemRef": {"value": hook.create("Item", item, "item Fee")["Id"]}}
    whom = customer or hook.create("Customer", {"DisplayName": "S/1"}, "customer S/1")["Id"]
    line = {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    return {"DocNumber": number, "CustomerRef": {"value": whom}, "Line": [line]}


def test_the_company_is_known_by_realm_name_and_start(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    assert hook.test_connection() == (True, "QuickBooks Online answers as Accordant Demo Company (sandbox).")
    assert hook.preferences()["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    before = hook.fingerprint()
    assert before.startswith("Accordant Demo Company #")
    assert sandbox_hook(qbo).fingerprint() == before
    qbo.control.settings(company_name="Another Company")
    assert hook.fingerprint() != before


def test_an_amount_comes_back_to_the_cent(hook: QuickBooksOnlineHook) -> None:
    created = hook.create("Invoice", invoice(hook, "MIS-1", "1234567.89"), "run-1")
    assert created["TotalAmt"] == Decimal("1234567.89")
    found = hook.get("Invoice", created["Id"])
    assert found is not None
    assert found["Line"][0]["Amount"] == Decimal("1234567.89")
    assert hook.get("Invoice", "4242") is None


def test_a_request_id_sent_again_does_nothing_again(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    first = hook.batch(customers(["A", "B"]), "run-1")
    assert hook.batch(customers(["A", "B"]), "run-1") == first
    assert len(qbo.control.objects("Customer")) == 2


def test_each_item_of_a_batch_stands_alone(hook: QuickBooksOnlineHook) -> None:
    known = hook.create("Customer", {"DisplayName": "S/1"}, "customer S/1")
    bill = invoice(hook, "MIS-1", "10.10")
    results = hook.batch(
        [
            BatchItem("good", "create", "Invoice", bill),
            BatchItem("twice", "create", "Invoice", bill),
            BatchItem("nobody", "create", "Invoice", invoice(hook, "MIS-2", "1", customer="999")),
            BatchItem("name", "create", "Customer", {"DisplayName": "S/1"}),
            BatchItem("stale", "update", "Customer", {**known, "SyncToken": "9"}),
            BatchItem("empty", "create", "Invoice", {"DocNumber": "MIS-3"}),
        ],
        "run-1",
    )
    good = results.pop("good")
    assert isinstance(good, dict)
    assert good["TotalAmt"] == Decimal("10.1")
    told = {bid: (type(error), error.code.code) for bid, error in results.items() if isinstance(error, AccordantError)}
    assert told == {
        "twice": (RecordRejected, "DOCUMENT_NUMBER_TAKEN"),
        "nobody": (RecordRejected, "REFERENCE_INVALID"),
        "name": (RecordRejected, "CUSTOMER_NAME_TAKEN"),
        "stale": (StaleRevision, "REVISION_STALE"),
        "empty": (RecordRejected, "REFUSED_BY_TARGET"),
    }
    assert all("intuit_tid 1-" in str(error) for error in results.values())


@pytest.mark.parametrize("fault", ["partial_batch", "partial_batch_faults"])
def test_items_without_an_answer_or_with_a_system_fault_are_unknown(
    qbo: Any, hook: QuickBooksOnlineHook, fault: str
) -> None:
    qbo.control.arm(fault)
    results = hook.batch(customers(["A", "B", "C", "D"]), "run-1")
    unknown = {bid for bid, result in results.items() if isinstance(result, OutcomeUnknown)}
    there = {row["DisplayName"] for row in qbo.control.objects("Customer")}
    assert len(unknown) == 2
    assert {result["DisplayName"] for result in results.values() if isinstance(result, dict)} == there


@pytest.mark.parametrize(
    "fault", ["timeout_after_apply", "reset_after_apply", "truncated_answer", "error_500_after_apply"]
)
def test_a_batch_whose_answer_is_lost_is_found_again_by_look_up(qbo: Any, fault: str) -> None:
    hook = sandbox_hook(qbo, extra={"read_timeout": 0.3})
    hook.company()
    qbo.control.arm(fault, path="/batch", seconds=1)
    with pytest.raises(OutcomeUnknown):
        hook.batch(customers(["A", "B"]), "run-1")
    assert {row["DisplayName"] for row in hook.find_by("Customer", "DisplayName", ["A", "B", "C"])} == {"A", "B"}


def test_a_list_is_read_whole_though_pages_come_again(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    names = fill(qbo, 57)
    qbo.control.arm("duplicate_page")
    found = [row["DisplayName"] for row in hook.query("Customer", page=10)]
    assert sorted(found) == names


def test_many_values_are_asked_for_in_few_questions(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    names = fill(qbo, 1200)
    hook.company()
    qbo.control.clear_ledger()
    assert len(list(hook.find_by("Customer", "DisplayName", names))) == 1200
    assert qbo.control.ledger(path="/query", limit=1)["count"] == 3


@pytest.mark.parametrize("name", ["Adam's", "back\\slash", "\\'", "AT&T 100% + #1", "Ștefan 人"])
def test_any_name_is_found_again(hook: QuickBooksOnlineHook, name: str) -> None:
    hook.create("Customer", {"DisplayName": name}, "run-1")
    assert [row["DisplayName"] for row in hook.find_by("Customer", "DisplayName", [name, "x"])] == [name]


def test_inactive_names_are_found_when_asked_for(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    (id_,) = qbo.control.load({"Customer": [{"DisplayName": "Old"}]})["Customer"]
    name = qbo.control.edit("Customer", id_, Active=False)["DisplayName"]
    assert list(hook.find_by("Customer", "DisplayName", [name])) == []
    assert [row["Id"] for row in hook.find_by("Customer", "DisplayName", [name], also_inactive=True)] == [id_]


def test_changes_tell_what_is_there_and_what_was_deleted(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    kept = hook.create("Invoice", invoice(hook, "MIS-1", "1"), "a")["Id"]
    gone = hook.create("Invoice", invoice(hook, "MIS-2", "1"), "b")["Id"]
    qbo.control.delete(gone)
    found = hook.changes(["Invoice", "Customer"], since)
    assert found is not None
    told = [(change.entity, change.id, change.is_deleted) for change in found]
    assert sorted(told) == sorted([("Invoice", kept, False), ("Invoice", gone, True), ("Customer", "1", False)])


def test_more_changes_than_one_answer_holds_are_all_told(qbo: Any, hook: QuickBooksOnlineHook) -> None:
    fill(qbo, 1300)
    found = hook.changes(["Customer"], datetime.now(UTC) - timedelta(minutes=1))
    assert found is not None
    assert len({change.id for change in found}) == 1300


# -- with the sync store


@pytest.fixture
def shared(qbo: Any, store: str, monkeypatch: pytest.MonkeyPatch) -> SharedQuickBooksOnlineHook:
    """The hook as tasks open it, from the Connections alone."""
    connection = sandbox_connection(qbo)
    monkeypatch.setenv("AIRFLOW_CONN_QBO_DEFAULT", json.dumps({**qbo.connection, "extra": connection.extra_dejson}))
    return SharedQuickBooksOnlineHook("qbo_default", limits=QuickBooksLimits(per_second=8, at_once=4))


def test_many_threads_stay_below_the_limits(qbo: Any, shared: SharedQuickBooksOnlineHook) -> None:
    qbo.control.settings(enforce_limits=True, per_second=8, at_once=4, latency_ms=30)
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: shared.preferences(), range(20)))
    assert qbo.control.summary(path="^/v3/")["GET /v3/company/{id}/preferences"]["statuses"] == {"200": 20}


def test_a_throttle_that_lasts_is_for_the_next_run(qbo: Any, shared: SharedQuickBooksOnlineHook) -> None:
    qbo.control.arm("throttle", times=None)
    hurried = shared._client.with_patience(sandbox_hook(qbo)._client._patience)
    with pytest.raises(RetryLater, match="THROTTLED"):
        hurried.read("/v3/company/1/preferences")
