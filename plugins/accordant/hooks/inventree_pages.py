"""Reading a whole InvenTree list through pages that may shift while they are read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from accordant.hooks.calls import Params
from accordant.sync.errors import RetryLater

Item = dict[str, Any]
Get = Callable[[str, Params], Any]

_PASSES = 4
# An explicit order, by a column that is unique or nearly so. The rest of the safety is the overlap below.
_ORDERING = {
    "/api/company/": "name",
    "/api/part/": "id",
    "/api/order/so/": "reference",
    "/api/order/so-line/": "reference",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """A page, or (`count` None) the whole list from a server that ignores `limit`."""

    items: list[Item]
    count: int | None


def pages(get: Get, path: str, params: Params, page_size: int, who: str) -> Iterator[list[Item]]:
    """Yield every object of a list once, page by page.

    Neighbouring pages overlap by one object. Where the second does not begin with the last of the first,
    something was added or removed meanwhile and an object may have slipped past: then the list is read
    again, until a pass is steady or finds nothing new.

    Raises:
        RetryLater: an answer is no list, or the list did not hold still for several passes.
    """
    ordered = {"ordering": _ORDERING[path], **params} if path in _ORDERING else dict(params)
    seen: set[int] = set()
    for turn in range(_PASSES):
        known = len(seen)
        steady = yield from _one_pass(get, path, ordered, page_size, who, seen)
        if steady or (turn and len(seen) == known):
            return
    raise RetryLater("ANSWER_UNREADABLE", f"{who} changed {path} all the time while it was read.")


def _one_pass(
    get: Get, path: str, params: Params, page_size: int, who: str, seen: set[int]
) -> Generator[list[Item], None, bool]:
    """Yield what is new; return whether the list held still."""
    offset, last, steady = 0, None, True
    while True:
        page = _page(get(path, {**params, "limit": page_size, "offset": offset}), path, who)
        fresh = [item for item in {item["pk"]: item for item in page.items}.values() if item["pk"] not in seen]
        steady = steady and (last is None or (bool(page.items) and page.items[0]["pk"] == last))
        seen.update(item["pk"] for item in fresh)
        if fresh:
            yield fresh
        end = offset + len(page.items)
        if page.count is None or end >= page.count:
            return steady
        if len(page.items) < 2:  # nothing to step on by, though there should be more
            return False
        offset, last = end - 1, page.items[-1]["pk"]


def _page(body: Any, path: str, who: str) -> _Page:
    if isinstance(body, list):
        page = _Page(body, None)
    elif isinstance(body, dict) and isinstance(body.get("results"), list) and isinstance(body.get("count"), int):
        page = _Page(body["results"], body["count"])
    else:
        raise RetryLater("ANSWER_UNREADABLE", f"{who} answered {path} with something that is no list.")
    if not all(isinstance(item, dict) and isinstance(item.get("pk"), int) for item in page.items):
        raise RetryLater("ANSWER_UNREADABLE", f"{who} answered {path} with objects that have no pk.")
    return page
