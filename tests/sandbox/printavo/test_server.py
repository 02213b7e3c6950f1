"""Printavo over HTTP: who may call, faults as their names say, changes that survive a kill, pages for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.printavo.faults import FAULTS
from sandbox.printavo.server import running_printavo_process
from sandbox.printavo.small_lists import status_id
from tests.sandbox.printavo.caller import FLAT, Caller, orders

ANSWERED = [kind for kind in FAULTS.values() if kind.ending == "answer"]
BROKEN = [kind for kind in FAULTS.values() if kind.ending not in ("answer", "slow", "own")]
USER = "{user{id}}"
IDS = orders("id")
ALL = [str(20_000_000 + number) for number in range(60, 0, -1)]


@pytest.mark.parametrize("header", ["email", "token"])
@pytest.mark.parametrize("value", ["", "wrong", "é"])
def test_a_wrong_email_or_token_is_refused_with_401(ask: Caller, header: str, value: str) -> None:
    refused = ask.post(USER, headers={header: value})
    assert (refused.status_code, refused.json()) == (401, {"error": "Unauthorized"})
    assert ask(USER) == {"user": {"id": "11"}}


def test_only_posts_to_the_one_path_are_answered(ask: Caller) -> None:
    base = ask.server.base_url
    assert ask.session.get(ask.server.api_url, timeout=10).status_code == 404
    assert ask.session.post(f"{base}/api/v2/graphql", json={"query": USER}, timeout=10).status_code == 404
    assert ask.session.post(f"{base}/api/v2/", json={"query": USER}, timeout=10).status_code == 200


def test_a_body_that_cannot_be_read_is_refused(ask: Caller) -> None:
    assert ask.session.post(ask.server.api_url, data=b"{", timeout=10).status_code == 400
    for sent in ({"query": None}, {}, {"query": 5}):
        told = ask.session.post(ask.server.api_url, json=sent, timeout=10)
        assert told.json()["errors"][0]["message"] == "No query string was present"


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.name)
def test_a_wrong_answer_is_given_once(ask: Caller, kind: Any) -> None:
    ask.control.arm(kind.name)
    answer = ask.post(USER)
    assert (answer.status_code, answer.text) == (kind.status, kind.body)
    assert answer.headers["content-type"].startswith(kind.content_type)
    assert answer.headers.get("retry-after") == dict(kind.headers).get("Retry-After")
    assert ask(USER)


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.name)
def test_a_broken_answer_is_no_answer(ask: Caller, kind: Any) -> None:
    ask.control.arm(kind.name, seconds=0.5, times=1)
    with pytest.raises(requests.RequestException):
        ask.post(USER, timeout=0.3).json()
    assert ask(USER)


def test_partial_data_has_errors_and_a_null_where_there_was_a_value(ask: Caller) -> None:
    query = orders("id total nickname")
    whole = ask.page(query, 9)
    ask.control.arm("partial_data")
    told = ask.post(query, first=9).json()
    [error] = told["errors"]
    assert error["path"] == ["orders", "nodes", 4, "total"]
    assert told["data"]["orders"]["nodes"][4] == whole["nodes"][4] | {"total": None}
    assert ask.page(query, 9) == whole


def test_partial_data_without_a_nullable_value_loses_what_holds_it(ask: Caller) -> None:
    ask.control.arm("partial_data", times=2)
    told = ask.post(IDS, first=9).json()
    assert (told["data"], told["errors"][0]["path"]) == ({"orders": None}, ["orders"])
    assert ask.post("{customers{nodes{id}}}").json()["data"] is None


def test_order_moves_makes_offsets_miss_one(ask: Caller) -> None:
    ask.control.arm("order_moves")
    seen = ask.ids(IDS, 20)
    assert seen == [*ALL[:20], *ALL[21:]]
    assert ask.ids(IDS, 60) == ALL[1:]


def test_order_moves_in_makes_offsets_see_one_twice(ask: Caller) -> None:
    ask.control.arm("order_moves_in", skip=1)
    seen = ask.ids(IDS, 20)
    assert seen == [*ALL[:40], ALL[39], *ALL[40:]]
    assert len(ask.ids(IDS, 100)) == 61


def test_duplicate_across_pages_repeats_orders_but_loses_none(ask: Caller) -> None:
    ask.control.arm("duplicate_across_pages")
    seen = ask.ids(IDS, 20)
    assert seen[19:21] == [ALL[19], ALL[19]]
    assert list(dict.fromkeys(seen)) == ALL
    assert len(seen) == 63
    assert list(dict.fromkeys(ask.ids(IDS, 1))) == ALL


def test_faults_and_the_ledger_know_what_a_call_asks_for(ask: Caller) -> None:
    ask.control.arm("server_error", query=r"^orders\(")
    assert ask(USER)
    assert ask.post(IDS, first=3, after="Mw").status_code == 500
    entries = ask.control.entries()
    assert [entry["query"] for entry in entries] == ["user", 'orders(after: "Mw", first: 3)']
    assert [(entry["status"], entry["fault"], entry["applied"]) for entry in entries] == [
        (200, None, False), (500, "server_error", False),
    ]  # fmt: skip


def test_a_repeated_read_is_answered_from_memory_until_something_changes(ask: Caller) -> None:
    query = orders(FLAT)
    first = ask.post(query, first=50).content
    assert ask.post(query, first=50).content == first
    ask.control.act("set_total", order_id=ALL[3], total=10.005)
    changed = ask.page(query, 50)["nodes"]
    assert changed[3]["total"] == 10.005
    ask.control.settings(max_page_size=2)
    assert len(ask.page(query, 50)["nodes"]) == 2


def test_what_a_person_changed_survives_a_kill(tmp_path: Path) -> None:
    with running_printavo_process(orders=60, data=tmp_path / "printavo.jsonl") as server:
        ask = Caller(server)
        changed = ask.control.act("change_some", count=9, seed=3)
        ask.control.act("add_payment", order_id=changed[0], amount=5.5, kind="Payment", touch=False)
        added = ask.control.act("add_order", contact_id="7000001", status_id=status_id("Quote"), total=None)
        ask.control.act("rename_customer", customer_id="5000000", name="I M M")
        ask.control.act("delete_order", order_id=ALL[9])
        with pytest.raises(ValueError, match="there is no order"):
            ask.control.act("delete_order", order_id=ALL[9])
        query = orders(f"{FLAT} timestamps{{updatedAt}} contact{{customer{{companyName}}}}")
        before = ask.page(query, 100)
        assert before["nodes"][0]["id"] == added
        server.kill()
        server.restart()
        assert ask.page(query, 100) == before, "the token lives on too"


def test_people_see_what_the_account_holds(ask: Caller) -> None:
    ask.control.act("change_order", order_id=ALL[0], values={"nickname": "A < B"})
    before = len(ask.control.entries())
    for tab in ("orders", "customers", "calls"):
        page = ask.session.get(f"{ask.server.base_url}/?show={tab}", timeout=10)
        assert page.status_code == 200, tab
    assert "A &lt; B" in ask.session.get(f"{ask.server.base_url}/?show=orders&q=A+%3C", timeout=10).text
    assert "Immersive Media" in ask.session.get(f"{ask.server.base_url}/?show=customers&q=imm", timeout=10).text
    assert len(ask.control.entries()) == before
