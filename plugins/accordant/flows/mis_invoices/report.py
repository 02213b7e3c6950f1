"""How each row of the MIS ended: what its status becomes, and why."""

from __future__ import annotations

from collections.abc import Iterator

from accordant.flows.base import DocumentReport, Row, View
from accordant.sync.operations import Severity, Trouble

SYNCED, FAILED, OPEN = 1, 2, 0
_APPLIED, _UNDECIDED = "applied", ("sending", "unknown")


def row_reports(view: View) -> Iterator[list[DocumentReport]]:
    """Yield how the rows of a run ended, a few hundred at a time."""
    for rows in view.rows("endings"):
        yield [_report(row) for row in rows]


def _report(row: Row) -> DocumentReport:
    status = status_of(row)
    troubles = []
    if status == FAILED and not row["trouble"]:
        code, sentence = _reason(row)
        troubles.append(Trouble(Severity.REFUSED, "invoice", row["key"], code, sentence, source=row["key"]))
    return DocumentReport(row["key"], row["hash"], status, {"mis_id": row["mis_id"]}, 1, troubles)


def status_of(row: Row) -> int | None:
    """Return the status of a row: synced, failed, open again, or None while it is not known."""
    if row["state"] in _UNDECIDED:
        return None
    if row["trouble"] or not row["valid"]:
        return FAILED
    if row["state"] == _APPLIED or (row["state"] is None and row["planned"] and row["bound_id"] is not None):
        return SYNCED
    if "not_applied" in (row["state"], row["customer_state"], row["item_state"]):
        return FAILED
    return OPEN


def _reason(row: Row) -> tuple[str, str]:
    """Return why a row failed that has no trouble of its own: its customer or item was refused."""
    for name in ("customer", "item"):
        if row[f"{name}_state"] == "not_applied":
            return row[f"{name}_code"], f"Its {name} was refused: {row[f'{name}_detail']}"
    return "REFUSED_BY_TARGET", row["detail"] or "QuickBooks refused it."
