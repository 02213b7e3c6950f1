"""What changed since a moment: change data capture, and how to get past its limits.

It looks back 30 days and gives 1,000 objects at most, in all types that were asked for together (developer.intuit.com,
"Change data capture"); the oldest come first, so that the limit loses the newest. Therefore one type is asked for at
a time, and a full answer is followed by the question for what came after its last object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accordant.hooks.quickbooks_online_query import Row, literal
from accordant.sync.errors import RetryLater

MOST_CHANGES = 1000
LOOK_BACK = timedelta(days=29)  # a day less than the vendor's 30: clocks differ, and a read takes its time


@dataclass(frozen=True, slots=True)
class Change:
    """One object that changed.

    Attributes:
        row: as it is now; None when it was deleted.
    """

    entity: str
    id: str
    row: Row | None

    @property
    def is_deleted(self) -> bool:
        """Whether it is there no more. Names are never deleted, only made inactive."""
        return self.row is None


def changes_of(
    entity: str, since: datetime, capture: Callable[[datetime], list[Row]], query: Callable[[str], Iterator[Row]]
) -> Iterator[Change]:
    """Yield every change of one type since a moment, once per object and time of change.

    Args:
        capture: asks change data capture for this type since a moment.
        query: yields the rows for which a condition holds; asked where more objects than one answer can hold changed
            in the same second. Deletions in that very second are then not told.
    """
    seen: set[tuple[str, str]] = set()
    while True:
        rows = capture(since)
        last = max((_changed_at(row) for row in rows), default=since)
        full = len(rows) >= MOST_CHANGES
        stuck = full and last <= since
        if stuck:
            last = since + timedelta(seconds=1)
            rows = list(query(f"{_between(since, last)}"))
        for row in rows:
            mark = str(row["Id"]), _changed_at(row).isoformat()
            if mark not in seen:
                seen.add(mark)
                yield _change(entity, row)
        if not full:
            return
        since = last


def changes_in(answer: Any, entity: str, who: str) -> list[Row]:
    """Return the objects of one type in an answer of change data capture.

    Raises:
        RetryLater: it is no such answer.
    """
    try:
        told = [part for one in answer["CDCResponse"] for part in one["QueryResponse"]]
        rows: list[Row] = [row for part in told for row in part.get(entity, [])]
        for row in rows:
            _changed_at(row)
        return rows
    except (TypeError, KeyError, ValueError, AttributeError):
        pass
    raise RetryLater("ANSWER_UNREADABLE", f"{who} answered what changed in {entity} with something else.")


def moment_text(moment: datetime) -> str:
    """Return a moment as the API takes it: whole seconds, in UTC."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def _between(start: datetime, end: datetime) -> str:
    field = "MetaData.LastUpdatedTime"
    return f"{field} >= {literal(moment_text(start))} AND {field} < {literal(moment_text(end))}"


def _changed_at(row: Row) -> datetime:
    if not isinstance(row["Id"], str):
        raise ValueError("an Id is a text")
    return datetime.fromisoformat(row["MetaData"]["LastUpdatedTime"])


def _change(entity: str, row: Row) -> Change:
    return Change(entity, row["Id"], None if row.get("status") == "Deleted" else row)
