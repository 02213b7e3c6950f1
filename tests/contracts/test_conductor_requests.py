"""What the Conductor hook sends, held against the vendor's own OpenAPI."""

from __future__ import annotations

import inspect
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema  # type: ignore[import-untyped]
import pytest
from airflow.sdk import Connection
from conductor import Conductor

from accordant.hooks.calls import ApiCall
from accordant.hooks.conductor import ConductorHook
from accordant.hooks.conductor_company import fingerprint_of
from accordant.hooks.conductor_lists import ROOT
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply

SHARED = Path(os.environ.get("ACCORDANT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CONTRACT = SHARED / "contracts" / "conductor-openapi.json"

pytestmark = pytest.mark.skipif(
    not CONTRACT.exists(), reason=f"no contract at {CONTRACT}; set ACCORDANT_SHARED to the folder that has it"
)

NOW = datetime(2026, 11, 21, 7, 8, 9, tzinfo=UTC)
ADDRESS = {"line1": "1 Long Road", "city": "Cluj", "postalCode": "400001"}
BODIES: dict[str, dict[str, Any]] = {
    "customers": {"name": "A", "billingAddress": ADDRESS, "externalId": "0d4b3bb6-1c1c-5b9c-8d7e-0a2d5b2f9a11"},
    "sales-orders": {
        "customerId": "80000001-1", "transactionDate": "2026-11-21", "refNumber": "SO-1",
        "lines": [{"itemId": "80000002-1", "quantity": 2.5, "rate": "1.10"}],
    },
    "invoices": {"customerId": "80000001-1", "transactionDate": "2026-11-21", "linkToTransactionIds": ["1-2"]},
    "inventory-adjustments": {
        "accountId": "80000003-1", "transactionDate": "2026-11-21",
        "lines": [{"itemId": "80000002-1", "adjustQuantity": {"quantityDifference": -2}}],
    },
}  # fmt: skip


@lru_cache
def contract() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return document


def lists() -> list[str]:
    """Resources that have a list in the contract and in conductor-py."""
    if not CONTRACT.exists():
        return []
    single = {"company", "preferences", "health-check"}
    names = [path.removeprefix(f"{ROOT}/") for path in contract()["paths"] if path.startswith(f"{ROOT}/")]
    return [name for name in names if "/" not in name and name not in single]


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()
    server.script(lambda asked: Reply(200, {"id": "1-2", "data": [], "objectType": "list", "url": "/v1/x"}))
    yield server
    server.close()


@pytest.fixture
def calls() -> list[ApiCall]:
    return []


@pytest.fixture
def hook(server: MisbehavingServer, calls: list[ApiCall], monkeypatch: pytest.MonkeyPatch) -> ConductorHook:
    monkeypatch.setenv("no_proxy", "*")
    given = Connection(
        conn_id="c", conn_type="conductor", host=server.url, password="sk_conductor_1",
        extra=json.dumps({"end_user_id": "end_usr_1"}),
    )  # fmt: skip
    return ConductorHook(connection=given, on_call=calls.append)


def operation_of(method: str, path: str) -> dict[str, Any]:
    for template, operations in contract()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations:
            found: dict[str, Any] = operations[method.lower()]
            return found
    raise AssertionError(f"the contract has no {method} {path}")


def check(asked: Asked, call: ApiCall) -> None:
    """Validate one request; the query is taken from the call log, which keeps repeated parameters."""
    operation = operation_of(asked.method, asked.path)
    query = parse_qs(urlsplit(call.path).query, keep_blank_values=True)
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    assert set(query) <= set(known)
    assert {name for name, one in known.items() if one.get("required")} <= set(query)
    for name, values in query.items():
        check_value(as_typed(values, known[name]["schema"]), known[name]["schema"])
    for one in operation.get("parameters", []):
        if one["in"] == "header" and one.get("required"):
            assert asked.headers[one["name"].lower()]
    check_body(asked, operation)


def check_body(asked: Asked, operation: dict[str, Any]) -> None:
    if "requestBody" not in operation:
        assert asked.body == b""
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert asked.headers["content-type"] == "application/json"
    check_value(asked.json, schema)


def check_value(value: Any, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator({**schema, "components": contract()["components"]}).validate(value)


def as_typed(values: list[str], schema: dict[str, Any]) -> Any:
    if schema.get("type") == "array":
        return values
    (text,) = values
    if schema.get("type") in ("integer", "boolean", "number"):
        return json.loads(text)
    return unquote(text)


def sample(name: str, schema: dict[str, Any]) -> Any:
    """Return a value of ours for a filter."""
    if name.endswith(("_after", "_before")):
        return NOW
    if schema.get("type") == "array":
        return [schema["items"]["enum"][0], schema["items"]["enum"][1]] if "enum" in schema["items"] else ["1-1", "2-2"]
    if schema.get("format") == "date":
        return date(2026, 11, 21)
    return schema.get("enum", [schema.get("example", "x")])[0]


@pytest.mark.parametrize("resource", lists())
def test_every_filter_of_a_list_is_sent_as_the_contract_names_it(
    server: MisbehavingServer, hook: ConductorHook, calls: list[ApiCall], resource: str
) -> None:
    known = {
        re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", one["name"]): one["schema"]
        for one in contract()["paths"][f"{ROOT}/{resource}"]["get"].get("parameters", [])
        if one["in"] == "query" and one["name"] != "cursor"
    }
    list(hook.rows(resource, **{name: sample(name, schema) for name, schema in known.items()}))
    check(server.asked[0], calls[0])
    assert len(parse_qs(urlsplit(calls[0].path).query)) == len(known)


@pytest.mark.parametrize("resource", lists())
def test_a_list_without_a_filter_is_valid_where_none_is_required(
    server: MisbehavingServer, hook: ConductorHook, calls: list[ApiCall], resource: str
) -> None:
    required = {"deleted-list-objects": "object_types", "deleted-transactions": "transaction_types"}
    values = {"deleted-list-objects": "customer", "deleted-transactions": "invoice"}
    filters = {required[resource]: [values[resource]]} if resource in required else {}
    list(hook.rows(resource, **filters))
    check(server.asked[0], calls[0])


def test_the_page_behind_a_cursor_is_asked_for_as_the_contract_says(
    server: MisbehavingServer, hook: ConductorHook, calls: list[ApiCall]
) -> None:
    page = {"data": [{"id": "1"}], "nextCursor": "12345678-abcd", "remainingCount": 1, "hasMore": True}
    server.script(Reply(200, page), Reply(200, {**page, "nextCursor": None, "remainingCount": 0, "hasMore": False}))
    assert len(list(hook.rows("invoices", customer_ids=["1-1", "2-2"], updated_after=NOW))) == 2
    for asked, call in zip(server.asked, calls, strict=True):
        check(asked, call)
    assert server.asked[1].query["cursor"] == "12345678-abcd"


ASKS: dict[str, Callable[[ConductorHook], Any]] = {
    "health check": lambda hook: hook.test_connection(),
    "company": lambda hook: hook.company(),
    "find": lambda hook: hook.find("sales-orders", "1-2"),
    **{f"create {name}": lambda hook, name=name: hook.create(name, BODIES[name]) for name in BODIES},
    "update": lambda hook: hook.update("customers", "1-2", {"revisionNumber": "3", "billingAddress": ADDRESS}),
    "update lines": lambda hook: hook.update(
        "sales-orders", "1-2", {"revisionNumber": "3", "lines": [{"id": "-1", "itemId": "8-1", "quantity": 1}]}
    ),
    "delete": lambda hook: hook.delete("sales-orders", "1-2"),
    "void invoice": lambda hook: hook.void("invoices", "1-2"),
    "void receipt": lambda hook: hook.void("item-receipts", "1-2"),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=list(ASKS))
def test_a_request_keeps_the_contract(
    server: MisbehavingServer, hook: ConductorHook, calls: list[ApiCall], ask: Callable[[ConductorHook], Any]
) -> None:
    ask(hook)
    assert server.asked
    for asked, call in zip(server.asked, calls, strict=True):
        check(asked, call)


def test_the_time_is_asked_for_by_a_request_of_the_contract(
    server: MisbehavingServer, hook: ConductorHook, calls: list[ApiCall]
) -> None:
    server.script(Reply(200, {"id": "end_usr_1"}, headers={"Date": "Sat, 21 Nov 2026 07:08:09 GMT"}))
    hook.server_time()
    check(server.asked[0], calls[0])


def test_a_body_that_breaks_the_contract_would_be_seen(
    server: MisbehavingServer, hook: ConductorHook, calls: list[ApiCall]
) -> None:
    hook.create("customers", {"name": "A", "colour": "red"})
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        check(server.asked[0], calls[0])


def test_the_fingerprint_is_made_of_fields_that_the_company_resource_has() -> None:
    schema = contract()["components"]["schemas"]["qbd_company"]["properties"]
    company = {name: {"line1": name} if "ddress" in name else name for name in schema}
    changed = [name for name in schema if fingerprint_of({**company, name: "other"}) != fingerprint_of(company)]
    assert changed == [
        "isSampleCompanyFile", "companyName", "legalCompanyName", "address", "legalAddress", "companyType", "ein",
    ]  # fmt: skip


@pytest.mark.parametrize("resource", lists())
def test_the_vendors_client_has_the_filters_of_its_contract(resource: str) -> None:
    client = Conductor(api_key="x", base_url="http://127.0.0.1:1")
    ours = set(inspect.signature(getattr(client.qbd, resource.replace("-", "_")).list).parameters)
    parameters = contract()["paths"][f"{ROOT}/{resource}"]["get"].get("parameters", [])
    theirs = {one["name"] for one in parameters if one["in"] == "query"}
    assert {re.sub(r"_([a-z])", lambda found: found[1].upper(), name) for name in ours} >= theirs
