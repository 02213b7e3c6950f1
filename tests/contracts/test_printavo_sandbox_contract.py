"""The sandbox Printavo's schema, held against the vendor's introspection."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_interface_type,
    is_list_type,
    is_non_null_type,
    is_scalar_type,
    is_specified_scalar_type,
)

from sandbox.printavo.schema import schema

SHARED = Path(os.environ.get("ACCORDANT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CONTRACT = SHARED / "contracts" / "printavo-schema.json"
HAS_CONTRACT = pytest.mark.skipif(
    not CONTRACT.exists(), reason=f"no contract at {CONTRACT}; set ACCORDANT_SHARED to the folder that has it"
)


def _is_ours(named: GraphQLNamedType) -> bool:
    return not named.name.startswith("__") and not is_specified_scalar_type(named)


OURS = sorted(name for name, named in schema().type_map.items() if _is_ours(named))
FIELDED = [name for name in OURS if hasattr(schema().type_map[name], "fields")]


@cache
def vendors() -> dict[str, Any]:
    """The vendor's types by name."""
    found: dict[str, Any] = json.loads(CONTRACT.read_text())["types"]
    return found


def _shape(given: Any) -> dict[str, Any]:
    """Type and nullability, as the contract records them of a field."""
    nullable = not is_non_null_type(given)
    plain = given if nullable else given.of_type
    listed = is_list_type(plain)
    inner = plain.of_type if listed else None
    return {
        "type": get_named_type(given).name,
        "isNullable": nullable,
        "isList": listed,
        "isListItemNullable": not is_non_null_type(inner) if listed else True,
    }


def _argument(argument: Any) -> dict[str, Any]:
    """The same of an argument: of a list, the contract records the nullability of what is in it."""
    told = _shape(argument.type)
    inner = told.pop("isListItemNullable")
    assert told["isNullable"] or not told["isList"], "the lists themselves are optional"
    told["isNullable"] = inner if told["isList"] else told["isNullable"]
    default = argument.default
    told["defaultValue"] = None if default is None else str(default.literal.value).lower()
    return told


@HAS_CONTRACT
@pytest.mark.parametrize("name", OURS)
def test_every_type_is_the_vendors(name: str) -> None:
    ours, theirs = schema().type_map[name], vendors()[name]
    kinds = {"OBJECT": GraphQLObjectType, "UNION": GraphQLUnionType, "ENUM": GraphQLEnumType}
    if theirs["kind"] in kinds:
        assert isinstance(ours, kinds[theirs["kind"]])
    else:
        assert is_interface_type(ours) if theirs["kind"] == "INTERFACE" else is_scalar_type(ours)
    if isinstance(ours, GraphQLEnumType):
        values = theirs["enumValues"]
        assert list(ours.values) == [one["name"] if isinstance(one, dict) else one for one in values]
    if isinstance(ours, GraphQLUnionType):
        assert sorted(one.name for one in ours.types) == sorted(theirs["possibleTypes"])
    if isinstance(ours, GraphQLObjectType):
        assert sorted(one.name for one in ours.interfaces) == sorted(theirs["interfaces"])


@HAS_CONTRACT
@pytest.mark.parametrize("name", FIELDED)
def test_every_field_and_argument_is_the_vendors(name: str) -> None:
    theirs = vendors()[name]["fields"]
    for field_name, ours in schema().type_map[name].fields.items():  # type: ignore[attr-defined]
        field = theirs[field_name]
        assert _shape(ours.type) == {key: field[key] for key in _shape(ours.type)}, field_name
        wanted = {
            one["name"]: {key: one[key] for key in ("type", "isNullable", "isList", "defaultValue")}
            for one in (field["args"].values() if field["args"] else ())
        }
        assert {key: _argument(argument) for key, argument in ours.args.items()} == wanted, field_name
        assert (ours.deprecation_reason is not None) == bool(field["isDeprecated"]), field_name


@HAS_CONTRACT
@pytest.mark.parametrize("name", ["Invoice", "Quote", "Contact", "Customer", "LineItem", "LineItemGroup", "Payment"])
def test_what_is_left_out_is_of_a_type_that_is_left_out(name: str) -> None:
    ours = schema().type_map[name].fields  # type: ignore[attr-defined]
    left = {field["type"] for key, field in vendors()[name]["fields"].items() if key not in ours}
    assert left.isdisjoint(OURS)
    assert left.isdisjoint({"ID", "String", "Int", "Float", "Boolean"})


def test_connections_of_unions_have_no_total() -> None:
    for name in ("OrderUnionConnection", "TransactionUnionConnection"):
        assert sorted(schema().type_map[name].fields) == ["edges", "nodes", "pageInfo"]  # type: ignore[attr-defined]
