"""What the sandbox Conductor answers and accepts, held against the vendor's OpenAPI and the vendor's client."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import conductor
import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.conductor import schema
from sandbox.conductor.company import Company
from sandbox.conductor.contract import PREFIX, compact
from sandbox.conductor.server import ConductorThread, running_conductor

SHARED = Path(os.environ.get("ACCORDANT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CONTRACT = SHARED / "contracts" / "conductor-openapi.json"
HAS_CONTRACT = pytest.mark.skipif(
    not CONTRACT.exists(), reason=f"no contract at {CONTRACT}; set ACCORDANT_SHARED to the folder that has it"
)
ROOT = "/v1" + PREFIX.rstrip("/")
# The excerpt of the contract leaves these out; the client has them.
NOT_IN_CONTRACT = {"date-driven-terms", "item-sites"}
RESOURCES = sorted(schema.RESOURCES)
GUID = "6f1f6ae6-6d3c-4f8a-9d3e-1d9f6a4f6f01"
ADDRESS = {"line1": "1 Main St", "city": "Cluj", "postalCode": "400000"}

LOADED: dict[str, list[dict[str, Any]]] = {
    "classes": [{"name": "East"}],
    "currencies": [{"name": "Euro", "currencyCode": "EUR", "exchangeRate": 1.1}],
    "customer-types": [{"name": "Retail"}],
    "date-driven-terms": [{"name": "10th", "dueDayOfMonth": 10}],
    "unit-of-measure-sets": [
        {"name": "Count", "unitOfMeasureType": "count", "baseUnit": {"name": "Each", "abbreviation": "ea"}}
    ],
    "inventory-sites": [{"name": "Main", "address": {"line1": "Shed"}}],
    "sales-tax-items": [{"name": "TVA", "taxRate": "19"}],
    "vendors": [{"name": "Mill", "billingAddress": ADDRESS, "externalId": GUID}],
    "sales-representatives": [{"initial": "ML", "entity": {"fullName": "Mill"}}],
    "inventory-items": [
        {"name": "Widget", "salesPrice": "12.5", "purchaseCost": "4", "quantityOnHand": 50, "barcode": {"value": "1"}}
    ],
    "inventory-assembly-items": [
        {"name": "Set", "lines": [{"inventoryItem": {"fullName": "Widget"}, "quantity": 2}], "quantityOnHand": 3}
    ],
    "non-inventory-items": [
        {"name": "Bag", "salesOrPurchaseDetails": {"price": "1", "postingAccount": {"fullName": "Sales"}}}
    ],
    "service-items": [
        {
            "name": "Work",
            "salesAndPurchaseDetails": {
                "salesPrice": "10",
                "incomeAccount": {"fullName": "Sales"},
                "expenseAccount": {"fullName": "Purchases"},
            },
        }
    ],
    "discount-items": [{"name": "Ten", "discountRatePercent": "10", "account": {"fullName": "Sales Discounts"}}],
    "price-levels": [{"name": "Friends", "perItemPriceLevels": [{"item": {"fullName": "Widget"}, "customPrice": "9"}]}],
    "customers": [
        {
            "name": "Acme",
            "billingAddress": ADDRESS,
            "salesTaxItem": {"fullName": "TVA"},
            "priceLevel": {"fullName": "Friends"},
            "additionalContacts": [{"firstName": "Ana"}],
            "additionalNotes": [{"note": "good"}],
            "alternateShippingAddresses": [{"name": "Shop", "line1": "2 Side St"}],
            "customContactFields": [{"name": "Fax", "value": "1"}],
            "creditCard": {"number": "x1", "expirationMonth": 1, "expirationYear": 2030},
            "customFields": [{"ownerId": "0", "name": "CUI", "value": "RO1", "type": "string_255_type"}],
            "externalId": GUID,
        },
        {"fullName": "Acme:Job", "class": {"fullName": "East"}, "currency": {"fullName": "Euro"}},
    ],
}  # fmt: skip


@cache
def specification() -> dict[str, Any]:
    """The vendor's OpenAPI."""
    found: dict[str, Any] = json.loads(CONTRACT.read_text())
    return found


@lru_cache
def checker(path: str, method: str) -> Any:
    """A validator of the answer of one operation."""
    operation = specification()["paths"][path][method]
    answered = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return jsonschema.Draft202012Validator(answered | {"components": specification()["components"]})


