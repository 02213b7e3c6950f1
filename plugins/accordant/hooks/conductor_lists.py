"""Reading a whole list of Conductor's: drained while its cursor lives, handed over afterwards.

A cursor names an iterator on Conductor's side: one reader, no going back, gone some seconds after a page
(docs.conductor.is, "Pagination"). So all pages are fetched at once, whoever waits for the rows, and a list that
fails is begun again.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import urlencode

from conductor import Conductor

from accordant.hooks.conductor_client import ConductorClient
from accordant.sync.errors import AccordantError, RetryLater

Row = dict[str, Any]

ROOT = "/quickbooks-desktop"
_PAGE = 150  # rows, the most that Conductor gives (its OpenAPI, `limit`)
_IN_MEMORY = 4 * 1024 * 1024  # bytes; longer lists go to a temporary file
# Nearer to the epoch than this, QuickBooks answers with an empty list (observed by activepieces, polling.ts).
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
# Failures behind the first page that beginning again would not mend.
_NOT_THE_LISTS = frozenset(
    {"CREDENTIALS_REFUSED", "PERMISSION_MISSING", "QUICKBOOKS_NOT_LINKED", "CONNECTION_INCOMPLETE"}
)
_NOT_FILTERS = frozenset({"conductor_end_user_id", "cursor", "extra_headers", "extra_query", "extra_body", "timeout"})


@dataclass(frozen=True, slots=True)
class Question:
    """One list and what it is narrowed to.

    Attributes:
        path: with the query, encoded.
    """

    resource: str
    path: str

    def page(self, cursor: str) -> str:
        """Return the path of the page behind a cursor; the first one without."""
        if not cursor:
            return self.path
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode({'cursor': cursor})}"


class Spool:
    """Rows on their way from a list to a consumer, one JSON line each; in memory only while they are few."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `close`

    def clear(self) -> None:
        """Forget all rows."""
        self._file.seek(0)
        self._file.truncate()

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows; numbers with a decimal point become floats, as in any plain JSON."""
        self._file.writelines(json.dumps(row, default=float).encode() + b"\n" for row in rows)

    def __iter__(self) -> Iterator[Row]:
        self._file.seek(0)
        return map(json.loads, self._file)

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


def question(conductor: Conductor, resource: str, filters: Mapping[str, Any]) -> Question:
    """Return the question for a list, its filters named as conductor-py names them.

    Raises:
        ValueError: there is no such list.
        TypeError: the list has no such filter, or a value cannot be sent; a mistake of ours.
    """
    known = _filters_of(conductor, resource)
    for name in filters:
        if name not in known - _NOT_FILTERS:
            raise TypeError(f"{resource} cannot be filtered by {name}")
    asked = {name: _sendable(name, value) for name, value in filters.items() if value is not None}
    if "cursor" in known:
        asked.setdefault("limit", _PAGE)
    query = conductor.qs.stringify({_camel(name): value for name, value in asked.items()})
    return Question(resource, f"{ROOT}/{resource}" + (f"?{query}" if query else ""))


def drain(client: ConductorClient, asked: Question, spool: Spool) -> None:
    """Read a whole list into the spool, in one turn; begun again when it fails, never resumed.

    Raises:
        RetryLater: LIST_TIMED_OUT when QuickBooks took too long, at once; else it failed at every start.
        Misconfigured, RecordRejected: see ConductorClient.read.
    """
    for attempt in client.tries(client.list_starts, seconds=None):
        with attempt:
            spool.clear()
            with client.one_turn() as inside:
                _drain_once(inside, asked, spool)


def _drain_once(client: ConductorClient, asked: Question, spool: Spool) -> None:
    cursor = ""
    while True:
        page = _page(client, asked, cursor)
        spool.add(page["data"])
        cursor = _next_cursor(page, asked.resource)
        if not cursor:
            return


def _page(client: ConductorClient, asked: Question, cursor: str) -> Row:
    """Return one page.

    Raises:
        RetryLater: it is no page; also where a cursor is refused (it has expired), and for whatever else happens
            behind the first page that beginning again may mend.
    """
    refused = ""
    try:
        page = client.read(asked.page(cursor))
        if _is_page(page):
            return dict(page or {})
    except AccordantError as error:
        if not cursor or isinstance(error, RetryLater) or error.code.code in _NOT_THE_LISTS:
            raise
        refused = f": {error.sentence}"
    raise _broken(asked.resource, f"was broken off{refused}" if cursor else "is no list")


def _next_cursor(page: Row, resource: str) -> str:
    """Return the cursor of the next page; empty after the last one.

    conductor-py ends where `nextCursor` is null, other clients where `hasMore` is false. Both end it here, and a
    page that promises more without a way to get it is a fault.
    """
    cursor, more = page.get("nextCursor"), page.get("hasMore")
    if more is False or (more is None and not cursor):
        if page.get("remainingCount"):
            raise _broken(resource, f"ended with {page['remainingCount']} rows missing")
        return ""
    if not cursor or not page["data"]:
        raise _broken(resource, "promises more rows and gives none")
    return str(cursor)


def _is_page(page: Any) -> bool:
    data = page.get("data") if isinstance(page, dict) else None
    return isinstance(data, list) and all(isinstance(row, dict) for row in data)


def _broken(resource: str, words: str) -> RetryLater:
    return RetryLater("ANSWER_UNREADABLE", f"Conductor's list of {resource} {words}.")


# -- filters


def _filters_of(conductor: Conductor, resource: str) -> frozenset[str]:
    """Return the names of the parameters that conductor-py's own method takes for this list."""
    listing = getattr(getattr(conductor.qbd, resource.replace("-", "_"), None), "list", None)
    if listing is None:
        raise ValueError(f"Conductor has no list of {resource}")
    return frozenset(inspect.signature(listing).parameters)


def _sendable(name: str, value: Any) -> Any:
    """Return a value as it is sent; a moment always with its offset, else it is the zone of QuickBooks' PC."""
    if name.endswith(("_after", "_before")):
        return _moment(name, value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [str(one) for one in value]
    return value


def _moment(name: str, value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"{name} must be a datetime with a zone")
    return max(value.astimezone(UTC), _EARLIEST).isoformat(timespec="seconds")


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
