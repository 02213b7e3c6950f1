"""The promises of the two-way engine that a benchmark can check in seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from benchmarks.agreed_store import store
from benchmarks.full_compare import beyond_reading, compared
from benchmarks.own_process import in_own_process
from benchmarks.qbd_calls import calls
from benchmarks.qbd_office import Office, office


@pytest.fixture
def running_office() -> Iterator[Office]:
    """WMS, company file and store; the environment is as before afterwards."""
    before = dict(os.environ)
    with office() as running:
        yield running
    os.environ.clear()
    os.environ.update(before)


def test_a_changed_record_costs_one_call_and_an_unchanged_one_none(running_office: Office) -> None:
    for row in calls(running_office, 20):
        assert row["match"] == "yes", row
        assert row["writes"] == row["to QuickBooks"], row
        assert row["reads of one"] == 0, row
        assert row["fixed"] <= 3, row  # a run's own questions, however many records it has


def test_the_planner_explains_every_change_faster_than_the_peer_diffs_it() -> None:
    ours, peer = in_own_process("planner", 5_000), in_own_process("peer_diffsync", 5_000)
    assert ours["unexplained"] == 0
    assert ours["records"] == peer["records"] == 5_000
    assert ours["fields"] == peer["fields"]
    assert ours["records per cpu s"] > 3 * peer["records per cpu s"]
    assert ours["peak MB"] < 150


def test_a_full_compare_takes_time_in_proportion_to_the_records() -> None:
    few, many = (_compared(records) for records in (2_000, 10_000))
    assert many < 5 * few * 1.5 + 0.1


def _compared(records: int) -> float:
    """Return the CPU seconds of an unchanged full compare beyond the reading, the better of two."""
    with store(durable=False) as here:
        here.meet(records)
        here.agree()
        return min(beyond_reading(compared(here, records)) for _ in range(2))
