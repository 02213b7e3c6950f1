"""`accordant quarantine`: what stands in the way of records, and asking for another try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from accordant.commands.exits import EPILOG
from accordant.commands.failures import Hint
from accordant.commands.output import JsonOption, local_time, people, print_json
from accordant.commands.sync_store import opened_store

if TYPE_CHECKING:
    from accordant.store.database import Database

app = typer.Typer(help="Read what is refused or waits, and ask for another try.", no_args_is_help=True)

_STYLES = {"refused": "red", "conflict": "yellow", "warning": "cyan", "held": "blue"}
_WORDS = {"held": "waits"}  # for a record that it refers to; it goes out by itself


@app.command("list", epilog=EPILOG)
def list_entries(
    flow: Annotated[str, typer.Option(help="Only this flow.")] = "",
    run: Annotated[str, typer.Option(help="Only entries last seen by this run.")] = "",
    most: Annotated[int, typer.Option(min=1, help="How many entries to show.")] = 1000,
    as_json: JsonOption = False,
) -> None:
    """List refused records, conflicts and warnings: why, who acts, and what to do."""
    from accordant.store.quarantine import waiting

    with opened_store() as database:
        entries = [_complete(entry) for entry in waiting(database, flow=flow, run_id=run, most=most)]
    if as_json:
        print_json(entries)
        return
    console = people()
    for entry in entries:
        console.print(_shown(entry))
    console.print(f"{len(entries):,} entries." if entries else "Nothing waits.")


@app.command(epilog=EPILOG)
def retry(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[IDS]...", help="Entries such as Q12.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All entries of the flow.")] = False,
    flow: Annotated[str, typer.Option(help="The flow; needed only where several have runs.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Have the next run try refused records again."""
    from accordant.flows.registry import dag_of
    from accordant.store.quarantine import ask_again

    wanted = [name.upper() for name in ids or []]
    if bool(wanted) == every:
        raise typer.BadParameter("Name entries (Q12 Q13), or give --all.", param_hint="IDS")
    conflicts = [name for name in wanted if name.startswith("C")]
    if conflicts:
        raise Hint(f"{', '.join(conflicts)}: every run looks at a conflict again by itself, once it is settled.")
    with opened_store() as database:
        name = flow or _only_flow(database)
        sources = ask_again(database, name, wanted)
    if not sources and wanted:
        raise Hint(f"No open entry of {name} is named {', '.join(wanted)}. `accordant quarantine list` shows them.")
    if as_json:
        print_json({"flow": name, "ids": wanted, "sources": sources})
    else:
        people().print(f"The next run of {name} tries {sources:,} sources again: accordant run {dag_of(name)}")


def _only_flow(database: Database) -> str:
    flows = [row["flow"] for row in database.rows("store/run_last", flow="")]
    if len(flows) != 1:
        raise typer.BadParameter(f"Name one of {', '.join(flows) or 'the flows'}.", param_hint="--flow")
    return str(flows[0])


def _complete(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with who acts and what to do, from the catalogue where the store has it not."""
    from accordant.sync.catalogue import CATALOGUE

    code = CATALOGUE.get(entry["code"])
    actor = entry["actor"] or (code.actor.value if code else "")
    return {**entry, "actor": actor, "action": entry["action"] or (code.action if code else "")}


def _shown(entry: dict[str, Any]) -> Text:
    kind = entry["object_type"].replace("_", " ")
    where = f"{kind} {entry['key']}" + (f" of {entry['parent']}" if entry["parent"] else "")
    asked = "  (is tried again by the next run)" if entry["retry_at"] else ""
    seen = f"{entry['flow']}, source {entry['source'] or '-'}, seen {local_time(entry['last_seen'])}{asked}"
    return Text.assemble(
        (f"{entry['id']:<5} ", "bold"),
        (f"{_WORDS.get(entry['severity'], entry['severity']):<9}", _STYLES.get(entry["severity"], "")),
        (f"{entry['code']}  ", "bold"),
        f"{where}\n      {entry['sentence']}\n      {entry['actor']}: {entry['action']}\n",
        (f"      {seen}\n", "dim"),
    )