class Books:
    """A server with an object of every resource, called by the vendor's client and by hand."""

    def __init__(self, server: ConductorThread) -> None:
        self.server, self.company = server, server.company
        self.ids = server.control.load(LOADED)
        self.client = conductor.Conductor(
            api_key=server.secret_key,
            base_url=server.base_url,
            max_retries=0,
            http_client=httpx.Client(trust_env=False),
            _strict_response_validation=True,
        )
        self.forms = self._forms()

    def resource(self, name: str) -> Any:
        """The client's resource."""
        return getattr(self.client.qbd, name.replace("-", "_"))

    def call(self, method: str, path: str, body: Any = None, *, template: str = "") -> Any:
        """A call that must succeed and fit the contract."""
        answer = self.company.handle(method, ROOT + path, body=body)
        assert answer.status == 200, answer.json
        if path.split("/")[1] not in NOT_IN_CONTRACT:
            checker(PREFIX.rstrip("/") + (template or path), method.lower()).validate(answer.json)
        return answer.json

    def account(self, name: str) -> str:
        """An account's id."""
        return str(self.company.handle("GET", "/accounts", [("fullNames", name)]).json["data"][0]["id"])

    def _forms(self) -> dict[str, dict[str, Any]]:
        """One transaction of each kind."""
        widget, day = self.ids["inventory-items"][0], "2026-11-20"
        customer, vendor = self.ids["customers"], self.ids["vendors"][0]
        lines = [{"itemId": widget, "quantity": 3}, {"itemId": self.ids["discount-items"][0]}, {"description": "!"}]
        order = {"customerId": customer[0], "transactionDate": day, "refNumber": "SO-1", "lines": lines}
        made = {"sales-orders": self.call("POST", "/sales-orders", order)}
        invoice = {
            "customerId": customer[0],
            "transactionDate": day,
            "linkToTransactionIds": [made["sales-orders"]["id"]],
        }
        made["invoices"] = self.call("POST", "/invoices", invoice)
        job = {"customerId": customer[1], "transactionDate": day, "exchangeRate": 1.25, "lines": lines[:1]}
        self.call("POST", "/invoices", job)
        purchase = {"vendorId": vendor, "transactionDate": day, "lines": [{"itemId": widget, "quantity": 5}]}
        made["purchase-orders"] = self.call("POST", "/purchase-orders", purchase)
        receipt = {
            "vendorId": vendor,
            "transactionDate": day,
            "linkToTransactionIds": [made["purchase-orders"]["id"]],
            "expenseLines": [{"accountId": self.account("Purchases"), "amount": "5.00"}],
        }
        made["item-receipts"] = self.call("POST", "/item-receipts", receipt)
        adjustment = {
            "accountId": self.account("Inventory Adjustment"),
            "transactionDate": day,
            "lines": [{"itemId": widget, "adjustQuantity": {"newQuantity": 7}}],
        }
        made["inventory-adjustments"] = self.call("POST", "/inventory-adjustments", adjustment)
        return made

    def bodies(self) -> dict[str, dict[str, Any]]:
        """A body for every create of a list object."""
        sales, purchases = self.account("Sales"), self.account("Purchases")
        stocked = {"incomeAccountId": sales, "cogsAccountId": purchases, "assetAccountId": purchases}
        one = {"salesOrPurchaseDetails": {"price": "1.5", "postingAccountId": sales}}
        return {
            "accounts": {"name": "Made", "accountType": "bank"},
            "currencies": {"name": "Leu", "currencyCode": "RON"},
            "customer-types": {"name": "Made"},
            "customers": {"name": "Made", "billingAddress": ADDRESS, "openingBalance": "5.00"},
            "discount-items": {"name": "Made 1", "accountId": sales, "discountRate": "5"},
            "inventory-assembly-items": {"name": "Made 2", **stocked},
            "inventory-items": {"name": "Made 3", **stocked, "quantityOnHand": 2, "totalValue": "9.00"},
            "inventory-sites": {"name": "Made"},
            "non-inventory-items": {"name": "Made 4", **one},
            "payment-methods": {"name": "Made", "paymentMethodType": "cash"},
            "price-levels": {"name": "Made", "fixedPercentage": "-10"},
            "sales-representatives": {"initial": "MD", "entityId": self.ids["vendors"][0]},
            "sales-tax-codes": {"name": "Md", "isTaxable": True},
            "sales-tax-items": {"name": "Made 5", "taxRate": "9"},
            "service-items": {"name": "Made 6", **one},
            "standard-terms": {"name": "Made", "dueDays": 5},
            "unit-of-measure-sets": {
                "name": "Made",
                "unitOfMeasureType": "weight",
                "baseUnit": {"name": "Kilogram", "abbreviation": "kg"},
                "relatedUnits": [{"name": "Ton", "abbreviation": "t", "conversionRatio": "1000"}],
            },
            "vendors": {"name": "Made too", "billingAddress": ADDRESS},
        }


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    """The server and what is in it."""
    with running_conductor() as server:
        yield Books(server)


