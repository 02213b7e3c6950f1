"""Which side changed later, when two clocks do not show the same time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from accordant.sync.merge import Policy, Rule, Side
from accordant.sync.timing import Clocks

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EXACT = Clocks(timedelta(0), timedelta(seconds=2))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize("tie", list(Side))
def test_close_calls_follow_the_tie_rule(tie: Side) -> None:
    clocks = Clocks(timedelta(0), seconds(2), tie)
    for apart in (-2, -1, 0, 1, 2):
        decided = clocks.later(NOON, NOON + seconds(apart))
        assert decided.policy is Policy(tie.value)
        assert decided.rule is (Rule.OURS_CLOSE if tie is Side.OURS else Rule.THEIRS_CLOSE)


def test_the_later_change_wins_once_the_clocks_cannot_be_to_blame() -> None:
    assert EXACT.later(NOON, NOON + seconds(3)).rule is Rule.THEIRS_LATER
    assert EXACT.later(NOON + seconds(3), NOON).rule is Rule.OURS_LATER


@pytest.mark.parametrize("skew", [-60, 60])
def test_a_change_within_the_clocks_difference_is_a_close_call_whichever_clock_is_ahead(skew: int) -> None:
    clocks = Clocks(seconds(skew), seconds(2))
    assert clocks.later(NOON, NOON + seconds(61)).rule is Rule.OURS_CLOSE
    assert clocks.later(NOON, NOON + seconds(63)).rule is Rule.THEIRS_LATER


def test_a_side_that_does_not_say_when_it_changed_is_a_close_call() -> None:
    assert EXACT.later(None, NOON).rule is Rule.OURS_CLOSE
    assert EXACT.later(NOON, None).rule is Rule.OURS_CLOSE


def test_moments_are_compared_whatever_their_zones() -> None:
    in_bucharest = (NOON + seconds(10)).astimezone(timezone(timedelta(hours=2)))
    assert EXACT.later(NOON, in_bucharest).rule is Rule.THEIRS_LATER
