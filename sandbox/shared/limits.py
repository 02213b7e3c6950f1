"""Latency and rate limits, settable while the server runs."""

from __future__ import annotations

import math
import re
from collections import deque
from dataclasses import dataclass

from sandbox.shared.clock import Clock

_UNITS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_RATE = re.compile(r"(\d+)\s*/\s*(\d*)\s*(sec|min|s|m|h)")


@dataclass(frozen=True)
class Rate:
    """So many calls in any window of so many seconds."""

    calls: int
    seconds: float

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `60/s`, `20/min` or `10/5s`."""
        match = _RATE.fullmatch(text.strip().lower())
        if match is None or int(match[1]) < 1:
            raise ValueError(f"a limit looks like 60/s, 20/min or 10/5s, not {text!r}")
        return cls(int(match[1]), int(match[2] or 1) * _UNITS[match[3]])

    def __str__(self) -> str:
        return f"{self.calls}/{self.seconds:g}s"


class Limits:
    """A sliding window per caller, and a delay before every answer."""

    def __init__(self, clock: Clock, *, latency_ms: float = 0.0, limit: str | None = None) -> None:
        self._clock = clock
        self._start = (latency_ms, limit)
        self._windows: dict[str, deque[float]] = {}
        self.latency_ms = latency_ms
        self.rate = Rate.parse(limit) if limit else None

    def change(self, *, latency_ms: float | None = None, limit: str | None = None) -> None:
        """Change what is given; an empty `limit` removes the limit."""
        if latency_ms is not None:
            self.latency_ms = max(0.0, latency_ms)
        if limit is not None:
            self.rate = Rate.parse(limit) if limit else None
            self._windows.clear()

    def restore(self) -> None:
        """Return to what the server was started with."""
        latency_ms, limit = self._start
        self.change(latency_ms=latency_ms, limit=limit or "")

    def seconds_to_wait(self, caller: str) -> int | None:
        """Count one call; the `Retry-After` seconds if it comes too early, else None."""
        if self.rate is None:
            return None
        now = self._clock.seconds()
        window = self._windows.setdefault(caller, deque())
        while window and window[0] <= now - self.rate.seconds:
            window.popleft()
        if len(window) < self.rate.calls:
            window.append(now)
            return None
        return max(1, math.ceil(window[0] + self.rate.seconds - now))

    async def delay(self) -> None:
        """Wait for the configured latency."""
        await self._clock.sleep(self.latency_ms / 1000)
