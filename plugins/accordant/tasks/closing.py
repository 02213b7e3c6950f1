"""Closing a run: its summary, and the state in which it ended."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from psycopg.types.json import Jsonb

from accordant.flows.registry import flow_named
from accordant.store.certificates import certificate_of
from accordant.store.database import Database
from accordant.store.plans import find_plan
from accordant.store.runs import Run, find_run
from accordant.sync.errors import AccordantError
from accordant.tasks.workbench import open_store

log = logging.getLogger(__name__)

_NUMBERS = ("planned", "applied", "created", "updated", "linked", "unknown", "held", "to_do")


def close(run_id: str, result: dict[str, Any] | None, *, reported: bool = True) -> dict[str, Any]:
    """Sum the run up, store it, and return the summary. What failed before keeps its state and its reason.

    Args:
        result: what the last step returned; None where the run did not come so far.
        reported: the last step is the report, which counts documents.
    """
    with open_store() as database:
        run = find_run(database, run_id)
        row = database.row("store/run_get", run=run_id)
        assert row is not None
        if result is None and run.mode == "apply" and flow_named(run.flow).claims:
            _let_go(run)
        summary = _summary(database, run, result if reported else None)
        state, problem = _end(row, summary, run, finished=result is not None)
        summary |= {"state": state, "problem": problem}
        summary["seconds"] = round((datetime.now(UTC) - row["started_at"]).total_seconds(), 1)
        database.execute("store/run_close", run_id=run_id, state=state, problem=problem, summary=Jsonb(summary))
    log.info("Run %s of %s: %s, after %s s.", run_id, run.flow, state.replace("_", " "), summary["seconds"])
    waiting = sum(row["quarantined"] + row["conflicts"] for row in summary["object_types"].values())
    if waiting:
        log.warning("%d records wait for a person: `accordant quarantine list --run %s`.", waiting, run_id)
    return summary


def _let_go(run: Run) -> None:
    """Leave no row in progress; where the systems cannot be reached now, the next run takes them up."""
    from accordant.tasks.push import let_go

    try:
        let_go(run.flow, run.id)
    except AccordantError as error:
        log.warning("The rows of this run stay in progress until the next run takes them up: %s", error)


def _summary(database: Database, run: Run, documents: dict[str, Any] | None) -> dict[str, Any]:
    certificate = certificate_of(database, run.id)
    calls = database.rows("store/run_calls", run_id=run.id)
    try:
        plan = find_plan(database, run.id)
    except LookupError:
        plan = {"id": None, "decision": "open", "exceeded": []}
    return {
        "flow": run.flow,
        "run": run.id,
        "preview": run.mode == "preview",
        "object_types": _object_types(database, run),
        "documents": documents or {},
        "calls": {row["system"]: {"calls": row["calls"], "writes": row["writes"]} for row in calls},
        "plan": plan["id"],
        "decision": plan["decision"],
        "exceeded": plan["exceeded"],
        "certificate": certificate["id"] if certificate else None,
        "matches": certificate["matches"] if certificate else None,
    }


def _object_types(database: Database, run: Run) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}

    def entry(object_type: str) -> dict[str, int]:
        empty = dict.fromkeys((*_NUMBERS, "unchanged", "quarantined", "conflicts", "warnings", "waiting"), 0)
        return table.setdefault(object_type, empty)

    for row in database.rows("store/summary_operations", run_id=run.id):
        entry(row["object_type"]).update({name: row[name] for name in _NUMBERS})
    for row in database.rows("store/summary_staged", run_id=run.id):
        numbers = entry(row["object_type"])
        numbers["read"] = row["records"]
    for row in database.rows("store/summary_unchanged", run_id=run.id):
        entry(row["object_type"])["unchanged"] += row["unchanged"]
    for kind, numbers in _mirrored(database, run).items():
        entry(kind).update(numbers)
    names = {"refused": "quarantined", "conflict": "conflicts", "warning": "warnings", "held": "waiting"}
    for row in database.rows("store/run_trouble", run_id=run.id):
        entry(row["object_type"])[names[row["severity"]]] = row["records"]
    return table


def _mirrored(database: Database, run: Run) -> dict[str, dict[str, int]]:
    """Return what a mirror read, which it keeps in its own tables and not in the sync store."""
    row = database.row("store/run_noted", run_id=run.id)
    return dict(row["reading"].get("records", {})) if row else {}


def _end(row: Any, summary: dict[str, Any], run: Run, *, finished: bool) -> tuple[str, str]:
    """Return in which state the run ended, and the reason where it failed."""
    if row["state"] in ("failed", "cancelled"):
        return row["state"], row["problem"]
    unplanned = summary["plan"] is None
    unfinished = run.mode == "apply" and summary["decision"] in ("open", "within_limits", "approved") and not finished
    if unplanned or unfinished:  # killed, or stopped by Airflow: no step could say so
        return "failed", f"It ended in step {row['step']} without a word. Start it again: nothing is written twice."
    return _state(summary, run), ""


def _state(summary: dict[str, Any], run: Run) -> str:
    """Return needs_person when a record, a plan or a certificate waits for one; incomplete when a run must follow."""
    waits = any(row["quarantined"] or row["conflicts"] for row in summary["object_types"].values())
    undecided = summary["decision"] in ("waiting", "rejected")
    apart = summary["matches"] is False
    if waits or undecided:
        return "needs_person"
    left = any(row["unknown"] or row["held"] or row["to_do"] for row in summary["object_types"].values())
    if run.mode == "apply" and left:
        return "incomplete"  # a passing fault, or records that moved: the next run goes on by itself
    return "needs_person" if apart else "succeeded"