@HAS_CONTRACT
def test_the_field_tables_are_those_of_the_contract() -> None:
    made = compact(specification())
    assert made["resources"] == schema.RESOURCES
    assert made["answers"] == schema.ANSWERS
    assert all(schema.shape(name).fields == fields for name, fields in made["objects"].items())


@HAS_CONTRACT
@pytest.mark.parametrize("resource", RESOURCES)
def test_lists_and_single_objects_fit_the_contract(books: Books, resource: str) -> None:
    found = books.call("GET", f"/{resource}")["data"]
    assert found, "there is one of each"
    for one in found:
        assert books.call("GET", f"/{resource}/{one['id']}", template=f"/{resource}/{{id}}")["id"] == one["id"]


@HAS_CONTRACT
@pytest.mark.parametrize("resource", sorted(set(RESOURCES) - set(LOADED) - {"item-sites"}))
def test_the_answers_of_deletes_and_voids_fit_the_contract(books: Books, resource: str) -> None:
    if resource not in books.forms:
        return
    copy = {"sales-orders": "customerId", "invoices": "customerId", "item-receipts": "vendorId"}
    party = books.ids["vendors" if resource == "item-receipts" else "customers"][0]
    body: dict[str, Any] = {"transactionDate": "2026-11-20"}
    body |= {copy[resource]: party} if resource in copy else {}
    body |= {"accountId": books.account("Sales")} if resource == "inventory-adjustments" else {}
    path = f"/{resource}/{books.call('POST', f'/{resource}', body)['id']}"
    if "void" in schema.RESOURCES[resource]["methods"]:
        books.call("POST", path + "/void", template=f"/{resource}/{{id}}/void")
    books.call("DELETE", path, template=f"/{resource}/{{id}}")


@HAS_CONTRACT
def test_what_is_no_resource_fits_the_contract(books: Books) -> None:
    for path in ("/company", "/health-check"):
        books.call("GET", path)
    news = {
        "deleted-list-objects": ("objectTypes", "customer"),
        "deleted-transactions": ("transactionTypes", "invoice"),
    }
    gone = books.company.load({"customers": [{"name": "Gone"}]})["customers"][0]
    books.company.person("DELETE", f"/customers/{gone}")
    invoice = {"customerId": books.ids["customers"][0], "transactionDate": "2026-11-20"}
    books.call("DELETE", f"/invoices/{books.call('POST', '/invoices', invoice)['id']}", template="/invoices/{id}")
    for path, pair in news.items():
        answer = books.company.handle("GET", f"{ROOT}/{path}", [pair])
        assert answer.json["data"]
        checker(PREFIX + path, "get").validate(answer.json)
    user = books.company.handle("GET", f"/v1/end-users/{books.server.end_user_id}").json
    checker("/end-users/{id}", "get").validate(user)


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_vendors_client_reads_everything_strictly(books: Books, resource: str) -> None:
    options: dict[str, Any] = {"conductor_end_user_id": books.server.end_user_id}
    known = schema.RESOURCES[resource]["query"]
    everything = {"status": "all"} if "status" in known and resource != "item-sites" else {}
    listed = books.resource(resource).list(**options, **everything, **({"limit": 1} if _has_pages(resource) else {}))
    found = list(listed) if _has_pages(resource) else listed.data
    assert len(found) == len(books.company.file.tables[resource])
    again = books.resource(resource).retrieve(found[0].id, **options)
    assert again.id == found[0].id


