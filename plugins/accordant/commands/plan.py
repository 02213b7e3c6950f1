"""`accordant plan`: what a run will do or did, for an accountant to read, and the answer to it."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from accordant.commands.changes import LINES, Reader, RecordNames, changes_of, references_in
from accordant.commands.exits import EPILOG
from accordant.commands.failures import Hint
from accordant.commands.output import JsonOption, cell, local_time, people, print_json
from accordant.commands.sync_store import opened_store

if TYPE_CHECKING:
    from accordant.flows.base import Flow
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
        flow = _flow(head["flow"])
        reader = Reader(flow.references, _names(database, head, records, flow)) if flow else Reader({}, {})
    if as_json:
        print_json({**_head(head), "answer": answer, "shown": len(records), "records": records})
        return
    console = people()
    _show_head(console, head, answer, flow)
    for record in records:
        _show_record(console, record, reader, flow)
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
    from accordant.flows.registry import dag_of
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
    console.print(f"The next run that makes the same plan follows this answer: accordant run {dag_of(head['flow'])}")


def _answer(database: Database, head: dict[str, Any]) -> dict[str, Any] | None:
    """Return the answer that waits for the next run of this plan, if there is one."""
    return database.row("store/approval_get", plan_id=head["id"])


def _head(head: dict[str, Any]) -> dict[str, Any]:
    names = ("flow", "ours", "theirs", "mode", "run_state", "operations", "counts", "forecast", "exceeded")
    decided = {name: head[name] for name in ("decision", "decided_by", "decided_at", "created_at")}
    return {"plan": head["id"], "run": str(head["run_id"]), **{name: head[name] for name in names}, **decided}


def _record(head: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    names = ("seq", "object_type", "key", "name", "action", "rule", "remote_id", "state", "code", "detail")
    written = {"written": operation["side"], "side": head[operation["side"]]}
    return {**{name: operation[name] for name in names}, **written, "changes": changes_of(operation)}


def _flow(name: str) -> Flow | None:
    """Return the flow of a plan; None where this installation has it no longer."""
    from accordant.flows.registry import flow_named

    try:
        return flow_named(name)
    except LookupError:
        return None


def _names(database: Database, head: dict[str, Any], records: list[dict[str, Any]], flow: Flow) -> RecordNames:
    """Return what people call the records that the changes refer to."""
    wanted = {found for record in records for found in references_in(record["changes"], flow.references)}
    references = sorted({reference for _, reference in wanted})
    found = database.rows(
        "store/reference_names", run_id=head["run_id"], ours=head["ours"], theirs=head["theirs"],
        flows=[flow.name, *flow.owners.values()], object_types=sorted({object_type for object_type, _ in wanted}),
        references=references, remote_ids=[one[1:] for one in references if one.startswith("@")],
    ) if wanted else []  # fmt: skip
    return {(row["object_type"], row["reference"]): row["name"] for row in found}


def _show_head(console: Console, head: dict[str, Any], answer: dict[str, Any] | None, flow: Flow | None) -> None:
    console.print(f"[bold]Plan {head['id'][:12]}[/] of {head['flow']}, run {head['run_id']}", soft_wrap=True)
    for name, line in _head_lines(head, answer, flow).items():
        if line:
            console.print(f"[dim]{name:<12}[/]", cell(line), sep="")
    for sentence in head["exceeded"]:
        console.print(f"[yellow]{'limit':<12}[/]", cell(sentence), sep="")


def _head_lines(head: dict[str, Any], answer: dict[str, Any] | None, flow: Flow | None) -> dict[str, str]:
    counts = [f"{n:,} {object_type.replace('_', ' ')} to {action}"
              for object_type, actions in head["counts"].items() for action, n in actions.items()]  # fmt: skip
    decision = head["decision"].replace("_", " ")
    if head["decided_by"]:
        decision += f" by {head['decided_by']}, {local_time(head['decided_at'])}"
    waiting = f"{answer['decision']} by {answer['given_by']}; serves the next run" if answer else ""
    return {
        "id": head["id"],
        "our side": (f"{flow.names.ours}: " if flow else "") + head["ours"],
        "their side": (f"{flow.names.theirs}: " if flow else "") + head["theirs"],
        "operations": ", ".join(counts) or "none: both sides agree",
        "forecast": ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in head["forecast"].items()),
        "made": local_time(head["created_at"]) + (" (preview)" if head["mode"] == "preview" else ""),
        "decision": decision,
        "answer": waiting,
    }


def _show_record(console: Console, record: dict[str, Any], reader: Reader, flow: Flow | None) -> None:
    title = record["name"] or f"{record['object_type'].replace('_', ' ')} {record['key']}"
    console.print(Text.assemble(f"\n{record['seq']:>4}  ", (title, "bold"), f": {_what(record, flow)}"))
    changes = [] if record["action"] == "link" else record["changes"]
    if not any(change["rule"] for change in changes):
        console.print(Text(f"      rule: {record['rule']}", "dim"))
    if record["state"] != "planned":
        outcome = " ".join(part for part in (record["state"], record["code"], record["detail"]) if part)
        console.print(Text(f"      outcome: {outcome}", "dim"))
    _show_changes(console, changes, reader)


def _what(record: Mapping[str, Any], flow: Flow | None) -> str:
    """Return what is done, and in which system."""
    verb = _VERBS[record["action"]]
    if flow is None:
        return f"{verb} on {record['side']}"
    if record["action"] == "link":
        return "link, neither side changes"
    return f"{verb} in {getattr(flow.names, record['written'])}"


def _show_changes(console: Console, changes: list[dict[str, Any]], reader: Reader) -> None:
    fields = reader.fields(changes)
    if fields is not None:
        console.print(fields)
    for change in changes:
        if change["field"] == LINES:
            for part in reader.lines(change):
                console.print(part)
