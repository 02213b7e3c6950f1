"""The company file over HTTP: one call at a time, faults as their names say, state that survives a kill."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.conductor.faults import FAULTS
from sandbox.conductor.server import ConductorThread, running_conductor, running_conductor_process

ROOT = "/quickbooks-desktop"
ANSWERED = [kind for kind in FAULTS.values() if kind.ending == "answer" and kind.method != "GET"]
BROKEN = [kind for kind in FAULTS.values() if kind.ending not in ("answer", "slow")]


class Caller:
    """Calls the server as its end user."""

    def __init__(self, server: ConductorThread) -> None:
        self.server, self.control = server, server.control
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(server.headers)

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        if body is not None:
            options["json"] = body
        options.setdefault("timeout", 10)
        return self.session.request(method, self.server.base_url + ROOT + path, **options)

    def names(self) -> list[str]:
        """The customers there are."""
        return [one["name"] for one in self("GET", "/customers").json()["data"]]


@pytest.fixture(scope="module")
def conductor() -> Iterator[ConductorThread]:
    """The server."""
    with running_conductor() as server:
        yield server


@pytest.fixture
def call(conductor: ConductorThread) -> Iterator[Caller]:
    """A caller of an empty company file."""
    conductor.control.reset()
    yield Caller(conductor)
    conductor.control.disarm()


@pytest.mark.parametrize("kind", ANSWERED, ids=lambda kind: kind.name)
def test_a_wrong_answer_applies_only_what_it_says(call: Caller, kind: Any) -> None:
    call.control.arm(kind.name, method="POST", path="/customers$")
    answer = call("POST", "/customers", {"name": "A"})
    assert answer.status_code == kind.status
    assert bool(call.names()) is kind.applies
    assert call.control.applied("/customers") == int(kind.applies)
    assert call("POST", "/customers", {"name": "B"}).status_code == 200, "it strikes once"


@pytest.mark.parametrize("kind", BROKEN, ids=lambda kind: kind.name)
def test_a_broken_answer_applies_only_what_it_says(call: Caller, kind: Any) -> None:
    call.control.arm(kind.name, method="POST", path="/customers$", seconds=0.5, times=1)
    with pytest.raises(requests.RequestException):
        call("POST", "/customers", {"name": "A"}, timeout=0.2)
    assert bool(call.names()) is kind.applies
    assert call.control.most_in_flight() == 1


def test_the_faults_of_lists_strike_only_them(call: Caller) -> None:
    call.control.load({"customers": [{"name": f"C{number}"} for number in range(4)]})
    call.control.arm("expired_cursor")
    call.control.arm("list_timeout")
    call.control.arm("wrong_company")
    token = call("GET", "/customers", params={"limit": 2}).json()["nextCursor"]
    assert call("GET", "/customers", params={"limit": 2, "cursor": token}).status_code == 400
    assert call("GET", "/inventory-adjustments").json()["error"]["code"] == "QBD_REQUEST_TIMEOUT"
    for _ in range(2):
        assert call("GET", "/company").json()["companyName"] == "Some Other Company"
    call.control.disarm()
    assert call("GET", "/company").json()["companyName"] == "Accordant Demo Company"


def test_a_fault_answers_in_the_words_of_conductor(call: Caller) -> None:
    expected = {
        "stale_revision": (502, "QBD_REQUEST_ERROR", "3200"),
        "record_locked": (502, "QBD_REQUEST_ERROR", "3175"),
        "connection_not_set_up": (409, "INTEGRATION_CONNECTION_NOT_SET_UP", None),
        "quickbooks_closed": (502, "QBD_CONNECTION_ERROR", "0x80040420"),
        "request_timeout": (502, "QBD_REQUEST_TIMEOUT", None),
        "duplicate_name": (502, "QBD_REQUEST_ERROR", "3100"),
    }
    for name, told in expected.items():
        call.control.arm(name)
        error = call("POST", "/customers", {"name": "A"}).json()["error"]
        assert (error["httpStatusCode"], error["code"], error.get("integrationCode")) == told, name


def test_slow_is_late_but_right(call: Caller) -> None:
    call.control.arm("slow", seconds=0.2)
    start = time.monotonic()
    assert call("POST", "/customers", {"name": "A"}).status_code == 200
    assert time.monotonic() - start >= 0.2
    assert call.control.entries(method="POST")[-1]["fault"] == "slow"


def test_calls_are_done_one_at_a_time_and_overlaps_are_known(call: Caller) -> None:
    call.control.settings(latency_ms=30)
    call("GET", "/company")
    assert call.control.most_in_flight() == 1
    start = time.monotonic()
    threads = [threading.Thread(target=Caller(call.server), args=("GET", "/company")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start >= 4 * 0.03
    assert call.control.most_in_flight() > 1
    call.control.clear_ledger()
    assert call.control.most_in_flight() == 0


def test_the_true_time_is_in_the_date_header_and_the_pc_has_its_own(call: Caller) -> None:
    call.control.set_clock("2026-01-01T12:00:00+00:00")
    call.control.settings(skew_seconds=3600, zone="UTC")
    answer = call("POST", "/customers", {"name": "A"})
    assert answer.headers["Date"] == "Thu, 01 Jan 2026 12:00:00 GMT"
    assert answer.json()["createdAt"] == "2026-01-01T13:00:00+00:00"
    assert answer.headers["Conductor-Request-Id"].startswith("req_")


def test_the_ledger_counts_by_kind_of_call_and_not_what_a_person_does(call: Caller) -> None:
    made = call("POST", "/customers", {"name": "A"}).json()
    call("GET", f"/customers/{made['id']}")
    call.control.person("POST", f"/customers/{made['id']}", {"note": "by hand"})
    call.control.delete("customers", made["id"])
    found = call.control.summary()
    assert set(found) == {
        "POST /v1/quickbooks-desktop/customers",
        "GET /v1/quickbooks-desktop/customers/{id}",
    }
    with pytest.raises(ValueError, match=r"RESOURCE_MISSING|3120"):
        call.control.delete("customers", made["id"])


def test_a_rate_limit_answers_as_conductor_does(call: Caller) -> None:
    call.control.set_clock("2026-01-01T12:00:00+00:00")
    call.control.settings(limit="1/10s")
    assert [call("GET", "/company").status_code for _ in range(2)] == [200, 429]
    assert call("GET", "/company").json()["error"]["httpStatusCode"] == 429


def test_settings_are_shown_changed_and_restored(call: Caller) -> None:
    call.control.settings(zone="Europe/Bucharest", latency_ms=1)
    with pytest.raises(ValueError, match="no time zone"):
        call.control.settings(zone="Mars")
    assert call.server.company.settings.zone == "Europe/Bucharest"
    call.control.reset()
    assert call.server.company.settings.zone == "America/New_York"


def test_what_is_no_json_is_refused(call: Caller) -> None:
    url = call.server.base_url + ROOT + "/customers"
    answer = call.session.request("POST", url, data=b"{", timeout=10)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "INVALID_REQUEST_ERROR")


def test_the_page_shows_what_is_there_and_escapes_it(call: Caller) -> None:
    call.control.load(
        {
            "customers": [{"name": "A < B"}],
            "inventory-items": [{"name": "Widget"}],
            "sales-orders": [{"customer": {"fullName": "A < B"}, "lines": [{"item": {"fullName": "Widget"}}]}],
        }
    )
    site = call.server.base_url.removesuffix("/v1")
    for tab in ("sales", "invoices", "purchases", "adjustments", "customers", "vendors", "items", "lists", "calls"):
        page = requests.request("GET", f"{site}/?show={tab}", timeout=10)
        assert page.status_code == 200, tab
    page = requests.request("GET", f"{site}/?show=sales&q=a", timeout=10)
    assert "A &lt; B" in page.text
    assert call.control.entries() == []


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    with running_conductor_process(data=tmp_path / "company.db") as server:
        url = server.base_url + ROOT + "/customers"
        for name in ("A", "B"):
            made = requests.request("POST", url, json={"name": name}, headers=server.headers, timeout=10)
            assert made.status_code == 200
        server.kill()
        with pytest.raises(requests.ConnectionError):
            requests.request("GET", url, headers=server.headers, timeout=2)
        server.restart()
        found = requests.request("GET", url, headers=server.headers, timeout=10).json()
        assert [one["name"] for one in found["data"]] == ["A", "B"]
