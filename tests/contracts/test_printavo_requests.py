"""What is asked of Printavo, held against the vendor's own types."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)
from graphql import specified_scalar_types as scalars

from accordant.flows.printavo.graphql import counts_question
from accordant.flows.printavo.graphql_aliases import PARENTS
from accordant.flows.printavo.tables import HEADERS, TABLES
from accordant.sync.tables import Column, Kind, Table
from tests.flows.printavo.test_graphql import QUESTIONS

SHARED = Path(os.environ.get("ACCORDANT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CONTRACT = SHARED / "contracts" / "printavo-schema.json"

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists(), reason=f"no contract at {CONTRACT}; set ACCORDANT_SHARED to the folder that has it"
)

TEXTS = {name: question.text for name, question, _ in QUESTIONS} | {
    "counts": counts_question(), "greeting": "{ account { id companyName } }",
}  # fmt: skip
# The scalars of the vendor that a kind of column takes; enums are texts too.
SCALARS = {
    Kind.TEXT: {"String", "ID"}, Kind.MONEY: {"Float"}, Kind.RATE: {"Float"}, Kind.COUNT: {"Int"},
    Kind.TRUTH: {"Boolean"}, Kind.DAY: {"ISO8601Date"}, Kind.MOMENT: {"ISO8601DateTime"},
}  # fmt: skip


class Types:
    """The vendor's types as graphql-core knows them."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._made: dict[str, Any] = dict(scalars)

    def named(self, name: str) -> Any:
        """Return a type; interfaces as objects and inputs as scalars, since we use none."""
        if name not in self._made:
            told = self._told[name]
            self._made[name] = {
                "SCALAR": lambda: GraphQLScalarType(name),
                "INPUT_OBJECT": lambda: GraphQLScalarType(name),
                "ENUM": lambda: GraphQLEnumType(name, dict.fromkeys(told["enumValues"])),
                "UNION": lambda: GraphQLUnionType(name, lambda: [self.named(one) for one in told["possibleTypes"]]),
            }.get(told["kind"], lambda: GraphQLObjectType(name, lambda: self._fields(told)))()
        return self._made[name]

    def _fields(self, told: Mapping[str, Any]) -> dict[str, GraphQLField]:
        return {
            name: GraphQLField(self._output(field), {key: self._argument(one) for key, one in args(field).items()})
            for name, field in told["fields"].items()
        }

    def _output(self, told: Mapping[str, Any]) -> Any:
        found = self.named(told["type"])
        if told["isList"]:
            found = GraphQLList(found if told["isListItemNullable"] else GraphQLNonNull(found))
        return found if told["isNullable"] else GraphQLNonNull(found)

    def _argument(self, told: Mapping[str, Any]) -> GraphQLArgument:
        """Return an argument; of a list, the contract tells whether an item may be null, and the list always may."""
        found = self.named(told["type"])
        inner = found if told["isNullable"] else GraphQLNonNull(found)
        return GraphQLArgument(GraphQLList(inner) if told["isList"] else inner)


def args(field: Mapping[str, Any]) -> Mapping[str, Any]:
    return field["args"] or {}


@lru_cache
def schema() -> GraphQLSchema:
    told = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return GraphQLSchema(Types(told["types"]).named(told["queryTypeName"]))


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_the_vendor_has_every_field_and_argument_that_we_ask_for(text: str) -> None:
    assert validate(schema(), parse(text)) == []


@pytest.mark.parametrize(
    ("ours", "other"),
    [("visualId", "visualNumber"), ("sortOn: VISUAL_ID", "sortOn: CREATED_AT"), ("statusIds: $", "statuses: $"),
     ("[ID!]", "[Int!]"), ("... on Quote", "... on Inquiry")],
)  # fmt: skip
def test_a_question_that_breaks_the_contract_would_be_seen(ours: str, other: str) -> None:
    broken = [text.replace(ours, other) for text in TEXTS.values() if ours in text]
    assert broken
    assert all(validate(schema(), parse(text)) for text in broken)


def objects_of(table: Table) -> list[GraphQLObjectType]:
    """Return the vendor's types of a table's objects."""
    if table.name in PARENTS:
        holder: Any = objects_of(PARENTS[table.name])[0]
    else:
        holder = schema().query_type
    found = holder.fields[table.field].type
    named: Any = get_named_type(found)
    if table.connection:
        named = get_named_type(named.fields["nodes"].type)
    return [*named.types] if isinstance(named, GraphQLUnionType) else [named]


@pytest.mark.parametrize("table", [*TABLES, HEADERS], ids=lambda table: table.name)
def test_a_table_knows_every_type_of_its_list(table: Table) -> None:
    names = {one.name for one in objects_of(table)}
    assert names == set(table.members or names)
    assert bool(table.members) == (len(names) > 1)


def columns() -> list[tuple[Table, Column]]:
    return [(table, column) for table in (*TABLES, HEADERS) for column in table.columns if column.path]


@pytest.mark.parametrize(("table", "column"), columns(), ids=lambda one: one.name)
def test_a_column_holds_what_the_vendor_says_its_field_is(table: Table, column: Column) -> None:
    if column.path == "__typename":
        return
    for kind in objects_of(table):
        found: Any = kind
        for name in column.path.split("."):
            found = get_named_type(found).fields[name].type  # type: ignore[union-attr]
        named = get_named_type(found)
        if column.kind is Kind.JSON:
            assert bool(column.inner) != is_leaf_type(named)
        else:
            assert named.name in SCALARS[column.kind] or isinstance(named, GraphQLEnumType)
            assert not isinstance(getattr(found, "of_type", None), GraphQLList)
