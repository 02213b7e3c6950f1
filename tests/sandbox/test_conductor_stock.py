"""Quantities: what receipts, invoices, adjustments and open orders do to items and sites."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.test_conductor_books import Books


def adjustment(books: Books, item: str, *quantities: float, **fields: Any) -> dict[str, Any]:
    """An adjustment by differences."""
    lines = [{"itemId": item, "adjustQuantity": {"quantityDifference": one}} for one in quantities]
    account = books.account("Inventory Adjustment")
    body = {"accountId": account, "transactionDate": "2026-11-20", "lines": lines} | fields
    return books.made("inventory-adjustments", **body)


def test_an_adjustment_changes_what_is_on_hand_and_its_end_undoes_it() -> None:
    books = Books()
    item = books.widget(quantityOnHand=10)
    made = adjustment(books, item["id"], 5, -2)
    assert books.again(item)["quantityOnHand"] == 13
    line = made["lines"][0]
    made = books.changed(made, lines=[{"id": line["id"], "quantityDifference": 1.5}])
    assert books.again(item)["quantityOnHand"] == 11.5
    assert books.done("POST", f"/inventory-adjustments/{made['id']}/void")["voided"]
    assert books.again(item)["quantityOnHand"] == 10
    other = adjustment(books, item["id"], 7)
    books.done("DELETE", f"/inventory-adjustments/{other['id']}")
    assert books.again(item)["quantityOnHand"] == 10


def test_a_new_quantity_is_kept_as_a_difference() -> None:
    books = Books()
    item = books.widget(quantityOnHand=10)
    lines = [{"itemId": item["id"], "adjustQuantity": {"newQuantity": 4}}]
    made = adjustment(books, item["id"], lines=lines)
    assert made["lines"][0]["quantityDifference"] == -6
    assert books.again(item)["quantityOnHand"] == 4


def test_an_adjustment_needs_an_inventory_item_and_one_way() -> None:
    books = Books()
    sales = books.account("Sales")
    work = books.made("service-items", name="Work", salesOrPurchaseDetails={"postingAccountId": sales})
    body: dict[str, Any] = {"accountId": books.account("Inventory Adjustment"), "transactionDate": "2026-11-20"}
    line: dict[str, Any] = {"itemId": work["id"], "adjustQuantity": {"quantityDifference": 1}}
    assert books.refused("POST", "/inventory-adjustments", body | {"lines": [line]})["integrationCode"] == "3210"
    line = line | {"itemId": books.widget()["id"], "adjustLotNumber": {"adjustCount": 1}}
    assert books.refused("POST", "/inventory-adjustments", body | {"lines": [line]})["integrationCode"] == "3180"


def test_sites_keep_their_own_quantities() -> None:
    books = Books()
    main, shop = books.made("inventory-sites", name="Main"), books.made("inventory-sites", name="Shop")
    assert (main["isDefault"], shop["isDefault"]) == (True, False)
    item = books.widget(quantityOnHand=10)
    adjustment(books, item["id"], 3, inventorySiteId=shop["id"])
    assert books.again(item)["quantityOnHand"] == 13
    sites = books.listed("item-sites", itemIds=item["id"])
    assert {one["inventorySite"]["fullName"]: one["quantityOnHand"] for one in sites} == {"Main": 10, "Shop": 3}
    (only,) = books.listed("item-sites", siteIds=shop["id"])
    assert books.done("GET", f"/item-sites/{only['id']}") == only


def test_a_purchase_order_is_received_line_by_line() -> None:
    books = Books()
    vendor, item = books.made("vendors", name="Mill"), books.widget(purchaseCost="4.20")
    order = books.made(
        "purchase-orders",
        vendorId=vendor["id"],
        transactionDate="2026-11-20",
        lines=[{"itemId": item["id"], "quantity": 10}],
    )
    assert (order["totalAmount"], order["lines"][0]["rate"]) == ("42.00", "4.20")
    assert books.again(item)["quantityOnPurchaseOrder"] == 10
    link = {"transactionId": order["id"], "transactionLineId": order["lines"][0]["id"]}
    header = {"vendorId": vendor["id"], "transactionDate": "2026-11-21"}
    receipt = books.made("item-receipts", **header, itemLines=[{"linkToTransactionLine": link, "quantity": 4}])
    assert (receipt["totalAmount"], receipt["itemLines"][0]["cost"]) == ("16.80", "4.20")
    found = books.again(item)
    assert (found["quantityOnHand"], found["quantityOnPurchaseOrder"]) == (4, 6)
    assert books.again(order)["lines"][0]["receivedQuantity"] == 4
    rest = books.made("item-receipts", **header, linkToTransactionIds=[order["id"]])
    assert rest["itemLines"][0]["quantity"] == 6
    assert books.again(order)["isFullyReceived"] is True
    books.done("DELETE", f"/item-receipts/{rest['id']}")
    assert books.again(order)["isFullyReceived"] is False
    assert books.again(item)["quantityOnPurchaseOrder"] == 6
    books.changed(books.again(order), isManuallyClosed=True)
    assert books.again(item)["quantityOnPurchaseOrder"] == 0


def test_expenses_of_a_receipt_count_and_are_kept_by_id() -> None:
    books = Books()
    vendor, account = books.made("vendors", name="Mill"), books.account("Purchases")
    receipt = books.made(
        "item-receipts",
        vendorId=vendor["id"],
        transactionDate="2026-11-20",
        expenseLines=[{"accountId": account, "amount": "5.00"}, {"accountId": account, "amount": "1.25"}],
    )
    assert receipt["totalAmount"] == "6.25"
    kept = receipt["expenseLines"][0]["id"]
    receipt = books.changed(receipt, expenseLines=[{"id": kept, "memo": "rent"}, {"id": "-1", "amount": "2.00"}])
    assert [line["amount"] for line in receipt["expenseLines"]] == ["5.00", "2.00"]
    assert receipt["totalAmount"] == "7.00"


STEPS = st.lists(st.tuples(st.sampled_from(["sell", "adjust", "order", "undo"]), st.integers(1, 9)), max_size=12)


@given(STEPS)
def test_whatever_is_done_and_undone_the_quantities_add_up(steps: list[tuple[str, int]]) -> None:
    books = Books()
    customer, item = books.customer(), books.widget(quantityOnHand=100)
    done: list[tuple[str, int, str]] = []
    for what, quantity in steps:
        line = {"itemId": item["id"], "quantity": quantity}
        if what == "undo":
            if done:
                path = done.pop()[2]
                books.done("DELETE", path)
        elif what == "adjust":
            done.append((what, quantity, f"/inventory-adjustments/{adjustment(books, item['id'], quantity)['id']}"))
        elif what == "order":
            done.append((what, quantity, f"/sales-orders/{books.order(customer, line)['id']}"))
        else:
            header = {"customerId": customer["id"], "transactionDate": "2026-11-20"}
            done.append((what, quantity, f"/invoices/{books.made('invoices', **header, lines=[line])['id']}"))
    total = {what: sum(one[1] for one in done if one[0] == what) for what in ("sell", "adjust", "order")}
    found = books.again(item)
    assert found["quantityOnHand"] == 100 + total["adjust"] - total["sell"]
    assert found["quantityOnSalesOrder"] == total["order"]
