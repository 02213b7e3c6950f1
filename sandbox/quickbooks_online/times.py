"""Times as the vendor writes them: with the company's offset."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=4096)
def shown_time(seconds: int, zone: str) -> str:
    """`2026-11-21T02:55:38-08:00`."""
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).isoformat()


def answer_time(seconds: float, zone: str) -> str:
    """The `time` of an answer, with milliseconds."""
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).isoformat(timespec="milliseconds")


@lru_cache(maxsize=64)
def day(hours: int, zone: str) -> str:
    """The company's date, by whole hours since 1970."""
    return datetime.fromtimestamp(hours * 3600, ZoneInfo(zone)).date().isoformat()


def is_date(text: str) -> bool:
    """Whether this is a date such as 2026-11-21."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def moment(text: str, zone: str) -> float | None:
    """Seconds since 1970 of an ISO time or date; without an offset it is the company's. None if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC).timestamp()
