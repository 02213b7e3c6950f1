"""All who read Printavo with the sync store between them keep its limit together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.flows.printavo.reading import Reading
from accordant.hooks.calls import ApiCall
from accordant.sync.rates import PrintavoLimits
from accordant.tasks.printavo_online import SharedPrintavoHook
from sandbox.printavo.server import running_printavo
from tests.flows.printavo.staging import MemoryStaging, truth
from tests.store.test_permits import VirtualClock

READERS = 3


@pytest.mark.parametrize("per_page", [None, 20])
def test_readers_beside_each_other_never_exceed_the_limit_and_nearly_reach_it(store: str, per_page: int | None) -> None:
    clock = VirtualClock(READERS)
    limits = PrintavoLimits(most_per_page=per_page, at_once=READERS)
    with running_printavo(clock=clock) as server:
        server.control.generate(200)
        server.control.settings(enforce_limits=True)
        server.control.clear_ledger()
        calls: list[ApiCall] = []
        started = clock.now()

        def read(_: int) -> MemoryStaging:
            given = Connection(conn_id="printavo_test", **server.connection)
            hook = SharedPrintavoHook(connection=given, limits=limits, clock=clock, on_call=calls.append)
            staging = MemoryStaging()
            try:
                Reading(hook, staging, limits).full()
            finally:
                clock.leave()
            return staging

        with ThreadPoolExecutor(READERS) as pool:
            read_ones = list(pool.map(read, range(READERS)))
        assert [one.sums() for one in read_ones] == [truth(server)] * READERS
        peaks = server.control.peaks()
        assert peaks["per_window"] <= 10
        assert (peaks["refused"], peaks["calls"]) == (0, len(calls))
        assert clock.now() - started <= 5.25 * len(calls) / 10


def test_a_limit_is_so_many_requests_in_five_seconds_and_a_margin() -> None:
    (rate,) = PrintavoLimits(per_five_seconds=8, margin_seconds=0.5).rates()
    assert (rate.count, rate.seconds, rate.kind) == (8, 5.5, None)


def test_what_a_hook_says_of_its_account_is_the_same_for_all_workers(store: str) -> None:
    given: dict[str, Any] = {"conn_type": "printavo", "login": "Me@Shop.example", "password": "canary-0123456789"}
    hooks = [SharedPrintavoHook(connection=Connection(conn_id=name, **given)) for name in ("a", "b")]
    assert {hook.account for hook in hooks} == {"https://www.printavo.com/me@shop.example"}
