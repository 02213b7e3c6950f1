"""A person at the PC, and objects loaded in bulk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sandbox.conductor.company import Company
from sandbox.conductor.settings import Settings
from tests.sandbox.test_conductor_books import Books


def test_a_person_needs_no_revision_but_makes_a_new_one() -> None:
    books = Books()
    acme = books.customer("Acme")
    books.person("POST", f"/customers/{acme['id']}", {"phone": "1"})
    now = books.again(acme)
    assert now["phone"] == "1"
    body = {"revisionNumber": acme["revisionNumber"], "phone": "2"}
    assert books.refused("POST", f"/customers/{acme['id']}", body)["integrationCode"] == "3200"


def test_a_person_obeys_the_same_rules() -> None:
    books = Books()
    books.customer("Acme")
    assert books.company.person("POST", "/customers", {"name": "ACME"}).status == 502
    assert books.company.person("POST", "/customers", {"name": "x" * 42}).status == 400


def test_a_person_fills_custom_fields() -> None:
    books = Books()
    acme = books.customer("Acme")
    assert acme["customFields"] == []
    books.person("POST", f"/customers/{acme['id']}", {"customFields": [{"name": "CUI", "value": "RO1"}]})
    field = {"ownerId": "0", "name": "CUI", "type": "string_255_type", "value": "RO1"}
    assert books.again(acme)["customFields"] == [field]


def test_only_what_nobody_uses_can_be_deleted() -> None:
    books = Books()
    used, free = books.customer("Used"), books.customer("Free")
    books.order(used)
    assert books.company.person("DELETE", f"/customers/{used['id']}").json["error"]["integrationCode"] == "3160"
    books.person("DELETE", f"/customers/{free['id']}")
    assert books.refused("GET", f"/customers/{free['id']}")["code"] == "RESOURCE_MISSING"
    assert books.refused("GET", "/customers", ids=free["id"])["integrationCode"] == "500"
    books.customer("Free")


def test_a_merge_moves_everything_to_the_other() -> None:
    books = Books()
    one, two, item = books.customer("Acme"), books.customer("Acme Ltd"), books.widget()["id"]
    job = books.customer("Job", parentId=one["id"])
    order = books.order(one, {"itemId": item})
    books.made("invoices", customerId=one["id"], transactionDate="2026-11-20", lines=[{"itemId": item}])
    books.person("POST", f"/customers/{one['id']}/merge", {"into": two["id"]})
    assert books.again(order)["customer"] == {"id": two["id"], "fullName": "Acme Ltd"}
    assert books.again(job)["fullName"] == "Acme Ltd:Job"
    assert books.again(two)["balance"] == "12.50"
    assert books.listed("deleted-list-objects", objectTypes="customer")[0]["id"] == one["id"]


def test_loaded_objects_are_whole_and_may_be_partial() -> None:
    books = Books()
    ids = books.company.load(
        {
            "sales-orders": [
                {
                    "id": "7-7",
                    "customer": {"fullName": "Acme:Job"},
                    "transactionDate": "2020-01-02",
                    "updatedAt": "2020-01-02T10:00:00-05:00",
                    "refNumber": "OLD-NUMBER-LONGER-THAN-11",
                    "lines": [{"id": "8-8", "item": {"fullName": "Widget"}, "quantity": 2, "rate": "3"}],
                }
            ],
            "classes": [{"name": "East"}],
            "customers": [{"fullName": "Acme"}, {"fullName": "Acme:Job", "class": {"fullName": "East"}}],
            "inventory-items": [{"name": "Widget", "sku": "W", "quantityOnHand": 5}],
        }
    )
    order = books.done("GET", "/sales-orders/7-7")
    assert ids["sales-orders"] == ["7-7"]
    assert (order["totalAmount"], order["lines"][0]["id"]) == ("6.00", "8-8")
    assert order["customer"]["id"] == ids["customers"][1]
    assert order["updatedAt"] == "2020-01-02T10:00:00-05:00"
    assert books.listed("sales-orders", updatedAfter="2021-01-01") == []
    assert books.done("GET", f"/customers/{ids['customers'][1]}")["class"]["fullName"] == "East"
    assert books.done("GET", f"/inventory-items/{ids['inventory-items'][0]}")["quantityOnSalesOrder"] == 2


def test_a_dump_loads_into_the_same_file_again() -> None:
    books = Books()
    item = books.widget(quantityOnHand=0, salesPrice="1.115", barcode={"value": "0123"})
    mill = books.made("vendors", name="Mill", defaultExpenseAccountIds=[books.account("Purchases")])
    made = books.order(books.customer(), {"itemId": item["id"], "quantity": 3}, {"description": "Thanks"})
    other = Books()
    other.company = Company(basics=False)
    dump = books.company.dump()
    del dump["deletions"]
    for shown in dump["inventory-items"]:
        shown |= {"quantityOnSalesOrder": 0}
    other.company.load(dump)
    assert other.again(made) == made
    assert other.again(item) == books.again(item)
    assert other.again(mill) == mill


def test_what_cannot_be_loaded_says_which_object_it_is() -> None:
    company = Company()
    with pytest.raises(ValueError, match="no resource is called cats"):
        company.load({"cats": []})
    with pytest.raises(ValueError, match=r"customers B: .*already in use"):
        company.load({"customers": [{"name": "b"}, {"name": "B"}]})
    with pytest.raises(ValueError, match=r"sales-orders X: .*Nobody"):
        company.load({"sales-orders": [{"refNumber": "X", "customer": {"fullName": "Nobody"}}]})
    with pytest.raises(ValueError, match="the id is taken"):
        company.load({"customers": [{"id": "8-1", "name": "C"}, {"id": "8-1", "name": "D"}]})


def test_twenty_thousand_records_load_in_seconds() -> None:
    company = Company()
    start = time.monotonic()
    company.load({"customers": [{"name": f"C{number}", "companyName": "C", "phone": "1"} for number in range(20_000)]})
    assert time.monotonic() - start < 10
    answer = company.handle("GET", "/customers", [("nameContains", "c1999"), ("limit", "5")])
    assert [one["name"] for one in answer.json["data"]] == ["C1999", "C19990", "C19991", "C19992", "C19993"]


def test_a_dump_can_be_changed_without_changing_the_file() -> None:
    books = Books()
    acme = books.customer("Acme", billingAddress={"line1": "One"})
    acme["billingAddress"]["line1"] = "Two"
    books.company.dump()["customers"][0]["name"] = "Three"
    assert (books.again(acme)["billingAddress"]["line1"], books.again(acme)["name"]) == ("One", "Acme")


def test_a_data_file_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "company.db"
    books = Books()
    books.company = Company(data=path, settings=Settings(zone="UTC"))
    acme = books.customer("Acme")
    job, item = books.customer("Job", parentId=acme["id"]), books.widget()
    order = books.order(job, {"itemId": item["id"], "quantity": 3})
    header = {"customerId": job["id"], "transactionDate": "2026-11-20"}
    invoice = books.made("invoices", **header, linkToTransactionIds=[order["id"]])
    gone = books.order(job)
    books.done("DELETE", f"/sales-orders/{gone['id']}")
    before, key, user = books.company.dump(), books.company.secret_key, books.company.end_user_id
    books.company.close()
    books.company = Company(data=path)
    assert books.company.dump() == before
    assert (books.company.secret_key, books.company.end_user_id) == (key, user)
    assert books.company.settings.zone == "UTC"
    books.changed(books.again(acme), name="Acme Ltd")
    assert books.again(order)["customer"]["fullName"] == "Acme Ltd:Job"
    assert books.refused("POST", "/vendors", {"name": "acme ltd"})["integrationCode"] == "3100"
    books.done("DELETE", f"/invoices/{invoice['id']}")
    assert books.again(order)["lines"][0]["quantityInvoiced"] == 0
    assert books.again(item)["quantityOnSalesOrder"] == 3
    assert books.customer("New")["id"] not in str(before)
    books.company.wipe()
    books.company.close()
    books.company = Company(data=path)
    assert books.listed("customers") == []
    assert books.account("Sales")
    books.company.close()
