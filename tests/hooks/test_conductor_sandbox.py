"""The hook against the company file of the sandbox, with its faults."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accordant.hooks.calls import ApiCall
from accordant.hooks.conductor import ConductorHook
from accordant.sync.errors import (
    Misconfigured,
    NeedsPerson,
    OutcomeUnknown,
    RecordRejected,
    RetryLater,
    StaleRevision,
)
from sandbox.conductor.server import ConductorThread, running_conductor
from tests.hooks.test_conductor import open_hook


@pytest.fixture(scope="module")
def company_file() -> Iterator[ConductorThread]:
    with running_conductor() as server:
        yield server


@pytest.fixture
def quickbooks(company_file: ConductorThread) -> ConductorThread:
    company_file.control.reset()
    return company_file


@pytest.fixture
def hook(quickbooks: ConductorThread, calls: list[ApiCall]) -> ConductorHook:
    return hook_for(quickbooks, calls)


def hook_for(quickbooks: ConductorThread, calls: list[ApiCall] | None = None, **extra: Any) -> ConductorHook:
    wanted = {"end_user_id": quickbooks.end_user_id, "read_timeout": 5, **extra}
    return open_hook(quickbooks.base_url, calls, fields={"password": quickbooks.secret_key}, extra=wanted)


def customers(quickbooks: ConductorThread) -> list[str]:
    return [one["name"] for one in quickbooks.control.state().get("customers", [])]


# -- the company file


def test_the_connection_works_and_names_the_company(hook: ConductorHook) -> None:
    works, sentence = hook.test_connection()
    assert works, sentence
    assert "Accordant Demo Company" in sentence


def test_the_fingerprint_tells_company_files_apart(quickbooks: ConductorThread, hook: ConductorHook) -> None:
    ours = hook.fingerprint()
    assert hook.fingerprint() == ours
    quickbooks.control.arm("wrong_company")
    assert hook.fingerprint() != ours
    with pytest.raises(Misconfigured, match="not Accordant Demo Company"):
        hook_for(quickbooks, company_name="Accordant Demo Company").company()


def test_the_time_is_conductors_and_not_the_skewed_one_of_the_pc(
    quickbooks: ConductorThread, hook: ConductorHook
) -> None:
    quickbooks.control.settings(skew_seconds=3600)
    assert abs(hook.server_time() - datetime.now(UTC)) < timedelta(seconds=30)


def test_a_wrong_key_or_end_user_is_a_matter_of_the_connection(quickbooks: ConductorThread) -> None:
    wrong_key = open_hook(quickbooks.base_url, extra={"end_user_id": quickbooks.end_user_id})
    with pytest.raises(Misconfigured, match="CREDENTIALS_REFUSED"):
        wrong_key.find("customers", "1")
    with pytest.raises(Misconfigured, match="does not know the end user"):
        hook_for(quickbooks, end_user_id="end_usr_other").find("customers", "1")


def test_a_base_url_without_its_version_is_no_missing_record(quickbooks: ConductorThread) -> None:
    quickbooks_above = open_hook(
        quickbooks.base_url.removesuffix("/v1"), fields={"password": quickbooks.secret_key},
        extra={"end_user_id": quickbooks.end_user_id},
    )  # fmt: skip
    with pytest.raises(Misconfigured, match="ADDRESS_WRONG"):
        quickbooks_above.find("customers", "1")


# -- reading and writing


def test_a_record_lives_from_create_to_delete(hook: ConductorHook) -> None:
    customer = hook.create("customers", {"name": "Alfa", "billingAddress": {"line1": "1 Long Road"}})
    order = hook.create("sales-orders", {"customerId": customer["id"], "transactionDate": "2026-11-21"})
    assert hook.find("sales-orders", order["id"]) == order
    changed = hook.update("sales-orders", order["id"], {"revisionNumber": order["revisionNumber"], "memo": "x"})
    assert changed["memo"] == "x"
    assert hook.delete("sales-orders", order["id"])["deleted"] is True
    assert hook.find("sales-orders", order["id"]) is None
    invoice = hook.create("invoices", {"customerId": customer["id"], "transactionDate": "2026-11-21"})
    assert hook.void("invoices", invoice["id"])["voided"] is True
    gone = list(hook.rows("deleted-transactions", transaction_types=["sales_order"]))
    assert [one["id"] for one in gone] == [order["id"]]


def test_a_long_list_comes_whole_and_in_pages(quickbooks: ConductorThread, hook: ConductorHook) -> None:
    quickbooks.control.load({"customers": [{"name": f"C{number:04}"} for number in range(1001)]})
    assert [row["name"] for row in hook.rows("customers")] == [f"C{number:04}" for number in range(1001)]
    assert len(quickbooks.control.entries(path="/customers$")) == 7


def test_what_changed_since_a_moment_is_found_from_any_zone(quickbooks: ConductorThread, hook: ConductorHook) -> None:
    quickbooks.control.settings(zone="Pacific/Auckland")
    hook.create("customers", {"name": "Alfa"})
    now = datetime.now(UTC)
    assert len(list(hook.rows("customers", updated_after=now - timedelta(minutes=1)))) == 1
    assert list(hook.rows("customers", updated_after=now + timedelta(minutes=1))) == []
    assert len(list(hook.rows("customers", updated_after=datetime(1970, 1, 1, tzinfo=UTC)))) == 1


def test_a_list_whose_cursor_dies_of_age_is_begun_again(quickbooks: ConductorThread) -> None:
    quickbooks.control.load({"vendors": [{"name": f"V{number}"} for number in range(400)]})
    calls: list[ApiCall] = []

    def slow_once(call: ApiCall) -> None:
        calls.append(call)
        if len(calls) == 2:
            quickbooks.control.advance(11)

    hook = hook_for(quickbooks)
    hook._client._on_call = slow_once
    assert len(list(hook.rows("vendors"))) == 400
    assert [call.status for call in calls] == [200, 200, 400, 200, 200, 200]


# -- faults


@pytest.mark.parametrize("fault", ["expired_cursor", "record_locked", "quickbooks_closed", "reset_mid_body", "garbage"])
def test_a_list_survives_a_fault_in_its_middle(quickbooks: ConductorThread, hook: ConductorHook, fault: str) -> None:
    quickbooks.control.load({"customers": [{"name": f"C{number:04}"} for number in range(301)]})
    quickbooks.control.arm(fault, query="cursor=")
    assert len(list(hook.rows("customers"))) == 301
    assert len(quickbooks.control.entries(path="/customers$")) == 5


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("connection_not_set_up", Misconfigured, "QUICKBOOKS_NOT_LINKED"),
        ("quickbooks_closed", RetryLater, "QUICKBOOKS_CLOSED"),
        ("stale_revision", StaleRevision, "REVISION_STALE"),
        ("duplicate_name", RecordRejected, "NAME_IN_USE"),
    ],
)
def test_a_write_that_was_refused_is_not_there_and_is_sent_once(
    quickbooks: ConductorThread, hook: ConductorHook, fault: str, kind: type[Exception], code: str
) -> None:
    quickbooks.control.arm(fault)
    with pytest.raises(kind, match=code):
        hook.create("customers", {"name": "Alfa"})
    assert customers(quickbooks) == []
    assert len(quickbooks.control.entries(method="POST")) == 1


@pytest.mark.parametrize(
    "fault",
    ["error_500", "error_502", "error_503", "error_504", "reset", "timeout"],
)
@pytest.mark.parametrize("applied", [True, False])
def test_a_write_whose_answer_is_lost_is_unknown_and_sent_once(
    quickbooks: ConductorThread, fault: str, applied: bool
) -> None:
    quickbooks.control.arm(f"{fault}_{'after' if applied else 'before'}_apply", method="POST")
    with pytest.raises(OutcomeUnknown):
        hook_for(quickbooks, read_timeout=0.5).create("customers", {"name": "Alfa"})
    assert customers(quickbooks) == (["Alfa"] if applied else [])
    assert len(quickbooks.control.entries(method="POST")) == 1


@pytest.mark.parametrize(("fault", "applied"), [("request_timeout", False), ("request_timeout_after_apply", True)])
def test_a_time_out_of_quickbooks_is_unknown_for_a_write_and_said_at_once_for_a_read(
    quickbooks: ConductorThread, hook: ConductorHook, fault: str, applied: bool
) -> None:
    quickbooks.control.arm(fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        hook.create("customers", {"name": "Alfa"})
    assert customers(quickbooks) == (["Alfa"] if applied else [])
    quickbooks.control.arm("list_timeout")
    with pytest.raises(RetryLater, match="LIST_TIMED_OUT"):
        list(hook.rows("inventory-adjustments"))
    assert len(quickbooks.control.entries(method="GET")) == 1


def test_a_locked_record_is_written_once_the_person_is_done(quickbooks: ConductorThread, hook: ConductorHook) -> None:
    quickbooks.control.arm("record_locked", times=3)
    assert hook.create("customers", {"name": "Alfa"})["name"] == "Alfa"
    assert customers(quickbooks) == ["Alfa"]


def test_refusals_of_quickbooks_say_which_and_why(quickbooks: ConductorThread, hook: ConductorHook) -> None:
    alfa = hook.create("customers", {"name": "Alfa"})
    with pytest.raises(RecordRejected, match="NAME_IN_USE"):
        hook.create("customers", {"name": "ALFA"})
    with pytest.raises(RecordRejected, match="REFERENCE_UNKNOWN"):
        hook.create("sales-orders", {"customerId": "80000099-1", "transactionDate": "2026-11-21"})
    with pytest.raises(RecordRejected, match="REFERENCE_UNKNOWN"):
        list(hook.rows("customers", ids=["80000099-1"]))
    with pytest.raises(RecordRejected, match=r"REFUSED_BY_TARGET.*name"):
        hook.create("customers", {"name": "x" * 42})
    with pytest.raises(NeedsPerson, match="RECORD_GONE"):
        hook.update("customers", "80000099-1", {"revisionNumber": "1"})
    hook.update("customers", alfa["id"], {"revisionNumber": alfa["revisionNumber"], "phone": "1"})
    quickbooks.control.advance(2)
    with pytest.raises(StaleRevision):
        hook.update("customers", alfa["id"], {"revisionNumber": "0", "phone": "2"})


def test_throttling_is_waited_for(quickbooks: ConductorThread, hook: ConductorHook, calls: list[ApiCall]) -> None:
    quickbooks.control.arm("throttle", method="POST")
    hook.create("customers", {"name": "Alfa"})
    assert [call.status for call in calls] == [429, 200]
    assert customers(quickbooks) == ["Alfa"]


def test_no_two_requests_are_ever_under_way_at_once(quickbooks: ConductorThread) -> None:
    quickbooks.control.settings(latency_ms=5)
    hooks = [hook_for(quickbooks) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: hooks[number % 3].create("customers", {"name": f"C{number}"}), range(18)))
    assert quickbooks.control.most_in_flight() == 1
    assert len(customers(quickbooks)) == 18
