"""Whatever goes wrong at Printavo: exact counts in the end, or a clear stop with nothing half-written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accordant.hooks import printavo_client
from accordant.hooks.http import Patience
from sandbox.printavo.content import generate
from sandbox.printavo.server import PrintavoThread, running_printavo
from sandbox.seed.printavo.promises import promise_of
from tests.end_to_end.print_shop import PrintShop

_HASTY = Patience(first_wait=0.01, longest_wait=0.02, first_throttle=0.05, throttle_seconds=5)
CONTENT = generate(150, seed=3)
PASSING = ("throttle", "throttle_retry_after", "firewall_page", "server_error", "partial_data", "reset_mid_body",
           "truncated_answer", "bad_gateway", "unavailable", "reset_before_apply")  # fmt: skip
MOVING = ("order_moves", "order_moves_in", "duplicate_across_pages")


@pytest.fixture(scope="module")
def printavo_server() -> Iterator[PrintavoThread]:
    """A Printavo without limits."""
    with running_printavo(content=CONTENT) as server:
        yield server


@pytest.fixture
def shop(
    postgres: Any, store: str, printavo_server: PrintavoThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PrintShop]:
    """An empty shop."""
    printavo_server.control.disarm()
    printavo_server.control.reset()
    printavo_server.account.fill(generate(150, seed=3))
    monkeypatch.setattr(printavo_client, "VENDOR_PATIENCE", _HASTY)
    shop = PrintShop(postgres, printavo_server, tmp_path, monkeypatch)
    yield shop
    printavo_server.control.disarm()
    shop.close()


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_nothing(shop: PrintShop, fault: str) -> None:
    shop.printavo.control.arm(fault, skip=3)
    summary = shop.run()
    assert all(one["struck"] for one in shop.printavo.control.faults()), "it never struck"
    assert summary["state"] == "succeeded"
    assert shop.counts() == promise_of(CONTENT).counts


@pytest.mark.parametrize("fault", ["server_error", "partial_data", "truncated_answer", "garbage", "expired_token"])
def test_a_fault_that_stays_stops_the_run_with_nothing_half_written(shop: PrintShop, fault: str) -> None:
    shop.printavo.control.arm(fault, skip=4, times=1000)
    summary, error = shop.attempt()
    assert summary["state"] == "failed"
    assert error is not None
    assert error.sentence
    assert not any(shop.counts().values())
    shop.printavo.control.disarm()
    assert shop.run()["state"] == "succeeded"
    assert shop.counts() == promise_of(CONTENT).counts


@pytest.mark.parametrize("fault", MOVING)
def test_orders_that_move_between_pages_are_neither_missed_nor_doubled(shop: PrintShop, fault: str) -> None:
    shop.run()
    shop.printavo.control.arm(fault, skip=3)
    shop.run(full=True)
    there = {order["id"] for order in shop.printavo.account.orders()}
    assert {row["id"] for row in shop.rows("SELECT id FROM printavo.orders WHERE gone_at IS NULL")} == there
    assert shop.value("SELECT count(*) = count(DISTINCT id) FROM printavo.orders") is True
