"""What is to be said about one run: its numbers, its proof, and what to do next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console

from accordant.commands.exits import ExitCode
from accordant.commands.failures import redacted
from accordant.commands.output import cell, count, duration, table

if TYPE_CHECKING:
    from accordant.store.database import Database

NUMBERS = ("planned", "applied", "unchanged", "quarantined", "conflicts", "unknown")
_SEVERITIES = {"refused": "quarantined", "conflict": "conflicts", "held": "waiting"}


def run_report(database: Database, row: dict[str, Any]) -> dict[str, Any]:
    """Return the report of a run, ready for --json; `row` is its row in the store.

    A run that ended before its closing step has no summary: then the numbers come from what it did.
    """
    run_id = str(row["id"])
    summary = row["summary"]
    plan = database.row("store/plan_get", plan=run_id, prefix="")
    certificate = database.row("store/certificate_of_run", run_id=run_id)
    calls = summary.get("calls") or _calls(database, run_id)
    finished = row["finished_at"] or datetime.now(UTC)
    return {
        "flow": row["flow"],
        "run": run_id,
        "airflow_run_id": row["airflow_run_id"],
        "state": row["state"],
        "step": row["step"],
        "preview": row["mode"] == "preview",
        "object_types": _object_types(database, run_id, summary),
        "documents": summary.get("documents", {}),
        "calls": calls,
        "calls_made": sum(system["calls"] for system in calls.values()),
        "write_calls_made": sum(system["writes"] for system in calls.values()),
        "plan": plan["id"] if plan else None,
        "plan_decision": plan["decision"] if plan else None,
        "certificate": certificate["id"] if certificate else None,
        "matches": certificate["matches"] if certificate else None,
        "problem": redacted(row["problem"]),
        **waiting_counts(database, row["flow"]),
        "seconds": round((finished - row["started_at"]).total_seconds(), 3),
    }


def nothing_known(flow: str) -> dict[str, Any]:
    """Return the report of a run that ended before its first step opened it."""
    names = ("run", "airflow_run_id", "step", "plan", "plan_decision", "certificate", "matches")
    return {
        "flow": flow, "state": "failed", "preview": False, "object_types": {}, "documents": {}, "calls": {},
        "calls_made": 0, "write_calls_made": 0, "problem": "", "waiting": 0, "held": 0, "seconds": 0.0,
        **dict.fromkeys(names),
    }  # fmt: skip


def waiting_counts(database: Database, flow: str) -> dict[str, int]:
    """Return how many entries of a flow are `waiting` for somebody, and how many are `held` for another record."""
    row = database.row("store/waiting_count", flow=flow)
    assert row is not None
    return dict(row)


def _calls(database: Database, run_id: str) -> dict[str, dict[str, int]]:
    return {
        row["system"]: {"calls": row["calls"], "writes": row["writes"]}
        for row in database.rows("store/run_calls", run_id=run_id)
    }


def _object_types(database: Database, run_id: str, summary: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return {object type: counts}; the summary's, or counted from the run's operations and troubles."""
    if summary.get("object_types"):
        return {name: {**dict.fromkeys(NUMBERS, 0), **n} for name, n in summary["object_types"].items()}
    counted: dict[str, dict[str, int]] = {}
    for row in database.rows("store/run_progress", run_id=run_id):
        numbers = counted.setdefault(row["object_type"], dict.fromkeys((*NUMBERS, "held", "failed"), 0))
        numbers["planned"] += row["total"]
        for name in ("applied", "unknown", "held", "failed"):
            numbers[name] += row[name]
    for row in database.rows("store/run_trouble", run_id=run_id):
        if row["severity"] in _SEVERITIES:
            numbers = counted.setdefault(row["object_type"], dict.fromkeys(NUMBERS, 0))
            name = _SEVERITIES[row["severity"]]
            numbers[name] = numbers.get(name, 0) + row["records"]
    return counted


