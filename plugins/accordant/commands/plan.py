"""`accordant plan`: what a run will do or did, for an accountant to read, and the answer to it."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from accordant.commands.exits import EPILOG
from accordant.commands.failures import Hint
from accordant.commands.output import JsonOption, cell, local_time, people, print_json, table
from accordant.commands.sync_store import opened_store

if TYPE_CHECKING:
    from accordant.store.database import Database

app = typer.Typer(help="Read a plan, and approve or reject it.", no_args_is_help=True)

PlanId = Annotated[str, typer.Argument(metavar="ID", help="A plan's id (its first 6 digits do), or a run's id.")]
By = Annotated[str, typer.Option(help="Who answers; the user of this machine by default.")]
_VERBS = {"create": "create", "update": "change", "link": "link, unchanged", "deactivate": "deactivate"}


@app.command(epilog=EPILOG)
def show(
    plan: PlanId,
    as_json: JsonOption = False,
    most: Annotated[int, typer.Option(min=1, help="How many records to show.")] = 50,
) -> None:
    """Show what changes, record by record: from what, to what, on which side, by which rule."""
    from accordant.store.plans import find_plan, operations_of

    with opened_store() as database:
        head = find_plan(database, plan)
        operations = islice(operations_of(database, str(head["run_id"])), most)
        records = [_record(head, operation) for operation in operations]
        answer = _answer(database, head)
    if as_json:
        print_json({**_head(head), "answer": answer, "shown": len(records), "records": records})
        return
    console = people()
    _show_head(console, head, answer)
    for record in records:
        _show_record(console, record)
    if head["operations"] > len(records):
        console.print(f"\n... and {head['operations'] - len(records):,} more; --most {head['operations']} shows all.")


@app.command(epilog=EPILOG)
def approve(plan: PlanId, by: By = "", as_json: JsonOption = False) -> None:
    """Approve a plan: the next run that makes exactly this plan applies it."""
    _give(plan, "approved", by, as_json)


@app.command(epilog=EPILOG)
def reject(plan: PlanId, by: By = "", as_json: JsonOption = False) -> None:
    """Reject a plan: the next run that makes exactly this plan writes nothing."""
    _give(plan, "rejected", by, as_json)


def _give(plan: str, decision: str, by: str, as_json: bool) -> None:
    from accordant.store.plans import find_plan, give_answer

    by = by or getpass.getuser()
    with opened_store() as database:
        head = find_plan(database, plan)
        if head["decision"] in ("within_limits", "approved"):
            decided = head["decision"].replace("_", " ")
            raise Hint(f"Plan {head['id'][:12]} needs no answer: it is {decided}, and its run is {head['run_state']}.")
        if head["decision"] == "waiting" and head["run_state"] == "running":
            raise Hint(f"Run {head['run_id']} waits for this answer in Airflow: give it there, in Required Actions.")
        give_answer(database, head["id"], decision, by)
    if as_json:
        print_json({"plan": head["id"], "flow": head["flow"], "answer": decision, "by": by})
        return
    console = people()
    console.print(f"Plan {head['id'][:12]} is {decision} by {by}: {head['operations']:,} operations.")
    console.print(f"The next run that makes the same plan follows this answer: accordant run {head['flow']}")


def _answer(database: Database, head: dict[str, Any]) -> dict[str, Any] | None:
    """Return the answer that waits for the next run of this plan, if there is one."""
    return database.row("store/approval_get", plan_id=head["id"])


def _head(head: dict[str, Any]) -> dict[str, Any]:
    names = ("flow", "ours", "theirs", "mode", "run_state", "operations", "counts", "forecast", "exceeded")
    decided = {name: head[name] for name in ("decision", "decided_by", "decided_at", "created_at")}
    return {"plan": head["id"], "run": str(head["run_id"]), **{name: head[name] for name in names}, **decided}


def _record(head: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    names = ("seq", "object_type", "key", "action", "rule", "remote_id", "state", "code", "detail")
    changes = list(changed_fields(operation["before"], operation["after"]))
    return {**{name: operation[name] for name in names}, "side": head["theirs"], "changes": changes}


def changed_fields(before: dict[str, Any] | None, after: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each field that changes, with its value before and after; of a new record, each that has a value."""
    old = before or {}
    for name in [*after, *(name for name in old if name not in after)]:
        was, becomes = old.get(name), after.get(name)
        if was != becomes and not (before is None and becomes in (None, "")):
            yield {"field": name, "from": was, "to": becomes}


def _show_head(console: Console, head: dict[str, Any], answer: dict[str, Any] | None) -> None:
    console.print(f"[bold]Plan {head['id'][:12]}[/] of {head['flow']}, run {head['run_id']}", soft_wrap=True)
    for name, line in _head_lines(head, answer).items():
        if line:
            console.print(f"[dim]{name:<12}[/]", cell(line), sep="")
    for sentence in head["exceeded"]:
        console.print(f"[yellow]{'limit':<12}[/]", cell(sentence), sep="")


def _head_lines(head: dict[str, Any], answer: dict[str, Any] | None) -> dict[str, str]:
    counts = [f"{n:,} {object_type.replace('_', ' ')} to {action}"
              for object_type, actions in head["counts"].items() for action, n in actions.items()]  # fmt: skip
    decision = head["decision"].replace("_", " ")
    if head["decided_by"]:
        decision += f" by {head['decided_by']}, {local_time(head['decided_at'])}"
    waiting = f"{answer['decision']} by {answer['given_by']}; serves the next run" if answer else ""
    return {
        "id": head["id"],
        "our side": head["ours"],
        "their side": head["theirs"],
        "operations": ", ".join(counts) or "none: both sides agree",
        "forecast": ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in head["forecast"].items()),
        "made": local_time(head["created_at"]) + (" (preview)" if head["mode"] == "preview" else ""),
        "decision": decision,
        "answer": waiting,
    }


def _show_record(console: Console, record: dict[str, Any]) -> None:
    heading = Text.assemble(
        f"\n{record['seq']:>4}  ", (f"{record['object_type'].replace('_', ' ')} {record['key']}", "bold"),
        f": {_VERBS[record['action']]} on {record['side']}",
    )  # fmt: skip
    console.print(heading)
    console.print(Text(f"      rule: {record['rule']}", "dim"))
    if record["state"] != "planned":
        outcome = " ".join(part for part in (record["state"], record["code"], record["detail"]) if part)
        console.print(Text(f"      outcome: {outcome}", "dim"))
    if record["action"] == "link" or not record["changes"]:
        return
    fields = table("      field", "from", "to")
    for change in record["changes"]:
        fields.add_row(cell(f"      {change['field']}"), cell(_value(change["from"])), cell(_value(change["to"])))
    console.print(fields)


def _value(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
