"""`accordant verify`: a certificate, recomputed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from accordant.commands.exits import EPILOG, ExitCode
from accordant.commands.failures import Hint
from accordant.commands.output import JsonOption, people, print_json
from accordant.commands.sync_store import opened_store, run_named

if TYPE_CHECKING:
    from accordant.store.database import Database

app = typer.Typer()

Sides = dict[str, dict[str, Any]]


@app.command(epilog=EPILOG)
def verify(
    run: Annotated[str, typer.Argument(help="A run's id or a flow's name; the last run of each flow by default.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Recompute certificates: the chain of hashes, the certificate's id, and both sides' digests."""
    with opened_store() as database:
        checked = [_checked(database, row) for row in _certificates(database, run)]
    holds = all(one["holds"] and one["matches"] for one in checked)
    if as_json:
        print_json({"holds": holds, "certificates": checked})
    else:
        for one in checked:
            _show(one)
    raise typer.Exit(ExitCode.AGREED if holds else ExitCode.NEEDS_PERSON)


def _certificates(database: Database, run: str) -> list[dict[str, Any]]:
    """Return the certificates to be checked. They outlive their runs, so a run's id is enough."""
    from accordant.store.certificates import certificate_of

    if run:
        found = certificate_of(database, run) or certificate_of(database, str(run_named(database, run)["id"]))
        if found is None:
            raise Hint(f"{run} has no certificate: only a run that came to its end is proven.")
        return [found]
    rows = [certificate_of(database, str(row["id"])) for row in database.rows("store/run_last", flow="")]
    certificates = [row for row in rows if row is not None]
    if not certificates:
        raise Hint("No last run of a flow has a certificate: only a run that came to its end is proven.")
    return certificates


def _checked(database: Database, certificate: dict[str, Any]) -> dict[str, Any]:
    from accordant.store.certificates import broken_links
    from accordant.sync.certificate import certificate_id

    content, flow, run = certificate["content"], certificate["flow"], str(certificate["run_id"])
    broken = broken_links(database, flow)
    if certificate_id(certificate["previous"], content) != certificate["id"]:
        broken.append("This certificate's id is not the hash of its content.")
    sides = _recomputed(database, run)
    if sides is not None:
        broken += differing(content["sides"], sides)
    return {
        "certificate": certificate["id"],
        "position": certificate["position"],
        "flow": flow,
        "run": run,
        "holds": not broken,
        "matches": certificate["matches"],
        "sides_recomputed": sides is not None,
        "broken": broken,
        "sides": content["sides"],
        "differences": content["differences"],
    }


def _recomputed(database: Database, run: str) -> Sides | None:
    """Return both sides' digests from what the run read back, or None when that is past its retention."""
    from accordant.tasks.proof import recompute_sides

    return recompute_sides(database, run)


def differing(certified: Sides, recomputed: Sides) -> list[str]:
    """Return a sentence for each side whose digest is not what the certificate says."""
    return [
        f"{object_type.replace('_', ' ')}, {side}: the certificate does not say what was read back."
        for object_type in sorted({*certified, *recomputed})
        for side in ("ours", "theirs")
        if certified.get(object_type, {}).get(side) != recomputed.get(object_type, {}).get(side)
    ]


def _show(one: dict[str, Any]) -> None:
    console = people()
    verdict = Text("holds", "green") if one["holds"] else Text("DOES NOT HOLD", "bold red")
    console.print(Text.assemble((f"Certificate {one['certificate'][:12]}", "bold"),
                                f" (number {one['position']} of {one['flow']}): ", verdict))  # fmt: skip
    agreement = "Both sides match" if one["matches"] else "[yellow]The two sides did not match[/]"
    console.print(f"{agreement}, in the records that this run was about.")
    for object_type, pair in one["sides"].items():
        numbers = ", ".join(f"{side} {pair[side]['count']:,} (sum {pair[side]['sum']})" for side in ("ours", "theirs"))
        console.print(Text(f"  {object_type.replace('_', ' ')}: {numbers}"))
    for difference in one["differences"]:
        excuse = f" (excused: {difference['excuse']})" if difference["excuse"] else ""
        console.print(Text(f"  {difference['key']}: {difference['sentence']}{excuse}"))
    for sentence in one["broken"]:
        console.print(Text(f"  {sentence}", "red"))
    if not one["sides_recomputed"]:
        console.print("  What was read back is past its retention: only the chain of hashes was checked.")
