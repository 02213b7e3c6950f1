"""The earliest moment for one more call keeps every limit, wastes nothing, and is exact."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.rates import QuickBooksLimits, Rate, earliest

Call = tuple[float, str]
RATES = (Rate(5, 10), Rate(2, 1.5), Rate(2, 10, "batch"))


def exceeded(calls: Sequence[Call], rates: Sequence[Rate]) -> list[Rate]:
    """The rates that some stretch of time holds too many calls of; a stretch begins with a call of it, and ends before
    the period is over."""
    return [
        rate
        for rate in rates
        for start, _ in calls
        if sum(start <= at < start + rate.seconds for at, kind in calls if rate.kind in (None, kind)) > rate.count
    ]


# Quarters of a second are exact in binary, so that periods meet their ends exactly.
QUARTERS = st.integers(0, 40).map(lambda quarters: quarters / 4)
ARRIVALS = st.lists(st.tuples(QUARTERS, st.sampled_from(["request", "batch"])), max_size=40)


@given(ARRIVALS)
def test_whatever_comes_when_no_limit_is_exceeded_and_no_call_waits_longer_than_it_must(arrivals: list[Call]) -> None:
    now, taken = 0.0, list[Call]()
    for pause, kind in arrivals:
        now += pause / 4
        moment = earliest(now, taken, kind, RATES)
        starts = {now, *(at + rate.seconds for at, _ in taken for rate in RATES)}
        possible = [at for at in starts if at >= now and not exceeded([*taken, (at, kind)], RATES)]
        assert moment == min(possible)
        taken.append((moment, kind))


def test_a_question_does_not_queue_behind_batches() -> None:
    taken = [(0.0, "batch"), (0.0, "batch"), (10.0, "batch")]
    assert earliest(2.0, taken, "batch", RATES) == 10.0
    assert earliest(2.0, taken, "request", RATES) == 2.0


@pytest.mark.parametrize(("kinds", "per_minute"), [(["batch"], 40), (["request"], 500), (["batch", "request"], 40)])
def test_saturated_it_reaches_95_percent_of_the_vendors_limit(kinds: list[str], per_minute: int) -> None:
    rates, now, sent = QuickBooksLimits().rates(), 0.0, list[Call]()
    while now < 300:
        for kind in kinds:
            now = earliest(now, [call for call in sent[-600:] if call[0] > now - 61], kind, rates)
            sent.append((now, kind))
    count = sum(kind == kinds[0] for at, kind in sent if at < 300)
    assert count >= 0.95 * per_minute * 5
    vendors = (Rate(500, 60), Rate(10, 1), Rate(40, 60, "batch"))
    assert exceeded(sent[:900], vendors) == []
