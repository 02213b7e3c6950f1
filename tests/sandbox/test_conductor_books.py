"""What Conductor lets in and what it refuses at the door; and `Books`, which the other tests write with."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.conductor.company import Answer, Company
from sandbox.conductor.settings import Settings

ROOT = "/v1/quickbooks-desktop"


class Books:
    """A company file with what most tests need, and calls that must succeed or must be refused."""

    def __init__(self, **settings: Any) -> None:
        self.company = Company(settings=Settings(**settings))

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        pairs = [
            (name, one) for name, value in query.items() for one in (value if isinstance(value, list) else [value])
        ]
        return self.company.handle(method, ROOT + path, [(name, str(one)) for name, one in pairs], body)

    def done(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """A call that must succeed."""
        answer = self(method, path, body, **query)
        assert answer.status == 200, answer.json
        return answer.json

    def made(self, resource: str, **body: Any) -> dict[str, Any]:
        """POST that must succeed."""
        made: dict[str, Any] = self.done("POST", f"/{resource}", body)
        return made

    def changed(self, shown: dict[str, Any], **body: Any) -> dict[str, Any]:
        """An update with the revision number that was read."""
        resource = _resource(shown["objectType"])
        changed: dict[str, Any] = self.done(
            "POST", f"/{resource}/{shown['id']}", {"revisionNumber": shown["revisionNumber"], **body}
        )
        return changed

    def again(self, shown: dict[str, Any]) -> dict[str, Any]:
        """The object as it is now."""
        found: dict[str, Any] = self.done("GET", f"/{_resource(shown['objectType'])}/{shown['id']}")
        return found

    def listed(self, resource: str, **query: Any) -> list[dict[str, Any]]:
        """The first page of a list."""
        found: list[dict[str, Any]] = self.done("GET", f"/{resource}", **query)["data"]
        return found

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> dict[str, Any]:
        """The error of a call that must fail."""
        answer = self(method, path, body, **query)
        assert answer.status >= 400, answer.json
        error: dict[str, Any] = answer.json["error"]
        assert error["httpStatusCode"] == answer.status
        return error

    def person(self, method: str, path: str, body: Any = None) -> Any:
        """An edit at the PC that must succeed."""
        answer = self.company.person(method, path, body)
        assert answer.status == 200, answer.json
        return answer.json

    def account(self, name: str) -> str:
        """An account's id."""
        return str(self.done("GET", "/accounts", fullNames=name)["data"][0]["id"])

    def code(self, name: str) -> str:
        """A sales tax code's id."""
        return str(self.done("GET", "/sales-tax-codes", names=name)["data"][0]["id"])

    def customer(self, name: str = "Acme", **fields: Any) -> dict[str, Any]:
        """A customer."""
        return self.made("customers", name=name, **fields)

    def widget(self, name: str = "Widget", **fields: Any) -> dict[str, Any]:
        """An inventory item at 12.50."""
        accounts = {
            "incomeAccountId": self.account("Sales"),
            "cogsAccountId": self.account("Cost of Goods Sold"),
            "assetAccountId": self.account("Inventory Asset"),
        }
        return self.made("inventory-items", **{"name": name, "salesPrice": "12.50", **accounts} | fields)

    def order(self, customer: dict[str, Any], *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A sales order."""
        body: dict[str, Any] = {"customerId": customer["id"], "transactionDate": "2026-11-20"} | fields
        return self.made("sales-orders", **body, **({"lines": list(lines)} if lines else {}))


def _resource(object_type: str) -> str:
    return object_type.removeprefix("qbd_").replace("_", "-") + "s"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "x" * 42}, 'Too big: expected string to have <=41 characters at "name"'),
        ({"name": "A", "colour": "red"}, 'Unrecognized key: "colour"'),
        ({"companyName": "A"}, 'Invalid input: expected a value, received undefined at "name"'),
        ({"name": 7}, 'Invalid input: expected string, received number at "name"'),
        ({"name": "A", "isActive": "yes"}, 'Invalid input: expected boolean, received string at "isActive"'),
        ({"name": "A", "note": None}, 'Invalid input: expected string, received null at "note"'),
        ({"name": "A", "externalId": "17"}, 'Invalid string: must be UUID at "externalId"'),
        ({"name": "A", "jobStartDate": "20.11.2026"}, 'Invalid ISO date at "jobStartDate"'),
        ({"name": "A", "billingAddress": {"line1": "x" * 42}}, 'at "billingAddress.line1"'),
        ({"name": "A", "jobStatus": "lost"}, "Invalid option: expected one of"),
        ({"name": "A", "additionalNotes": []}, 'expected array to have >=1 items at "additionalNotes"'),
        ({"name": "A", "creditLimit": "1e3"}, 'must be a decimal at "creditLimit"'),
        ([], "expected object, received array"),
    ],
)
def test_a_body_that_breaks_the_contract_is_refused_with_the_reason(body: Any, message: str) -> None:
    error = Books().refused("POST", "/customers", body)
    assert (error["httpStatusCode"], error["type"]) == (400, "INVALID_REQUEST_ERROR")
    assert message in error["message"]
    assert "internal server error" in error["userFacingMessage"]


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ({"rate": "1.123456"}, "lines[0].rate"),
        ({"amount": "1.5"}, "lines[0].amount"),
        ({"amount": "12345678901234.00"}, "lines[0].amount"),
        ({"quantity": "2"}, "lines[0].quantity"),
        ({"quantity": float("nan")}, "lines[0].quantity"),
        ({"quantity": 1e300}, "lines[0].quantity"),
        ({"rate": 2.5}, "lines[0].rate"),
    ],
)
def test_numbers_have_the_type_and_the_places_of_the_contract(line: dict[str, Any], where: str) -> None:
    books = Books()
    body = {"customerId": books.customer()["id"], "transactionDate": "2026-11-20"}
    line["itemId"] = books.widget()["id"]
    assert where in books.refused("POST", "/sales-orders", body | {"lines": [line]})["message"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": 0}, "expected number to be >=1"),
        ({"limit": 151}, 'expected number to be <=150 at "limit"'),
        ({"limit": "many"}, "expected number, received string"),
        ({"externalId": "1"}, 'Unrecognized query parameter: "externalId"'),
        ({"status": "old"}, "Invalid option"),
        ({"updatedAfter": "yesterday"}, "Invalid ISO 8601"),
        ({"nameContains": "a", "nameStartsWith": "b"}, "Only one of"),
        ({"status": ["all", "active"]}, "received array"),
        ({"totalBalanceGreaterThan": "much"}, "must be a decimal"),
        ({"totalBalance": ""}, "must be a decimal"),
        ({"excludeAlternateShippingAddresses": "maybe"}, "expected boolean"),
    ],
)
def test_a_query_that_breaks_the_contract_is_refused(query: dict[str, Any], message: str) -> None:
    error = Books().refused("GET", "/customers", **query)
    assert error["httpStatusCode"] == 400
    assert message in error["message"]


def test_a_caller_shows_its_key_and_its_end_user() -> None:
    company = Company(secret_key="sk_conductor_1", end_user_id="end_usr_1")
    known = {"Authorization": "Bearer sk_conductor_1", "Conductor-End-User-Id": "end_usr_1"}

    def told(headers: dict[str, str], path: str = f"{ROOT}/customers") -> tuple[int, str]:
        answer = company.handle("GET", path, headers=headers)
        return answer.status, answer.json.get("error", {}).get("code", "")

    assert told(known) == (200, "")
    assert told({}) == (401, "API_KEY_INVALID")
    assert told(known | {"Authorization": "Bearer other"}) == (401, "API_KEY_INVALID")
    assert told({"Authorization": "Bearer sk_conductor_1"}) == (400, "INVALID_REQUEST_ERROR")
    assert told(known | {"Conductor-End-User-Id": "end_usr_2"}) == (404, "RESOURCE_MISSING")
    assert told(known, "/v1/end-users/end_usr_1") == (200, "")
    assert told(known, "/v1/end-users/end_usr_2") == (404, "RESOURCE_MISSING")
    assert told(known, "/quickbooks-desktop/customers") == (404, "RESOURCE_MISSING")
    assert told(known, f"{ROOT}/bills") == (404, "RESOURCE_MISSING")


def test_what_the_contract_does_not_offer_is_not_there() -> None:
    books = Books()
    customer = books.customer()
    assert books("DELETE", f"/customers/{customer['id']}").status == 404
    assert books("PATCH", f"/customers/{customer['id']}", {}).status == 404
    assert books("POST", f"/sales-orders/{customer['id']}/void").status == 404
    assert books("POST", "/item-sites", {}).status == 404
    assert books("POST", f"/customers/{customer['id']}/merge", {}).status == 404


def test_an_unknown_id_is_missing_when_read_and_not_found_by_quickbooks_when_written() -> None:
    books = Books()
    assert books.refused("GET", "/customers/80000001-1")["code"] == "RESOURCE_MISSING"
    error = books.refused("POST", "/customers/80000001-1", {"revisionNumber": "1"})
    assert (error["httpStatusCode"], error["integrationCode"]) == (502, "3120")
    assert books.refused("DELETE", "/sales-orders/1-1")["integrationCode"] == "3120"


def test_health_check_and_company_answer() -> None:
    books = Books(company_name="Acme Books")
    assert books.done("GET", "/health-check")["status"] == "ok"
    assert books.done("GET", "/company")["companyName"] == "Acme Books"


def test_a_setting_that_is_wrong_is_refused_with_a_sentence() -> None:
    company = Company()
    for given in ({"zone": "Mars"}, {"latin1": "yes"}, {"colour": "red"}, {"skew_seconds": "1"}):
        with pytest.raises(ValueError, match=r"zone|latin1|colour|skew_seconds"):
            company.change_settings(given)
