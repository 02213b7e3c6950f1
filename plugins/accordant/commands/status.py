"""`accordant status` and `accordant cancel`: what the runs do, seen from outside."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from accordant.commands.exits import EPILOG
from accordant.commands.failures import Hint, redacted
from accordant.commands.output import JsonOption, cell, count, duration, local_time, people, print_json, table
from accordant.commands.sync_store import opened_store, run_named

if TYPE_CHECKING:
    from accordant.store.database import Database

app = typer.Typer()

_ERRORS_SHOWN = 5
_PROGRESS = ("total", "done", "failed", "open")


@app.command(epilog=EPILOG)
def status(
    flow: Annotated[str, typer.Option(help="Only this flow.")] = "",
    as_json: JsonOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew every second, until Ctrl-C.")] = False,
) -> None:
    """Show the last run of each flow: how far it is, what failed, and what waits."""
    if watch and as_json:
        raise typer.BadParameter("--watch is for people; with --json ask again and again.", param_hint="--watch")
    with opened_store() as database:
        if as_json:
            print_json(last_runs(database, flow))
        elif watch:
            _watch(database, flow)
        else:
            people().print(_shown(last_runs(database, flow)))


@app.command(epilog=EPILOG)
def cancel(
    run: Annotated[str, typer.Argument(help="A run's id, or a flow's name for its last run.")],
    as_json: JsonOption = False,
) -> None:
    """Stop a run between two operations, with nothing half-done."""
    with opened_store() as database:
        row = run_named(database, run)
        if not database.execute("store/run_cancel", run_id=row["id"]):
            raise Hint(f"Run {row['id']} of {row['flow']} is not running: it is {row['state']}.")
    if as_json:
        print_json({"run": row["id"], "flow": row["flow"], "cancel_requested": True})
    else:
        people().print(f"Run {row['id']} of {row['flow']} ends after the operation it is in.")


def last_runs(database: Database, flow: str = "") -> list[dict[str, Any]]:
    """Return the last run of each flow, ready for --json.

    Raises:
        LookupError: a flow was named and never ran.
    """
    from accordant.flows.registry import dag_of

    rows = database.rows("store/run_last", flow=flow)
    if flow and not rows:
        raise LookupError(f"No run of {flow!r} is in the sync store. Start one with `accordant run {dag_of(flow)}`.")
    return [_last_run(database, row) for row in rows]


def _last_run(database: Database, row: dict[str, Any]) -> dict[str, Any]:
    from accordant.commands.progress import totals_by_type
    from accordant.commands.reports import waiting_counts

    plan = database.row("store/plan_get", plan=str(row["id"]), prefix="")
    certificate = database.row("store/certificate_of_run", run_id=str(row["id"]))
    progress = totals_by_type(database.rows("store/run_progress", run_id=row["id"]))
    ends = row["finished_at"] or datetime.now(UTC)
    return {
        "flow": row["flow"],
        "run": str(row["id"]),
        "airflow_run_id": row["airflow_run_id"],
        "state": row["state"],
        "step": row["step"],
        "mode": row["mode"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "seconds": round((ends - row["started_at"]).total_seconds(), 3),
        "cancel_requested": row["cancel_requested_at"] is not None,
        "problem": redacted(row["problem"]),
        "progress": [{"object_type": name, **numbers} for name, numbers in progress.items()],
        "last_errors": database.rows("store/run_last_errors", run_id=row["id"], most=_ERRORS_SHOWN),
        "summary": row["summary"],
        **waiting_counts(database, row["flow"]),
        "plan": plan["id"] if plan else None,
        "plan_decision": plan["decision"] if plan else None,
        "certificate": certificate["id"] if certificate else None,
        "matches": certificate["matches"] if certificate else None,
    }


def _watch(database: Database, flow: str) -> None:
    try:
        with Live(_shown(last_runs(database, flow)), console=people(), auto_refresh=False) as live:
            while True:
                time.sleep(1)
                live.update(_shown(last_runs(database, flow)), refresh=True)
    except KeyboardInterrupt:
        return


def _shown(runs: list[dict[str, Any]]) -> Group:
    if not runs:
        return Group(Text("Nothing ran yet. Start a flow with `accordant run DAG_ID`."))
    columns = ("flow", "state", "step", "started", "took", "waiting", "proof")
    listed = table(*columns, numbers=("waiting",))
    for run in runs:
        listed.add_row(
            cell(run["flow"]), _state(run), run["step"], local_time(run["started_at"]), duration(run["seconds"]),
            count(run["waiting"]), _proof(run),
        )  # fmt: skip
    return Group(listed, *(part for run in runs for part in _details(run)))


def _state(run: dict[str, Any]) -> Text:
    styles = {
        "running": "cyan",
        "succeeded": "green",
        "needs_person": "yellow",
        "incomplete": "yellow",
        "failed": "red",
    }
    words: str = run["state"].replace("_", " ")
    if run["mode"] == "preview":
        words += " (preview)"
    if run["state"] == "running" and run["cancel_requested"]:
        words += " (cancelling)"
    return Text(words, styles.get(run["state"], ""))


def _proof(run: dict[str, Any]) -> str:
    if run["certificate"] is None:
        return ""
    return f"{run['certificate'][:12]} " + ("match" if run["matches"] else "NO match")


def _details(run: dict[str, Any]) -> list[Any]:
    """Return what is said below the list: progress, the problem, and the last errors."""
    parts: list[Any] = []
    if run["progress"]:
        numbers = table(run["flow"], *_PROGRESS, numbers=_PROGRESS)
        for row in run["progress"]:
            numbers.add_row(row["object_type"].replace("_", " "), *(count(row[name]) for name in _PROGRESS))
        parts += [Text(), numbers]
    if run["plan_decision"] == "waiting":
        plan = run["plan"][:12]
        parts += [Text(), Text(f"Plan {plan} waits for an answer: accordant plan show {plan}", "yellow")]
    if run["held"]:
        one = "record waits for another one and goes by itself"
        words = one if run["held"] == 1 else "records wait for others and go by themselves"
        parts += [Text(), Text(f"{run['flow']}: {run['held']:,} {words}")]
    if run["problem"] or run["last_errors"]:
        parts += [Text(), Text(f"{run['flow']}: run {run['run']}", "bold")]
    if run["problem"]:
        parts.append(Text(run["problem"], "red"))
    parts += [
        Text(f"{local_time(error['at'])}  {error['code']}  {error['key']}: {error['sentence']}")
        for error in run["last_errors"]
    ]
    return parts
