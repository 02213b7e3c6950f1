"""Limits and the greatest traffic seen, on the clock of somebody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import requests

from sandbox.quickbooks_online.server import running_quickbooks_online
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.traffic import Traffic, most_within
from sandbox.shared.clock import GivenClock
from tests.sandbox.qbo_caller import Caller


@dataclass
class Simulated:
    """A clock that a test moves."""

    moment: float = 1_790_000_000.0

    def now(self) -> float:
        """Seconds since 1970."""
        return self.moment


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Caller, Simulated]]:
    """A server on a simulated clock."""
    clock = Simulated()
    with running_quickbooks_online(clock=clock) as server:
        yield Caller(server), clock


@pytest.fixture
def timed(running: tuple[Caller, Simulated]) -> tuple[Caller, Simulated]:
    """The same, emptied, with limits on."""
    call, clock = running
    clock.moment += 1000
    call.control.reset()
    call.control.enforce_limits()
    call.log_in()
    return call, clock


def _statuses(call: Caller, times: int) -> list[int]:
    return [call("GET", "/preferences").status_code for _ in range(times)]


def test_ten_calls_a_second_are_let_through(timed: tuple[Caller, Simulated]) -> None:
    call, clock = timed
    assert _statuses(call, 12) == [200] * 10 + [429] * 2
    clock.moment += 0.999
    assert _statuses(call, 1) == [429]
    clock.moment += 0.001
    assert _statuses(call, 10) == [200] * 10
    assert call.control.peaks() == {"per_minute": 23, "per_second": 13, "batches_per_minute": 0, "at_once": 1}


def test_a_429_says_so_in_the_vendors_words(timed: tuple[Caller, Simulated]) -> None:
    call, _ = timed
    call.control.settings(per_second=1)
    call("GET", "/preferences")
    refused = call("GET", "/preferences")
    assert refused.json()["Fault"] == {
        "Error": [
            {
                "Message": "message=ThrottleExceeded; errorCode=003001; statusCode=429",
                "Detail": "The request limit was reached.",
                "code": "3001",
            }
        ],
        "type": "SERVICE",
    }
    assert "retry-after" not in refused.headers
    call.control.settings(retry_after=True, throttle_code="003001")
    refused = call("GET", "/preferences")
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["Fault"]["Error"][0]["code"] == "003001"


def test_five_hundred_calls_and_forty_batches_a_minute_are_let_through(timed: tuple[Caller, Simulated]) -> None:
    call, clock = timed
    statuses = []
    for number in range(41):
        sent = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": {"DisplayName": str(number)}}]}
        statuses.append(call("POST", "/batch", sent).status_code)
        clock.moment += 0.11
    assert statuses == [200] * 40 + [429]
    clock.moment += 1
    call.control.settings(per_minute=50)
    assert _statuses(call, 9) == [200] * 9
    clock.moment += 1
    assert _statuses(call, 2) == [200, 429]
    clock.moment += 60
    assert _statuses(call, 1) == [200]


def test_ten_calls_at_once_are_let_through(timed: tuple[Caller, Simulated]) -> None:
    call, _ = timed
    call.control.settings(per_second=1000, at_once=2)
    call.control.arm("timeout_before_apply", times=2, seconds=5)
    headers = dict(call.session.headers)
    hanging = [threading.Thread(target=_give_up, args=(call.server.company_url, headers)) for _ in range(2)]
    for thread in hanging:
        thread.start()
    deadline = time.monotonic() + 5
    while call.control.peaks()["at_once"] < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert _statuses(call, 1) == [429]
    for thread in hanging:
        thread.join()
    assert call.control.peaks()["at_once"] == 3
    assert _statuses(call, 1) == [200]


def _give_up(company_url: str, headers: dict[str, str]) -> None:
    with suppress(requests.RequestException):
        requests.request("GET", f"{company_url}/preferences", headers=headers, timeout=0.7)


def test_limits_are_off_unless_switched_on(timed: tuple[Caller, Simulated]) -> None:
    call, _ = timed
    call.control.enforce_limits(False)
    assert _statuses(call, 15) == [200] * 15
    assert call.control.peaks()["per_second"] == 15
    call.control.clear_ledger()
    assert call.control.peaks()["per_minute"] == 0


def test_a_window_is_half_open() -> None:
    assert most_within([0.0, 60.0], 60) == 1
    assert most_within([59.9, 0.0, 60.0], 60) == 2
    assert most_within([], 60) == 0


def test_a_steady_caller_at_the_limit_is_never_refused() -> None:
    clock = Simulated()
    traffic = Traffic(GivenClock(clock), Settings(enforce_limits=True, per_minute=600))
    for number in range(2000):
        clock.moment = 1_790_000_000.0 + number / 10
        leave, wait = traffic.enter(batch=False)
        leave()
        assert wait is None, number
    assert traffic.peaks()["per_second"] == 10
