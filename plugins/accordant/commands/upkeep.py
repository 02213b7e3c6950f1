"""`accordant migrate`, `failpoints` and `version`."""

from __future__ import annotations

import typer

from accordant import __version__
from accordant.commands.exits import EPILOG
from accordant.commands.output import JsonOption, cell, people, print_json, table
from accordant.commands.sync_store import conninfo

app = typer.Typer()


@app.command(epilog=EPILOG)
def migrate(as_json: JsonOption = False) -> None:
    """Bring the sync store's schema up to the version of this code."""
    from accordant.store.migrate import migrate as apply

    version = apply(conninfo())
    if as_json:
        print_json({"schema": version})
    else:
        people().print(f"The sync store has schema version {version}.")


@app.command()
def failpoints(as_json: JsonOption = False) -> None:
    """List the places where ACCORDANT_KILL_AT=NAME[:COUNT] ends the process, for tests of recovery."""
    from accordant.sync.failpoints import FAILPOINTS

    if as_json:
        print_json(FAILPOINTS)
        return
    listed = table("name", "ends the process when")
    for name, moment in FAILPOINTS.items():
        listed.add_row(cell(name), cell(moment))
    people().print(listed)


@app.command()
def version(as_json: JsonOption = False) -> None:
    """Print the version of Accordant."""
    if as_json:
        print_json({"accordant": __version__})
    else:
        people().print(f"accordant {__version__}")
