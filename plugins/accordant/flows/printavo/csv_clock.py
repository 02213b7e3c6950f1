"""The time of day behind a date in a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta

from accordant.flows.printavo.csv_findings import Trouble, quoted

_TIME_AT_END = re.compile(
    r"(?P<day>.*\d)(?:\s*,\s*|\s+|[Tt])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})"
    r"(?:[.,](?P<fraction>\d{1,9}))?)?\s?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s?(?P<offset>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
_FURTHEST_OFFSET = timedelta(hours=14)  # Kiritimati; none is further from UTC


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `offset` from UTC is None where it is the shop's own time."""

    time: time
    offset: timedelta | None


def split_clock(text: str) -> tuple[str, Clock | None] | Trouble:
    """Return the day's text and the time behind it, None where there is none."""
    match = _TIME_AT_END.fullmatch(text)
    if match is None:
        return text, None
    hour = _hour(int(match["hour"]), (match["half"] or "").casefold().replace(".", ""))
    offset = _offset(match["offset"])
    if hour is None or int(match["minute"]) > 59 or int(match["second"] or 0) > 59 or abs(offset) > _FURTHEST_OFFSET:
        return Trouble(f"{quoted(text)} holds no time of the day. Correct the time, then drop the file again.")
    microsecond = int((match["fraction"] or "").ljust(6, "0")[:6])
    clock = time(hour, int(match["minute"]), int(match["second"] or 0), microsecond)
    return match["day"], Clock(clock, offset if match["offset"] else None)


def _hour(hour: int, half: str) -> int | None:
    if not half:
        return hour if hour <= 23 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "pm" else 0)


def _offset(text: str | None) -> timedelta:
    if text is None or text[0] not in "+-":
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if text[0] == "-" else offset
