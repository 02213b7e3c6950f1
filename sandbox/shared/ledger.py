"""The ledger: every call a server got, so that a test or a person can count what really happened."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MAX_ENTRIES = 200_000
MAX_BODIES = 500
MAX_BODY = 4_000
# A number, QuickBooks' 80000001-1234567890, or a named id such as end_usr_12ab.
_ID = re.compile(r"/(?:[0-9]+|[0-9A-F]+-[0-9]+|[a-z]+_[a-z]+_[0-9A-Za-z]+)(?=/|$)")


@dataclass(slots=True)
class Entry:
    """One call. `status` is None when the caller got no complete answer, `items` is of a batch."""

    sequence: int
    time: str
    method: str
    path: str
    query: str
    status: int | None = None
    write: bool = False
    applied: bool = False
    items: int = 0
    fault: str | None = None
    milliseconds: float = 0.0
    request_body: str | None = None
    answer_body: str | None = None

    @property
    def pattern(self) -> str:
        """Method and path with ids taken out: `PATCH /api/company/{id}/`."""
        return f"{self.method} {_ID.sub('/{id}', self.path)}"


@dataclass(frozen=True)
class Wanted:
    """Which entries a reader wants; what is None does not matter."""

    since: int = 0
    method: str | None = None
    path: str | None = None
    status: int | None = None
    applied: bool | None = None
    fault: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether this entry is wanted; `path` is a regular expression searched in the path."""
        return (
            entry.sequence > self.since
            and self.method in (None, entry.method)
            and (self.path is None or re.search(self.path, entry.path) is not None)
            and self.status in (None, entry.status)
            and self.applied in (None, entry.applied)
            and self.fault in (None, entry.fault)
        )


@dataclass(slots=True)
class Tally:
    """How often one kind of call came, and how it ended."""

    calls: int = 0
    applied: int = 0
    items: int = 0
    faults: int = 0
    statuses: dict[str, int] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Count one entry."""
        self.calls += 1
        self.applied += entry.applied
        self.items += entry.items
        self.faults += entry.fault is not None
        key = "none" if entry.status is None else str(entry.status)
        self.statuses[key] = self.statuses.get(key, 0) + 1


class Ledger:
    """Keeps the last calls in memory; bodies only of the most recent ones, cut to a few kilobytes."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self._with_body: deque[Entry] = deque()
        self.last = 0
        self.in_flight = self.most_in_flight = 0

    def take_off(self) -> Callable[[], None]:
        """Count a call as running until what is returned is called; calling that again does nothing."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        landed = False

        def land() -> None:
            nonlocal landed
            self.in_flight -= not landed
            landed = True

        return land

    def begin(self, *, time: str, method: str, path: str, query: str, body: bytes) -> Entry:
        """Write down a call as it arrives; the caller completes the entry."""
        self.last += 1
        entry = Entry(self.last, time, method, path, query, write=method in WRITES)
        entry.request_body = body[:MAX_BODY].decode("utf-8", "replace") or None
        self._entries.append(entry)
        self._with_body.append(entry)
        if len(self._with_body) > MAX_BODIES:
            old = self._with_body.popleft()
            old.request_body = old.answer_body = None
        return entry

    def entries(self, wanted: Wanted | None = None) -> Iterator[Entry]:
        """The wanted entries, oldest first."""
        wanted = wanted or Wanted()
        return (entry for entry in self._entries if wanted.fits(entry))

    def latest(self, count: int) -> list[Entry]:
        """The most recent entries, newest first."""
        newest = reversed(self._entries)
        return [entry for entry, _ in zip(newest, range(count), strict=False)]

    def clear(self) -> None:
        """Forget all calls; the sequence goes on, so `since` stays meaningful."""
        self._entries.clear()
        self._with_body.clear()
        self.most_in_flight = self.in_flight


def tallies(entries: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Entries counted by method and path pattern."""
    found: dict[str, Tally] = {}
    for entry in entries:
        found.setdefault(entry.pattern, Tally()).add(entry)
    return {pattern: asdict(found[pattern]) for pattern in sorted(found)}
