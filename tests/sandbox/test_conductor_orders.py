"""Orders and invoices: amounts exact to the cent, lines replaced as a whole, links, voids and deletions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.test_conductor_books import Books


@pytest.mark.parametrize(
    ("given", "quantity", "rate", "amount"),
    [
        ({}, 1, "12.50", "12.50"),
        ({"quantity": 3}, 3, "12.50", "37.50"),
        ({"quantity": 3, "rate": "1.115"}, 3, "1.115", "3.35"),
        ({"quantity": 3, "amount": "10.00"}, 3, "3.33333", "10.00"),
        ({"quantity": 4, "rate": "9", "amount": "10"}, 4, "2.50", "10.00"),
        ({"quantity": -2, "rate": "0.005"}, -2, "0.005", "-0.01"),
        ({"quantity": 0}, 0, "12.50", "0.00"),
        ({"quantity": 0.5}, 0.5, "12.50", "6.25"),
    ],
)
def test_quantity_rate_and_amount_make_each_other(
    given: dict[str, Any], quantity: float, rate: str, amount: str
) -> None:
    books = Books()
    order = books.order(books.customer(), {"itemId": books.widget()["id"], **given})
    (line,) = order["lines"]
    assert (line["quantity"], line["rate"], line["amount"]) == (quantity, rate, amount)
    assert order["subtotal"] == order["totalAmount"] == amount


@given(st.lists(st.tuples(st.integers(-999, 999), st.decimals("-999", "999", places=5)), min_size=1, max_size=6))
def test_a_total_is_the_sum_of_the_rounded_lines(lines: list[tuple[int, Decimal]]) -> None:
    books = Books()
    item = books.widget()["id"]
    order = books.order(
        books.customer(), *({"itemId": item, "quantity": quantity, "rate": f"{rate:f}"} for quantity, rate in lines)
    )
    assert Decimal(order["totalAmount"]) == sum(Decimal(line["amount"]) for line in order["lines"])
    for (quantity, rate), line in zip(lines, order["lines"], strict=True):
        assert abs(Decimal(line["amount"]) - quantity * rate) <= Decimal("0.005")


def test_only_taxable_lines_are_taxed_with_the_customers_tax_even_for_a_job() -> None:
    books = Books()
    tax = books.made("sales-tax-items", name="TVA", taxRate="19")
    acme = books.customer("Acme", salesTaxItemId=tax["id"])
    job = books.customer("Job", parentId=acme["id"])
    item = books.widget()["id"]
    taxed = {"itemId": item, "quantity": 1, "rate": "10.05", "salesTaxCodeId": books.code("Tax")}
    order = books.order(job, taxed, {"itemId": item, "quantity": 1, "rate": "5"})
    assert (order["subtotal"], order["salesTaxPercentage"], order["salesTaxTotal"]) == ("15.05", "19.00", "1.91")
    assert order["totalAmount"] == "16.96"
    assert order["lines"][1]["salesTaxCode"]["fullName"] == "Non"


def test_a_discount_takes_a_percentage_of_the_line_above_and_has_no_quantity() -> None:
    books = Books()
    sales = books.account("Sales Discounts")
    percent = books.made("discount-items", name="Ten", discountRatePercent="10", accountId=sales)
    fixed = books.made("discount-items", name="Five", discountRate="5", accountId=sales)
    customer, item = books.customer(), books.widget()["id"]
    lines = [{"itemId": item, "quantity": 3}, {"itemId": percent["id"]}, {"itemId": fixed["id"]}]
    order = books.order(customer, *lines)
    assert [line["amount"] for line in order["lines"]] == ["37.50", "-3.75", "-5.00"]
    assert order["totalAmount"] == "28.75"
    body = {"customerId": customer["id"], "transactionDate": "2026-11-20"}
    with_quantity = body | {"lines": [{"itemId": fixed["id"], "quantity": 1}]}
    assert books.refused("POST", "/sales-orders", with_quantity)["integrationCode"] == "3210"


def test_lines_are_replaced_as_a_whole() -> None:
    books = Books()
    item = books.widget()["id"]
    order = books.order(books.customer(), {"itemId": item, "quantity": 1}, {"itemId": item, "quantity": 2})
    first, second = (line["id"] for line in order["lines"])
    order = books.changed(order, lines=[{"id": second, "quantity": 5}, {"id": "-1", "itemId": item}])
    assert [line["quantity"] for line in order["lines"]] == [5, 1]
    assert order["lines"][0]["id"] == second
    assert first not in [line["id"] for line in order["lines"]]
    assert order["totalAmount"] == "75.00"
    order = books.changed(order, memo="lines stay")
    assert len(order["lines"]) == 2
    for lines in ([], [{"id": first}], [{"id": second}, {"id": second}]):
        body = {"revisionNumber": order["revisionNumber"], "lines": lines}
        assert books("POST", f"/sales-orders/{order['id']}", body).status in (400, 502)
    assert books.again(order) == order


def test_a_text_line_has_no_money() -> None:
    books = Books()
    customer = books.customer()
    order = books.order(customer, {"description": "Thank you"})
    assert (order["lines"][0]["item"], order["lines"][0]["amount"]) == (None, None)
    body = {"customerId": customer["id"], "transactionDate": "2026-11-20", "lines": [{"amount": "5.00"}]}
    assert books.refused("POST", "/sales-orders", body)["integrationCode"] == "3210"


def test_references_to_nothing_and_to_what_is_inactive_are_refused() -> None:
    books = Books()
    customer, item = books.customer(), books.widget()
    body = {"customerId": customer["id"], "transactionDate": "2026-11-20"}
    line = {"itemId": item["id"]}
    assert books.refused("POST", "/sales-orders", body | {"customerId": "8-1"})["integrationCode"] == "3140"
    assert books.refused("POST", "/sales-orders", body | {"lines": [{"itemId": "8-1"}]})["integrationCode"] == "3140"
    assert books.refused("POST", "/sales-orders", body | {"termsId": customer["id"]})["integrationCode"] == "3140"
    order = books.order(customer, line)
    books.changed(item, isActive=False)
    assert books.refused("POST", "/sales-orders", body | {"lines": [line]})["integrationCode"] == "3210"
    assert books.changed(order, lines=[{"id": order["lines"][0]["id"], "quantity": 2}])["totalAmount"] == "25.00"
    books.changed(customer, isActive=False)
    assert books.refused("POST", "/sales-orders", body)["integrationCode"] == "3210"


def test_an_invoice_made_of_an_order_fills_it_and_a_void_gives_it_back() -> None:
    books = Books()
    customer, item = books.customer(), books.widget()
    order = books.order(customer, {"itemId": item["id"], "quantity": 4, "rate": "2.00"}, refNumber="SO-1")
    header = {"customerId": customer["id"], "transactionDate": "2026-11-21"}
    link = {"linkToTransactionLine": {"transactionId": order["id"], "transactionLineId": order["lines"][0]["id"]}}
    part = books.made("invoices", **header, lines=[link | {"quantity": 1}])
    assert (part["balanceRemaining"], part["subtotal"], part["isPaid"]) == ("2.00", "2.00", False)
    half = books.again(order)
    assert (half["lines"][0]["quantityInvoiced"], half["isFullyInvoiced"]) == (1, False)
    assert half["revisionNumber"] != order["revisionNumber"]
    rest = books.made("invoices", **header, linkToTransactionIds=[order["id"]])
    assert rest["lines"][0]["quantity"] == 3
    assert rest["linkedTransactions"][0]["refNumber"] == "SO-1"
    full = books.again(order)
    assert full["isFullyInvoiced"]
    assert {one["id"] for one in full["linkedTransactions"]} == {part["id"], rest["id"]}
    assert books.again(customer)["balance"] == "8.00"
    error = books.refused("POST", "/invoices", header | {"linkToTransactionIds": [order["id"]]})
    assert error["integrationCode"] == "570"
    assert books.refused("DELETE", f"/sales-orders/{order['id']}")["integrationCode"] == "3160"
    told = books.done("POST", f"/invoices/{rest['id']}/void")
    assert told["voided"] is True
    voided = books.again(rest)
    assert (voided["balanceRemaining"], voided["lines"][0]["quantity"], voided["memo"]) == ("0.00", 0, "VOID:")
    assert books.again(order)["lines"][0]["quantityInvoiced"] == 1
    assert books.again(customer)["balance"] == "2.00"


def test_an_invoice_line_is_linked_in_one_way_and_to_the_own_customer() -> None:
    books = Books()
    customer, other, item = books.customer(), books.customer("Other"), books.widget()
    order = books.order(customer, {"itemId": item["id"]})
    link = {"linkToTransactionLine": {"transactionId": order["id"], "transactionLineId": order["lines"][0]["id"]}}
    header = {"customerId": customer["id"], "transactionDate": "2026-11-21"}
    assert (
        "itemId" in books.refused("POST", "/invoices", header | {"lines": [link | {"itemId": item["id"]}]})["message"]
    )
    both = header | {"lines": [link], "linkToTransactionIds": [order["id"]]}
    assert "both" in books.refused("POST", "/invoices", both)["message"]
    wrong = header | {"customerId": other["id"], "linkToTransactionIds": [order["id"]]}
    assert books.refused("POST", "/invoices", wrong)["integrationCode"] == "570"
    books.changed(order, isManuallyClosed=True)
    closed = header | {"linkToTransactionIds": [order["id"]]}
    assert books.refused("POST", "/invoices", closed)["integrationCode"] == "570"


def test_a_deleted_transaction_is_told_and_undone() -> None:
    books = Books()
    customer, item = books.customer(), books.widget()
    order = books.order(customer, {"itemId": item["id"], "quantity": 2}, refNumber="SO-9")
    assert books.again(item)["quantityOnSalesOrder"] == 2
    told = books.done("DELETE", f"/sales-orders/{order['id']}")
    assert told == {"id": order["id"], "objectType": "qbd_sales_order", "refNumber": "SO-9", "deleted": True}
    assert books.again(item)["quantityOnSalesOrder"] == 0
    (news,) = books.listed("deleted-transactions", transactionTypes=["sales_order", "invoice"])
    assert (news["id"], news["refNumber"], news["transactionType"]) == (order["id"], "SO-9", "sales_order")
    assert books.listed("deleted-transactions", transactionTypes="invoice") == []
    assert "transactionTypes" in books.refused("GET", "/deleted-transactions")["message"]
    assert books.refused("GET", f"/sales-orders/{order['id']}")["code"] == "RESOURCE_MISSING"


def test_reference_numbers_may_repeat_and_stay_blank_unless_set_otherwise() -> None:
    books = Books()
    customer = books.customer()
    for _ in range(2):
        books.order(customer, refNumber="A-1")
    assert len(books.listed("sales-orders", refNumbers="A-1")) == 2
    assert books.refused("GET", "/sales-orders", refNumbers=["A-1", "a-1"])["integrationCode"] == "500"
    assert books.order(customer)["refNumber"] is None
    books.company.change_settings({"blank_ref_number": "next"})
    assert books.order(customer)["refNumber"] == "4"


def test_a_price_level_changes_the_price_but_not_a_given_rate() -> None:
    books = Books()
    level = books.made("price-levels", name="Friends", fixedPercentage="-10")
    customer = books.customer(priceLevelId=level["id"])
    item = books.widget()["id"]
    order = books.order(customer, {"itemId": item}, {"itemId": item, "rate": "9"})
    assert [line["rate"] for line in order["lines"]] == ["11.25", "9.00"]


def test_changing_an_invoice_moves_what_is_owed() -> None:
    books = Books()
    one, two, item = books.customer("One"), books.customer("Two"), books.widget()["id"]
    line = {"itemId": item, "amount": "100.00"}
    invoice = books.made("invoices", customerId=one["id"], transactionDate="2026-11-20", lines=[line])
    books.changed(invoice, customerId=two["id"])
    assert (books.again(one)["balance"], books.again(two)["totalBalance"]) == ("0.00", "100.00")
    books.done("DELETE", f"/invoices/{invoice['id']}")
    assert books.again(two)["balance"] == "0.00"


def test_a_payment_leaves_less_to_pay() -> None:
    books = Books()
    customer, item = books.customer(), books.widget()["id"]
    line = {"itemId": item, "amount": "100.00"}
    invoice = books.made("invoices", customerId=customer["id"], transactionDate="2026-11-20", lines=[line])
    paid = books.person("POST", f"/invoices/{invoice['id']}/pay", {"amount": "40.00"})
    assert (paid["appliedAmount"], paid["balanceRemaining"], paid["isPaid"]) == ("40.00", "60.00", False)
    assert books.again(customer)["balance"] == "60.00"
    books.person("POST", f"/invoices/{invoice['id']}/pay")
    assert books.again(invoice)["isPaid"] is True
    assert [one["id"] for one in books.listed("invoices", paymentStatus="paid")] == [invoice["id"]]
    assert books("POST", f"/invoices/{invoice['id']}/pay", {}).status == 404
