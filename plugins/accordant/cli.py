"""The command line `accordant`."""

from __future__ import annotations

from typing import Annotated

import typer

from accordant.commands import doctor, mis, plan, printavo, quarantine, run, status, upkeep, verify
from accordant.commands.exits import EPILOG
from accordant.commands.failures import Commands

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, epilog=EPILOG
)
for group in (run, status):
    app.registered_commands += group.app.registered_commands
app.add_typer(plan.app, name="plan")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(mis.app, name="mis")
app.add_typer(printavo.app, name="printavo")
for group in (verify, doctor, upkeep):
    app.registered_commands += group.app.registered_commands


@app.callback()
def accordant(
    debug: Annotated[bool, typer.Option("--debug", help="Print the traceback of a failure.")] = False,
) -> None:
    """Keep business systems in agreement: plan, apply nothing twice, and prove it."""


def main() -> None:
    """Run the command line."""
    app(prog_name="accordant")


if __name__ == "__main__":
    main()
