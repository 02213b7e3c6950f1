"""`accordant verify`: a certificate, recomputed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from rich.text import Text

from accordant.commands.exits import EPILOG, ExitCode
from accordant.commands.failures import Hint
from accordant.commands.output import JsonOption, people, print_json
from accordant.commands.sync_store import opened_store, run_named

if TYPE_CHECKING:
    from accordant.store.database import Database
    from accordant.store.runs import Run

app = typer.Typer()

Sides = dict[str, dict[str, Any]]


@app.command(epilog=EPILOG)
def verify(
    run: Annotated[str, typer.Argument(help="A run's id or a flow's name; the last run of each flow by default.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Recompute certificates: the chain of hashes, the certificate's id, and both sides' digests."""
    with opened_store() as database:
        checked = [_checked(database, row) for row in _rows(database, run)]
    holds = all(one["holds"] and one["matches"] for one in checked)
    if as_json:
        print_json({"holds": holds, "certificates": checked})
    else:
        for one in checked:
            _show(one)
    raise typer.Exit(ExitCode.AGREED if holds else ExitCode.NEEDS_PERSON)


def _rows(database: Database, run: str) -> list[dict[str, Any]]:
    """Return the runs whose certificates are to be checked."""
    from accordant.store.certificates import certificate_of

    asked = [run_named(database, run)] if run else database.rows("store/run_last", flow="")
    rows = [row for row in asked if certificate_of(database, str(row["id"])) is not None]
    if not rows:
        named = f"Run {asked[0]['id']} of {asked[0]['flow']}" if run else "No last run of any flow"
        raise Hint(f"{named} has {'no' if run else 'a'} certificate: only a run that came to its end is proven.")
    return rows


def _checked(database: Database, row: dict[str, Any]) -> dict[str, Any]:
    from accordant.store.certificates import broken_links, certificate_of
    from accordant.store.runs import find_run
    from accordant.sync.certificate import certificate_id

    run = find_run(database, str(row["id"]))
    certificate = certificate_of(database, run.id)
    assert certificate is not None
    content = certificate["content"]
    broken = broken_links(database, run.flow)
    if certificate_id(certificate["previous"], content) != certificate["id"]:
        broken.append("This certificate's id is not the hash of its content.")
    sides = _recomputed(database, run)
    if sides is not None:
        broken += differing(content["sides"], sides)
    return {
        "certificate": certificate["id"],
        "position": certificate["position"],
        "flow": run.flow,
        "run": run.id,
        "holds": not broken,
        "matches": certificate["matches"],
        "sides_recomputed": sides is not None,
        "broken": list(dict.fromkeys(broken)),
        "sides": content["sides"],
        "differences": content["differences"],
    }


def _recomputed(database: Database, run: Run) -> Sides | None:
    """Return both sides' digests from the staged records, or None when these are past retention."""
    try:
        recompute = cast(
            "Callable[[Database, Run], Sides | None]", import_module("accordant.tasks.proof").recompute_sides
        )
    except ModuleNotFoundError as error:
        if error.name != "accordant.tasks.proof":
            raise
        return None
    return recompute(database, run)


def differing(certified: Sides, recomputed: Sides) -> list[str]:
    """Return a sentence for each side whose digest is not what the certificate says."""
    return [
        f"{object_type.replace('_', ' ')}, {side}: the certificate does not say what the staged records say."
        for object_type in sorted({*certified, *recomputed})
        for side in ("ours", "theirs")
        if certified.get(object_type, {}).get(side) != recomputed.get(object_type, {}).get(side)
    ]


def _show(one: dict[str, Any]) -> None:
    console = people()
    verdict = Text("holds", "green") if one["holds"] else Text("DOES NOT HOLD", "bold red")
    console.print(Text.assemble((f"Certificate {one['certificate'][:12]}", "bold"),
                                f" (number {one['position']} of {one['flow']}): ", verdict))  # fmt: skip
    console.print("Both sides match." if one["matches"] else "[yellow]The two sides did not match.[/]")
    for object_type, pair in one["sides"].items():
        numbers = ", ".join(f"{side} {pair[side]['count']:,} (sum {pair[side]['sum']})" for side in ("ours", "theirs"))
        console.print(Text(f"  {object_type.replace('_', ' ')}: {numbers}"))
    for difference in one["differences"]:
        excuse = f" (excused: {difference['excuse']})" if difference["excuse"] else ""
        console.print(Text(f"  {difference['key']}: {difference['sentence']}{excuse}"))
    for sentence in one["broken"]:
        console.print(Text(f"  {sentence}", "red"))
    if not one["sides_recomputed"]:
        console.print("  The staged records are past their retention: only the chain of hashes was checked.")
