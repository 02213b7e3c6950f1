"""What a question asks for of each object: the GraphQL text, what it costs, and how deep it goes.

Complexity is counted as graphql-ruby does (GraphQL::Schema::Field#calculate_complexity): every field costs one and
what lies within it; a connection costs its page size times one node, and its own fields once; a union costs its
dearest member, once. Depth is that of fields; fragments add none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from accordant.sync.tables import Table

_NAME = re.compile(r"\w+")
_PAGE_INFO = "pageInfo { endCursor hasNextPage }"
_CONNECTION_COST = 5  # the field itself, nodes, pageInfo and its two fields
_CONNECTION_DEPTH = 2  # the field itself, and nodes

Paths = dict[str, "Paths"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What stands between a pair of braces."""

    text: str
    cost: int
    depth: int


@cache
def node_of(table: Table) -> Selection:
    """Return what is asked for of one object of a table, with the lists within it."""
    paths = _paths_of(table)
    inner = {column.path: column.inner for column in table.columns if column.inner}
    parts = [_field(name, within, inner) for name, within in paths.items()]
    return union(table, joined([*parts, *map(nested, table.children)]))


def nested(table: Table) -> Selection:
    """Return the list of a table as it is asked for with its parent."""
    if table.connection:
        return connection(table, f"first: {table.first}", table.first)
    return within(table.field, node_of(table))


def connection(table: Table, arguments: str, first: int) -> Selection:
    """Return one page of a list.

    Args:
        first: how many objects it has at most, by the arguments.
    """
    node = node_of(table)
    return Selection(
        f"{table.field}({arguments}) {{ {_PAGE_INFO} nodes {{ {node.text} }} }}",
        _CONNECTION_COST + first * node.cost,
        max(_CONNECTION_DEPTH + node.depth, 3),
    )


def union(table: Table, selection: Selection) -> Selection:
    """Return a selection as it is asked of a table's objects: where they are of a union, of each of its members."""
    if not table.members:
        return selection
    members = " ".join(f"... on {member} {{ {selection.text} }}" for member in table.members)
    return Selection(members, selection.cost, selection.depth)


def within(field: str, selection: Selection) -> Selection:
    """Return a field and what is asked for within it."""
    return Selection(f"{field} {{ {selection.text} }}", selection.cost + 1, selection.depth + 1)


def joined(parts: Sequence[Selection]) -> Selection:
    """Return selections beside each other."""
    return Selection(
        " ".join(part.text for part in parts), sum(part.cost for part in parts), max(part.depth for part in parts)
    )


def _paths_of(table: Table) -> Paths:
    """Return the columns' paths as a tree."""
    tree: Paths = {}
    for column in table.columns:
        if column.path:
            _grow(tree, column.path.split("."))
    return tree


def _grow(tree: Paths, names: Iterable[str]) -> None:
    for name in names:
        tree = tree.setdefault(name, {})


def _field(name: str, paths: Paths, inner: dict[str, str]) -> Selection:
    if name in inner:
        return within(name, _given(inner[name]))
    if not paths:
        return Selection(name, 1, 1)
    return within(name, joined([_field(part, beneath, {}) for part, beneath in paths.items()]))


def _given(text: str) -> Selection:
    """Return a selection that a column brings along."""
    depth = deepest = 1
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return Selection(text, len(_NAME.findall(text)), deepest)
