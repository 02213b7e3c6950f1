"""What the sandbox InvenTree answers and accepts, held against the real server's OpenAPI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import requests
import yaml

from sandbox.inventree.company import Companies
from sandbox.inventree.fields import Text
from sandbox.inventree.lines import ExtraLines, Lines
from sandbox.inventree.part import Categories, Parts
from sandbox.inventree.resource import Resource
from sandbox.inventree.sales_order import SalesOrders
from sandbox.inventree.server import InvenTreeThread, running_inventree

SHARED = Path(os.environ.get("ACCORDANT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CONTRACT = SHARED / "contracts" / "inventree-openapi.yaml"

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists(), reason=f"no contract at {CONTRACT}; set ACCORDANT_SHARED to the folder that has it"
)

# resource -> (path, schema, detail flags)
OBJECTS: dict[type[Resource], tuple[str, str, str]] = {
    Companies: ("/api/company/", "Company", ""),
    Categories: ("/api/part/category/", "Category", ""),
    Parts: ("/api/part/", "Part", "?tags=true"),
    SalesOrders: ("/api/order/so/", "SalesOrder", "?customer_detail=true"),
    Lines: (
        "/api/order/so-line/",
        "SalesOrderLineItem",
        "?order_detail=true&part_detail=true&customer_detail=true",
    ),
    ExtraLines: ("/api/order/so-extra-line/", "SalesOrderExtraLine", "?order_detail=true"),
}
CASES = [pytest.param(kind, id=kind.__name__) for kind in OBJECTS]


@lru_cache
def contract() -> dict[str, Any]:
    """The OpenAPI, with `nullable` said as JSON Schema says it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(CONTRACT.read_text(), Loader=loader)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {name: _as_json_schema(schema) for name, schema in schemas.items()}
    return document


def _as_json_schema(node: Any) -> Any:
    if isinstance(node, list):
        return [_as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    # An empty link fits both of its alternatives there, so "one of" can only mean "any of".
    plain = {
        "anyOf" if key == "oneOf" else key: _as_json_schema(value) for key, value in node.items() if key != "nullable"
    }
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


def check(answer: Any, schema: str) -> None:
    """Validate one answer; the sandbox also may not invent fields."""
    document = contract()
    validator = jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    )
    problems = [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(answer)]
    assert not problems, "\n".join(problems)
    properties = document["components"]["schemas"][schema]["properties"]
    if isinstance(answer, dict):
        assert set(answer) <= set(properties), set(answer) - set(properties)


@pytest.fixture(scope="module")
def server() -> Iterator[InvenTreeThread]:
    """A server with one object of each kind."""
    with running_inventree() as running:
        customer = {"name": "Țesătoria SRL", "is_customer": True, "currency": "RON", "tags": ["a"]}
        bodies: list[tuple[type[Resource], dict[str, Any]]] = [
            (Companies, customer | {"website": "https://a.ro", "email": "a@a.ro", "tax_id": "RO1"}),
            (Categories, {"name": "Tipar"}),
            (Parts, {"name": "Pliant", "salable": True, "category": 1, "units": "pcs", "tags": ["b"]}),
            (SalesOrders, {"customer": 1, "target_date": "2026-11-30", "tags": ["c"]}),
            (Lines, {"order": 1, "part": 1, "sale_price": "3.5", "sale_price_currency": "RON"}),
            (ExtraLines, {"order": 1, "price": "1.25", "price_currency": "RON"}),
        ]
        for kind, body in bodies:
            answer = ask(running, "POST", OBJECTS[kind][0], json=body)
            assert answer.status_code == 201, answer.text
            check(answer.json(), OBJECTS[kind][1])
        yield running


def ask(server: InvenTreeThread, method: str, path: str, **options: Any) -> requests.Response:
    """One call."""
    return requests.request(method, server.base_url + path, headers=server.headers, timeout=10, **options)


@pytest.mark.parametrize("kind", CASES)
def test_one_object_fits_its_schema(server: InvenTreeThread, kind: type[Resource]) -> None:
    path, schema, flags = OBJECTS[kind]
    check(ask(server, "GET", f"{path}1/{flags}").json(), schema)


@pytest.mark.parametrize("kind", CASES)
def test_a_page_fits_its_schema(server: InvenTreeThread, kind: type[Resource]) -> None:
    path, schema, flags = OBJECTS[kind]
    page = ask(server, "GET", path + (flags + "&" if flags else "?") + "limit=10").json()
    assert page["count"] == 1
    check(page, f"Paginated{schema}List")


@pytest.mark.parametrize("kind", CASES)
def test_accepted_fields_and_their_limits_are_the_contracts(kind: type[Resource]) -> None:
    properties = contract()["components"]["schemas"][OBJECTS[kind][1]]["properties"]
    for field in kind.fields:
        assert field.name in properties
        promised = _promised_length(properties[field.name])
        if isinstance(field, Text) and promised is not None:
            assert field.max_length == promised, field.name


@pytest.mark.parametrize("kind", CASES)
def test_every_ordering_is_the_contracts(kind: type[Resource]) -> None:
    parameters = contract()["paths"][OBJECTS[kind][0]]["get"]["parameters"]
    known = next(one["schema"]["enum"] for one in parameters if one["name"] == "ordering")
    assert set(kind.orderings) <= set(known)


@pytest.mark.parametrize("kind", CASES)
def test_methods_are_the_contracts(server: InvenTreeThread, kind: type[Resource]) -> None:
    path = OBJECTS[kind][0]
    for method in ("put", "patch", "delete"):
        allowed = method in contract()["paths"][path]
        status = ask(server, method.upper(), path, json={}).status_code
        if not allowed:
            assert status == 405, method


def test_users_and_statuses_fit_their_schemas(server: InvenTreeThread) -> None:
    check(ask(server, "GET", "/api/user/me/").json(), "MeUser")
    check(ask(server, "GET", "/api/user/me/token/").json(), "GetAuthToken")
    check(ask(server, "GET", "/api/order/so/status/").json(), "GenericStateClass")


def _promised_length(schema: dict[str, Any]) -> int | None:
    choices = [schema, *schema.get("anyOf", []), *schema.get("oneOf", [])]
    choices += [inner for choice in choices for inner in choice.get("oneOf", [])]
    return max((choice["maxLength"] for choice in choices if choice.get("maxLength")), default=None)
