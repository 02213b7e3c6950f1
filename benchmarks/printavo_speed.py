"""What it costs to bring the orders of a large account into Postgres, beside dlt's merge of the same pages."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import printavo_peer
from benchmarks.printavo_peer import PeerMissing
from benchmarks.printavo_reading import FLAT_COLUMNS
from benchmarks.printavo_systems import Spent, Systems, held, systems
from benchmarks.results import Promise, Result, Row, Table

ORDERS, PAGE = 200_000, 1_400  # of such a page the vendor's limit of complexity would allow 1,470
NESTED_ORDERS, NESTED_PAGE = 20_000, 250
CHANGED = 0.01  # share of the orders, before the second run
MOST_CPU, MOST_MEMORY, MOST_SECOND, MOST_OF_PEER = 4.0, 80.0, 0.60, 1 / 3
_TRIES = 2

FIRST, SECOND, AGAIN, WHOLE = (
    "first: every order", "second: headers, and the changed by id", "second, every order again",
    "the flow's whole full reading, first",
)  # fmt: skip
OURS, OURS_AGAIN, PEER, PEER_NEWER = (
    "accordant", "accordant, every order again", "dlt, merge", "dlt, merge, with its incremental cursor",
)  # fmt: skip


def measure(*, quick: bool = False) -> Result:
    """Read flat orders several times, as shared machines are noisy; then whole ones beside the peer."""
    orders, nested = (ORDERS // 10, NESTED_ORDERS // 10) if quick else (ORDERS, NESTED_ORDERS)
    result = Result("printavo_speed")
    with systems(orders) as here:
        nothing = here.done(here.task("", "flat", "nothing", PAGE))
        tries = [flat_runs(here, seed) for seed in range(1, 2 if quick else _TRIES + 1)]
    result.tables.append(_flat_table(orders, tries, nothing))
    result.promises += flat_promises(orders, tries)
    try:
        with systems(nested) as here, tempfile.TemporaryDirectory(prefix="accordant-bench-") as folder:
            found = beside_peer(here, Path(folder), newer=not quick)
            result.tables.append(_peer_table(nested, found.rows))
            result.promises += found.promises()
    except PeerMissing as missing:
        result.tables.append(Table("Beside the peer", [{"not measured": str(missing)}]))
    return result


def flat_runs(here: Systems, seed: int) -> dict[str, Spent]:
    """Read flat orders into new tables, let 1 % change, and read what changed; then everything anew.

    Raises:
        AssertionError: another number of rows was written than should be.
    """
    conninfo, changed = here.database(), round(here.orders * CHANGED)
    runs = {FIRST: here.done(here.task(conninfo, "flat", "once", PAGE))}
    here.change(CHANGED, seed)
    runs[SECOND] = here.done(here.task(conninfo, "flat", "incremental", PAGE))
    runs[AGAIN] = here.done(here.task(conninfo, "flat", "full", PAGE))
    runs[WHOLE] = here.done(here.task(here.database(), "flat", "full", PAGE))
    written = [one.told["written"]["orders"] for one in runs.values()]
    assert written == [here.orders, changed, 0, here.orders], written
    return runs


def best(tries: Sequence[dict[str, Spent]], name: str) -> Spent:
    """Return the try of a run that cost least."""
    return min((one[name] for one in tries), key=lambda spent: spent.both)


def flat_promises(orders: int, tries: Sequence[dict[str, Spent]]) -> list[Promise]:
    """Return what must hold of flat orders."""
    first, second = best(tries, FIRST).both, best(tries, SECOND).both
    peak = max(spent.told["peak MB"] for one in tries for spent in one.values())
    found = [Promise(f"At most {MOST_MEMORY:.0f} MB in the client (seen: {peak:.0f}).", peak <= MOST_MEMORY)]
    if orders == ORDERS:  # what a process does once, and noise, weigh too much among few
        found += [
            Promise(f"{orders:,} flat orders from HTTP to merged tables: at most {MOST_CPU:.1f} CPU seconds of client "
                    f"and Postgres (seen: {first:.2f}).", first <= MOST_CPU),
            Promise(f"A second run with {CHANGED:.0%} changed costs at most {MOST_SECOND:.0%} of the first "
                    f"(seen: {second / first:.0%}).", second <= MOST_SECOND * first),
        ]  # fmt: skip
    return found


def _flat_table(orders: int, tries: Sequence[dict[str, Spent]], nothing: Spent) -> Table:
    rows = [{"run": name, **best(tries, name).row(), "all tries": _told(tries, name)} for name in tries[0]]
    title = f"{orders:,} orders of {len(FLAT_COLUMNS)} columns, {PAGE:,} on a page, the best of {len(tries)}"
    told = nothing.told
    return Table(title, rows, [
        f"A process that only imports the same takes {told['peak MB']:.0f} MB and {told['importing']:.2f} CPU seconds, "
        "which are not in the figures.", *_FLAT_NOTES])  # fmt: skip


def _told(tries: Sequence[dict[str, Spent]], name: str) -> str:
    return ", ".join(f"{one[name].both:.2f}" for one in tries)


_FLAT_NOTES = (
    "From the first question to the commit of the merge; no plan, no proof and no companies' tables, which the flow's",
    "steps make from the merged tables. Every answer was asked for once before, so the sandbox only sends it.",
    "Whole full reading: lists the ids of all orders a second time, by few large pages, because pages shift while they",
    "are read; `every order again` does so too.",
)


class BesidePeer:
    """Both on the same account: the first load, and the second with 1 % changed."""

    def __init__(self, python: Path) -> None:
        self.python = python
        self.first: dict[str, Spent] = {}
        self.second: dict[str, Spent] = {}
        self.held: list[tuple[Row, Row]] = []

    @property
    def rows(self) -> list[Row]:
        """Return the rows of the table."""
        return [
            {"load": load, "who": who, **spent.row(), "importing": spent.told["importing"]}
            for load, all_of_them in (("first", self.first), ("second, 1 % changed", self.second))
            for who, spent in all_of_them.items()
        ]

    def share(self, load: dict[str, Spent], who: str = OURS) -> float:
        """Return what we spent of what the cheapest of the peer's ways spent."""
        return load[who].both / min(spent.both for name, spent in load.items() if name.startswith("dlt"))

    def promises(self) -> list[Promise]:
        """Return what must hold."""
        shares = self.share(self.first), self.share(self.second), self.share(self.second, OURS_AGAIN)
        last = self.held[-1][0]
        return [
            Promise(f"First load of whole orders: at most a third of dlt's CPU (seen: {shares[0]:.0%}).",
                    shares[0] <= MOST_OF_PEER),
            Promise(f"Second load: at most a third (seen: {shares[1]:.0%}; where we too read every order again: "
                    f"{shares[2]:.0%}).", max(shares[1:]) <= MOST_OF_PEER),
            Promise(f"After each load both hold the same numbers of records and the same sum: {last['orders']:,} "
                    f"orders, {last['lines']:,} lines, {last['total']:,}.",
                    all(ours == theirs for ours, theirs in self.held)),
        ]  # fmt: skip


