"""The promises of the Printavo flow that a benchmark can check in seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from accordant.tasks import systems as flow_systems
from benchmarks import printavo_peer, printavo_speed
from benchmarks.printavo_requests import CHANGES, FULL, MOST_SHARE, NOTHING, brought_up_to_date
from benchmarks.printavo_speed import FIRST, MOST_MEMORY, OURS, SECOND, beside_peer, flat_runs
from benchmarks.printavo_systems import held, systems


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = dict(os.environ)
    monkeypatch.setattr(flow_systems, "TARGETS", dict(flow_systems.TARGETS))
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_run_with_1_percent_changed_costs_less_than_the_first_and_memory_stays_small() -> None:
    with systems(20_000, durable=False) as here:
        runs = flat_runs(here, seed=1)
    assert runs[SECOND].both <= 0.85 * runs[FIRST].both  # 0.6 is promised of ten times as many, where noise weighs less
    assert runs[FIRST].both < 1.5  # CPU seconds: three times what is promised for as many of 200,000
    assert max(spent.told["peak MB"] for spent in runs.values()) <= MOST_MEMORY


def test_whole_orders_cost_less_than_half_of_what_dlt_spends_and_both_hold_the_same(tmp_path: Path) -> None:
    try:
        printavo_peer.installed()
    except printavo_peer.PeerMissing as missing:
        pytest.skip(f"the peer cannot be installed here: {missing}")
    with systems(1_000, durable=False) as here:
        found = beside_peer(here, tmp_path, newer=False)
    assert found.share(found.first) < 0.5
    assert found.share(found.second) < 0.5
    assert found.share(found.second, printavo_speed.OURS_AGAIN) < 0.5
    for ours, theirs in found.held:
        assert ours == theirs
        assert ours["orders"] == 1_000
        assert ours["lines"] > ours["orders"]
    assert found.first[OURS].told["written"]["orders"] == 1_000
    assert found.second[OURS].told["written"]["orders"] == 10


def test_changed_orders_take_a_twentieth_of_a_full_reads_requests_and_the_limit_is_kept(postgres: object) -> None:
    done = brought_up_to_date(postgres, 6_000, 24)  # type: ignore[arg-type]
    assert done.is_right(), done.found
    assert done.keeps_limits(), done.asked
    assert done.share <= MOST_SHARE
    assert done.asked[NOTHING].requests < done.asked[CHANGES].requests
    assert done.asked[FULL].most > 5  # it goes as fast as it may
    assert {one.state for one in done.asked.values()} == {"succeeded"}


def test_a_reading_stands_alone_without_airflow() -> None:
    with systems(200, durable=False) as here:
        conninfo = here.database()
        spent = here.done(here.task(conninfo, "nested", "full", 50))
        assert spent.told["written"]["orders"] == held(conninfo)["orders"] == 200
