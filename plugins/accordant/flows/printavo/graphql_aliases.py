"""The questions about several things at once, each under an alias: records by id, and lists that go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accordant.flows.printavo.graphql import page_size, too_narrow
from accordant.flows.printavo.graphql_fields import Selection, connection, joined, node_of, union, within
from accordant.flows.printavo.tables import TABLES
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table

MOST_ALIASES = 100  # beyond that a question's text grows to hundreds of KB
_LISTS_AT_ONCE = 20

# A list -> the field that gives one of its objects by id.
_SINGLE = {
    "statuses": "status",
    "orders": "order",
    "customers": "customer",
    "contacts": "contact",
    "lineItemGroups": "lineItemGroup",
}

PARENTS = {child.name: table for table in TABLES for child in table.children}


@dataclass(frozen=True, slots=True)
class AliasQuestion:
    """A question of several parts.

    Attributes:
        aliases: of the parts, in the order in which they were given.
    """

    text: str
    variables: Mapping[str, Any]
    aliases: tuple[str, ...]
    complexity: int
    depth: int


@dataclass(frozen=True, slots=True)
class GoingOn:
    """A list within a record, of which more is to be read.

    Attributes:
        owner: id of the root record.
        parent: id of the object whose list it is.
        cursor: where it goes on; None for its beginning.
    """

    table: Table
    owner: str
    parent: str
    cursor: str | None


def ids_at_a_time(table: Table, limits: PrintavoLimits) -> int:
    """Return how many records of a root table one question may ask for by id.

    Raises:
        Misconfigured: the limits do not even allow one.
    """
    one = within("_", node_of(table))
    if one.cost > limits.complexity:
        raise too_narrow("complexity", one.cost, limits.complexity)
    if one.depth > limits.depth:
        raise too_narrow("depth", one.depth, limits.depth)
    most = min(MOST_ALIASES, limits.most_per_page or MOST_ALIASES)
    return min(most, limits.complexity // one.cost)


def by_id_question(table: Table, ids: Sequence[str]) -> AliasQuestion:
    """Return the question for records of a root table; at most `ids_at_a_time`.

    The fields of a union's members are written once, as fragments: thirty times over they would be 100 KB.
    """
    node, fragments = node_of(table), ""
    if table.members:
        bare = node_of(replace(table, members=())).text
        fragments = "".join(f" fragment of{member} on {member} {{ {bare} }}" for member in table.members)
        node = Selection(" ".join(f"...of{member}" for member in table.members), node.cost, node.depth)
    field = _SINGLE[table.field]
    parts = [within(f"r{number}: {field}(id: $i{number})", node) for number in range(len(ids))]
    declared = ", ".join(f"$i{number}: ID!" for number in range(len(ids)))
    asked = joined(parts)
    return AliasQuestion(
        f"query({declared}) {{ {asked.text} }}{fragments}",
        {f"i{number}": id_ for number, id_ in enumerate(ids)},
        _aliases(len(ids)), asked.cost, asked.depth,
    )  # fmt: skip


def lists_at_a_time(table: Table, limits: PrintavoLimits) -> int:
    """Return how many lists of this kind one question may go on with, so that it gets as many as with the parent.

    Raises:
        Misconfigured: the limits do not even allow a page of one object.
    """
    usual = _rest(table, 0, min(table.first, limits.most_per_page or table.first)).cost
    return max(1, min(_LISTS_AT_ONCE, limits.complexity // usual))


def rest_question(table: Table, lists: Sequence[GoingOn], limits: PrintavoLimits) -> AliasQuestion:
    """Return the question for the next pages of lists that go on; at most `lists_at_a_time`, all of one table.

    Raises:
        Misconfigured: the limits do not allow a page of one object.
    """

    def asked(size: int) -> Selection:
        return joined([_rest(table, number, size) for number in range(len(lists))])

    first = page_size(limits, asked)
    variables: dict[str, Any] = {"first": first}
    for number, one in enumerate(lists):
        variables |= {f"i{number}": one.parent, f"a{number}": one.cursor}
    declared = "".join(f", $i{number}: ID!, $a{number}: String" for number in range(len(lists)))
    text = f"query($first: Int{declared}) {{ {asked(first).text} }}"
    return AliasQuestion(text, variables, _aliases(len(lists)), asked(first).cost, asked(first).depth)


def _rest(table: Table, number: int, size: int) -> Selection:
    """Return a page of one parent's list."""
    parent = PARENTS[table.name]
    page = connection(table, f"first: $first, after: $a{number}", size)
    return within(f"r{number}: {_SINGLE[parent.field]}(id: $i{number})", union(parent, page))


def _aliases(count: int) -> tuple[str, ...]:
    return tuple(f"r{number}" for number in range(count))
