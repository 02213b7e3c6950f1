"""What a query costs and how deep it is, counted as graphql-ruby counts.

A field costs 1. A connection costs 1 and 1 for each field asked of it (`pageInfo` and what is asked of that too), and
its page size times what is asked of a node: `first` or `last`, whichever is greater, or the default. A union costs what
its dearest member costs. Source: graphql-ruby, `Schema::Field#calculate_complexity` and its guide "Complexity & Depth".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLNamedType,
    GraphQLObjectType,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
)

from sandbox.printavo.selections import Selections

_CONNECTION = "Connection"
_PAGED = ("nodes", "edges")


@dataclass(frozen=True)
class Costs:
    """Counts one operation.

    Attributes:
        default_page_size: of a connection without `first` and `last`.
    """

    selections: Selections
    default_page_size: int

    def complexity(self, named: GraphQLNamedType, sets: Sequence[SelectionSetNode | None]) -> int:
        """What is asked of an object of this type costs."""
        return max((self._object(one, sets) for one in self.selections.possible(named)), default=0)

    def depth(self, named: GraphQLNamedType, sets: Sequence[SelectionSetNode | None]) -> int:
        """How many fields lie within each other at most."""
        deepest = 0
        for one in self.selections.possible(named):
            for nodes in self.selections.fields(one, sets).values():
                deepest = max(deepest, 1 + self.depth(_type(one, nodes), _sets(nodes)))
        return deepest

    def _object(self, parent: GraphQLObjectType, sets: Sequence[SelectionSetNode | None]) -> int:
        return sum(self._field(parent, nodes) for nodes in self.selections.fields(parent, sets).values())

    def _field(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> int:
        named = _type(parent, nodes)
        if isinstance(named, GraphQLObjectType) and named.name.endswith(_CONNECTION):
            return self._connection(parent, named, nodes)
        return 1 + self.complexity(named, _sets(nodes))

    def _connection(self, parent: GraphQLObjectType, named: GraphQLObjectType, nodes: list[FieldNode]) -> int:
        asked = get_argument_values(parent.fields[nodes[0].name.value], nodes[0], self.selections.variables)
        sizes = [asked[name] for name in ("first", "last") if asked.get(name) is not None]
        size = max(sizes, default=self.default_page_size)
        cost = 1
        for inner in self.selections.fields(named, _sets(nodes)).values():
            of_each = self.complexity(_type(named, inner), _sets(inner))
            cost += 1 + of_each * (size if inner[0].name.value in _PAGED else 1)
        return cost


def _type(parent: GraphQLObjectType, nodes: list[FieldNode]) -> GraphQLNamedType:
    """The type of a field; __typename and the like have one without fields."""
    definition = parent.fields.get(nodes[0].name.value)
    return get_named_type(definition.type) if definition else _LEAF


def _sets(nodes: list[FieldNode]) -> list[SelectionSetNode | None]:
    return [node.selection_set for node in nodes]


_LEAF = GraphQLObjectType("Leaf", {})
