"""What every call passes before it goes out: a pace, a turn, or limits that all workers share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

REQUEST, BATCH = "request", "batch"  # the kinds of call that a system may limit apart


class Passage(Protocol):
    """A call's way through a gate."""

    def hold_back(self, seconds: float) -> None:
        """Let nobody through for so long; called after the way through was left."""


# Opens the way for one call of a kind; the call goes out, and its answer comes, inside the context.
Gate = Callable[[str], AbstractContextManager[Passage]]


class Pace:
    """A gate that spaces calls evenly over time, for all threads of one hook.

    Args:
        per_second: None for no limit.
    """

    def __init__(self, per_second: float | None = None) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def __call__(self, kind: str) -> Iterator[Passage]:
        """Wait for the next free moment."""
        with self._lock:
            moment = max(self._next, time.monotonic())
            self._next = moment + self._gap if self._gap else self._next
        time.sleep(max(0.0, moment - time.monotonic()))
        yield self

    def hold_back(self, seconds: float) -> None:
        """Let nobody through for so long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


class TurnGate:
    """A gate that gives one call at a time its turn.

    Args:
        turn: opens a context in which nobody else calls.
    """

    def __init__(self, turn: Callable[[], AbstractContextManager[Any]]) -> None:
        self.turn = turn

    @contextmanager
    def __call__(self, kind: str) -> Iterator[Passage]:
        """Wait for the turn, and keep it until the answer came."""
        with self.turn():
            yield self

    def hold_back(self, seconds: float) -> None:
        """Wait outside of the turn; the others find out for themselves."""
        time.sleep(seconds)
