"""kill -9 anywhere in an import: one plain re-run ends with exactly what Printavo has.

Each seed draws an account, a point and a visit of it. ACCORDANT_WHOLE_MATRIX=1 plays imports of 20,000 orders.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from accordant.sync.failpoints import FAILPOINTS
from sandbox.printavo.content import generate
from sandbox.printavo.server import PrintavoThread, running_printavo
from sandbox.seed.printavo.promises import promise_of
from tests.end_to_end.killable import Killable
from tests.end_to_end.matrix import WHOLE
from tests.end_to_end.print_shop import FLOW, PrintShop

ORDERS = 20_000 if WHOLE else 300
SEEDS = range(20)
POINTS = ("extract.staged", "diff.planned", "merge.1.before_commit", "merge.2.committed", "reconcile.1.read_back",
          "reconcile.2.sealed", "reconcile.3.certified")  # fmt: skip
CONTENT = generate(ORDERS, seed=11)


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Where processes are killed."""
    with Killable() as found:
        yield found


@pytest.fixture(scope="module")
def printavo_server() -> Iterator[PrintavoThread]:
    """A Printavo without limits, with an account that nobody changes."""
    with running_printavo(content=CONTENT) as server:
        yield server


@pytest.fixture
def shop(
    postgres: Any, store: str, printavo_server: PrintavoThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PrintShop]:
    """An empty shop."""
    shop = PrintShop(postgres, printavo_server, tmp_path, monkeypatch)
    yield shop
    shop.close()


def drawn(seed: int) -> str:
    """Return where the run of a seed is killed: mostly at some page, else at one of the other points."""
    random = Random(seed)
    if seed % 3:
        return f"read.page:{random.randrange(1, 8 + ORDERS // 40)}"
    return POINTS[seed // 3 % len(POINTS)]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_import_killed_anywhere_ends_with_exact_counts_after_one_re_run(
    shop: PrintShop, killable: Killable, seed: int
) -> None:
    assert killable.run(FLOW, "killed", drawn(seed), shop.changed) == -signal.SIGKILL, drawn(seed)
    before = shop.printavo.control.counts()
    if not drawn(seed).startswith(("merge.2", "reconcile")):
        assert not any(shop.counts().values()), "readers saw half a run"
    name = "killed" if seed % 2 else "another run"  # the same run cleared, or the next of the schedule
    assert killable.run(FLOW, name, "", shop.changed) == 0
    assert shop.counts() == promise_of(CONTENT).counts
    for company, expected in promise_of(CONTENT).companies.items():
        assert shop.book(company).keys() == expected.shown
    assert before == shop.printavo.control.counts()


def test_every_point_of_an_import_is_killed_at() -> None:
    killed = {drawn(seed).partition(":")[0] for seed in SEEDS}
    assert killed >= {name for name in FAILPOINTS if name.startswith(("read.", "merge.", "reconcile."))}


def test_a_reading_that_was_killed_goes_on_at_its_page(shop: PrintShop, killable: Killable) -> None:
    ledger = shop.printavo.control
    start = ledger.last_sequence()
    assert killable.run(FLOW, "whole", "", shop.changed) == 0
    whole = ledger.last_sequence() - start
    shop.rows("DROP SCHEMA printavo CASCADE; DROP SCHEMA printavo_staging CASCADE")
    start = ledger.last_sequence()
    assert killable.run(FLOW, "killed", "read.page:8", shop.changed) == -signal.SIGKILL
    assert killable.run(FLOW, "next", "", shop.changed) == 0
    assert ledger.last_sequence() - start <= whole + 1
