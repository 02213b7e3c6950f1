"""Answers the body of a call: reads it with graphql-core, holds it against the limits, plans it and runs the plan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_argument_values,
    get_operation_ast,
    get_variable_values,
    parse,
    validate,
)

from sandbox.printavo import faults
from sandbox.printavo.account import Account
from sandbox.printavo.complexity import Costs
from sandbox.printavo.fields import Reading
from sandbox.printavo.listing import Listing
from sandbox.printavo.moves import move_order
from sandbox.printavo.partial import spoil
from sandbox.printavo.person import Person
from sandbox.printavo.planner import Planner
from sandbox.printavo.schema import schema
from sandbox.printavo.selections import Selections

_KEPT_ANSWERS = 256 * 1024**2  # bytes


class Refused(Exception):
    """A query that is not run, with what is wrong with it."""

    def __init__(self, errors: Sequence[GraphQLError], status: int = 200) -> None:
        super().__init__(errors[0].message)
        self.errors, self.status = errors, status


class Answer(NamedTuple):
    """What a call gets."""

    status: int
    body: bytes


class Prepared(NamedTuple):
    """An operation that may be run."""

    document: DocumentNode
    operation: OperationDefinitionNode
    selections: Selections


class Engine:
    """Answers queries about one account."""

    def __init__(self, account: Account, person: Person) -> None:
        self.account, self.person = account, person
        self.listing = Listing(account)
        self.reading = Reading(account, self.listing)
        self._kept: dict[bytes, bytes] = {}
        self._kept_size = 0
        self._kept_for: tuple[Any, ...] = ()

    def answer(self, body: bytes, fault: str | None = None) -> Answer:
        """Answer one call; a fault of `faults.OWN` spoils it."""
        with self.account.lock:
            known = self._known(body) if fault is None else None
            if known is not None:
                return Answer(200, known)
            try:
                prepared = self._prepare(body)
                answer = self._run(prepared, fault)
            except Refused as refusal:
                return Answer(refusal.status, orjson.dumps({"errors": [one.formatted for one in refusal.errors]}))
            rendered = orjson.dumps(answer)
            if fault is None:
                self._keep(body, rendered)
            return Answer(200, rendered)

    def described(self, body: bytes) -> str:
        """What a call asks for, for the ledger and for faults: `orders(first: 25, after: "MjU")`."""
        try:
            prepared = self._prepare(body)
        except Refused:
            return ""
        return " ".join(_described(one, prepared.selections) for one in _roots(prepared))

    # -- answers that are kept until something changes

    def _known(self, body: bytes) -> bytes | None:
        now = (self.account.version, *self.account.settings.read().values())
        if now != self._kept_for:
            self._kept, self._kept_size, self._kept_for = {}, 0, now
        return self._kept.get(body)

    def _keep(self, body: bytes, rendered: bytes) -> None:
        if self._kept_size + len(rendered) < _KEPT_ANSWERS:
            self._kept[body] = rendered
            self._kept_size += len(rendered)

    # -- one call

    def _prepare(self, body: bytes) -> Prepared:
        asked = _asked(body)
        document, errors = _parsed(asked["query"])
        if document is None or errors:
            raise Refused(errors)
        operation = get_operation_ast(document, asked.get("operationName"))
        if operation is None:
            raise Refused([GraphQLError("No operation named " + repr(asked.get("operationName")))])
        variables = get_variable_values(schema(), operation.variable_definitions or (), asked.get("variables") or {})
        if isinstance(variables, list):
            raise Refused(variables)
        fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        return Prepared(document, operation, Selections(schema(), fragments, variables))

    def _run(self, prepared: Prepared, fault: str | None) -> dict[str, Any]:
        self._check_limits(prepared)
        roots = _roots(prepared)
        if any(one.name.value in ("__schema", "__type") for one in roots):
            found = execute_sync(schema(), prepared.document, operation_name=_name(prepared.operation))
            return dict(found.formatted)
        if fault in faults.MOVES:
            move_order(self.person, self.listing, fault, roots[0], prepared.selections)
        query_type = schema().query_type
        assert query_type is not None
        planner = Planner(prepared.selections, self.reading, shifted=fault == faults.DUPLICATE)
        try:
            data = planner.object(query_type, [prepared.operation.selection_set])(None)
        except GraphQLError as error:
            return {"data": None, "errors": [error.formatted]}
        return spoil(data, planner.nullable) if fault == faults.PARTIAL else {"data": data}

    def _check_limits(self, prepared: Prepared) -> None:
        settings, errors = self.account.settings, []
        costs = Costs(prepared.selections, settings.default_page_size)
        query_type, sets = schema().query_type, [prepared.operation.selection_set]
        assert query_type is not None
        most, deepest = settings.max_complexity, settings.max_depth
        if most is not None and (cost := costs.complexity(query_type, sets)) > most:
            errors.append(GraphQLError(f"Query has complexity of {cost}, which exceeds max complexity of {most}"))
        if deepest is not None and (depth := costs.depth(query_type, sets)) > deepest:
            errors.append(GraphQLError(f"Query has depth of {depth}, which exceeds max depth of {deepest}"))
        if errors:
            raise Refused(errors)


def _asked(body: bytes) -> dict[str, Any]:
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused([GraphQLError("the body is no JSON")], 400) from error
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        raise Refused([GraphQLError("No query string was present")])
    if not isinstance(asked.get("variables") or {}, dict):
        raise Refused([GraphQLError("variables are an object")], 400)
    return asked


@lru_cache(maxsize=512)
def _parsed(text: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schema(), document)


def _roots(prepared: Prepared) -> list[FieldNode]:
    query_type = schema().query_type
    assert query_type is not None
    found = prepared.selections.fields(query_type, [prepared.operation.selection_set])
    return [nodes[0] for nodes in found.values()]


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _described(root: FieldNode, selections: Selections) -> str:
    query_type = schema().query_type
    definition = query_type.fields.get(root.name.value) if query_type else None
    if definition is None:
        return root.name.value
    given = get_argument_values(definition, root, selections.variables)
    told = ", ".join(f"{name}: {orjson.dumps(value).decode()}" for name, value in given.items() if value is not None)
    return f"{root.name.value}({told})" if told else root.name.value
