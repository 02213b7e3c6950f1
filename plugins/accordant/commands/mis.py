"""`accordant mis`: a school's invoices, for those who knew the earlier tool. The commands are beside this file."""

from __future__ import annotations

import typer

from accordant.commands import mis_pushes, mis_repairs, mis_runs, mis_views
from accordant.commands.mis_answers import MisCommands

app = typer.Typer(
    cls=MisCommands, no_args_is_help=True,
    help="Bring a school's invoices into QuickBooks Online, see how far they are, and mend what stopped.",
)  # fmt: skip
for group in (mis_views, mis_runs, mis_repairs, mis_pushes):
    app.registered_commands += group.app.registered_commands
