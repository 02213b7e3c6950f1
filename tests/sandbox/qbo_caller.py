"""Calls the QuickBooks Online sandbox as its app, and makes what most tests need."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.quickbooks_online.server import RunningQuickBooksOnline

INCOME = {"value": "1"}


class Caller:
    """An app that has logged in once."""

    def __init__(self, server: RunningQuickBooksOnline) -> None:
        self.server, self.control = server, server.control
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept"] = "application/json"
        self.log_in()

    def token(self, refresh_token: str, **form: str) -> requests.Response:
        """One call of the token endpoint."""
        sent = {"grant_type": "refresh_token", "refresh_token": refresh_token} | form
        login = (self.server.client_id, self.server.client_secret)
        return self.session.post(self.server.token_url, data=sent, auth=login, timeout=10)

    def log_in(self) -> None:
        """Get an access token."""
        told = self.token(self.server.refresh_token).json()
        self.session.headers["Authorization"] = f"Bearer {told['access_token']}"

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        if body is not None:
            options["json"] = body
        options.setdefault("timeout", 10)
        return self.session.request(method, self.server.company_url + path, **options)

    def made(self, kind: str, **values: Any) -> dict[str, Any]:
        """A write that must succeed; the object."""
        answer = self("POST", f"/{kind.lower()}", values)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()[kind]
        return found

    def fault(self, path: str, body: Any, **options: Any) -> dict[str, Any]:
        """A write that must be refused; the first error."""
        answer = self("POST", path, body, **options)
        assert answer.status_code == 400, answer.text
        fault = answer.json()["Fault"]
        assert fault["type"] == "ValidationFault"
        found: dict[str, Any] = fault["Error"][0]
        return found

    def code(self, path: str, body: Any, **options: Any) -> str:
        """The code of a write that must be refused."""
        return str(self.fault(path, body, **options)["code"])

    def query(self, text: str) -> dict[str, Any]:
        """A query that must succeed."""
        answer = self("POST", "/query", data=text.encode(), headers={"Content-Type": "application/text"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["QueryResponse"]
        return found

    def query_code(self, text: str) -> str:
        """The code of a query that must be refused."""
        answer = self("GET", "/query", params={"query": text})
        assert answer.status_code == 400, answer.text
        return str(answer.json()["Fault"]["Error"][0]["code"])

    def batch(self, *items: dict[str, Any], **query: str) -> list[dict[str, Any]]:
        """A batch that must succeed as a whole; its items' answers."""
        answer = self("POST", "/batch", {"BatchItemRequest": list(items)}, params=query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["BatchItemResponse"]
        return found

    def customer(self, name: str = "Brutăria SRL", **values: Any) -> str:
        """A customer's id."""
        return str(self.made("Customer", DisplayName=name, **values)["Id"])

    def item(self, name: str = "Pliant", **values: Any) -> str:
        """An item's id."""
        return str(self.made("Item", **{"Name": name, "IncomeAccountRef": INCOME} | values)["Id"])


def sale(item: str, quantity: Any = 2, price: Any = 10.5, amount: Any = None, **detail: Any) -> dict[str, Any]:
    """A line of an invoice."""
    return {
        "Amount": quantity * price if amount is None else amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item}, "Qty": quantity, "UnitPrice": price} | detail,
    }


def invoice(customer: str, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    """An invoice to send."""
    return {"CustomerRef": {"value": customer}, "Line": list(lines), **values}
