"""The first half of the demo: raw invoice documents become sales orders; a second run finds nothing left to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from demo import dag_runs, runs
from demo.agreement import Measured, differences, last_call, measure, write_calls
from demo.airflow_api import AirflowApi
from demo.dag_runs import DagRun
from demo.display import Display
from demo.layout import RAW_DATA
from demo.start import Running
from demo.tables import agreed_table, certificate_line, quarantine_table


def agree_documents(running: Running, display: Display) -> list[str]:
    """Run the flow twice and return what is not as promised."""
    _run(running, display, f"{RAW_DATA}: a run", dag_runs.begin)
    first = running.accordant.ended()
    before = last_call(running.sandbox)
    _run(running, display, f"{RAW_DATA}: once more, nothing left to do", dag_runs.trigger)
    writes = write_calls(running.sandbox, before)
    measured, status = measure(running.sandbox), running.accordant.ended()
    _show(running, display, measured, writes, status)
    return [*differences(measured), *_first_run(first), *_second_run(writes, status)]


def _first_run(status: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the run that had everything to do."""
    return [] if status["matches"] else ["The first run's certificate does not say that both sides match."]


def _second_run(writes: int, status: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a run that should have found both sides in agreement."""
    found = []
    if planned := sum(int(row["total"]) for row in status["progress"]):
        found.append(f"The second run planned {planned} operations; it must plan none.")
    if writes:
        found.append(f"The second run made {writes} write calls to InvenTree; it must make none.")
    if not status["matches"]:
        found.append("The second run's certificate does not say that both sides match.")
    return found


def _run(running: Running, display: Display, name: str, start: Callable[[AirflowApi, str], DagRun]) -> None:
    with display.phase(name) as say:
        runs.follow(start(running.api, RAW_DATA), say, running.alive, running.accordant.progress)


def _show(running: Running, display: Display, measured: Measured, writes: int, status: Mapping[str, Any]) -> None:
    display.line()
    display.table(agreed_table(measured, writes))
    display.table(quarantine_table(running.accordant.quarantine(RAW_DATA)))
    display.line(certificate_line(status))
