"""Which rows of the MIS a run takes, and the status that is written back to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from accordant.flows.base import Asked, DocumentReport
from accordant.flows.mis_invoices.records import number_of_invoice
from accordant.flows.mis_invoices.settings import MisSettings
from accordant.hooks.mis import MisHook
from accordant.hooks.mis_tables import MisTables, Row, Selection
from accordant.sync.errors import Misconfigured
from accordant.sync.failpoints import failpoint

_ENDINGS = {1: "synced", 2: "failed", 0: "open_again"}


class MisRows:
    """The invoices of the MIS, as extract and report use them.

    Attributes:
        endings: how a row may end, in the words of the summary.
    """

    endings = (*_ENDINGS.values(), "pending", "taken_by_another")

    def __init__(self, hook: MisHook, settings: MisSettings) -> None:
        self._hook = hook
        self._settings = settings

    @property
    def account(self) -> str:
        """Where the rows are, without credentials."""
        return self._hook.account

    def changed(self, asked: Asked) -> Iterator[Row]:
        """Claim the open rows that were asked for, and yield them; a preview claims nothing."""
        which, most = selection(asked.parameters, self._settings), most_rows(asked.parameters)
        again = tuple(key.removeprefix(self._settings.invoice.prefix) for key in asked.again)
        if asked.preview:
            yield from self._hook.open_rows(which, most)
            return
        if again and which == Selection():
            self._hook.claim(asked.mark, Selection(ids=again), lapsed=asked.lapsed, most=most)
        self._hook.claim(asked.mark, which, lapsed=asked.lapsed, most=most)
        failpoint("extract.claimed")
        yield from self._hook.claimed(asked.mark)

    def existing(self, keys: Sequence[str]) -> set[str]:
        """Return nothing: no row stands in another."""
        return set()

    def write(self, mark: str, reports: Sequence[DocumentReport]) -> Counter[str]:
        """Write how each row ended, and return how many ended how."""
        results = {one.log["mis_id"]: one.status for one in reports if one.status is not None}
        failpoint("report.1.before_write")
        written = self._hook.settle(mark, results, mark)
        failpoint("report.2.after_write")
        counts = Counter(_ENDINGS[status] for key, status in results.items() if key in written)
        counts["taken_by_another"] = len(results) - len(written)
        counts["pending"] = len(reports) - len(results)
        return counts

    def close(self) -> None:
        """Close the connections to the MIS."""
        self._hook.close()

    def held(self, mark: str) -> Iterator[str]:
        """Yield the keys of the rows that a run holds."""
        return (number_of_invoice(key, self._settings) for key in self._hook.held(mark))

    def let_go(self, mark: str) -> int:
        """Open again what a run still holds; return how many rows."""
        return self._hook.release(mark)


def selection(parameters: Mapping[str, Any], settings: MisSettings) -> Selection:
    """Return which rows a run was asked for: one invoice, a window of days, or all that is open.

    Raises:
        Misconfigured: a date is none, or the window ends before it begins.
    """
    failed_too = bool(parameters.get("failed_too"))
    if parameters.get("invoice_id"):
        return Selection(ids=(str(parameters["invoice_id"]).strip().removeprefix(settings.invoice.prefix),))
    if interval := parameters.get("data_interval"):
        first, last = (datetime.fromisoformat(moment).astimezone(UTC).date() for moment in interval)
        return Selection(first, last, failed_too=failed_too)
    since, until = _day(parameters, "since"), _day(parameters, "until")
    if since and until and until <= since:
        raise Misconfigured("PARAMETER_INVALID", f"`until` ({until}) must be after `since` ({since}).", record="run")
    return Selection(since, until, failed_too=failed_too)


def most_rows(parameters: Mapping[str, Any]) -> int | None:
    """Return how many rows a run may take: batches of so many rows; None for all."""
    batches = parameters.get("max_batches")
    return int(batches) * int(parameters.get("batch_size") or 50) if batches else None


def _day(parameters: Mapping[str, Any], name: str) -> date | None:
    given = parameters.get(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        pass
    raise Misconfigured("PARAMETER_INVALID", f"`{name}` is no date: {given!r}. Write it as 2026-08-31.", record="run")


def tables_of(settings: MisSettings) -> MisTables:
    """Return the names of the MIS's tables and columns."""
    names = settings.source.tables.model_dump(by_alias=True)
    return MisTables(**names)


def test_connection(conn_id: str) -> tuple[bool, str]:
    """Tell whether the MIS of a Connection answers and has the tables and columns of the settings."""
    from accordant.flows.mis_invoices.settings import settings

    return MisHook(conn_id, tables=tables_of(settings())).test_connection()
