"""The limit of each user and the greatest traffic seen, on the clock of somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.printavo.content import generate
from sandbox.printavo.server import running_printavo
from sandbox.printavo.settings import Settings
from sandbox.printavo.traffic import Traffic
from sandbox.shared.clock import GivenClock
from tests.sandbox.printavo.caller import Caller

USER = "{user{id}}"


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
    with running_printavo(clock=clock, content=generate(20)) as server:
        yield Caller(server), clock


@pytest.fixture
def timed(running: tuple[Caller, Simulated]) -> tuple[Caller, Simulated]:
    """The same, with limits on and nobody counted."""
    ask, clock = running
    clock.moment += 1000
    ask.control.settings(**{**Settings().read(), "enforce_limits": True})
    ask.control.clear_ledger()
    return ask, clock


def _statuses(ask: Caller, times: int, **headers: str) -> list[int]:
    return [ask.post(USER, headers=headers).status_code for _ in range(times)]


def test_ten_calls_in_any_five_seconds_are_let_through(timed: tuple[Caller, Simulated]) -> None:
    ask, clock = timed
    assert _statuses(ask, 4) == [200] * 4
    clock.moment += 3
    assert _statuses(ask, 8) == [200] * 6 + [429] * 2
    clock.moment += 1.999
    assert _statuses(ask, 1) == [429]
    clock.moment += 0.001
    assert _statuses(ask, 5) == [200] * 4 + [429]
    assert ask.control.peaks() == {"per_window": 14, "calls": 18, "refused": 4}


def test_each_user_has_a_limit_of_its_own(timed: tuple[Caller, Simulated]) -> None:
    ask, _ = timed
    assert _statuses(ask, 11)[-1] == 429
    assert _statuses(ask, 1, email="other@shop.example") == [401]
    assert _statuses(ask, 1, email=ask.server.email.upper()) == [429]


def test_a_429_is_json_and_says_when_to_come_back_only_if_told_to(timed: tuple[Caller, Simulated]) -> None:
    ask, clock = timed
    ask.control.settings(requests=1)
    assert _statuses(ask, 1) == [200]
    refused = ask.post(USER)
    assert (refused.status_code, refused.json()) == (429, {"error": "Too many requests"})
    assert "retry-after" not in refused.headers
    ask.control.settings(retry_after=True)
    clock.moment += 1.5
    assert ask.post(USER).headers["retry-after"] == "4"


def test_limits_are_off_unless_switched_on(timed: tuple[Caller, Simulated]) -> None:
    ask, _ = timed
    ask.control.enforce_limits(False)
    assert _statuses(ask, 15) == [200] * 15
    assert ask.control.peaks()["per_window"] == 15
    ask.control.clear_ledger()
    assert ask.control.peaks() == {"per_window": 0, "calls": 0, "refused": 0}


def test_a_steady_caller_at_the_limit_is_never_refused() -> None:
    clock = Simulated()
    traffic = Traffic(GivenClock(clock), Settings(enforce_limits=True))
    for number in range(1000):
        clock.moment = 1_790_000_000.0 + number / 2
        assert traffic.enter("a") is None, number
    assert traffic.peaks() == {"per_window": 10, "calls": 1000, "refused": 0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests", 0),
        ("enforce_limits", 1),
        ("max_depth", "13"),
        ("default_order", "any"),
        ("default_page_size", None),
    ],
)
def test_a_wrong_setting_is_refused(timed: tuple[Caller, Simulated], name: str, value: object) -> None:
    ask, _ = timed
    with pytest.raises(ValueError, match=name):
        Settings(**{name: value})  # type: ignore[arg-type]
    if value is not None:
        with pytest.raises(ValueError, match=name):
            ask.control.settings(**{name: value})
    with pytest.raises(ValueError, match="colour"):
        ask.control.settings(colour="red")
