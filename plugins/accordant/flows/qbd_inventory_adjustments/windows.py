"""QuickBooks' list of adjustments, which has no pages: as a whole, and where that takes too long in day windows."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

from accordant.flows.qbd.reading import QuickBooks
from accordant.sync.errors import RetryLater

log = logging.getLogger(__name__)

_FIRST_DAY = date(1900, 1, 1)  # nothing is dated before
_DAY = timedelta(days=1)


class TooMuch(Exception):
    """Not even one day can be listed in time."""


@dataclass
class AdjustmentList:
    """One reading of the list.

    Attributes:
        first: the earliest day that is read; None for all.
        days: how many days a window holds at first.
        windows: how many windows were read; 0 while the list came as a whole.
    """

    quickbooks: QuickBooks
    first: date | None
    days: int
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    windows: int = 0

    def rows(self, **filters: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the adjustments of the list, narrowed by these filters.

        Raises:
            TooMuch: one day takes too long.
            RetryLater: QuickBooks cannot be read now.
        """
        try:
            yield from self._asked(self.first, None, filters)
        except _TimedOut:
            log.warning("QuickBooks cannot list all adjustments in time; they are read in windows of days.")
            yield from self._by_windows(filters)

    def _by_windows(self, filters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield windows from the future back to the first day: halved when they time out, doubled when empty."""
        first, size = self.first or _FIRST_DAY, self.days
        yield from self._days_after(self.today + _DAY, filters)
        last = self.today + _DAY
        while last >= first:
            begin = max(first, last - (size - 1) * _DAY)
            count = 0
            try:
                for row in self._asked(begin, last, filters):
                    count += 1
                    yield row
            except _TimedOut:
                size = _halved(begin, last)
                continue
            self.windows += 1
            last, size = begin - _DAY, size if count else size * 2

    def _days_after(self, day: date, filters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield what is dated ahead: nothing, or little."""
        try:
            yield from self._asked(day + _DAY, None, filters)
        except _TimedOut:
            raise TooMuch(f"QuickBooks cannot list in time the adjustments dated after {day}.") from None

    def _asked(self, begin: date | None, last: date | None, filters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Yield one list. The hook has all of it before it gives a row, so that a time-out leaves none behind."""
        rows = self.quickbooks.rows(
            "inventory-adjustments", transaction_date_from=begin, transaction_date_to=last, **filters
        )
        try:
            listed = iter(rows)
            head = [next(listed)]
        except StopIteration:
            return
        except RetryLater as error:
            if error.code.code != "LIST_TIMED_OUT":
                raise
            raise _TimedOut from None
        yield from chain(head, listed)


class _TimedOut(Exception):
    """A list took too long."""


def _halved(begin: date, last: date) -> int:
    days = (last - begin).days + 1
    if days == 1:
        raise TooMuch(f"QuickBooks cannot list in time even the adjustments of one day, {begin}.") from None
    log.info("QuickBooks cannot list %d days of adjustments in time; the window is halved.", days)
    return (days + 1) // 2
