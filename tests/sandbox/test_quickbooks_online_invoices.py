"""Invoices: references, amounts, numbers, totals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.qbo_caller import Caller, invoice, sale


@pytest.fixture
def shop(qbo_call: Caller) -> tuple[Caller, str, str]:
    """A caller, a customer and an item."""
    return qbo_call, qbo_call.customer(), qbo_call.item()


Shop = tuple[Caller, str, str]


def test_an_invoice_adds_up(shop: Shop) -> None:
    call, customer, item = shop
    lines = (sale(item, 3, 10.1), sale(item, 2, -5, TaxCodeRef={"value": "TAX"}))
    made = call.made("Invoice", **invoice(customer, *lines, DocNumber="O1"))
    assert (made["TotalAmt"], made["Balance"]) == (20.3, 20.3)
    assert [line["Amount"] for line in made["Line"]] == [30.3, -10, 20.3]
    assert made["Line"][-1]["DetailType"] == "SubTotalLineDetail"
    assert made["CustomerRef"] == {"value": customer, "name": "Brutăria SRL"}
    assert call("GET", f"/customer/{customer}").json()["Customer"]["Balance"] == 20.3
    assert call("GET", f"/invoice/{made['Id']}").json()["Invoice"] == made


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"CustomerRef": None}, "2020"),
        ({"CustomerRef": {"name": "Brutăria SRL"}}, "2020"),
        ({"CustomerRef": {"value": "583"}}, "2500"),
        ({"Line": []}, "2020"),
        ({"Line": [sale("583")]}, "2500"),
        ({"Line": [sale("1", 2, 10, 21)]}, "6070"),
        ({"Line": [sale("1", TaxCodeRef={"value": "9"})]}, "2500"),
        ({"Line": [sale("1") | {"Description": "d" * 4001}]}, "2050"),
        ({"Line": [sale("1") | {"Colour": "red"}]}, "2010"),
        ({"Line": [sale("1", 1, -5)]}, "6000"),
        ({"DocNumber": "1" * 22}, "2050"),
        ({"PrivateNote": "n" * 4001}, "2050"),
        ({"CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"TxnDate": "21/11/2026"}, "2070"),
        ({"Memo": "x"}, "2010"),
    ],
)
def test_an_invoice_is_checked(shop: Shop, values: dict[str, Any], code: str) -> None:
    call, customer, item = shop
    assert call.code("/invoice", invoice(customer, sale(item)) | values) == code
    assert call.query("SELECT COUNT(*) FROM Invoice")["totalCount"] == 0
    assert call.control.objects("Customer")[0]["Balance"] == 0


def test_what_is_inactive_or_a_category_cannot_be_sold(shop: Shop) -> None:
    call, customer, item = shop
    category = call.made("Item", Name="Print", Type="Category")["Id"]
    assert call.code("/invoice", invoice(customer, sale(category))) == "2500"
    made = call.made("Invoice", **invoice(customer, sale(item)))
    call.control.edit("Item", item, Active=False)
    assert call.code("/invoice", invoice(customer, sale(item))) == "610"
    assert call.made("Invoice", Id=made["Id"], SyncToken="0", sparse=True, PrivateNote="still")["SyncToken"] == "1"
    call.control.edit("Customer", customer, Active=False)
    assert call.code("/invoice", invoice(customer, sale(item))) == "610"


def test_a_number_is_taken_once(shop: Shop) -> None:
    call, customer, item = shop
    first = call.made("Invoice", **invoice(customer, sale(item), DocNumber="O0010714"))
    error = call.fault("/invoice", invoice(customer, sale(item), DocNumber="O0010714"))
    assert error["code"] == "6140"
    assert error["Detail"] == (
        "Duplicate Document Number Error : You must specify a different number. This number has already been used. "
        f"DocNumber=O0010714 is assigned to TxnType=Invoice with TxnId={first['Id']}"
    )
    call("POST", "/invoice", {"Id": first["Id"], "SyncToken": "0"}, params={"operation": "delete"})
    assert call.made("Invoice", **invoice(customer, sale(item), DocNumber="O0010714"))["Id"] != first["Id"]


def test_custom_numbers_may_be_empty_and_automatic_ones_go_on(shop: Shop) -> None:
    call, customer, item = shop
    assert "DocNumber" not in call.made("Invoice", **invoice(customer, sale(item)))
    assert call.made("Invoice", **invoice(customer, sale(item), DocNumber="AUTO_GENERATE"))["DocNumber"] == "1001"
    call.made("Invoice", **invoice(customer, sale(item), DocNumber="ACC-0099"))
    call.control.settings(custom_txn_numbers=False)
    assert call("GET", "/preferences").json()["Preferences"]["SalesFormsPrefs"]["CustomTxnNumbers"] is False
    assert call.made("Invoice", **invoice(customer, sale(item)))["DocNumber"] == "ACC-0100"
    # The trap of sending a number although numbering is automatic.
    assert call.made("Invoice", **invoice(customer, sale(item), DocNumber="ACC-0099"))["DocNumber"] == "ACC-0099"
    call.control.settings(given_number_when_automatic="ignore")
    assert call.made("Invoice", **invoice(customer, sale(item), DocNumber="ACC-0099"))["DocNumber"] != "ACC-0099"


def test_an_invoice_moves_its_customers_time_but_not_its_token(shop: Shop) -> None:
    call, customer, item = shop
    before = call("GET", f"/customer/{customer}").json()["Customer"]
    call.control.advance(60)
    call.made("Invoice", **invoice(customer, sale(item)))
    after = call("GET", f"/customer/{customer}").json()["Customer"]
    assert after["SyncToken"] == before["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]
    assert after["MetaData"]["CreateTime"] == before["MetaData"]["CreateTime"]


def test_void_empties_an_invoice_and_keeps_its_number(shop: Shop) -> None:
    call, customer, item = shop
    made = call.made("Invoice", **invoice(customer, sale(item), DocNumber="V1"))
    voided = call("POST", "/invoice", {"Id": made["Id"], "SyncToken": "0"}, params={"operation": "void"}).json()[
        "Invoice"
    ]
    assert (voided["TotalAmt"], voided["Balance"], voided["DocNumber"]) == (0, 0, "V1")
    assert call.code("/invoice", invoice(customer, sale(item), DocNumber="V1")) == "6140"
    assert call.control.objects("Customer")[0]["Balance"] == 0


def test_a_payment_lowers_the_balance(shop: Shop) -> None:
    call, customer, item = shop
    made = call.made("Invoice", **invoice(customer, sale(item, 1, 100)))
    call.control.pay(made["Id"])
    paid = call("GET", f"/invoice/{made['Id']}").json()["Invoice"]
    assert (paid["TotalAmt"], paid["Balance"], paid["SyncToken"]) == (100, 0, "1")


def test_tax_is_computed_on_the_sum(shop: Shop) -> None:
    call, customer, item = shop
    call.control.settings(automated_sales_tax=True, tax_percent=8.875)
    lines = (sale(item, 1, 0.05), sale(item, 1, 0.05), sale(item, 1, 10, TaxCodeRef={"value": "NON"}))
    made = call.made("Invoice", **invoice(customer, *lines))
    assert made["TxnTaxDetail"]["TotalTax"] == 0.01
    assert made["TotalAmt"] == 10.11


def test_multicurrency_takes_the_customers_currency(shop: Shop) -> None:
    call, _, item = shop
    call.control.settings(multicurrency=True)
    euro = call.customer("Euro GmbH", CurrencyRef={"value": "EUR"})
    made = call.made("Invoice", **invoice(euro, sale(item)))
    assert made["CurrencyRef"]["value"] == "EUR"
    assert call.code("/invoice", invoice(euro, sale(item), CurrencyRef={"value": "USD"})) == "6000"
