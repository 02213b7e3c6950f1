"""Faults strike as their names say, and the ledger tells what was really done."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import requests

from sandbox.inventree.server import running_inventree_process
from sandbox.shared.faults import KINDS
from sandbox.shared.ledger import Ledger
from sandbox.shared.limits import Rate
from tests.sandbox.conftest import Caller

PATH = "/api/company/"
ANSWERED = [kind.name for kind in KINDS.values() if kind.ending == "answer" and not kind.only_parallel]
BROKEN = [kind.name for kind in KINDS.values() if kind.ending != "answer"]


@pytest.mark.parametrize("name", ANSWERED)
def test_a_wrong_answer_applies_only_what_it_says(call: Caller, name: str) -> None:
    call.server.control.arm(name, method="POST", path=f"^{PATH}$")
    answer = call("POST", PATH, {"name": "A"})
    assert answer.status_code == KINDS[name].status
    assert bool(call.found(PATH)) is KINDS[name].applies
    assert call.server.control.applied(PATH) == int(KINDS[name].applies)
    assert call("POST", PATH, {"name": "B"}).status_code == 201, "it strikes once"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_applies_only_what_it_says(call: Caller, name: str) -> None:
    call.server.control.arm(name, method="POST", path=f"^{PATH}$", seconds=0.6, times=1)
    with pytest.raises(requests.RequestException):
        call("POST", PATH, {"name": "A"}, timeout=0.3)
    assert bool(call.found(PATH)) is KINDS[name].applies
    entry = call.server.control.entries(method="POST")[-1]
    assert (entry["fault"], entry["status"], entry["applied"]) == (name, None, KINDS[name].applies)


def test_stop_answering_lasts_until_disarmed(call: Caller) -> None:
    fault = call.server.control.arm("stop_answering")
    for _ in range(3):
        with pytest.raises(requests.ConnectionError):
            call("GET", PATH)
    call.server.control.disarm(fault)
    assert call("GET", PATH).status_code == 200


def test_skip_and_times_choose_which_calls_are_struck(call: Caller) -> None:
    call.server.control.arm("unavailable", method="GET", skip=1, times=2)
    assert [call("GET", PATH).status_code for _ in range(5)] == [200, 503, 503, 200, 200]


def test_a_probability_with_a_seed_repeats(call: Caller) -> None:
    runs = []
    for _ in range(2):
        call.server.control.disarm()
        call.server.control.arm("unavailable", probability=0.5, seed=7, times=None)
        runs.append([call("GET", PATH).status_code for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_the_locked_database_strikes_parallel_creates_only(call: Caller) -> None:
    call.server.control.arm("database_locked")
    assert call("POST", "/api/part/", {"name": "alone"}).status_code == 201
    statuses: list[int] = []

    def create(name: str) -> None:
        url = call.server.base_url + "/api/part/"
        answer = requests.request("POST", url, json={"name": name}, headers=call.server.headers, timeout=10)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=create, args=(f"p{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 500, 500]


def test_a_rate_limit_answers_429_and_forgives_with_time(call: Caller) -> None:
    control = call.server.control
    control.set_clock("2026-11-21T08:00:00+00:00")
    control.settings(limit="2/10s")
    assert [call("GET", PATH).status_code for _ in range(3)] == [200, 200, 429]
    assert call("GET", PATH).headers["Retry-After"] == "10"
    control.advance(10)
    assert call("GET", PATH).status_code == 200


def test_a_wrong_fault_or_limit_is_refused_with_a_sentence(call: Caller) -> None:
    with pytest.raises(ValueError, match="no fault is called"):
        call.server.control.arm("nonsense")
    with pytest.raises(ValueError, match="unexpected keyword"):
        call.server.control.arm("throttle", colour="red")
    with pytest.raises(ValueError, match="60/s"):
        Rate.parse("many")


def test_control_calls_and_pages_are_not_in_the_ledger(call: Caller) -> None:
    call.server.control.state()
    for tab in ("orders", "companies", "parts", "calls"):
        page = requests.request("GET", f"{call.server.base_url}/?show={tab}", timeout=10)
        assert page.status_code == 200
        assert "sandbox" in page.text
    assert call.server.control.entries() == []


def test_the_page_shows_what_arrived_and_escapes_it(call: Caller) -> None:
    customer = call.company("A < B & C SRL")
    order = call.order(customer=customer, description="SERIE=ACC;NUMAR=1", tags=["acc:1"])
    call.made("/api/order/so-line/", order=order["pk"], part=call.part("Pliant"), sale_price="2.5")
    text = requests.request("GET", call.server.base_url + "/", timeout=10).text
    assert "A &lt; B &amp; C SRL" in text
    assert "SERIE=ACC;NUMAR=1" in text
    assert "2.50 USD" in text


def test_old_entries_lose_their_bodies_not_their_counts() -> None:
    ledger = Ledger()
    for _ in range(600):
        ledger.begin(time="", method="POST", path="/", query="", body=b"x")
    entries = list(ledger.entries())
    assert len(entries) == 600
    assert (entries[0].request_body, entries[-1].request_body) == (None, "x")


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    with running_inventree_process(data=tmp_path / "inventree.db") as server:
        url = server.base_url + PATH
        requests.request("POST", url, json={"name": "A"}, headers=server.headers, timeout=10)
        server.kill()
        with pytest.raises(requests.ConnectionError):
            requests.request("GET", url, headers=server.headers, timeout=2)
        server.restart()
        found = requests.request("GET", url, headers=server.headers, timeout=10).json()
        assert [company["name"] for company in found] == ["A"]