def beside_peer(here: Systems, folder: Path, *, newer: bool) -> BesidePeer:
    """Let both load whole orders twice, each into a database of its own.

    Args:
        newer: also with dlt's incremental cursor.

    Raises:
        PeerMissing: dlt cannot be had.
    """
    found = BesidePeer(printavo_peer.installed())
    ours = here.database()
    theirs = {name: here.empty_database() for name in ((PEER, PEER_NEWER) if newer else (PEER,))}
    for load in (found.first, found.second):
        load[OURS] = here.done(here.task(ours, "nested", "once" if load is found.first else "incremental", NESTED_PAGE))
        for name, conninfo in theirs.items():
            load[name] = _by_peer(here, found.python, conninfo, folder, newer=name == PEER_NEWER)
            found.held.append((held(ours), held(conninfo, printavo_peer.HELD)))
        if load is found.first:
            here.change(CHANGED, seed=1)
    found.second[OURS_AGAIN] = here.done(here.task(ours, "nested", "full", NESTED_PAGE))
    return found


def _by_peer(here: Systems, python: Path, conninfo: str, folder: Path, *, newer: bool) -> Spent:
    task = here.task(conninfo, "nested", "once", NESTED_PAGE)
    here.warm(task)
    with here.counted() as spent:
        told: dict[str, Any] = printavo_peer.loaded(python, task, folder, newer=newer)
        spent.client, spent.told = told["cpu"], told
    return spent


def _peer_table(orders: int, rows: list[Row]) -> Table:
    title = f"{orders:,} whole orders, {NESTED_PAGE} on a page, beside dlt {printavo_peer.VERSION}"
    return Table(title, rows, _PEER_NOTES)


_PEER_NOTES = (
    "The same question, pages, server and Postgres for both: lines, sizes, fees and payments within the orders.",
    "Importing is not in the figures. dlt makes its tables as it does by itself, with float for money; it pages by its",
    "own REST client. Its incremental cursor reads every page too, and leaves out orders that are not newer.",
)
