"""Calls the Printavo sandbox as its user, and reads lists page by page."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.printavo.server import RunningPrintavo

BOTH = "...on Invoice{%s} ...on Quote{%s}"
PAGE = "pageInfo{hasNextPage hasPreviousPage startCursor endCursor}"
FLAT = (
    "id visualId nickname total amountPaid amountOutstanding totalQuantity createdAt customerDueAt dueAt "
    "visualPoNumber publicUrl status{id} contact{id}"
)


def orders(fields: str, arguments: str = "", name: str = "orders") -> str:
    """A query of a list of orders, with its pages."""
    asked = BOTH % (fields, fields) if name == "orders" else fields
    return (
        f"query($first:Int,$after:String){{{name}(first:$first after:$after {arguments}){{{PAGE} nodes{{{asked}}}}}}}"
    )


class Caller:
    """The user of an account."""

    def __init__(self, server: RunningPrintavo) -> None:
        self.server, self.control = server, server.control
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(server.headers)

    def post(self, query: str, headers: dict[str, str] | None = None, timeout: float = 10, **variables: Any) -> Any:
        """One call; the whole HTTP answer."""
        sent = {"query": query, "variables": variables}
        return self.session.post(self.server.api_url, json=sent, headers=headers, timeout=timeout)

    def __call__(self, query: str, **variables: Any) -> Any:
        """A query that must succeed; its data."""
        answer = self.post(query, **variables)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert "errors" not in told, told["errors"]
        return told["data"]

    def errors(self, query: str, **variables: Any) -> list[str]:
        """The messages of a query that is refused."""
        answer = self.post(query, **variables)
        assert answer.status_code == 200, answer.text
        return [error["message"] for error in answer.json()["errors"]]

    def page(self, query: str, first: int, after: str | None = None, name: str = "orders") -> Any:
        """One page of a list."""
        return self(query, first=first, after=after)[name]

    def ids(self, query: str, first: int, name: str = "orders") -> list[str]:
        """The ids of all pages, in the order in which they came."""
        found: list[str] = []
        after: str | None = None
        for _ in range(200):
            page = self.page(query, first, after, name)
            found += [node["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found
        raise AssertionError("the pages have no end")
