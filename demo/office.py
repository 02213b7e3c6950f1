"""The second half of the demo: the WMS and QuickBooks Desktop are agreed, and once more, with nothing left to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo import company, dag_runs, runs
from demo.dag_runs import DagRun
from demo.display import Display
from demo.layout import EVERYTHING, ITEMS, QUICKBOOKS
from demo.office_tables import ledger_line, match_line, office_table
from demo.start import Running
from demo.tables import quarantine_table

Results = Mapping[str, Mapping[str, Any]]


def agree_office(running: Running, display: Display) -> list[str]:
    """Agree both sides twice, show what came of it, and return what is not as promised."""
    before = company.count(running.sandbox)
    first = _first_day(running, display)
    after, waiting = company.count(running.sandbox), running.accordant.quarantine("qbd_")
    mark = company.last_call(running.sandbox)
    again = _once_more(running, display)
    reads, writes = company.calls_since(running.sandbox, mark)
    planned = sum(_number(result, "planned") for result in again.values())
    display.line()
    display.table(office_table(before, after, first))
    display.table(quarantine_table(waiting))
    display.line(match_line(first))
    display.line(ledger_line(planned, reads, writes))
    return [*company.differences(before, after, waiting), *_unproven(first, again), *_second_run(planned, writes)]


def _first_day(running: Running, display: Display) -> Results:
    """Switch the flows on, those first that others refer to; each runs at once. Then the items once more."""
    found: dict[str, Mapping[str, Any]] = {}
    for title, flows in QUICKBOOKS.items():
        with display.phase(f"QuickBooks Desktop: {title}") as say:
            begun = [dag_runs.begin(running.api, name) for name in flows]
            runs.follow_all(begun, say, running.alive)
        found |= {run.dag_id: run.told("close") for run in begun}
    with display.phase("QuickBooks Desktop: all items once more, for the quantities on order") as say:
        runs.follow_all([dag_runs.trigger(running.api, ITEMS, full=True)], say, running.alive)
    return found


def _once_more(running: Running, display: Display) -> Results:
    """Run everything again, by the DAG that does so, and return how each flow ended."""
    with display.phase(f"{EVERYTHING}: once more, nothing left to do") as say:
        dag_runs.switch_on(running.api, EVERYTHING)
        run = dag_runs.trigger(running.api, EVERYTHING)
        runs.follow(run, say, running.alive)
    started = {task["task_id"] for task in run.tasks()} - {"summary"}
    return {name: _started_by(run, name).told("close") for name in sorted(started)}


def _started_by(run: DagRun, task_id: str) -> DagRun:
    return DagRun(run.api, task_id.removesuffix("_again"), str(run.told(task_id, "trigger_run_id")))


def _unproven(first: Results, again: Results) -> list[str]:
    named = [*first.items(), *((f"{name}, once more", result) for name, result in again.items())]
    return [
        f"The certificate of {name} does not say that both sides match." for name, one in named if not one["matches"]
    ]


def _second_run(planned: int, writes: int) -> list[str]:
    found = []
    if planned:
        found.append(f"Everything once more planned {planned} operations; it must plan none.")
    if writes:
        found.append(f"Everything once more made {writes} write calls to QuickBooks; it must make none.")
    return found


def _number(result: Mapping[str, Any], name: str) -> int:
    return sum(int(counts[name]) for counts in result["object_types"].values())