def exit_of_report(report: dict[str, Any], failure: ExitCode) -> ExitCode:
    """Return how a run ended; `failure` is the exit code of the error that ended it, if one did."""
    if report["state"] == "cancelled":
        return ExitCode.CANCELLED
    if report["state"] == "needs_person":
        return ExitCode.NEEDS_PERSON
    if report["state"] == "incomplete":
        return ExitCode.TRY_AGAIN
    if report["state"] != "succeeded" or failure is not ExitCode.AGREED:
        return failure if failure is not ExitCode.AGREED else ExitCode.FAILED
    open_ones = sum(n["quarantined"] + n["conflicts"] + n["unknown"] for n in report["object_types"].values())
    return ExitCode.NEEDS_PERSON if open_ones or report["matches"] is False else ExitCode.AGREED


def next_steps(report: dict[str, Any], exit_code: ExitCode, again: str) -> list[str]:
    """Return what to type next, in order; `again` is what does the same run once more, and for real."""
    flow, plan = report["flow"], (report["plan"] or "")[:12]
    if report["plan_decision"] == "waiting":
        return [f"accordant plan show {plan}", f"accordant plan approve {plan}", again]
    steps = []
    if any(n["quarantined"] or n["conflicts"] for n in report["object_types"].values()):
        steps.append(f"accordant quarantine list --flow {flow}")
    if report["matches"] is False:
        steps.append(f"accordant verify {report['run']}")
    if report["preview"] and plan and exit_code in (ExitCode.AGREED, ExitCode.NEEDS_PERSON):
        planned = any(numbers["planned"] for numbers in report["object_types"].values())
        steps += [f"accordant plan show {plan}", again] if planned else []  # plans of nothing all have one id
    if exit_code is ExitCode.TRY_AGAIN:
        steps.append(again)
    return steps


def show_report(console: Console, report: dict[str, Any]) -> None:
    """Print a run's report for people."""
    kind = "preview of " if report["preview"] else ""
    took = duration(report["seconds"])
    console.print(f"[bold]{kind}{report['flow']}[/]  {report['state'].replace('_', ' ')} after {took}")
    if report["object_types"]:
        console.print(_numbers(report["object_types"]))
    calls = ", ".join(f"{s} {n['calls']:,} ({n['writes']:,} writes)" for s, n in report["calls"].items())
    lines = {
        "run": report["run"] or "",
        "documents": _documents_line(report["documents"]),
        "calls": calls or "none",
        "plan": _plan_line(report),
        "certificate": _certificate_line(report),
        "warnings": _warnings_line(report),
        "problem": report["problem"],
    }
    for name, line in lines.items():
        if line:
            console.print(f"[dim]{name:<12}[/]", cell(line), sep="", soft_wrap=True)


def _warnings_line(report: dict[str, Any]) -> str:
    """Say where decisions such as a due date that a person corrected are named."""
    warnings = sum(numbers.get("warnings", 0) for numbers in report["object_types"].values())
    return f"{warnings:,}: accordant quarantine list --run {report['run']}" if warnings else ""


def _numbers(object_types: dict[str, dict[str, int]]) -> Any:
    waits = any(numbers.get("waiting") for numbers in object_types.values())
    columns = (*NUMBERS, "waiting") if waits else NUMBERS
    shown = table("", *columns, numbers=columns)
    for name, numbers in object_types.items():
        shown.add_row(name.replace("_", " "), *(count(numbers.get(column)) for column in columns))
    return shown


def _documents_line(documents: dict[str, int]) -> str:
    parts = [f"{n:,} {name.replace('_', ' ')}" for name, n in documents.items() if n and name != "documents"]
    if not documents.get("documents"):
        return ", ".join(parts)
    return f"{documents['documents']:,}, of which " + (", ".join(parts) or "none is done")


def _plan_line(report: dict[str, Any]) -> str:
    if not report["plan"]:
        return ""
    return f"{report['plan'][:12]} {report['plan_decision'].replace('_', ' ')}"


def _certificate_line(report: dict[str, Any]) -> str:
    if not report["certificate"]:
        return ""
    verdict = "both sides match" if report["matches"] else "the sides do NOT match"
    return f"{report['certificate'][:12]} {verdict}, in the records of this run"
