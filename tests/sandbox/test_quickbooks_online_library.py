"""A client that others wrote, python-quickbooks, works with the sandbox as with the vendor."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from intuitlib.client import AuthClient
    from quickbooks import QuickBooks
    from quickbooks.batch import batch_create, batch_delete
    from quickbooks.cdc import change_data_capture
    from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, ValidationException
    from quickbooks.objects.base import Ref
    from quickbooks.objects.customer import Customer
    from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
    from quickbooks.objects.invoice import Invoice
    from quickbooks.objects.item import Item

from sandbox.quickbooks_online.server import QuickBooksOnlineThread


@pytest.fixture
def client(qbo: QuickBooksOnlineThread, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The library, logged in by its own means."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    discovery = f"{qbo.base_url}/.well-known/openid_sandbox_configuration/"
    login = AuthClient(qbo.client_id, qbo.client_secret, "http://localhost/", discovery)
    monkeypatch.setattr(QuickBooks, "api_url_v3", f"{qbo.base_url}/v3")
    found = QuickBooks(auth_client=login, refresh_token=qbo.refresh_token, company_id=qbo.realm_id, minorversion=75)
    yield found
    found.session.close()
    login.close()


def _customer(name: str) -> Any:
    made = Customer()
    made.DisplayName = name
    return made


def _invoice(customer: Any, item: Any, number: str) -> Any:
    detail = SalesItemLineDetail()
    detail.ItemRef, detail.Qty, detail.UnitPrice = item.to_ref(), 2, 10.5
    line = SalesItemLine()
    line.Amount, line.SalesItemLineDetail = 21, detail
    made = Invoice()
    made.CustomerRef, made.DocNumber, made.Line = customer.to_ref(), number, [line]
    return made


@pytest.fixture
def shop(client: Any) -> tuple[Any, Any, Any]:
    """The library, a customer and an item."""
    income = Ref()
    income.value = "1"
    item = Item()
    item.Name, item.Type, item.IncomeAccountRef = "Pliant", "Service", income
    return client, _customer("Adam's Candy Shop").save(qb=client), item.save(qb=client)


def test_it_creates_reads_updates_voids_and_deletes(shop: tuple[Any, Any, Any]) -> None:
    client, customer, item = shop
    made = _invoice(customer, item, "L1").save(qb=client)
    made.PrivateNote = "seen"
    made = made.save(qb=client)
    found = Invoice.get(made.Id, qb=client)
    assert (found.TotalAmt, found.PrivateNote, found.SyncToken) == (21, "seen", "1")
    found.void(qb=client)
    assert Invoice.get(made.Id, qb=client).TotalAmt == 0
    Invoice.get(made.Id, qb=client).delete(qb=client)
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(made.Id, qb=client)


def test_its_faults_carry_the_vendors_codes(shop: tuple[Any, Any, Any]) -> None:
    client, customer, item = shop
    with pytest.raises(QuickbooksException) as name:
        _customer("adam's candy shop").save(qb=client)
    assert name.value.error_code == 6240
    _invoice(customer, item, "L1").save(qb=client)
    with pytest.raises(QuickbooksException) as number:
        _invoice(customer, item, "L1").save(qb=client)
    assert number.value.error_code == 6140
    customer.DisplayName = "A:B"
    with pytest.raises(ValidationException):
        customer.save(qb=client)


def test_it_queries(shop: tuple[Any, Any, Any]) -> None:
    client, customer, item = shop
    for number in range(3):
        _invoice(customer, item, f"L{number}").save(qb=client)
    [found] = Customer.filter(DisplayName="Adam's Candy Shop", qb=client)
    assert found.Id == customer.Id
    assert [one.DocNumber for one in Invoice.choose(["L2", "L0"], field="DocNumber", qb=client)] == ["L0", "L2"]
    assert Invoice.count("TotalAmt = '21'", qb=client) == 3
    assert len(Invoice.where("CustomerRef = '1'", max_results=2, qb=client)) == 2
    assert len(Item.all(qb=client)) == 1


def test_it_batches(shop: tuple[Any, Any, Any]) -> None:
    client, customer, item = shop
    results = batch_create([_invoice(customer, item, f"B{number % 33}") for number in range(35)], qb=client)
    assert (len(results.successes), len(results.faults)) == (33, 2)
    assert {fault.Error[0].code for fault in results.faults} == {"6140"}
    assert len(batch_delete(results.successes, qb=client).successes) == 33


def test_it_captures_changes(shop: tuple[Any, Any, Any]) -> None:
    client, customer, item = shop
    _invoice(customer, item, "C1").save(qb=client)
    since = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    found = change_data_capture([Invoice, Customer], since, qb=client)
    assert [one.DocNumber for one in found.Invoice._object_list] == ["C1"]
    assert [one.Id for one in found.Customer._object_list] == [customer.Id]


def test_a_request_id_saves_it_from_a_double(shop: tuple[Any, Any, Any]) -> None:
    client, customer, item = shop
    first = _invoice(customer, item, "R1").save(qb=client, request_id="r1")
    assert _invoice(customer, item, "R1").save(qb=client, request_id="r1").Id == first.Id
    assert Invoice.count(qb=client) == 1
