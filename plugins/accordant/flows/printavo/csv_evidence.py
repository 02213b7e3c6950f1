"""What a file itself says about how it writes dates or amounts: one value that can be read in one way only tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

Value = TypeVar("Value")


class Doubt(Enum):
    """Why a value cannot be told."""

    UNTOLD = "readable in two ways, and nothing says which"
    CONTRADICTS = "readable only in another way than the rest of the file"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the file writes its values.

    Attributes:
        way: 'dmy' or 'mdy' of dates, '.' or ',' of amounts; '' where nothing tells.
        given: whether a setting says so, which then holds whatever the file shows.
        lines: {way: the first line that can be read in this way only}.
    """

    way: str
    given: bool
    lines: Mapping[str, int]

    def choose(self, readings: Mapping[str, Value]) -> Value | Doubt:
        """Return what a value means, of its readings {way: value}; there is at least one.

        Where the file shows both ways, a value readable in both is not told: programs that turn day and month
        around do so only where the result is a date.
        """
        if self.given:
            return readings.get(self.way, Doubt.CONTRADICTS)
        if len(readings) == 1:
            return readings.get(self.way, Doubt.CONTRADICTS)
        values = list(readings.values())
        if all(value == values[0] for value in values):
            return values[0]
        return readings[self.way] if self.way and len(self.lines) == 1 else Doubt.UNTOLD


def weigh(values: Iterable[tuple[int, Mapping[str, Value]]], given: str) -> Evidence:
    """Look at all values (line, {way: value}) of a file; the first that can be read in one way only decides."""
    lines: dict[str, int] = {}
    for line, readings in values:
        if len(readings) == 1:
            lines.setdefault(next(iter(readings)), line)
    first = min(lines, key=lambda way: lines[way], default="")
    return Evidence(given or first, bool(given), lines)
