"""A list of Printavo page by page, to its end and never in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from accordant.sync.errors import RetryLater

_TRIES = 3  # of a page that leads nowhere: a cache between us and Printavo may have given an old one
_EMPTY_PAGES = 10  # in a row; records that the user may not see are left out of a page

Ask = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
Page = tuple[list[Any], str | None]


def all_pages(
    ask: Ask, question: str, variables: Mapping[str, Any], path: tuple[str, ...], after: str | None, who: str
) -> Iterator[Page]:
    """Yield the nodes of each page and the cursor behind it; None behind the last.

    An object on the way that is null has no list: one empty page.

    Raises:
        RetryLater: ANSWER_UNREADABLE if a page leads back to one that was read, or empty pages follow each other for
            too long; else as `ask` does.
    """
    seen, empty = {after} - {None}, 0
    while True:
        nodes, cursor = _page_behind(ask, question, {**variables, "after": after}, path, seen, who)
        empty = 0 if nodes else empty + 1
        if empty > _EMPTY_PAGES and cursor is not None:
            raise _astray(who, path, f"gave {empty} empty pages in a row")
        yield nodes, cursor
        if cursor is None:
            return
        seen.add(cursor)
        after = cursor


def _page_behind(
    ask: Ask, question: str, variables: Mapping[str, Any], path: tuple[str, ...], seen: set[str | None], who: str
) -> Page:
    for _ in range(_TRIES):
        found: Any = ask(question, variables)
        for name in path[:-1]:
            found = found.get(name)
            if found is None:
                return [], None
        nodes, cursor, goes_on = _page_in(found.get(path[-1]), path, who)
        if not goes_on:
            return nodes, None
        if cursor and cursor not in seen:
            return nodes, cursor
    raise _astray(who, path, "led back to a page that was read before")


def _page_in(found: Any, path: tuple[str, ...], who: str) -> tuple[list[Any], str | None, bool]:
    """Return the nodes of a connection, its last cursor, and whether it goes on."""
    nodes = found.get("nodes") if isinstance(found, dict) else None
    info = found.get("pageInfo") if isinstance(found, dict) else None
    if not isinstance(info, dict) or not isinstance(nodes, list | None):
        raise _astray(who, path, "answered without a page of it")
    return nodes or [], info.get("endCursor"), bool(info.get("hasNextPage"))


def _astray(who: str, path: tuple[str, ...], words: str) -> RetryLater:
    return RetryLater("ANSWER_UNREADABLE", f"{who}, asked for the list {'.'.join(path)}, {words}.")
