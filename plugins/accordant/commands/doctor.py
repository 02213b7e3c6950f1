"""`accordant doctor`: is everything here that the flows need, and what to fix."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from accordant.commands.airflow_home import settle_home
from accordant.commands.exits import EPILOG, ExitCode
from accordant.commands.output import JsonOption, people, print_json

if TYPE_CHECKING:
    from accordant.commands.checks import Finding

app = typer.Typer()

_STYLES = {"ok": "green", "not configured": "dim", "warning": "yellow", "broken": "bold red"}


@app.command(epilog=EPILOG)
def doctor(as_json: JsonOption = False) -> None:
    """Check every connection, every settings file and what the DAGs need, and say what to fix."""
    from accordant.commands.checks import Health, findings
    from accordant.commands.in_process import new_log, output_in

    with output_in(new_log(settle_home(), "doctor")):  # hooks and Airflow may talk; the answer is ours
        found = list(findings())
    broken = [finding for finding in found if finding.health is Health.BROKEN]
    if as_json:
        print_json({"ok": not broken, "checks": [asdict(finding) for finding in found]})
    else:
        _show(found, len(broken))
    raise typer.Exit(ExitCode.FAILED if broken else ExitCode.AGREED)


def _show(found: list[Finding], broken: int) -> None:
    console = people()
    kind = ""
    for finding in found:
        if finding.kind != kind:
            kind = finding.kind
            console.print(f"[bold]{kind}[/]")
        needed = f" (needed by {', '.join(finding.needed_by)})" if finding.needed_by and finding.fix else ""
        health = (f"{finding.health:<15}", _STYLES[finding.health])
        line = Text.assemble("  ", health, (finding.name, "bold"), f"  {finding.sentence}{needed}")
        console.print(line, soft_wrap=True)
        if finding.fix:
            console.print(Text(f"{'':<17}fix: {finding.fix}"), soft_wrap=True)
    console.print()
    console.print(f"{broken} to fix." if broken else "Nothing is broken.")
