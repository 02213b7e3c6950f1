"""QuickBooks Online over HTTP: faults as their names say, state that survives a kill, pages for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.quickbooks_online.faults import FAULTS
from sandbox.quickbooks_online.server import running_quickbooks_online_process
from tests.sandbox.qbo_caller import Caller, invoice, sale

STRUCK = [kind for kind in FAULTS.values() if kind.name != "invalid_grant"]
ANSWERED = [kind for kind in STRUCK if kind.ending == "answer"]
BROKEN = [kind for kind in STRUCK if kind.ending not in ("answer", "slow", "own")]


def _batch(first: int, count: int) -> list[dict[str, Any]]:
    numbers = range(first, first + count)
    return [{"bId": str(one), "operation": "create", "Customer": {"DisplayName": f"C{one}"}} for one in numbers]


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.name)
def test_a_wrong_answer_applies_only_what_it_says(qbo_call: Caller, kind: Any) -> None:
    qbo_call.control.arm(kind.name)
    answer = qbo_call("POST", "/customer", {"DisplayName": "A"})
    assert answer.status_code == kind.status
    assert answer.headers["intuit_tid"]
    assert bool(qbo_call.control.objects("Customer")) is kind.applies
    assert qbo_call.control.applied("/customer$") == int(kind.applies)
    assert qbo_call("POST", "/customer", {"DisplayName": "B"}).status_code == 200, "it strikes once"


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.name)
def test_a_broken_answer_applies_only_what_it_says(qbo_call: Caller, kind: Any) -> None:
    qbo_call.control.arm(kind.name, seconds=0.5, times=1)
    with pytest.raises(requests.RequestException):
        qbo_call("POST", "/customer", {"DisplayName": "A"}, timeout=0.2)
    assert bool(qbo_call.control.objects("Customer")) is kind.applies


def test_a_request_id_finds_what_was_done_before_the_line_broke(qbo_call: Caller) -> None:
    qbo_call.control.arm("reset_after_apply")
    once = {"params": {"requestid": "r1"}}
    with pytest.raises(requests.RequestException):
        qbo_call("POST", "/customer", {"DisplayName": "A"}, **once)
    assert qbo_call("POST", "/customer", {"DisplayName": "A"}, **once).json()["Customer"]["Id"] == "1"
    assert len(qbo_call.control.objects("Customer")) == 1


def test_half_a_batch_is_done_and_the_rest_is_not_mentioned(qbo_call: Caller) -> None:
    qbo_call.control.arm("partial_batch")
    assert [one["bId"] for one in qbo_call.batch(*_batch(0, 5))] == ["0", "1", "2"]
    assert len(qbo_call.control.objects("Customer")) == 3
    assert len(qbo_call.batch(*_batch(10, 5))) == 5
    [struck] = qbo_call.control.entries(fault="partial_batch")
    assert (struck["items"], struck["status"], struck["applied"]) == (5, 200, True)


def test_every_second_item_fails_in_passing(qbo_call: Caller) -> None:
    qbo_call.control.arm("partial_batch_faults")
    answers = qbo_call.batch(*_batch(0, 4))
    assert ["Fault" in one for one in answers] == [False, True, False, True]
    assert answers[1]["Fault"]["type"] == "SystemFault"
    assert len(qbo_call.control.objects("Customer")) == 2


def test_pages_repeat_rows_but_lose_none(qbo_call: Caller) -> None:
    qbo_call.control.load({"Customer": [{"DisplayName": f"C{number}"} for number in range(25)]})
    qbo_call.control.arm("duplicate_page")
    seen, start = [], 1
    while page := qbo_call.query(f"SELECT Id FROM Customer STARTPOSITION {start} MAXRESULTS 10").get("Customer"):
        seen += [one["Id"] for one in page]
        start += 10
    assert set(seen) == {str(number) for number in range(1, 26)}
    assert len(seen) > 25


def test_invalid_grant_strikes_the_token_endpoint_once(qbo_call: Caller) -> None:
    qbo_call.control.arm("invalid_grant")
    token = qbo_call.server.refresh_token
    assert qbo_call("GET", "/preferences").status_code == 200
    assert qbo_call.token(token).json() == {"error": "invalid_grant"}
    assert qbo_call.token(token).status_code == 200


def test_an_answer_can_be_lost_at_the_token_endpoint(qbo_call: Caller) -> None:
    qbo_call.control.arm("reset_after_apply", path="^/oauth2/")
    token = qbo_call.server.refresh_token
    with pytest.raises(requests.RequestException):
        qbo_call.token(token)
    assert qbo_call.token(token).status_code == 400, "the rotation is lost"


def test_the_ledger_knows_writes_from_reads(qbo_call: Caller) -> None:
    qbo_call.control.clear_ledger()
    qbo_call.customer("A")
    qbo_call.query("SELECT * FROM Customer")
    qbo_call("POST", "/customer", {"DisplayName": "a"})
    qbo_call.batch(*_batch(0, 3))
    found = qbo_call.control.summary()
    assert found["POST /v3/company/{id}/customer"]["applied"] == 1
    assert found["POST /v3/company/{id}/query"]["applied"] == 0
    assert found["POST /v3/company/{id}/batch"]["items"] == 3


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    with running_quickbooks_online_process(data=tmp_path / "company.db") as server:
        call = Caller(server)
        call.control.settings(zone="Europe/Bucharest")
        customer, item = call.customer(), call.item()
        made = call.made("Invoice", **invoice(customer, sale(item), DocNumber="K1"))
        gone = call.made("Invoice", **invoice(customer, sale(item)))
        call("POST", "/invoice", {"Id": gone["Id"], "SyncToken": "0"}, params={"operation": "delete"})
        body, once = {"DisplayName": "Once"}, {"params": {"requestid": "r1"}}
        first = call("POST", "/customer", body, **once).json()
        token = server.refresh_token
        server.kill()
        server.restart()
        assert server.refresh_token == token
        assert call("POST", "/customer", body, **once).json() == first, "the access token and the requestid live on"
        assert call("GET", f"/invoice/{made['Id']}").json()["Invoice"] == made
        assert call.code("/invoice", invoice(customer, sale(item), DocNumber="K1")) == "6140"
        assert call("GET", f"/customer/{customer}").json()["Customer"]["Balance"] == 21
        assert call.made("Invoice", **invoice(customer, sale(item)))["Id"] == "3"


def test_people_see_what_has_arrived(qbo_call: Caller) -> None:
    customer, item = qbo_call.customer("A < B"), qbo_call.item()
    qbo_call.made("Invoice", **invoice(customer, sale(item), DocNumber="P-1"))
    before = len(qbo_call.control.entries())
    for tab in ("invoices", "customers", "items", "lists", "calls"):
        page = qbo_call.session.get(f"{qbo_call.server.base_url}/?show={tab}", timeout=10)
        assert page.status_code == 200, tab
    page = qbo_call.session.get(f"{qbo_call.server.base_url}/?show=invoices&q=P-1", timeout=10)
    assert "A &lt; B" in page.text
    assert len(qbo_call.control.entries()) == before


def test_a_body_that_cannot_be_read_is_refused(qbo_call: Caller) -> None:
    for body in (b"{", b"\xff\xfe", b"[]"):
        assert qbo_call("POST", "/customer", data=body).status_code == 400
    assert qbo_call("POST", "/query", data=b"{}", headers={"Content-Type": "application/json"}).status_code == 400
    assert qbo_call("GET", "/nothing/1").status_code == 400
    assert json.loads(qbo_call("GET", "/customer/x").text)["Fault"]["Error"][0]["code"] == "2030"
