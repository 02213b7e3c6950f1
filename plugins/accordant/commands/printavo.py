"""`accordant printavo`: the shop's own tables of Printavo. The commands are beside this file."""

from __future__ import annotations

import typer

from accordant.commands import printavo_companies, printavo_runs, printavo_verify
from accordant.commands.failures import Commands

app = typer.Typer(
    cls=Commands, no_args_is_help=True,
    help="Bring Printavo into the shop's own tables, take corrected due dates, and check that all is in order.",
)  # fmt: skip
for group in (printavo_runs, printavo_companies, printavo_verify):
    app.registered_commands += group.app.registered_commands
