"""Who holds invoices in progress, and whether anybody is still at work on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accordant.commands.mis_answers import counted
from accordant.commands.mis_system import FLOW
from accordant.commands.output import local_time

if TYPE_CHECKING:
    from accordant.hooks.mis import MisHook
    from accordant.store.database import Database

Lapsed = Callable[[str, datetime | None], bool]


def lapsed_in(database: Database, *, others_after: timedelta | None = None) -> Lapsed:
    """Return what tells of a claim whether it is abandoned, whichever company of QuickBooks its run writes to.

    Args:
        others_after: so old a claim of another program is abandoned; the lease of the flow by default.
    """
    from accordant.flows.mis_invoices.settings import settings
    from accordant.store.runs import lapsed_claims

    lease = timedelta(seconds=settings().lease_seconds)
    return lapsed_claims(database, FLOW, lease, others_after)


def holders(database: Database, hook: MisHook, lapsed: Lapsed) -> list[dict[str, Any]]:
    """Return who holds rows in progress, with the run behind it and whether it is at work, ready for --json."""
    from accordant.store.runs import beginning_in, mark_of

    found = hook.in_progress()
    beginnings = [beginning_in(one["pushed_by"]) for one in found if beginning_in(one["pushed_by"])]
    rows = database.rows("store/runs_beginning", flow=FLOW, beginnings=beginnings)
    runs = {mark_of(row["run"]): row for row in rows}
    return [_holder(one, runs.get(one["pushed_by"]), lapsed) for one in found]


def _holder(one: dict[str, Any], run: dict[str, Any] | None, lapsed: Lapsed) -> dict[str, Any]:
    return {
        "pushed_by": one["pushed_by"],
        "rows": one["rows"],
        "oldest": one["oldest"],
        "some_ids": one["ids"],
        "run_id": run["run"] if run else None,
        "airflow_run_id": run["airflow_run_id"] if run else None,
        "step": run["step"] if run else None,
        "at_work": not lapsed(one["pushed_by"], one["oldest"]),
    }


def in_words(holder: dict[str, Any]) -> str:
    """Say who holds how many rows, since when, and whether it is at work."""
    from accordant.store.runs import beginning_in

    rows, since = counted(holder["rows"]), local_time(holder["oldest"]) or "nobody knows when"
    if holder["run_id"]:
        who = f"run {holder['run_id']} ({holder['airflow_run_id']})"
        how = f"is at work, in step {holder['step']}" if holder["at_work"] else "is not at work any more"
    elif beginning_in(holder["pushed_by"]):
        who, how = f"a run that the sync store does not know ({holder['pushed_by']})", "is not at work here"
    else:
        who = f"another program ({holder['pushed_by'] or 'without a name'})"
        how = "may be at work" if holder["at_work"] else "has been silent for too long"
    return f"{rows} since {since}: {who} {how}."
