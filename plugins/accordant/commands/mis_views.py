"""`accordant mis analyze`, `preview` and `status`: how far the invoices are. Nothing here writes anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from accordant.commands.exits import EPILOG, ExitCode, exit_of
from accordant.commands.failures import Failure, failure_of, redacted, tell
from accordant.commands.mis_answers import counted, refusal, success
from accordant.commands.mis_claims import holders, in_words, lapsed_in
from accordant.commands.mis_system import FLOW, opened_mis
from accordant.commands.output import JsonOption, cell, count, duration, local_time, people, print_json, table
from accordant.commands.sync_store import opened_store

if TYPE_CHECKING:
    from accordant.store.database import Database

app = typer.Typer()

_DAY = "A day such as 2026-08-31; the default is no bound."
_MOST_ROWS = 1000
_ENDINGS = ("synced", "failed", "open_again", "pending")


@app.command(epilog=EPILOG)
def analyze(
    since: Annotated[str, typer.Option(help=f"Count invoices dated on or after this day. {_DAY}")] = "",
    until: Annotated[str, typer.Option(help=f"Count invoices dated before this day. {_DAY}")] = "",
    as_json: JsonOption = False,
) -> None:
    """Count the invoices of the MIS: in all, synced, not synced, failed and in progress."""
    with opened_mis() as mis:
        from accordant.flows.mis_invoices.settings import settings
        from accordant.tasks.mis_rows import selection

        counts = mis.analyze(selection({"since": since, "until": until}, settings()))
        account = mis.account
    message = f"{counts['synced']:,} of {counted(counts['total'])} are synced: {counts['progress']} %."
    if as_json:
        print_json(success(counts, message))
        return
    listed = table(account, "invoices", numbers=("invoices",))
    for name in ("synced", "not_synced", "failed", "in_progress", "total"):
        listed.add_row(name.replace("_", " "), count(counts[name]))
    people().print(listed)
    people().print(message)


@app.command(epilog=EPILOG)
def preview(
    limit: Annotated[int, typer.Option(min=1, max=_MOST_ROWS, help="How many invoices to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many open invoices to pass over first.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Show open invoices as they would go. Nothing is written, and QuickBooks is not asked."""
    from accordant.commands.mis_rules import sayings

    with opened_mis() as mis, opened_store() as database:
        from accordant.flows.mis_invoices.flow import FLOW as FLOW_ITSELF

        total = mis.analyze()["not_synced"]
        staged = list(FLOW_ITSELF.read_ours(mis.page(limit, offset)))
        said, unchecked = sayings(database, staged)
    invoices = [_previewed(row.key, row.content, said[row.key]) for row in staged]
    refused = sum(not one["goes"] for one in invoices)
    message = f"{counted(len(invoices))} of {total:,} open, from place {offset:,} on: {refused:,} would be refused."
    if as_json:
        data = {"total_open": total, "limit": limit, "offset": offset, "unchecked_rules": unchecked}
        print_json(success({**data, "invoices": invoices}, message))
        return
    _show_preview(invoices)
    people().print(message)
    if unchecked:
        people().print(f"{counted(unchecked, 'rule')} of the suite can only be checked by a run: --preview of a run.")


def _previewed(number: str, content: dict[str, Any], said: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "invoice_id": content["mis_id"],
        "number": number,
        "student": " ".join(part for part in (content["given_name"], content["family_name"]) if part),
        "customer": content["reg_no"],
        "amount": content["amount"] or content["amount_given"],
        "date": content["date"] or content["date_given"],
        "item": content["item"],
        "goes": all(one["severity"] == "warning" for one in said),
        "says": said,
    }


def _show_preview(invoices: list[dict[str, Any]]) -> None:
    listed = table("number", "student", "customer", "amount", "date", "item", "validation", numbers=("amount",))
    for one in invoices:
        says = Text("\n").join(
            Text(said["sentence"], "yellow" if said["severity"] == "warning" else "red") for said in one["says"]
        )
        cells = (cell(one[name]) for name in ("number", "student", "customer", "amount", "date", "item"))
        listed.add_row(*cells, says)
    if invoices:
        people().print(listed)


