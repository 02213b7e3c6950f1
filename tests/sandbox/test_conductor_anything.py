"""Whatever is sent: no bug shows as a 500, a refused call changes nothing, every answer has every key."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.conductor import schema
from sandbox.conductor.targets import targets
from tests.sandbox.test_conductor_books import Books

WRITTEN = sorted(name for name, one in schema.RESOURCES.items() if "create" in one["methods"])
READ = sorted(schema.RESOURCES)


class Known:
    """Books with something to refer to, and values of every type of the contract."""

    def __init__(self, resource: str) -> None:
        self.books, self.resource = Books(), resource
        customer, item = self.books.customer(), self.books.widget(quantityOnHand=5)
        vendor = self.books.made("vendors", name="Mill")
        self.books.made("inventory-sites", name="Main")
        self.books.made("discount-items", name="Ten", discountRatePercent="10", accountId=self.books.account("Sales"))
        order = self.books.order(customer, {"itemId": item["id"], "quantity": 2})
        header = {"vendorId": vendor["id"], "transactionDate": "2026-11-20"}
        purchase = self.books.made("purchase-orders", **header, lines=[{"itemId": item["id"]}])
        self.transactions = [order["id"], purchase["id"]]
        self.lines = [order["lines"][0]["id"], purchase["lines"][0]["id"], "-1"]
        self.some = [customer["id"], item["id"], *self.transactions, *self.lines, "80000001-9"]

    def fitting(self, name: str) -> list[str]:
        """Ids of the lists that a field refers to."""
        if name.startswith(("transaction", "linkToTransaction")):
            return self.lines if "Line" in name else self.transactions
        lists = targets(name.removesuffix("s").removesuffix("Id"), self.resource)
        return [one.id for one in self.books.company.file.all(lists)]

    def value(self, kind: Any) -> st.SearchStrategy[Any]:
        """Values of a type."""
        if isinstance(kind, list):
            return st.lists(self.value(kind[0]), min_size=1, max_size=2)
        if isinstance(kind, dict):
            required = kind.get("required", [])
            fields = {name: self.field(name, one) for name, one in kind["fields"].items()}
            return st.builds(
                lambda must, may: must | may,
                st.fixed_dictionaries({name: fields[name] for name in required}),
                st.sets(st.sampled_from(sorted(fields)), max_size=4).flatmap(
                    lambda chosen: st.fixed_dictionaries({name: fields[name] for name in sorted(chosen)})
                ),
            )
        if match := re.fullmatch(r"enum\((.*)\)", kind):
            return st.sampled_from(match[1].split(","))
        return st.sampled_from(["A", "Acme", " b ", "ș", "1", "2.5", ""]) if kind.startswith("string") else VALUES[kind]

    def field(self, name: str, kind: Any) -> st.SearchStrategy[Any]:
        """Values of a field; an id is mostly one that fits."""
        if name == "id":
            return st.sampled_from(self.lines)
        if name.endswith("Id") and name != "externalId":
            return st.sampled_from([*self.fitting(name) * 5, *self.some])
        if name.endswith("Ids"):
            return st.lists(st.sampled_from([*self.fitting(name) * 5, *self.some]), min_size=1, max_size=2)
        return self.value(kind)


VALUES = {
    "boolean": st.booleans(),
    "number": st.one_of(st.integers(-3, 9), st.sampled_from([0.5, 1.123456789, 999999999])),
    "date": st.sampled_from(["2026-11-20", "0001-01-01", "9999-12-31"]),
    "uuid": st.just("6f1f6ae6-6d3c-4f8a-9d3e-1d9f6a4f6f01"),
    "money": st.sampled_from(["", "5", "1.25", "-3.00", "9999999999999.99"]),
    "rate": st.sampled_from(["", "2", "0.00001", "-1.5", "9999999999.99999"]),
    "decimal": st.sampled_from(["", "10", "-7.5", "0"]),
}


@settings(max_examples=400)
@given(st.data())
def test_a_write_is_done_whole_or_not_at_all(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(WRITTEN))
    known = Known(resource)
    books = known.books
    path, operation = f"/{resource}", "create"
    table = list(books.company.file.tables[resource])
    if table and "update" in schema.RESOURCES[resource]["methods"] and data.draw(st.booleans()):
        path, operation = f"{path}/{table[0]}", "update"
    body = data.draw(known.value(schema.RESOURCES[resource][operation]))
    if operation == "update":
        body["revisionNumber"] = books.done("GET", path)["revisionNumber"]
    before = books.company.dump()
    answer = books("POST", path, body)
    assert answer.status in (200, 400, 502), answer.json
    if answer.status == 200:
        assert set(answer.json) == set(schema.resource_shape(resource).fields)
        assert books.done("GET", f"/{resource}/{answer.json['id']}") == answer.json
    else:
        assert books.company.dump() == before


@settings(max_examples=200)
@given(st.data())
def test_a_list_answers_or_refuses(data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(READ))
    known = Known(resource)
    parameters = schema.RESOURCES[resource]["query"]
    texts = st.sampled_from(["", "1", "150", "true", "active", "a", "2026-11-20", "2026-11-20T10:00:00Z", *known.some])
    names = data.draw(st.lists(st.sampled_from(sorted(parameters)), max_size=4))
    pairs = [(name, data.draw(texts)) for name in names]
    answer = known.books.company.handle("GET", f"/{resource}", pairs)
    assert answer.status in (200, 400, 502), answer.json
