"""The promises of the school's flow that a benchmark can check in seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from benchmarks.qbo_memory import Systems, peaks_mb, systems
from benchmarks.qbo_throughput import LEAST_SHARE, backfill
from benchmarks.virtual_clock import VirtualClock

ROWS, STUDENTS, WINDOWS = 3_000, 150, 12


@pytest.fixture(autouse=True)
def _environment_as_before() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def running_systems() -> Iterator[Systems]:
    """Postgres and QuickBooks Online in processes of their own."""
    with systems(durable=False) as here:
        yield here


@pytest.mark.parametrize("workers", [1, 3])
def test_a_backfill_goes_at_the_vendors_own_limit_and_never_beyond(postgres: object, workers: int) -> None:
    done = backfill(postgres, ROWS, STUDENTS, WINDOWS, workers)  # type: ignore[arg-type]
    assert done.is_right(), done.outcome()
    assert done.keeps_limits(), done.limits()
    assert done.share >= LEAST_SHARE
    # Preferences, the invoices before and after, for each run; and what the first ones look up once.
    assert done.traffic.others <= 3 * done.runs + 3 * workers


def test_ten_times_the_rows_take_no_more_memory(running_systems: Systems) -> None:
    few, many = (peaks_mb(running_systems, rows, ("extract", "load")) for rows in (300, 3_000))
    assert all(many[step] < few[step] * 1.1 for step in few), (few, many)


def test_the_virtual_clock_stands_while_somebody_is_busy_and_jumps_when_all_wait() -> None:
    clock = VirtualClock(100.0)
    clock.sleep_until(107.0)
    assert clock.moment == 107.0
    with clock.in_flight():
        assert clock.now() == 107.0
    clock.sleep_until(90.0)
    assert clock.now() == 107.0
