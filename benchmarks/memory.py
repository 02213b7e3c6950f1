"""Whether a step's memory grows with the number of invoices, and where the time goes."""

from __future__ import annotations

from benchmarks.collection import Collection
from benchmarks.flow_run import STEPS, in_own_process, in_process, opened
from benchmarks.invoices import documents
from benchmarks.results import Promise, Result, Row, Table
from benchmarks.surroundings import Surroundings, surroundings

SIZES = (200, 2_000, 20_000)
LINES = 1
_GROWTH = 1.10  # of load, from the smallest size to the largest


def measure(*, quick: bool = False) -> Result:
    """Run the flow at each size, each step in a process of its own, without latency."""
    sizes = SIZES[:2] if quick else SIZES
    with surroundings() as here:
        nothing = in_own_process("-", "nothing").peak_mb
        spent = {size: spent_by_steps(here, size) for size in sizes}
    memory = [_memory_row(name, spent) for name in STEPS]
    title = f"Peak memory in MB of each step's process, by number of invoices ({LINES} line each)"
    notes = (f"A process that only imports the steps takes {nothing:.0f} MB.",)
    times = [row for size in sizes for row in spent[size]]
    result = Result("memory", [Table(title, memory, notes), Table("Seconds, without latency", times)])
    load = next(row for row in memory if row["step"] == "load")
    grown = load[f"{sizes[-1]:,}"] / load[f"{sizes[0]:,}"]
    sentence = f"load: memory grows by at most 10 % from {sizes[0]} to {sizes[-1]} invoices (seen: {grown - 1:+.1%})."
    result.promises = [Promise(sentence, grown <= _GROWTH)]
    return result


def spent_by_steps(here: Surroundings, invoices: int) -> list[Row]:
    """Return what each step of one run took."""
    run_id = _opened(here, invoices)
    return [_spent(here, run_id, name, invoices) for name in STEPS]


def load_peak_mb(here: Surroundings, invoices: int) -> float:
    """Return the peak memory of load's process alone; the steps before it run in this one."""
    run_id = _opened(here, invoices)
    for name in ("extract", "validate", "diff", "approve"):
        in_process(run_id, name)
    return in_own_process(run_id, "load").peak_mb or 0.0


def _opened(here: Surroundings, invoices: int) -> str:
    """Return a run on new documents, whose customers and parts are unknown."""
    source = Collection(here.fresh())
    source.put(documents(invoices, LINES, customers=200, products=300))
    return opened()


def _spent(here: Surroundings, run_id: str, name: str, invoices: int) -> Row:
    control = here.inventree.control
    calls, postgres, sandbox = control.last_sequence(), here.postgres_cpu(), here.inventree_cpu()
    spent = in_own_process(run_id, name)
    return {
        "invoices": invoices, "step": name, "calls": control.last_sequence() - calls, "wall s": spent.wall,
        "our cpu": spent.cpu, "postgres cpu": here.postgres_cpu() - postgres,
        "sandbox cpu": here.inventree_cpu() - sandbox, "peak MB": spent.peak_mb,
    }  # fmt: skip


def _memory_row(name: str, spent: dict[int, list[Row]]) -> Row:
    peaks = {f"{size:,}": row["peak MB"] for size, rows in spent.items() for row in rows if row["step"] == name}
    return {"step": name, **peaks}
