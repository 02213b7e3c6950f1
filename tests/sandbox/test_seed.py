"""The seed is the same every time, loads once, and its promise adds up."""

from __future__ import annotations

from bson import encode

from sandbox.seed.catalogue import cui
from sandbox.seed.generate import generate
from sandbox.seed.inventree_objects import EARLIER_KEY
from sandbox.seed.load import load_inventree
from sandbox.seed.promises import product_identity
from sandbox.seed.raw_data import documents, promise
from tests.sandbox.conftest import Caller


def test_the_documents_are_the_same_every_time() -> None:
    assert [encode(one.content) for one in documents()] == [encode(one.content) for one in documents()]


def test_labels_and_ids_are_unique() -> None:
    listed = documents()
    assert len({one.label for one in listed}) == len({one.content["_id"] for one in listed}) == len(listed)


def test_the_promise_adds_up() -> None:
    told = promise()
    assert sum(told.statuses.values()) == told.documents == len(documents())
    # One invoice comes twice, and the earlier script's comes twice and has its order already.
    assert told.orders_created == told.invoices - told.invoices_failed - 3
    assert set(told.quarantine) == {label for label, status in told.document_statuses.items() if status != 1}


def test_every_kind_of_trouble_is_there() -> None:
    by_label = {one.label: one for one in documents()}
    assert "data" not in by_label["data is missing"].content
    assert by_label["done by the earlier script"].content["sync_status"] == 1
    assert isinstance(by_label["data is one invoice instead of a list"].content["data"], dict)
    assert by_label["an empty list"].sync_status == 1
    assert by_label["good, partial and failed invoices together"].sync_status == 2


def test_no_quarantined_or_failed_thing_decides_how_many_parts_there_are() -> None:
    products = {product_identity(name) for name in _names(good=True)}
    unfit = {"plic c5 gumat (vechi)", "manoperă internă"}
    assert not unfit & products


def _names(*, good: bool) -> set[str]:
    return {
        str(article["nume_produs"])
        for one in documents()
        for invoice in one.invoices
        for article in (invoice.good_articles if good else [])
    }


def test_check_digits() -> None:
    assert cui(1854729) == "18547290"
    assert cui(1234567) != "12345678"


def test_the_objects_load_once(call: Caller) -> None:
    assert load_inventree(call.server.base_url, call.server.token) == 10
    assert load_inventree(call.server.base_url, call.server.token) == 0
    order = call.found("/api/order/so/")[0]
    assert order["description"] == f"SERIE={EARLIER_KEY[0]};NUMAR={EARLIER_KEY[1]}"
    assert [line["reference"] for line in call.found("/api/order/so-line/")] == ["", ""]


def test_generated_documents_are_counted_and_repeatable() -> None:
    first, second = list(generate(25, 4, seed=3)), list(generate(25, 4, seed=3))
    assert first == second
    invoices = [invoice for document in first for invoice in document["data"]]
    assert len({invoice["numar"] for invoice in invoices}) == 25
    assert all(len(invoice["articole"]) == 4 for invoice in invoices)
