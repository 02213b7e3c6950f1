"""The vendor's four limits per realm, and the greatest traffic that was really seen.

Source: developer.intuit.com, limits-and-throttles, and the vendor's blog of 2016-08-08. A window is half open: of two
calls exactly 60 seconds apart, only one is in any window of 60 seconds.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Sequence

from sandbox.quickbooks_online.settings import Settings
from sandbox.shared.clock import Clock

# Moments are floats: what differs by less is the same.
_SAME = 1e-6
_MINUTE, _SECOND = 60.0, 1.0


class Window:
    """The calls that were let through in the last so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.moments: deque[float] = deque()

    def wait(self, now: float, most: int) -> float:
        """Seconds until there is room for another call."""
        while self.moments and self.moments[0] <= now - self.seconds + _SAME:
            self.moments.popleft()
        if len(self.moments) < most:
            return 0.0
        return self.moments[len(self.moments) - most] + self.seconds - now


class Traffic:
    """Counts the calls of the realm.

    A call that is refused with 429 counts for the peaks, but not against the limits.
    """

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock, self._settings = clock, settings
        self.clear()

    def clear(self) -> None:
        """Forget what was."""
        self._arrivals, self._batches = array("d"), array("d")
        self._minute, self._second, self._batch_minute = Window(_MINUTE), Window(_SECOND), Window(_MINUTE)
        self.at_once = self.most_at_once = 0

    def enter(self, *, batch: bool) -> tuple[Callable[[], None], float | None]:
        """Count a call as it arrives: how it leaves again, and the seconds to wait if it is refused."""
        now = self._clock.epoch()
        self._arrivals.append(now)
        if batch:
            self._batches.append(now)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        wait = self._wait(now, batch=batch)
        if wait is None:
            windows = (self._minute, self._second, self._batch_minute) if batch else (self._minute, self._second)
            for window in windows:
                window.moments.append(now)
        return self._leaver(), wait

    def peaks(self) -> dict[str, int]:
        """The greatest number of calls in any window, and at once, since `clear`."""
        return {
            "per_minute": most_within(self._arrivals, _MINUTE),
            "per_second": most_within(self._arrivals, _SECOND),
            "batches_per_minute": most_within(self._batches, _MINUTE),
            "at_once": self.most_at_once,
        }

    def _wait(self, now: float, *, batch: bool) -> float | None:
        limits = self._settings
        waits = [self._minute.wait(now, limits.per_minute), self._second.wait(now, limits.per_second)]
        waits.append(self._batch_minute.wait(now, limits.batches_per_minute) if batch else 0.0)
        if not limits.enforce_limits:
            return None
        if self.at_once > limits.at_once:
            waits.append(_SECOND)
        return max(waits) or None

    def _leaver(self) -> Callable[[], None]:
        inside = True

        def leave() -> None:
            nonlocal inside
            self.at_once -= inside
            inside = False

        return leave


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The greatest number of moments in any half-open window of so many seconds."""
    most = first = 0
    ordered = sorted(moments)
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - seconds + _SAME:
            first += 1
        most = max(most, last - first + 1)
    return most
