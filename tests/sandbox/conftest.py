"""One InvenTree and one QuickBooks Online for all tests here, emptied before each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.inventree.server import InvenTreeThread, running_inventree
from sandbox.quickbooks_online.server import QuickBooksOnlineThread
from tests.sandbox.qbo_caller import Caller as QboCaller


class Caller:
    """Calls the sandbox as its first user, and makes what most tests need."""

    def __init__(self, server: InvenTreeThread) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(server.headers)

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        if body is not None:
            options["json"] = body
        options.setdefault("timeout", 10)
        return self.session.request(method, self.server.base_url + path, **options)

    def made(self, path: str, **body: Any) -> dict[str, Any]:
        """POST that must succeed."""
        answer = self("POST", path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def found(self, path: str, **query: Any) -> Any:
        """GET that must succeed."""
        answer = self("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def company(self, name: str = "Brutăria SRL", **fields: Any) -> int:
        """A customer's id."""
        return int(self.made("/api/company/", **{"name": name, "is_customer": True} | fields)["pk"])

    def part(self, name: str = "Pliant", **fields: Any) -> int:
        """A salable part's id."""
        return int(self.made("/api/part/", **{"name": name, "salable": True} | fields)["pk"])

    def order(self, **fields: Any) -> dict[str, Any]:
        """An order of a new customer, unless one is given."""
        if "customer" not in fields:
            fields["customer"] = self.company(f"Client {id(fields)}", email=f"a{id(fields)}@b.ro")
        return self.made("/api/order/so/", **fields)


@pytest.fixture(scope="session")
def inventree() -> Iterator[InvenTreeThread]:
    """The server."""
    with running_inventree() as server:
        yield server


@pytest.fixture
def call(inventree: InvenTreeThread) -> Iterator[Caller]:
    """A caller of an empty server."""
    inventree.control.reset()
    yield Caller(inventree)
    inventree.control.disarm()


@pytest.fixture
def qbo_call(qbo: QuickBooksOnlineThread) -> Iterator[QboCaller]:
    """A caller of an empty QuickBooks Online."""
    yield QboCaller(qbo)
    qbo.control.disarm()