@app.command(epilog=EPILOG)
def status(
    most: Annotated[int, typer.Option(min=1, help="How many of the last runs to show.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show the last runs, who holds invoices in progress, what waits for a person, and the last proof."""
    from accordant.commands.reports import waiting_counts

    with opened_store() as database:
        data: dict[str, Any] = {
            "runs": [_run(row) for row in database.rows("store/runs_of", flow=FLOW, most=most)],
            "in_progress": None,
            "waiting": waiting_counts(database, FLOW)["waiting"],
            "certificate": _certificate(database),
        }
        failure = _add_holders(database, data)
    message = _summary(data)
    if as_json:
        print_json(refusal(failure[0], data) if failure else success(data, message))
    else:
        _show_status(data, message)
        if failure:
            tell(failure[0])
    raise typer.Exit(failure[1] if failure else ExitCode.AGREED)


def _add_holders(database: Database, data: dict[str, Any]) -> tuple[Failure, ExitCode] | None:
    """Add who holds rows; where the MIS does not answer, return why, and the rest is shown all the same."""
    from accordant.sync.errors import AccordantError

    try:
        with opened_mis() as mis:
            data["in_progress"] = holders(database, mis, lapsed_in(database))
    except AccordantError as error:
        return failure_of(error), exit_of(error)
    return None


def _run(row: dict[str, Any]) -> dict[str, Any]:
    ends = row["finished_at"] or datetime.now(UTC)
    documents = row["summary"].get("documents") or {}
    invoices = (row["summary"].get("object_types") or {}).get("invoice") or {}
    return {
        "run_id": row["run"],
        "airflow_run_id": row["airflow_run_id"],
        "state": row["state"],
        "step": row["step"],
        "dry_run": row["mode"] == "preview",
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "seconds": round((ends - row["started_at"]).total_seconds(), 3),
        "cancel_requested": row["cancel_requested"],
        "problem": redacted(row["problem"]),
        "planned": invoices.get("planned"),
        **{name: documents.get(name) for name in _ENDINGS},
    }


def _certificate(database: Database) -> dict[str, Any] | None:
    row = database.row("store/certificate_last", flow=FLOW)
    if row is None:
        return None
    told = {"certificate": row["id"], "run_id": str(row["run_id"])}
    return {**told, "matches": row["matches"], "created_at": row["created_at"]}


def _summary(data: dict[str, Any]) -> str:
    held = data["in_progress"]
    rows = "unknown" if held is None else f"{sum(one['rows'] for one in held):,}"
    return f"{data['waiting']:,} wait for a person; {rows} in progress."


def _show_status(data: dict[str, Any], message: str) -> None:
    console = people()
    columns = ("planned", "synced", "failed", "not done")
    listed = table("started", "state", "step", "took", *columns, "run", numbers=columns)
    for run in data["runs"]:
        words = run["state"].replace("_", " ") + (" (preview)" if run["dry_run"] else "")
        not_done = (run["open_again"] or 0) + (run["pending"] or 0)
        numbers = (count(number) for number in (run["planned"], run["synced"], run["failed"], not_done))
        took = duration(run["seconds"])
        listed.add_row(local_time(run["started_at"]), words, run["step"], took, *numbers, cell(run["run_id"]))
    console.print(listed if data["runs"] else "Nothing ran yet. `accordant mis batch` pushes the first invoices.")
    for run in data["runs"]:
        if run["problem"]:
            console.print(Text(f"{run['run_id'][:8]}: {run['problem']}", "red"), soft_wrap=True)
    previews = [run["run_id"] for run in data["runs"] if run["dry_run"]]
    if previews:
        console.print(Text(f"What a preview would do: accordant plan show {previews[0]}", "dim"), soft_wrap=True)
    lines = [("in progress", in_words(one)) for one in data["in_progress"] or ()]
    if any(not one["at_work"] for one in data["in_progress"] or ()):
        lines.append(("", "The next run takes up what is abandoned; `accordant mis reset-stuck` does so at once."))
    waits = f"{data['waiting']:,} wait for a person: accordant quarantine list --flow {FLOW}"
    lines.append(("waiting", waits if data["waiting"] else "nothing waits for a person"))
    lines.append(("certificate", _certificate_line(data["certificate"])))
    console.print()
    for name, line in lines:
        console.print(f"[dim]{name:<12}[/]", cell(line), sep="", soft_wrap=True)
    console.print(message)


def _certificate_line(certificate: dict[str, Any] | None) -> str:
    if certificate is None:
        return "none yet: only a run that came to its end is proven"
    verdict = "both sides match" if certificate["matches"] else "the sides do NOT match"
    when = local_time(certificate["created_at"])
    return f"{certificate['certificate'][:12]} of {when}: {verdict}, in the records of that run"
