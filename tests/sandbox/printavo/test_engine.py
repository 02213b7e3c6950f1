"""The engine: answers as graphql-core's own, complexity and depth as graphql-ruby's, refusals in the vendor's words."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLObjectType,
    execute_sync,
    get_introspection_query,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
)

from sandbox.printavo.account import Account
from sandbox.printavo.connection import READERS as CONNECTION
from sandbox.printavo.content import generate
from sandbox.printavo.engine import Engine
from sandbox.printavo.person import Person
from sandbox.printavo.planner import _ALL
from sandbox.printavo.schema import schema
from sandbox.printavo.settings import Settings
from sandbox.printavo.small_lists import FIRST_STATUS_ID
from sandbox.shared.clock import Clock
from tests.sandbox.printavo.caller import Caller

ORDER = "20000060"
ARGUMENTS = {
    "order": ORDER, "customer": "5000003", "contact": "7000003", "status": str(FIRST_STATUS_ID),
    "lineItem": ORDER + "00", "lineItemGroup": ORDER + "0",
}  # fmt: skip


def _engine(**settings: Any) -> Engine:
    account = Account(generate(60), Settings(**settings))
    return Engine(account, Person(account, Clock()))


def _told(engine: Engine, query: str, **variables: Any) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(engine.answer(orjson.dumps({"query": query, "variables": variables})).body)
    return told


def _by_graphql_core(engine: Engine, query: str, **variables: Any) -> dict[str, Any]:
    """The same records, read by graphql-core's own executor, which checks every null and every type."""

    def resolve(source: Any, info: Any, **arguments: Any) -> Any:
        name, parent = info.field_name, info.parent_type.name
        if parent.endswith("Connection"):
            return CONNECTION[name](source)
        reader = _ALL.get(parent, {}).get(name)
        return source[name] if reader is None else reader(engine.reading, source, arguments)

    found = execute_sync(
        schema(),
        parse(query),
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=lambda value, info, kind: value["__typename"],
    )
    return dict(found.formatted)


def _everything(named: Any, depth: int, seen: tuple[str, ...] = ()) -> str:
    """A selection of every field, `depth` levels deep."""
    if is_leaf_type(named):
        return ""
    if is_abstract_type(named):
        kinds = schema().get_possible_types(named)
        return "{__typename " + " ".join(f"...on {one.name}{_everything(one, depth, seen)}" for one in kinds) + "}"
    assert isinstance(named, GraphQLObjectType)
    chosen = []
    for place, (name, one) in enumerate(named.fields.items()):
        inner = get_named_type(one.type)
        if any(argument.type.__class__.__name__ == "GraphQLNonNull" for argument in one.args.values()):
            continue
        if not is_leaf_type(inner) and (depth == 0 or inner.name in seen):
            continue
        paging = "(first:2)" if "first" in one.args else ""
        # Of a union, members may have fields of one name and different types.
        alias = f"{named.name}_{place}: " if named.name not in ("Query",) else ""
        chosen.append(f"{alias}{name}{paging}{_everything(inner, depth - 1, (*seen, named.name))}")
    return "{" + " ".join(chosen) + "}" if chosen else "{__typename}"


ROOTS = sorted(schema().query_type.fields)  # type: ignore[union-attr]


@pytest.mark.parametrize("root", ROOTS)
def test_every_field_is_answered_as_graphql_core_answers_it(root: str) -> None:
    engine = _engine(max_complexity=None, max_depth=None)
    field = schema().query_type.fields[root]  # type: ignore[union-attr]
    given = {"id": ARGUMENTS.get(root, ORDER)} if "id" in field.args else {"first": 40}
    if root in ("invoice", "quote"):
        given = {"id": engine.account.order(int(engine.listing.numbers(f"{root}s", {})[0]))["id"]}
    if root == "transaction":
        number = next(one for one in engine.account.numbers if engine.account.transactions_of[one])
        given = {"id": f"{engine.account.order(number)['id']}00"}
    arguments = ", ".join(f"{name}: {orjson.dumps(value).decode()}" for name, value in given.items())
    arguments = f"({arguments})" if "id" in given or "first" in field.args else ""
    depth = 4 if root.endswith("s") and root != "transactions" else 3
    query = f"{{{root}{arguments}{_everything(get_named_type(field.type), depth)}}}"
    by_core = _by_graphql_core(engine, query)
    assert "errors" not in by_core, by_core["errors"][:3]
    assert by_core["data"][root]
    assert _told(engine, query) == by_core