def _has_pages(resource: str) -> bool:
    return "cursor" in schema.RESOURCES[resource]["query"]


def test_the_vendors_client_creates_and_updates_every_list_object_strictly(books: Books) -> None:
    bodies = books.bodies()
    offered = {name for name in RESOURCES if "create" in schema.RESOURCES[name]["methods"]}
    assert set(bodies) == offered - set(books.forms)
    for resource, body in bodies.items():
        used = books.resource(resource)
        made = used.create(conductor_end_user_id=books.server.end_user_id, **_snake(body))
        if "update" in schema.RESOURCES[resource]["methods"]:
            changed = used.update(
                made.id,
                revision_number=made.revision_number,
                is_active=False,
                conductor_end_user_id=books.server.end_user_id,
            )
            assert (changed.is_active, changed.revision_number != made.revision_number) == (False, True)


def _snake(body: dict[str, Any]) -> dict[str, Any]:
    """Top-level names as the client takes them; it takes inner names as they are sent."""
    return {"".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key): body[key] for key in body}


def test_the_vendors_client_handles_transactions_strictly(books: Books) -> None:
    user = books.server.end_user_id
    order = books.client.qbd.sales_orders.create(
        customer_id=books.ids["customers"][0],
        transaction_date="2026-11-20",
        external_id=GUID,
        lines=[{"item_id": books.ids["inventory-items"][0], "quantity": 2, "rate": "5.00"}],
        conductor_end_user_id=user,
    )
    assert order.total_amount == "10.00"
    kept: Any = [{"id": order.lines[0].id, "quantity": 3}, {"id": "-1", "description": "Thanks"}]
    changed = books.client.qbd.sales_orders.update(
        order.id, revision_number=order.revision_number, lines=kept, conductor_end_user_id=user
    )
    assert (changed.total_amount, len(changed.lines)) == ("15.00", 2)
    with pytest.raises(conductor.InternalServerError) as stale:
        books.client.qbd.sales_orders.update(
            order.id, revision_number=order.revision_number, memo="late", conductor_end_user_id=user
        )
    told_stale: Any = stale.value.body
    assert told_stale["error"]["integrationCode"] == "3200"
    told = books.client.qbd.sales_orders.delete(order.id, conductor_end_user_id=user)
    assert told.deleted


def test_the_vendors_client_sorts_the_errors(books: Books) -> None:
    user = books.server.end_user_id
    customers = books.client.qbd.customers
    with pytest.raises(conductor.NotFoundError):
        customers.retrieve("80000001-1", conductor_end_user_id=user)
    with pytest.raises(conductor.BadRequestError, match="<=41"):
        customers.create(name="x" * 42, conductor_end_user_id=user)
    with pytest.raises(conductor.InternalServerError, match="3100"):
        customers.create(name="ACME", conductor_end_user_id=user)
    with pytest.raises(conductor.AuthenticationError):
        books.client.with_options(api_key="sk_other").qbd.customers.list(conductor_end_user_id=user)
    found = books.client.qbd.end_users if hasattr(books.client.qbd, "end_users") else books.client.end_users
    assert found.retrieve(user).integration_connections[0].integration_slug == "quickbooks_desktop"
    assert books.client.qbd.health_check(conductor_end_user_id=user).status == "ok"


@cache
def _body_validator(resource: str) -> Any:
    operation = specification()["paths"][PREFIX + resource]["post"]
    return jsonschema.Draft202012Validator(operation["requestBody"]["content"]["application/json"]["schema"])


VALUES = st.one_of(
    st.text(max_size=45),
    st.integers(-5, 5),
    st.booleans(),
    st.none(),
    st.just([]),
    st.fixed_dictionaries({"line1": st.text(max_size=45)}),
)
NAMES = st.sampled_from(
    ["name", "companyName", "isActive", "billingAddress", "phone", "additionalNotes", "colour", "note"]
)


@HAS_CONTRACT
@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_the_door_refuses_exactly_what_the_contract_refuses(body: dict[str, Any]) -> None:
    answer = Company(basics=False).handle("POST", f"{ROOT}/customers", body=body)
    assert (answer.status == 400) == (not _body_validator("customers").is_valid(body))
    assert answer.status != 500, answer.json
