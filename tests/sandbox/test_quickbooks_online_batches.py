"""Batches, and calls that are sent twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.qbo_caller import Caller, invoice, sale


def _customers(*names: str) -> list[dict[str, Any]]:
    return [
        {"bId": str(place), "operation": "create", "Customer": {"DisplayName": name}}
        for place, name in enumerate(names)
    ]


def test_each_item_of_a_batch_stands_alone(qbo_call: Caller) -> None:
    answers = qbo_call.batch(*_customers("A", "a", "B"), {"bId": "q", "Query": "SELECT COUNT(*) FROM Customer"})
    assert [one["bId"] for one in answers] == ["0", "1", "2", "q"]
    assert answers[0]["Customer"]["DisplayName"] == "A"
    assert answers[1]["Fault"]["Error"][0]["code"] == "6240"
    assert answers[3]["QueryResponse"] == {"totalCount": 2}


def test_a_batch_updates_voids_and_deletes(qbo_call: Caller) -> None:
    customer, item = qbo_call.customer(), qbo_call.item()
    ids = [qbo_call.made("Invoice", **invoice(customer, sale(item)))["Id"] for _ in range(3)]
    which = [{"Id": one, "SyncToken": "0"} for one in ids]
    updated, voided, deleted, stale, unknown = qbo_call.batch(
        {"bId": "u", "operation": "update", "Invoice": which[0] | {"sparse": True, "PrivateNote": "n"}},
        {"bId": "v", "operation": "update", "optionsData": "void", "Invoice": which[1]},
        {"bId": "d", "operation": "delete", "Invoice": which[2]},
        {"bId": "s", "operation": "update", "Invoice": which[0] | {"sparse": True}},
        {"bId": "x", "operation": "explode", "Invoice": which[0]},
    )
    assert updated["Invoice"]["PrivateNote"] == "n"
    assert voided["Invoice"]["TotalAmt"] == 0
    assert deleted["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": ids[2]}
    assert stale["Fault"]["Error"][0]["code"] == "5010"
    assert unknown["Fault"]["Error"][0]["code"] == "500"


def test_a_batch_holds_thirty_items(qbo_call: Caller) -> None:
    assert len(qbo_call.batch(*_customers(*map(str, range(30))))) == 30
    refused = qbo_call("POST", "/batch", {"BatchItemRequest": _customers(*map(str, range(100, 131)))})
    assert refused.status_code == 400
    assert len(qbo_call.control.objects("Customer")) == 30
    assert [one["items"] for one in qbo_call.control.entries(path="/batch$")] == [30, 0]


def test_a_request_id_brings_the_same_answer_and_does_nothing_twice(qbo_call: Caller) -> None:
    customer, item = qbo_call.customer(), qbo_call.item()
    answers = [
        qbo_call("POST", "/invoice", invoice(customer, sale(item), PrivateNote=note), params={"requestid": "r1"})
        for note in ("first", "second")
    ]
    assert answers[0].json() == answers[1].json()
    assert len(qbo_call.control.objects("Invoice")) == 1
    first = qbo_call.batch(*_customers("A", "B"), requestid="b1")
    assert qbo_call.batch(*_customers("A", "B"), requestid="b1") == first
    assert qbo_call.control.applied("/batch$") == 1


def test_a_request_id_is_forgotten_in_time_and_does_not_keep_refusals(qbo_call: Caller) -> None:
    qbo_call.control.settings(request_id_seconds=60, access_seconds=1000)
    qbo_call.log_in()
    once = {"params": {"requestid": "r1"}}
    assert qbo_call.code("/customer", {}, **once) == "2020"
    assert qbo_call("POST", "/customer", {"DisplayName": "A"}, **once).status_code == 200
    qbo_call.control.advance(61)
    assert qbo_call.code("/customer", {"DisplayName": "A"}, **once) == "6240"
    qbo_call.control.settings(replay_faults=True)
    assert qbo_call.code("/customer", {"DisplayName": "A"}, params={"requestid": "r2"}) == "6240"
    assert qbo_call.code("/customer", {"DisplayName": "B"}, params={"requestid": "r2"}) == "6240"


@pytest.mark.parametrize(("length", "label", "status"), [(36, "b" * 10, 200), (37, "b", 400), (36, "b" * 11, 400)])
def test_the_ids_of_a_batch_are_short(qbo_call: Caller, length: int, label: str, status: int) -> None:
    sent = {"BatchItemRequest": [{"bId": label, "operation": "create", "Customer": {"DisplayName": "A"}}]}
    assert qbo_call("POST", "/batch", sent, params={"requestid": "r" * length}).status_code == status


def test_a_request_id_has_fifty_characters_at_most(qbo_call: Caller) -> None:
    assert qbo_call.code("/customer", {"DisplayName": "A"}, params={"requestid": "r" * 51}) == "2050"
    long_label = {"bId": "b" * 36, "operation": "create", "Customer": {"DisplayName": "A"}}
    assert "Customer" in qbo_call.batch(long_label)[0], "without a requestid a bId may be long"
