"""The PC's own clock: its zone, its skew, and how it reads the times a caller sends."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.conductor.errors import invalid
from sandbox.conductor.settings import Settings
from sandbox.shared.clock import Clock

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
# A bound before this year returns nothing at all, as observed of the real one.
FIRST_YEAR = 1980


class PcClock:
    """Tells the time as the PC does, in whole seconds."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock, self._settings = clock, settings
        self._last: tuple[int, str, str] = (0, "", "")

    def true_time(self) -> datetime:
        """What the PC's clock should say."""
        return self._clock.now()

    def epoch(self) -> int:
        """Seconds since 1970 on the PC's skewed clock."""
        return int(self._clock.now().timestamp() + self._settings.skew_seconds)

    def text(self, epoch: int) -> str:
        """A moment as QuickBooks writes it, with the PC's offset."""
        if self._last[:2] != (epoch, self._settings.zone):
            moment = datetime.fromtimestamp(epoch, ZoneInfo(self._settings.zone))
            self._last = (epoch, self._settings.zone, moment.isoformat(timespec="seconds"))
        return self._last[2]

    def today(self) -> str:
        """The PC's calendar day."""
        return self.text(self.epoch())[:10]

    def read(self, text: str, field: str, *, end_of_day: bool = False) -> float:
        """Seconds since 1970 of a bound a caller sent; without a zone it is the PC's.

        Raises:
            Refusal: it is no date and no moment.
        """
        given = text.strip()
        if not _DAY.fullmatch(given) and not _MOMENT.fullmatch(given):
            raise invalid(f'Invalid ISO 8601 date or datetime "{text}" at "{field}"')
        try:
            moment = datetime.fromisoformat(given.upper().replace(" ", "T", 1))
        except ValueError as error:
            raise invalid(f'Invalid ISO 8601 date or datetime "{text}" at "{field}"') from error
        if _DAY.fullmatch(given) and end_of_day:
            moment = moment.replace(hour=23, minute=59, second=59)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self._settings.zone))
        try:
            return moment.astimezone(UTC).timestamp()
        except OverflowError:  # the first or the last day there is
            return 0.0 if moment.year == 1 else float("inf")


def is_near_epoch(epoch: float) -> bool:
    """Whether a bound is so old that the real one returns nothing."""
    return epoch < datetime(FIRST_YEAR, 1, 1, tzinfo=UTC).timestamp()
