"""How the invoices of a run ended, counted from the sync store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accordant.flows.base import DocumentReport
    from accordant.store.database import Database

_OPEN, _SYNCED, _FAILED = 0, 1, 2


def outcome_of(database: Database, run_id: str) -> dict[str, Any]:
    """Return how many invoices a run took, how many went and failed, and why which did not go.

    Of a preview those went that would go. What was taken, and neither went nor failed, is open again or its outcome
    is not known yet.
    """
    from accordant.flows.mis_invoices.flow import FLOW
    from accordant.store.runs import find_run
    from accordant.store.view import RunView

    run = find_run(database, run_id)
    wanted = {"run_id": run_id, "object_type": FLOW.root}
    reasons = {
        row["source"]: f"{row['code']}: {row['sentence']}" for row in database.rows("store/run_errors", **wanted)
    }
    went = {_SYNCED}
    if run.mode == "preview" and _is_planned(database, run_id):
        went = {_SYNCED, _OPEN}
    total = successful = failed = 0
    errors: list[dict[str, Any]] = []
    for reports in FLOW.report(RunView(database, run, FLOW.owners), run_id, datetime.now(UTC)):
        for one in reports:
            total += 1
            successful += one.status in went
            failed += one.status == _FAILED
            if one.status not in went and (error := _error(one, reasons)):
                errors.append({"invoice_id": one.log["mis_id"], "error": error})
    return {
        "run_id": run_id, "total_processed": total, "successful": successful, "failed": failed, "errors": errors
    }  # fmt: skip


def _is_planned(database: Database, run_id: str) -> bool:
    return database.row("store/plan_get", plan=run_id, prefix="") is not None


def _error(report: DocumentReport, reasons: dict[str, str]) -> str:
    """Return the code and sentence of what keeps an invoice back; '' where nothing but time does."""
    found = [f"{trouble.code}: {trouble.sentence}" for trouble in report.troubles]
    return reasons.get(report.key) or (found[0] if found else "")
