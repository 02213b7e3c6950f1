"""What a reading needs from outside: who answers its questions, and who keeps what came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol


class Client(Protocol):
    """Asks Printavo; as hooks.printavo.PrintavoHook does."""

    def ask(self, question: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Return the data of an answer that is whole; null is only what does not exist."""

    def pages(
        self, question: str, variables: Mapping[str, Any], path: tuple[str, ...], after: str | None = None
    ) -> Iterator[tuple[list[Any], str | None]]:
        """Yield each page of a list, and the cursor behind it; None behind the last."""


class Place(Protocol):
    """How far a list was read."""

    @property
    def cursor(self) -> str | None:
        """What was given with its last page."""

    @property
    def pages(self) -> int:
        """How many of its pages are staged."""

    @property
    def complete(self) -> bool:
        """Whether that was the last."""


class Staging(Protocol):
    """Keeps the pages of one reading until all are there. A record may be staged twice: the last one counts."""

    def where(self, name: str) -> Place:
        """Return how far a list was read."""

    def put(
        self, name: str, rows: Mapping[str, bytes], cursor: str | None, complete: bool,
        replaced: tuple[str, Sequence[str]] | None = None,
    ) -> None:  # fmt: skip
        """Keep a page and the place behind it, in one transaction.

        Args:
            name: of the list.
            rows: {table: lines of a COPY}.
            replaced: (root table, ids) of staged records that are taken out first, with their parts.
        """

    def ids(self, question: str) -> list[str]:
        """Return the ids that answer a question.

        missing: in the headers, not among the staged orders. doubled: orders that are staged twice. changed: headers
        that differ from the tables, or are new there. unseen: orders of the tables that are not gone, and neither in
        the headers nor staged. unseen_customers, unseen_contacts: of the tables, not gone and not staged.
        """

    def gone(self, table: str, ids: Sequence[str]) -> None:
        """Note root records that Printavo says it does not have."""

    def unusable(self, records: Iterable[tuple[str, str, str, str]]) -> None:
        """Note (table, id of the root record, field, value) of what cannot be kept, nor its record."""


class Amounts(Protocol):
    """How much an incremental reading looks at."""

    @property
    def newest(self) -> int:
        """So many of the newest orders."""

    @property
    def due_days(self) -> int:
        """Those due for production since so many days ago."""

    @property
    def all_headers(self) -> bool:
        """All orders."""
