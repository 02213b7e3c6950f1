"""`accordant mis retry`, `reset-stuck` and `prepare`: what people do to the rows of the MIS past a run."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from accordant.commands.exits import EPILOG
from accordant.commands.failures import Hint
from accordant.commands.mis_answers import answer, counted, success
from accordant.commands.mis_claims import holders, in_words, lapsed_in
from accordant.commands.mis_system import FLOW, STATUSES, found_rows, number_of, opened_mis
from accordant.commands.output import JsonOption, cell, people, print_json
from accordant.commands.sync_store import opened_store

app = typer.Typer()


@app.command(epilog=EPILOG)
def retry(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Invoices of the MIS; all that failed by default.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Open failed invoices again, so that the next run takes them."""
    with opened_mis() as mis, opened_store() as database:
        rows = found_rows(mis, ids) if ids else []
        failed = [row["id"] for row in rows if row["status"] == 2]
        others = [{"invoice_id": row["id"], "status": row["status"]} for row in rows if row["status"] != 2]
        if ids and not failed:
            named = "; ".join(f"{one['invoice_id']} is {STATUSES.get(one['status'], one['status'])}" for one in others)
            raise Hint(f"None of these invoices failed: {named}.", "Only failed invoices are opened again.")
        retried = mis.retry(failed if ids else None)
        sources = [number_of(str(one)) for one in failed] if ids else None
        row = database.row("store/quarantine_retry_of", flow=FLOW, ours=mis.account, sources=sources)
        entries = row["marked"] if row else 0
    message = (
        f"{counted(retried)} that failed can be taken again; {counted(entries, 'reason')} marked to be looked at anew."
    )
    if others:
        message += f" {counted(len(others))} had not failed and stayed as they were."
    data = {"retried": retried, "entries": entries, "not_failed": others}
    answer(data, message, as_json=as_json)
    if retried and not as_json:
        people().print("[dim]next        [/]accordant mis all", soft_wrap=True)


@app.command("reset-stuck", epilog=EPILOG)
def reset_stuck(
    minutes: Annotated[
        int | None,
        typer.Option(
            "--all-older-than", min=0, max=1_000_000, metavar="MINUTES",
            help="So old a claim of another program counts as abandoned; by default the lease of the settings does.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Open invoices again that nobody is at work on any more; those of a run at work are left alone."""
    with opened_mis() as mis, opened_store() as database:
        lapsed = lapsed_in(database, others_after=None if minutes is None else timedelta(minutes=minutes))
        reset = mis.reset_stuck(lapsed)
        left = holders(database, mis, lapsed)
    message = f"{counted(reset)} left in progress can be taken again; {_rows(left):,} stay in progress."
    if as_json:
        print_json(success({"reset": reset, "still_in_progress": left}, message))
        return
    people().print(message)
    for holder in left:
        people().print("[dim]left alone  [/]", cell(in_words(holder)), sep="", soft_wrap=True)


def _rows(found: list[dict[str, Any]]) -> int:
    return sum(one["rows"] for one in found)


@app.command(epilog=EPILOG)
def prepare(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the statements.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Add the tracking columns and their index to the MIS's table of invoices, where they are missing."""
    with opened_mis() as mis:
        statements = mis.prepare(dry_run=dry_run)
    verb = "would be run" if dry_run else "were run" if len(statements) != 1 else "was run"
    message = f"{counted(len(statements), 'statement')} {verb}." if statements else "The MIS is prepared already."
    if as_json:
        print_json(success({"statements": statements, "dry_run": dry_run}, message))
        return
    for statement in statements:
        people().print(cell(f"{statement};"), soft_wrap=True)
    people().print(message)
