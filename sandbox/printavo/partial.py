"""The fault of an answer that is given only in part: `errors` beside `data`, and a null where a value could not be had.

A null of a field that cannot be null goes up to the nearest one that can, as the GraphQL specification says (6.4.4).
"""

from __future__ import annotations

from typing import Any

_MESSAGE = "Something went wrong"


def spoil(data: dict[str, Any], nullable: dict[str, list[str]]) -> dict[str, Any]:
    """The whole answer, with one value lost.

    It is a value of the node in the middle of the page, or the whole list, or everything.

    Args:
        nullable: by type, the names in the answer that may be null.
    """
    root = next(iter(data))
    path, node = _middle(root, data[root])
    names = {name for kind, listed in nullable.items() if kind != "Query" for name in listed}
    for name, value in node.items():
        if name in names and value is not None:
            node[name] = None
            return _told(data, [*path, name])
    if root in nullable.get("Query", []):
        return _told(data | {root: None}, [root])
    return _told(None, [root])


def _middle(root: str, found: Any) -> tuple[list[str | int], dict[str, Any]]:
    """The node in the middle of a connection, or the object itself, and the way to it."""
    if not isinstance(found, dict):
        return [root], {}
    if found.get("nodes"):
        place = len(found["nodes"]) // 2
        return [root, "nodes", place], found["nodes"][place]
    if found.get("edges"):
        place = len(found["edges"]) // 2
        return [root, "edges", place, "node"], found["edges"][place].get("node", {})
    return [root], {} if "pageInfo" in found else found


def _told(data: dict[str, Any] | None, path: list[str | int]) -> dict[str, Any]:
    return {"data": data, "errors": [{"message": _MESSAGE, "path": path}]}
