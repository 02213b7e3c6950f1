"""Which fields a selection asks for, once fragments are put in and what is skipped is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLIncludeDirective,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)


@dataclass(frozen=True)
class Selections:
    """Reads the selections of one operation.

    Attributes:
        variables: as graphql-core coerced them.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Any

    def fields(self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> dict[str, list[FieldNode]]:
        """The fields asked of an object of this type, by the name they get in the answer."""
        found: dict[str, list[FieldNode]] = {}
        for one in sets:
            for node in self._nodes(parent, one):
                name = node.alias.value if node.alias else node.name.value
                found.setdefault(name, []).append(node)
        return found

    def possible(self, named: GraphQLNamedType) -> Iterable[GraphQLObjectType]:
        """The types that objects of this type may have."""
        if is_abstract_type(named):
            return self.schema.get_possible_types(named)
        return [named] if isinstance(named, GraphQLObjectType) else []

    def _nodes(self, parent: GraphQLObjectType, one: SelectionSetNode | None) -> Iterator[FieldNode]:
        for selection in one.selections if one else ():
            if self._skipped(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
                continue
            fragment = self._fragment(selection)
            condition = fragment.type_condition
            if condition is None or self._fits(parent, condition.name.value):
                yield from self._nodes(parent, fragment.selection_set)

    def _fragment(self, selection: SelectionNode) -> InlineFragmentNode | FragmentDefinitionNode:
        if isinstance(selection, FragmentSpreadNode):
            return self.fragments[selection.name.value]
        assert isinstance(selection, InlineFragmentNode)
        return selection

    def _fits(self, parent: GraphQLObjectType, condition: str) -> bool:
        if parent.name == condition:
            return True
        wider = self.schema.get_type(condition)
        return is_abstract_type(wider) and self.schema.is_sub_type(_abstract(wider), parent)

    def _skipped(self, selection: SelectionNode) -> bool:
        if not selection.directives:
            return False
        skip = get_directive_values(GraphQLSkipDirective, selection, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, selection, self.variables)
        return bool(skip and skip["if"]) or (include is not None and not include["if"])


def _abstract(named: Any) -> GraphQLAbstractType:
    found: GraphQLAbstractType = named
    return found
