"""A clock on which hours pass in seconds, shared by a server and by everybody who waits for a moment of it.

Time stands still while anybody is busy: while a call is under way, and from asking for the time until the wait for a
moment begins. Once everybody waits, it jumps to the earliest moment that somebody waits for. So no call arrives at
another moment than the one that was reserved for it, and what the processor does takes no time at all.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from sandbox.shared.clock import GivenClock

_PATIENCE = 120.0  # real seconds; whoever waits for longer waits for somebody who waits for him


class VirtualClock:
    """The clock as callers have it: see accordant.store.permits.Clock. Safe to use from several threads."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._busy = 0
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._lock = threading.Lock()
        self._mine = threading.local()

    @property
    def moment(self) -> float:
        """Return the present moment, without being busy from then on."""
        return self._now

    def now(self) -> float:
        """Return the present moment, and keep it until this thread waits for another one or has made a call."""
        with self._lock:
            self._become_busy()
            return self._now

    def sleep_until(self, moment: float) -> None:
        """Return when that moment has come; it stays until this thread has made its call."""
        woken = threading.Event()
        with self._lock:
            self._become_busy()
            if moment <= self._now:
                return
            self._put(moment, woken.set)
            self._rest()  # whoever wakes it counts it as busy again
        if not woken.wait(_PATIENCE):
            raise RuntimeError(f"the virtual clock stands still at {self._now}: {self._busy} are busy")

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        """Give a context in which a call is under way."""
        with self._lock:
            self._become_busy()
        try:
            yield
        finally:
            with self._lock:
                self._mine.busy = False
                self._rest()

    async def answered_after(self, seconds: float) -> None:
        """Let a server take so long for its answer; the call that waits for it is under way, but keeps nobody."""
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._put(self._now + seconds, lambda: loop.call_soon_threadsafe(woken.set) and None)
            self._rest()
        await woken.wait()

    # -- under the lock

    def _become_busy(self) -> None:
        if not getattr(self._mine, "busy", False):
            self._mine.busy = True
            self._busy += 1

    def _put(self, moment: float, wake: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (moment, next(self._numbers), wake))

    def _rest(self) -> None:
        """Be busy no longer; where nobody is, jump to the next moment and wake all that wait for it."""
        self._busy -= 1
        if self._busy > 0 or not self._waiting:
            return
        self._now = max(self._now, self._waiting[0][0])
        while self._waiting and self._waiting[0][0] <= self._now:
            _, _, wake = heapq.heappop(self._waiting)
            self._busy += 1
            wake()


class SlowServerClock(GivenClock):
    """The same clock as a sandbox server has it: its answers take virtual time.

    The call that waits for the answer must be under way in the sense of `VirtualClock.in_flight`.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(_Looked(clock))
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        """Wait in virtual time."""
        if seconds > 0:
            await self._clock.answered_after(seconds)


class _Looked:
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.moment