def test_fragments_aliases_and_directives_are_followed() -> None:
    engine = _engine()
    query = """
    query Some($with: Boolean!, $count: Int = 3, $ids: [ID!]) {
      some: orders(first: $count, statusIds: $ids) {
        ...Page nodes { ...One ... on Timestamps { timestamps { updatedAt } } }
      }
      others: orders(first: 1) { nodes { __typename ...One @skip(if: $with) } }
    }
    fragment Page on OrderUnionConnection { pageInfo { more: hasNextPage } }
    fragment One on OrderUnion {
      ... on Invoice { id number: visualId @include(if: $with) status { id } status { name } }
      ... on Quote { id contact { customer { companyName } } }
    }
    """
    for variables in ({"with": True}, {"with": False, "count": 2, "ids": ["310", "301"]}):
        told = _told(engine, query, **variables)
        assert told == _by_graphql_core(engine, query, **variables)
        assert ("number" in str(told)) == variables["with"]


def test_the_answer_has_fields_in_the_order_of_the_query() -> None:
    body = _engine().answer(b'{"query":"{user{name id email} account{companyName id}}"}').body
    assert body.startswith(b'{"data":{"user":{"name":"Sam Carter","id":"11","email"')


def test_the_schema_can_be_asked_for() -> None:
    told = _told(_engine(max_depth=None), get_introspection_query())
    names = {one["name"] for one in told["data"]["__schema"]["types"]}
    assert {"Invoice", "Quote", "OrderUnion", "TransactionUnion"} <= names


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        # graphql-ruby's own example, in this schema: 1 + 1 + (1 + 1 + 10 * 1 + 1 + 1 + 1).
        ('{customer(id:"1"){id contacts(first:10){nodes{id} pageInfo{endCursor} totalNodes}}}', 17),
        ("{orders{nodes{...on Invoice{id}}}}", 1 + 1 + 25),
        ("{orders(last:7){nodes{...on Invoice{id}}}}", 1 + 1 + 7),
        ("{orders(first:3 last:7){nodes{...on Invoice{id}}}}", 1 + 1 + 7),
        # A union counts once, at its dearest member; what both have counts once.
        ("{orders(first:3){nodes{__typename ...on Invoice{id total} ...on Quote{id}}}}", 2 + 3 * 3),
        ("{orders(first:3){nodes{...on IDed{id} ...on Invoice{id total}}}}", 2 + 3 * 2),
        # Nested connections multiply, 25 where nothing is given.
        ("{orders(first:3){nodes{...on Invoice{lineItemGroups{nodes{lineItems{nodes{id}}}}}}}}", 2 + 3 * (2 + 25 * 27)),
        ("{invoices(first:2){edges{cursor node{id}}}}", 2 + 2 * 3),
        ("query($n:Int=4){invoices(first:$n){nodes{id @skip(if:true) total}}}", 2 + 4),
        ("{a:user{id} b:user{id} b:user{id name}}", 2 + 3),
    ],
)
def test_complexity_is_counted_as_graphql_ruby_counts_it(query: str, cost: int) -> None:
    assert "errors" not in _told(_engine(max_complexity=cost), query)
    message = f"Query has complexity of {cost}, which exceeds max complexity of {cost - 1}"
    assert _told(_engine(max_complexity=cost - 1), query) == {"errors": [{"message": message}]}


