"""The server's sense of time: the real one, or a virtual one that tests push forward."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock:
    """Tells the time for timestamps, rate limits and latency.

    It starts real. The first `advance` or `set` makes it virtual: from then on it stands still
    until it is pushed, and waiting costs no real time.
    """

    def __init__(self) -> None:
        self._virtual: datetime | None = None

    @property
    def mode(self) -> str:
        """`real` or `virtual`."""
        return "real" if self._virtual is None else "virtual"

    def now(self) -> datetime:
        """The present moment in UTC."""
        return self._virtual or datetime.now(UTC)

    def epoch(self) -> float:
        """The present moment in seconds since 1970."""
        return self.now().timestamp()

    def seconds(self) -> float:
        """Seconds that only move forward; meaningful as differences."""
        return self._virtual.timestamp() if self._virtual else time.monotonic()

    def advance(self, seconds: float) -> None:
        """Go virtual (if not yet) and move forward by `seconds`."""
        if seconds < 0:
            raise ValueError("a clock only moves forward")
        self._virtual = self.now() + timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Go virtual and stand at `moment`, which must carry a zone."""
        if moment.tzinfo is None:
            raise ValueError("the moment must carry a zone, for example 2026-11-21T08:00:00+00:00")
        self._virtual = moment.astimezone(UTC)

    def be_real(self) -> None:
        """Return to the machine's own time."""
        self._virtual = None

    async def sleep(self, seconds: float) -> None:
        """Wait without using the processor; on a virtual clock, jump instead."""
        if seconds <= 0:
            return
        if self._virtual is not None:
            self.advance(seconds)
            seconds = 0
        await asyncio.sleep(seconds)


class Seconds(Protocol):
    """A clock of somebody else, such as that of a simulation."""

    def now(self) -> float:
        """The present moment in seconds since 1970."""


class GivenClock(Clock):
    """Follows a clock that somebody else moves; waiting costs no real time.

    `advance` and `set` put this clock ahead of the other one; it goes on following it.
    """

    def __init__(self, source: Seconds) -> None:
        super().__init__()
        self._source, self._ahead = source, 0.0

    @property
    def mode(self) -> str:
        """`given`."""
        return "given"

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.fromtimestamp(self.epoch(), UTC)

    def epoch(self) -> float:
        """The present moment in seconds since 1970."""
        return self._source.now() + self._ahead

    def seconds(self) -> float:
        """Seconds that only move forward."""
        return self.epoch()

    def advance(self, seconds: float) -> None:
        """Go ahead of the other clock by so many more seconds."""
        if seconds < 0:
            raise ValueError("a clock only moves forward")
        self._ahead += seconds

    def set(self, moment: datetime) -> None:
        """Stand at `moment` now, and follow the other clock from there."""
        if moment.tzinfo is None:
            raise ValueError("the moment must carry a zone, for example 2026-11-21T08:00:00+00:00")
        self._ahead += moment.timestamp() - self.epoch()

    def be_real(self) -> None:
        """Show what the other clock shows."""
        self._ahead = 0.0

    async def sleep(self, seconds: float) -> None:
        """Let others go on; the other clock is not ours to move."""
        await asyncio.sleep(0)


def clock_of(given: Clock | Seconds | None) -> Clock:
    """A server's clock: the given one, one that follows it, or the real time."""
    if isinstance(given, Clock):
        return given
    return Clock() if given is None else GivenClock(given)
