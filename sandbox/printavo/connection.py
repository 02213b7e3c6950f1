"""Connections: one page of a list, cut as graphql-ruby cuts it.

A cursor is the place of a record in the list, in base64: what is put in or taken out before it shifts the pages after.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from sandbox.printavo.people import Record
from sandbox.printavo.settings import Settings


@dataclass(frozen=True, slots=True)
class Connection:
    """Some records of a list.

    Attributes:
        keys: of all records of the list.
        read: the record of a key.
        start, stop: the page; places in `keys`.
        amount: what `totalAmount` says.
    """

    keys: Sequence[Any]
    read: Callable[[Any], Record]
    start: int
    stop: int
    amount: Callable[[], float | None]

    def nodes(self) -> list[Record]:
        """The records of the page."""
        return [self.read(key) for key in self.keys[self.start : self.stop]]

    def edges(self) -> list[Record]:
        """The same, each with its cursor."""
        return [{"cursor": cursor(place), "node": node} for place, node in enumerate(self.nodes(), self.start + 1)]

    def page_info(self) -> Record:
        """Where the page lies."""
        filled = self.stop > self.start
        return {
            "startCursor": cursor(self.start + 1) if filled else None,
            "endCursor": cursor(self.stop) if filled else None,
            "hasNextPage": self.stop < len(self.keys),
            "hasPreviousPage": self.start > 0,
        }

    def shifted(self) -> Connection:
        """The page that begins with the record before this one, and still leads to the end of the list."""
        leads_on = self.stop < len(self.keys) and self.stop - self.start > 1
        return Connection(self.keys, self.read, max(0, self.start - 1), self.stop - leads_on, self.amount)


READERS: dict[str, Callable[[Connection], Any]] = {
    "nodes": Connection.nodes,
    "edges": Connection.edges,
    "pageInfo": Connection.page_info,
    "totalNodes": lambda found: len(found.keys),
    "totalAmount": lambda found: found.amount(),
}


def page(
    keys: Sequence[Any],
    read: Callable[[Any], Record],
    arguments: Mapping[str, Any],
    settings: Settings,
    amount: Callable[[], float | None] = lambda: None,
) -> Connection:
    """The page that `after`, `before`, `first` and `last` ask for.

    Raises:
        GraphQLError: a cursor is none of ours.
    """
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    start = min(offset(after), len(keys)) if after else 0
    stop = min(max(start, offset(before) - 1), len(keys)) if before else len(keys)
    if first is None and last is None:
        first = settings.default_page_size
    if first is not None:
        stop = min(stop, start + _cut(first, settings))
    if last is not None:
        start = max(start, stop - _cut(last, settings))
    return Connection(keys, read, start, stop, amount)


def cursor(place: int) -> str:
    """The cursor of the record at this place; the first one's is 1."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def offset(given: str) -> int:
    """The place that a cursor stands for.

    Raises:
        GraphQLError: it is none of ours.
    """
    try:
        return int(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (binascii.Error, ValueError) as error:
        raise GraphQLError(f"Invalid cursor: {given!r}") from error


def _cut(size: int, settings: Settings) -> int:
    most = settings.max_page_size
    return max(0, size if most is None else min(size, most))