def test_25000_is_the_limit_and_nested_connections_without_first_pass_it(ask: Caller) -> None:
    query = "query($n:Int){orders(first:$n){nodes{...on Invoice{lineItemGroups{nodes{lineItems{nodes{%s}}}}}}}}"
    lines = "id itemNumber price items color description position"
    each = 2 + 25 * (2 + 25 * 7)
    assert 2 + 5 * each < 25_000 < 2 + 6 * each
    assert ask(query % lines, n=5)["orders"]["nodes"]
    assert ask.errors(query % lines, n=6) == [
        f"Query has complexity of {2 + 6 * each}, which exceeds max complexity of 25000"
    ]


def test_a_public_figure_can_be_had_from_this_rule_only_if_nodes_count_once() -> None:
    """47,684 was told for `first: 3`. With `nodes` or `pageInfo` in every one of the pages it could not be."""
    query = "{orders(first:3){nodes{...on Invoice{%s}}}}"
    nested = "id " + " ".join(
        f"a{number}:lineItemGroups{{nodes{{lineItems{{nodes{{id price}}}}}}}}" for number in range(12)
    )
    cost = 2 + 3 * (1 + 12 * (2 + 25 * (2 + 25 * 2)))
    assert _told(_engine(max_complexity=cost - 1), query % nested)["errors"][0]["message"].startswith(
        f"Query has complexity of {cost},"
    )
    assert (47_684 - 2) % 3 == cost % 3 - 2 == 0


def test_depth_13_is_let_through_and_14_refused(ask: Caller) -> None:
    def nested(depth: int) -> str:
        inner = "id"
        for level in range(depth - 2):
            inner = f"{'customer' if (depth - level) % 2 else 'primaryContact'}{{{inner}}}"
        return (
            f'{{customer(id:"5000000"){{{inner}}}}}'
            if inner.startswith("primary")
            else f'{{contact(id:"7000000"){{{inner}}}}}'
        )

    assert ask(nested(13))
    assert ask.errors(nested(14)) == ["Query has depth of 14, which exceeds max depth of 13"]
    ask.control.settings(max_depth=14)
    assert ask(nested(14))


def test_both_limits_are_told_and_both_can_be_switched_off() -> None:
    query = "{orders{nodes{...on Invoice{contact{customer{companyName}}}}}}"
    told = _told(_engine(max_complexity=5, max_depth=2), query)
    assert [error["message"] for error in told["errors"]] == [
        "Query has complexity of 77, which exceeds max complexity of 5",
        "Query has depth of 5, which exceeds max depth of 2",
    ]
    assert "errors" not in _told(_engine(max_complexity=None, max_depth=None), query)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{orders{nodes{id}}}", "Cannot query field 'id' on type 'OrderUnion'."),
        ("{orders(sortOn:CREATED_AT){pageInfo{endCursor}}}", "'CREATED_AT' does not exist in 'OrderSortField'"),
        ("{nothing}", "Cannot query field 'nothing' on type 'Query'."),
        ("{orders", "Syntax Error"),
        ("mutation{statusUpdate{id}}", "The mutation operation is not supported by the schema."),
        ("query($id:ID!){order(id:$id){__typename}}", "Variable '$id' has invalid value"),
        ('{lineItem(id:"1"){id}}', "Line item not found: 1"),
        ("query A{user{id}} query B{user{id}}", "No operation named None"),
    ],
)
def test_a_wrong_query_is_answered_200_with_errors(ask: Caller, query: str, message: str) -> None:
    assert message in ask.errors(query)[0]


def test_who_is_not_there_is_null(ask: Caller) -> None:
    query = '{order(id:"1"){__typename} customer(id:"x"){id} contact(id:"5"){id} invoice(id:"20099999"){id}}'
    assert ask(query) == dict.fromkeys(("order", "customer", "contact", "invoice"))
