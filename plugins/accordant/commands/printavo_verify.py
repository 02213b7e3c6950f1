"""`accordant printavo verify`: whether the shop's tables are in order, and mending what is safe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from accordant.commands.airflow_home import settle_home
from accordant.commands.exits import EPILOG, ExitCode
from accordant.commands.output import JsonOption, cell, people, print_json

if TYPE_CHECKING:
    from accordant.hooks.shop_checks import Checked
    from accordant.tasks.printavo_verify import Verification

app = typer.Typer()

_STYLES = {"wrong": "bold red", "notice": "yellow"}
_AGAIN = "accordant printavo verify --repair --no-preview"


@app.command(epilog=EPILOG)
def verify(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what is safe; shows first what it would do.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview/--no-preview", help="With --repair: only show it, or do it without asking.")
    ] = True,
    most: Annotated[int, typer.Option(min=1, help="How many records of each kind to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Check tables, keys, counts, sums, orphans, duplicates, due dates and filters of the shop's tables."""
    settle_home()
    from accordant.tasks.printavo_verify import verify as verified

    result = verified(repair=repair, preview=preview)
    if not as_json:
        _show(result, most)
        if repair and preview and result.repairs and _is_terminal() and typer.confirm("Do it now?"):
            result = verified(repair=True, preview=False)
            _show(result, most)
    exit_code = ExitCode.AGREED if result.holds else ExitCode.NEEDS_PERSON
    if as_json:
        print_json({**result.document(), "exit_code": int(exit_code)})
    raise typer.Exit(exit_code)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _show(result: Verification, most: int) -> None:
    console = people()
    for one in result.found:
        if one.count:
            _show_check(one, most)
    if result.repairs:
        console.print("Would be mended:" if result.preview else "Mended:")
        for done in result.repairs:
            console.print("  ", cell(done), sep="", soft_wrap=True)
    if result.not_asked:
        console.print(f"{result.not_asked} checks were not made, because tables or columns are missing.")
    checked = f"{len(result.found)} checks of {result.account}"
    verdict = Text("in order", "green") if result.holds else Text(f"{result.wrong:,} wrong", "bold red")
    console.print(Text.assemble(f"{checked}: ", verdict, f", {result.notices:,} to look at."), soft_wrap=True)
    if result.can_repair and result.preview:
        next_step = _AGAIN if result.repairs else "accordant printavo verify --repair"
        console.print("[dim]next        [/]", cell(next_step), sep="", soft_wrap=True)


def _show_check(one: Checked, most: int) -> None:
    console = people()
    severity = one.check.severity
    console.print(Text.assemble((f"{severity:<8}", _STYLES[severity]), (one.check.title, "bold"), f"  ({one.count:,})"),
                  soft_wrap=True)  # fmt: skip
    for finding in one.findings[:most]:
        console.print(Text(f"        {finding.place}, {finding.record}: {finding.detail}"), soft_wrap=True)
    if one.count > most:
        console.print(f"        ... and {one.count - most:,} more")
    console.print(Text(f"        Next: {one.check.next}.", "dim"), soft_wrap=True)
