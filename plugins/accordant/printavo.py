"""Printavo from a script: the steps of a run one after the other, without Airflow's scheduler.

It needs only the Connections printavo_default, shop_default and accordant_store, such as the variables
AIRFLOW_CONN_PRINTAVO_DEFAULT and so on, and what include/settings/printavo.yaml says:

    from accordant.printavo import sync_all, sync_company, verify

    summary = sync_company("imm")
    if not summary.applied:
        print(summary.sentence)
    print(verify().document())

A plan beyond the limits of the settings is not applied, and the summary says so; `accordant plan approve` answers it,
and the next call goes on with the answer. What fails raises one of accordant.sync.errors: after RetryLater the same
call may simply be made again, since a reading that was begun is gone on with.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from accordant.tasks.printavo_verify import Verification

__all__ = ["Summary", "sync_all", "sync_company", "verify"]


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended.

    Attributes:
        run: its id, for `accordant status`, `accordant plan show` and `accordant verify`.
        state: succeeded, needs_person or incomplete.
        applied: whether the tables are as the plan says; never after a preview.
        plan: its id.
        exceeded: the limits that the plan goes beyond, a sentence each.
        counts: {kind of record: how many were read, planned, applied, quarantined, ...}.
        matches: whether the tables held afterwards what Printavo gave; None where nothing was applied.
        sentence: all of it, for a person.
    """

    run: str
    state: str
    applied: bool
    preview: bool
    plan: str
    exceeded: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    matches: bool | None
    seconds: float
    sentence: str


def sync_all(*, full: bool = False, preview: bool = False) -> Summary:
    """Bring all of Printavo into the shop's tables.

    Args:
        full: read everything, not only what changed.
        preview: make the plan and write nothing.
    """
    return _run({"what": "all", "full": full, "preview": preview})


def sync_company(company: str, *, full: bool = False, preview: bool = False) -> Summary:
    """Bring the orders of one company into the shop's tables.

    Args:
        company: its short name in the settings, such as "imm".

    Raises:
        Misconfigured: the settings do not have it.
    """
    _settle()
    from datetime import UTC, datetime

    from accordant.flows.printavo.flow import FLOW

    parameters = {"what": company, "full": full, "preview": preview}
    FLOW.wanted(parameters, None, datetime.now(UTC))
    return _run(parameters)


def verify(*, repair: bool = False, preview: bool = True) -> Verification:
    """Check the shop's tables; with `repair` and without `preview`, mend what is safe."""
    _settle()
    from accordant.tasks.printavo_verify import verify as verified

    return verified(repair=repair, preview=preview)


def _run(parameters: dict[str, Any]) -> Summary:
    _settle()
    from accordant.flows.printavo.flow import FLOW
    from accordant.tasks import closing, proof, steps, validate

    run = steps.prepare(FLOW.name, f"script {uuid4()}", parameters)
    proven = None
    try:
        steps.extract(FLOW.name, run)
        validate.validate(FLOW.name, run)
        steps.diff(FLOW.name, run)
        decided = steps.decide_alone(FLOW.name, run)["decision"]
        if not parameters["preview"] and decided in ("within_limits", "approved"):
            steps.load(FLOW.name, run)
            proven = proof.reconcile(FLOW.name, run)
    except BaseException:
        closing.close(run, None, reported=False)
        raise
    return _summary(closing.close(run, proven, reported=False), applied=proven is not None)


def _summary(closed: dict[str, Any], *, applied: bool) -> Summary:
    return Summary(
        run=closed["run"], state=closed["state"], applied=applied, preview=closed["preview"], plan=closed["plan"],
        exceeded=tuple(closed["exceeded"]), counts=closed["object_types"], matches=closed["matches"],
        seconds=closed["seconds"], sentence=_sentence(closed, applied=applied),
    )  # fmt: skip


def _sentence(closed: dict[str, Any], *, applied: bool) -> str:
    planned = sum(numbers.get("planned", 0) for numbers in closed["object_types"].values())
    plan = closed["plan"][:12]
    waits = sum(numbers["quarantined"] + numbers["conflicts"] for numbers in closed["object_types"].values())
    left = f" {waits:,} records were left out: accordant quarantine list --run {closed['run']}." if waits else ""
    if closed["preview"]:
        return f"Preview: {planned:,} changes are planned; nothing was written.{left}"
    if not applied:
        why = " ".join(closed["exceeded"]) or f"It was {closed['decision']}."
        return f"Plan {plan} with {planned:,} changes was not applied. {why} Next: accordant plan show {plan}."
    proof = (
        "" if closed["matches"] else f" The tables do NOT match what Printavo gave: accordant verify {closed['run']}."
    )
    return f"{planned:,} changes were made.{left}{proof}"


def _settle() -> None:
    """Let Airflow, which only looks the Connections up, live where the command line keeps its own."""
    if "airflow" not in sys.modules:
        from accordant.commands.airflow_home import settle_home

        settle_home()
