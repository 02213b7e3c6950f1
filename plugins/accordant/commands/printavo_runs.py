"""`accordant printavo sync` and `import`: runs of the DAG, as `accordant run` makes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from accordant.commands.airflow_home import settle_home
from accordant.commands.exits import EPILOG
from accordant.commands.output import JsonOption, cell, people, print_json, table
from accordant.commands.printavo_drop import files_named, put_into_folder
from accordant.commands.printavo_log import DayLog
from accordant.commands.run import NoWaitOption, PreviewOption, document, exit_code_of, run_here, show_ended

if TYPE_CHECKING:
    from accordant.tasks.printavo_files import FilePreview

app = typer.Typer()

LogFolder = Annotated[Path, typer.Option(help="Where the log of the day is: printavo_sync_YYYYMMDD.log.")]
_LOGS = Path("logs")


@app.command(epilog=EPILOG)
def sync(
    what: Annotated[str, typer.Argument(metavar="[all|COMPANY]", help="Everything, or one company's orders.")] = "all",
    full: Annotated[bool, typer.Option("--full", help="Read everything, not only what changed.")] = False,
    preview: PreviewOption = False,
    no_wait: NoWaitOption = False,
    log_folder: LogFolder = _LOGS,
    as_json: JsonOption = False,
) -> None:
    """Bring Printavo into the shop's tables, and take up the CSV files that were dropped."""
    _refuse_unknown(what)
    _go({"what": what, "full": full}, log_folder, preview=preview, no_wait=no_wait, as_json=as_json)


@app.command("import", epilog=EPILOG)
def import_files(
    place: Annotated[
        Path | None, typer.Argument(metavar="[FILE|FOLDER]", help="By default the folder that the settings name.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what the files would change; do nothing.")] = False,
    no_wait: NoWaitOption = False,
    log_folder: LogFolder = _LOGS,
    as_json: JsonOption = False,
) -> None:
    """Take corrected due dates from CSV files such as imm_orders.csv."""
    settle_home()
    files = files_named(place)
    if preview:
        _show_files(files, as_json=as_json)
        return
    put_into_folder(files)
    what = next(iter(files)) if len(files) == 1 else "all"
    _go({"what": what, "full": False}, log_folder, preview=False, no_wait=no_wait, as_json=as_json)


def _refuse_unknown(what: str) -> None:
    """Refuse a company that the settings do not have, before anything is started.

    Raises:
        Misconfigured: there is none of that name.
    """
    settle_home()
    from datetime import UTC, datetime

    from accordant.flows.printavo.flow import FLOW

    FLOW.wanted({"what": what}, None, datetime.now(UTC))


def _go(conf: dict[str, Any], log_folder: Path, *, preview: bool, no_wait: bool, as_json: bool) -> None:
    """Run the DAG, and say how it ended: to the caller, and in the log of the day."""
    from accordant.flows.printavo.flow import FLOW

    again = f"accordant printavo sync {conf['what']}{' --full' if conf['full'] else ''}"
    log = DayLog(log_folder, again + (" --preview" if preview else ""))
    with log.failures():
        ended = run_here(FLOW.dag_id, conf, again, preview=preview, no_wait=no_wait)
    exit_code = exit_code_of(ended)
    log.ended(ended, exit_code)
    if as_json:
        print_json({**document(ended, exit_code), "day_log": str(log.path)})
    else:
        show_ended(ended, exit_code)
        people().print("[dim]log         [/]", cell(log.path), sep="", soft_wrap=True)
    raise typer.Exit(exit_code)


def _show_files(files: dict[str, Path], *, as_json: bool) -> None:
    from dataclasses import asdict

    from accordant.tasks.printavo_files import file_preview

    found = [file_preview(company, path) for company, path in files.items()]
    if as_json:
        print_json({"files": [asdict(one) for one in found]})
        return
    for one in found:
        _show_file(one)
    people().print("Nothing was written or moved.")


def _show_file(one: FilePreview) -> None:
    console = people()
    orders = len({change.order_id for change in one.changes})
    console.print(
        f"[bold]{one.file}[/]  {one.rows:,} rows: {orders:,} orders of {one.company}_orders would change, "
        f"{one.unchanged:,} are so already",
        soft_wrap=True,
    )
    if one.changes:
        shown = table("order", "", "is", "becomes")
        for change in one.changes:
            before = change.before.isoformat() if change.before else "(empty)"
            shown.add_row(cell(change.number), change.field, before, change.after.isoformat())
        console.print(shown)
    for title, style, sentences in (("not taken:", "red", one.refused), ("in doubt:", "yellow", one.doubtful)):
        for sentence in sentences:
            console.print(f"[{style}]{title}[/] ", cell(sentence), sep="", soft_wrap=True)
