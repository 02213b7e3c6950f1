"""Whether the memory of a run into QuickBooks Online grows with the number of open rows."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from accordant.include_dir import include_dir
from benchmarks.own_process import in_own_process
from benchmarks.results import Promise, Result, Row, Table
from benchmarks.school import FLOW, STEPS, new_school, opened
from sandbox.postgres import RunningPostgres, running_postgres
from sandbox.quickbooks_online.server import QuickBooksOnlineProcess, running_quickbooks_online_process

SIZES, QUICK = (1_000, 200_000), (1_000, 10_000)
STUDENTS = 5_000
_GROWTH = 1.10  # of each step, from the smallest size to the largest
_NO_LIMITS = {
    "per_minute": 1_000_000, "per_second": 1_000_000, "batches_per_minute": 1_000_000, "margin_seconds": 0,
}  # fmt: skip


@dataclass
class Systems:
    """What a run needs, each in processes of its own."""

    postgres: RunningPostgres
    books: QuickBooksOnlineProcess

    def opened(self, rows: int) -> str:
        """Return a run on so many open rows, none of whose customers are known."""
        self.books.control.reset()
        new_school(self.postgres, self.books, rows, STUDENTS)
        return opened()


def measure(*, quick: bool = False) -> Result:
    """Do a whole run at each size, each step in a process of its own, as Airflow does."""
    sizes = QUICK if quick else SIZES
    with systems() as here:
        nothing = in_own_process("school", "-", "nothing")["peak_mb"]
        spent = {size: spent_by_steps(here, size) for size in sizes}
    memory = [_memory_row(name, spent) for name in STEPS]
    notes = (f"A process that only imports the steps takes {nothing:.0f} MB.",)
    result = Result("qbo_memory", [Table("Peak memory in MB of each step's process, by open rows", memory, notes)])
    result.tables.append(Table("Seconds, the vendor's limits lifted", [row for rows in spent.values() for row in rows]))
    worst = max(memory, key=lambda row: float(row["growth %"]))
    sentence = (
        f"No step's memory grows by more than 10 % from {sizes[0]:,} to {sizes[-1]:,} open rows "
        f"(seen: {worst['growth %']:+.1f} % in {worst['step']})."
    )
    result.promises = [Promise(sentence, worst["growth %"] <= 100 * (_GROWTH - 1))]
    return result


@contextmanager
def systems(*, durable: bool = True) -> Iterator[Systems]:
    """Start all; the steps take their settings from a copy in which the vendor's limits are lifted.

    Real time does not pass faster in other processes, and the limits alone would take hours.
    """
    before = os.environ.get("ACCORDANT_INCLUDE")
    with (
        tempfile.TemporaryDirectory(prefix="accordant-bench-") as folder,
        running_postgres(fsync=durable) as postgres,
        running_quickbooks_online_process() as books,
    ):
        os.environ["ACCORDANT_INCLUDE"] = str(_without_limits(Path(folder)))
        try:
            yield Systems(postgres, books)
        finally:
            os.environ.pop("ACCORDANT_INCLUDE")
            os.environ |= {"ACCORDANT_INCLUDE": before} if before else {}


def _without_limits(folder: Path) -> Path:
    """Return a copy of include/ with other limits."""
    copy = folder / "include"
    shutil.copytree(include_dir(), copy)
    path = copy / "settings" / "mis_invoices.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    settings["quickbooks"] |= _NO_LIMITS
    path.write_text(yaml.safe_dump(settings), "utf-8")
    return copy


def spent_by_steps(here: Systems, rows: int) -> list[Row]:
    """Return what each step of one run took."""
    run_id = here.opened(rows)
    return [_spent(run_id, name, rows) for name in STEPS]


def peaks_mb(here: Systems, rows: int, of: tuple[str, ...]) -> dict[str, float]:
    """Return the peak memory of some steps of a run; the others call nobody and go in this process, or not at all."""
    run_id = here.opened(rows)
    peaks: dict[str, float] = {}
    for name, step in STEPS.items():
        if name in of:
            peaks[name] = float(_spent(run_id, name, rows)["peak MB"])
        elif len(peaks) < len(of) and name != "validate":  # without it every row counts as valid
            step(FLOW, run_id)
    return peaks


def _spent(run_id: str, name: str, rows: int) -> Row:
    started = time.perf_counter()
    spent = in_own_process("school", run_id, name)
    wall = time.perf_counter() - started
    return {"rows": rows, "step": name, "wall s": wall, "cpu s": spent["cpu"], "peak MB": spent["peak_mb"]}


def _memory_row(name: str, spent: dict[int, list[Row]]) -> Row:
    peaks = {f"{size:,}": row["peak MB"] for size, rows in spent.items() for row in rows if row["step"] == name}
    first, *_, last = peaks.values()
    return {"step": name, **peaks, "growth %": 100 * (last / first - 1)}
