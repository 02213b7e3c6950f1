"""The vendor's limit per user, and the greatest traffic that was really seen.

Source: the vendor's documentation: 10 requests in 5 seconds for one e-mail address or IP.
"""

from __future__ import annotations

from array import array

from sandbox.printavo.settings import Settings
from sandbox.quickbooks_online.traffic import Window, most_within
from sandbox.shared.clock import Clock


class Traffic:
    """Counts the calls of each user. One that is refused with 429 counts for the peaks, but not against the limit."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock, self._settings = clock, settings
        self.clear()

    def clear(self) -> None:
        """Forget what was."""
        self._arrivals: dict[str, array[float]] = {}
        self._windows: dict[str, Window] = {}
        self._refused = 0

    def enter(self, user: str) -> float | None:
        """Count a call as it arrives; the seconds to wait if it is refused."""
        now = self._clock.epoch()
        self._arrivals.setdefault(user, array("d")).append(now)
        window = self._windows.setdefault(user, Window(self._settings.seconds))
        window.seconds = self._settings.seconds
        wait = window.wait(now, self._settings.requests)
        if self._settings.enforce_limits and wait > 0:
            self._refused += 1
            return wait
        window.moments.append(now)
        return None

    def peaks(self) -> dict[str, int]:
        """The most calls of one user in any window of the limit's length, all calls, and those refused."""
        arrivals = list(self._arrivals.values())
        most = max((most_within(moments, self._settings.seconds) for moments in arrivals), default=0)
        return {"per_window": most, "calls": sum(map(len, arrivals)), "refused": self._refused}
