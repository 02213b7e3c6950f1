"""What a full compare of both sides costs when nothing changed, and a first meeting when everything is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from accordant.include_dir import sql
from accordant.store import sides
from accordant.store.view import RunView
from accordant.sync.merge import Side
from benchmarks.agreed_store import Phases, Reading, Spent, Store, store
from benchmarks.own_process import in_own_process
from benchmarks.results import Promise, Result, Row, Table
from benchmarks.surroundings import postgres_cpu

RECORDS = 200_000  # of each side
MOST = 3.0  # CPU seconds beyond the reading
_TRIES = 5
_READING = ("reading", "hashing")


def measure(*, quick: bool = False) -> Result:
    """Let two sides meet, agree them, and compare them as a whole several times: shared machines are noisy."""
    records = RECORDS // 10 if quick else RECORDS
    with store() as here:
        meeting = first_meeting(here, records)
        here.agree()
        tries = [compared(here, records) for _ in range(2 if quick else _TRIES)]
        how = here.explained(sql("store/pairs_changed"), _scope(here))
    best = min(tries, key=beyond_reading)
    seen = beyond_reading(best)
    rows = [{"phase": name, "python cpu s": one.python, "postgres cpu s": one.postgres} for name, one in best.items()]
    everything = ", ".join(f"{beyond_reading(one):.2f}" for one in tries)
    hashed = seen + best["hashing"].both
    title = f"A full compare of {records:,} unchanged customers on both sides, the best of {len(tries)}"
    result = Result("full_compare", [
        Table(title, rows, [*_NOTES, f"Beyond the reading, all tries: {everything} CPU seconds; "
              f"the best with its hashing: {hashed:.2f}."]),
        Table(f"The first meeting of {records:,} customers with {records:,}, in a process of its own", [meeting]),
        Table("pairs_changed, as Postgres did it", [{"plan": line} for line in how]),
    ])  # fmt: skip
    most = MOST * records / RECORDS
    result.promises = [
        Promise(f"At most {most:.1f} CPU seconds beyond the reading (seen: {seen:.2f}).", seen <= most),
        Promise("The first meeting links every customer.", meeting["links"] == records),
    ]
    return result


_NOTES = (
    "reading: what each side's client does until it hands over canonical records. Here a generator stands in for HTTP,",
    "SQL, JSON and mapping, so this line says nothing of them. hashing: the SHA-256 of each record, part of what is",
    "handed over. These two lines are not counted in the promise; all others are.",
)


def beyond_reading(phases: dict[str, Spent]) -> float:
    """Return the CPU seconds of Python and Postgres together without the reading."""
    return sum(spent.both for name, spent in phases.items() if name not in _READING)


def compared(here: Store, records: int) -> dict[str, Spent]:
    """Compare both sides as a whole and return what each phase spent.

    Raises:
        AssertionError: it found something to do.
    """
    phases = Phases(here.postgres, {name: Spent() for name in _READING})
    run = here.run()
    view = RunView(here.database, run)
    with _timed(phases):
        for side in Side:
            rows = Reading(side, records)
            with phases.measured("begin, end, and look for what is missing"):
                reading = sides.stage_changes(here.database, run, side.value, rows, ["customer"])
            assert (reading.read, reading.changed) == (records, 0)
            for name, python in rows.python.items():
                phases.spent[name].python += python
                phases.spent["COPY of keys and hashes, contents aside"].python -= python
    with phases.measured("fold"), here.database.transaction() as connection:
        assert sides.fold(connection, run) == 0
    for name, pairs in (("pairs_unbound", view.unbound_pairs), ("pairs_changed", view.changed_pairs)):
        with phases.measured(name):
            assert not list(pairs("customer"))
    return phases.spent


@contextmanager
def _timed(phases: Phases) -> Iterator[None]:
    """Count the two halves of stage_changes apart."""

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed_call(*arguments: Any) -> Any:
            with phases.measured(name):
                return call(*arguments)

        return timed_call

    with (
        patch.object(sides, "_copy", timed("COPY of keys and hashes, contents aside", sides._copy)),
        patch.object(sides, "_stage", timed("anti-join of hashes", sides._stage)),
    ):
        yield


def first_meeting(here: Store, records: int) -> Row:
    """Let both sides be known and not agreed, and return what linking them takes."""
    run = here.meet(records)
    before = postgres_cpu(here.postgres)
    told = in_own_process("first_meeting", here.database.conninfo, run.id)
    cpu = postgres_cpu(here.postgres) - before
    links = told["actions"].get("customer", {}).get("link", 0)
    return {
        "links": links, "wall s": told["wall s"], "python cpu s": told["python cpu s"], "postgres cpu s": cpu,
        "peak MB": told["peak MB"],
    }  # fmt: skip


def _scope(here: Store) -> dict[str, str]:
    return {**here.run().scope, "object_type": "customer"}
