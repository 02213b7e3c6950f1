"""Cursors: server-side iterators over a snapshot, read once, forgotten soon."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from sandbox.conductor.errors import invalid
from sandbox.conductor.settings import Settings
from sandbox.shared.clock import Clock


@dataclass
class Cursor:
    """What is left of a list, and when it is forgotten."""

    resource: str
    rows: list[Any]
    position: int
    last_read: float


class Cursors:
    """The open cursors of a company file. A restart closes them all."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock, self._settings = clock, settings
        self._open: dict[str, Cursor] = {}
        self._numbers = count(1)

    def open(self, resource: str, rows: list[Any], position: int) -> str:
        """Remember the rest of a list; the token that reads on."""
        self._drop_expired()
        token = f"cur_{next(self._numbers):08x}{int(self._clock.now().timestamp()):x}"
        self._open[token] = Cursor(resource, rows, position, self._now())
        return token

    def read(self, token: str, resource: str, limit: int) -> tuple[list[Any], int]:
        """The next rows, and how many are left after them.

        Raises:
            Refusal: the token is unknown, expired, read to the end or of another list.
        """
        self._drop_expired()
        cursor = self._open.get(token)
        if cursor is None or cursor.resource != resource:
            raise invalid(f'The cursor "{token}" is invalid or has expired; start the list again without it')
        rows = cursor.rows[cursor.position : cursor.position + limit]
        cursor.position += limit
        cursor.last_read = self._now()
        left = max(0, len(cursor.rows) - cursor.position)
        if not left:
            del self._open[token]
        return rows, left

    def clear(self) -> None:
        """Forget all."""
        self._open.clear()

    def _now(self) -> float:
        # Not the monotonic clock: the two cannot be compared when a test makes the clock virtual.
        return self._clock.now().timestamp()

    def _drop_expired(self) -> None:
        oldest = self._now() - self._settings.cursor_seconds
        for token in [token for token, one in self._open.items() if one.last_read < oldest]:
            del self._open[token]
