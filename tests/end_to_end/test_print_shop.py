"""A print shop's tables hold what Printavo has, and each key account's orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.printavo.server import PrintavoThread, running_printavo
from sandbox.seed.printavo.promises import promise
from tests.end_to_end.print_shop import PrintShop, account_of_the_demo


@pytest.fixture(scope="module")
def printavo_server() -> Iterator[PrintavoThread]:
    """The Printavo sandbox, without limits."""
    with running_printavo() as server:
        yield server


@pytest.fixture
def shop(
    postgres: Any, store: str, printavo_server: PrintavoThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PrintShop]:
    """A shop whose Printavo is the demo's account."""
    printavo_server.control.reset()
    printavo_server.control.enforce_limits(False)
    printavo_server.account.fill(account_of_the_demo())
    shop = PrintShop(postgres, printavo_server, tmp_path, monkeypatch)
    yield shop
    shop.close()


def test_the_tables_hold_exactly_what_the_seed_promises(shop: PrintShop) -> None:
    summary = shop.run(quick=False)
    promised = promise()
    assert summary["state"] == "succeeded", summary
    assert shop.counts() == promised.counts
    for company, expected in promised.companies.items():
        book = shop.book(company)
        assert book.keys() == expected.shown
        assert sum(row["total"] or 0 for row in book.values()) == expected.total
        assert sum(row["amount_outstanding"] or 0 for row in book.values()) == expected.outstanding
        assert {row["order_id"] for row in book.values() if row["total"] is None} == expected.without_total


def test_a_second_run_writes_nothing_and_plans_nothing(shop: PrintShop) -> None:
    shop.run()
    before = shop.digest()
    for parameters in ({}, {"full": True}):
        summary = shop.run(**parameters)
        assert shop.value("SELECT count(*) FROM printavo.orders WHERE gone_at IS NOT NULL") == 0
        assert sum(kind["planned"] for kind in summary["object_types"].values()) == 0
        assert shop.digest() == before
