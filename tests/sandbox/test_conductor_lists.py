"""Lists: filters, look-ups, the PC's time, cursors that expire, deletions kept for 90 days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.test_conductor_books import Books

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def at_noon(**settings: Any) -> Books:
    """Books on a clock that stands at noon UTC, which is 8 in the morning in New York."""
    books = Books(**settings)
    books.company.clock.set(NOON)
    return books


def test_times_are_told_with_the_offset_of_the_pc() -> None:
    assert at_noon().customer()["createdAt"] == "2026-07-01T08:00:00-04:00"
    assert at_noon(zone="Europe/Bucharest").customer()["updatedAt"] == "2026-07-01T15:00:00+03:00"
    assert at_noon(skew_seconds=-90).customer()["updatedAt"] == "2026-07-01T07:58:30-04:00"


@pytest.mark.parametrize(
    ("bound", "found"),
    [
        ("2026-07-01T12:00:00Z", True),
        ("2026-07-01T12:00:01Z", False),
        ("2026-07-01T08:00:00", True),
        ("2026-07-01T08:00:01", False),
        ("2026-07-01T08:00:00-04:00", True),
        ("2026-07-01", True),
        ("2026-07-02", False),
        ("1970-01-01T00:00:00Z", False),
        ("1979-12-31", False),
        ("1980-01-02", True),
        ("0001-01-01", False),
        ("9999-12-31", False),
    ],
)
def test_updated_after_is_inclusive_and_read_in_the_zone_of_the_pc(bound: str, found: bool) -> None:
    books = at_noon()
    books.customer()
    assert bool(books.listed("customers", updatedAfter=bound)) is found


def test_updated_before_takes_the_whole_day() -> None:
    books = at_noon()
    books.customer()
    assert books.listed("customers", updatedBefore="2026-07-01")
    assert not books.listed("customers", updatedBefore="2026-06-30")
    assert books.listed("customers", updatedBefore="2026-07-01T12:00:00Z")


def test_names_are_found_in_part_and_by_range_whatever_the_case() -> None:
    books = Books()
    for name in ("Alpha", "beta", "Gamma"):
        books.customer(name)

    def names(**query: str) -> list[str]:
        return [one["name"] for one in books.listed("customers", **query)]

    assert names(nameContains="ET") == ["beta"]
    assert names(nameStartsWith="al") == ["Alpha"]
    assert names(nameEndsWith="MA") == ["Gamma"]
    assert names(nameFrom="B", nameTo="G") == ["beta"]
    assert names(fullNames="BETA", nameContains="x") == ["beta"], "a look-up ignores the rest"
    assert names(nameContains="nobody") == []


def test_a_look_up_with_one_miss_fails_as_a_whole() -> None:
    books = Books()
    customer = books.customer()
    error = books.refused("GET", "/customers", ids=[customer["id"], "8-1"])
    assert (error["httpStatusCode"], error["integrationCode"]) == (502, "500")
    assert "could not be found in QuickBooks" in error["message"]
    assert len(books.listed("customers", ids=[customer["id"], customer["id"]])) == 1


def test_lists_show_what_is_active_unless_asked() -> None:
    books = Books()
    books.customer("Old", isActive=False)
    books.customer("New")
    assert [one["name"] for one in books.listed("customers")] == ["New"]
    assert [one["name"] for one in books.listed("customers", status="inactive")] == ["Old"]
    assert len(books.listed("customers", status="all")) == 2
    books.company.change_settings({"default_status": "all"})
    assert len(books.listed("customers")) == 2


def test_transactions_are_found_by_date_number_party_and_payment() -> None:
    books = Books()
    one, two, item = books.customer("One"), books.customer("Two"), books.widget()["id"]
    for customer, day, number in ((one, "2026-11-01", "9"), (one, "2026-11-02", "10"), (two, "2026-11-03", "A-1")):
        books.order(customer, refNumber=number, transactionDate=day)

    def numbers(**query: Any) -> list[str]:
        return [one["refNumber"] for one in books.listed("sales-orders", **query)]

    assert numbers(transactionDateFrom="2026-11-02", transactionDateTo="2026-11-02") == ["10"]
    assert numbers(customerIds=[one["id"]]) == ["9", "10"]
    assert numbers(refNumberFrom="9", refNumberTo="10") == ["9", "10"]
    assert numbers(refNumberStartsWith="a") == []
    assert numbers(refNumberContains="A") == ["A-1"]
    books.made("invoices", customerId=one["id"], transactionDate="2026-11-01", lines=[{"itemId": item}])
    assert len(books.listed("invoices", paymentStatus="not_paid")) == 1
    assert books.listed("invoices", paymentStatus="paid") == []


def test_customers_are_found_by_what_they_owe() -> None:
    books = Books()
    books.customer("None")
    books.customer("Some", openingBalance="10.00")
    for query in (
        {"totalBalance": "10"},
        {"totalBalanceGreaterThan": "9.99"},
        {"totalBalanceGreaterThanOrEqualTo": "10"},
    ):
        assert [one["name"] for one in books.listed("customers", **query)] == ["Some"]
    for query in ({"totalBalanceLessThan": "10"}, {"totalBalanceLessThanOrEqualTo": "0"}):
        assert [one["name"] for one in books.listed("customers", **query)] == ["None"]


def test_lines_and_links_are_shown_as_asked() -> None:
    books = Books()
    customer, item = books.customer(), books.widget()["id"]
    order = books.order(customer, {"itemId": item})
    books.made("invoices", customerId=customer["id"], transactionDate="2026-11-20", linkToTransactionIds=[order["id"]])
    assert books.listed("sales-orders")[0]["linkedTransactions"] == []
    shown = books.listed("sales-orders", includeLineItems="false", includeLinkedTransactions="true")[0]
    assert shown["lines"] == []
    assert len(shown["linkedTransactions"]) == 1


def many(count: int = 5) -> Books:
    """Books on a standing clock with customers C0, C1 and so on."""
    books = at_noon()
    books.company.load({"customers": [{"name": f"C{number}"} for number in range(count)]})
    return books


def test_a_cursor_reads_a_snapshot_with_one_constant_token() -> None:
    books = many()
    first = books.done("GET", "/customers", limit=2)
    assert (first["remainingCount"], first["hasMore"]) == (3, True)
    token = first["nextCursor"]
    books.customer("Later")
    books.changed(first["data"][0], name="C0 new")
    renamed = books.listed("customers", fullNames="C3")[0]
    books.changed(renamed, note="changed after the first page")
    second = books.done("GET", "/customers", limit=2, cursor=token)
    assert (second["nextCursor"], second["remainingCount"]) == (token, 1)
    assert [one["name"] for one in second["data"]] == ["C2", "C3"]
    assert second["data"][1]["note"] is None
    last = books.done("GET", "/customers", limit=2, cursor=token)
    assert (last["nextCursor"], last["remainingCount"], last["hasMore"], len(last["data"])) == (None, 0, False, 1)
    assert books.refused("GET", "/customers", cursor=token)["httpStatusCode"] == 400


def test_a_cursor_expires_ten_seconds_after_its_last_page() -> None:
    books = many(30)
    token = books.done("GET", "/customers", limit=5)["nextCursor"]
    for _ in range(3):
        books.company.clock.advance(9)
        books.done("GET", "/customers", limit=5, cursor=token)
    books.company.clock.advance(10.5)
    assert "expired" in books.refused("GET", "/customers", limit=5, cursor=token)["message"]


def test_a_cursor_is_of_one_list() -> None:
    books = many()
    token = books.done("GET", "/customers", limit=2)["nextCursor"]
    assert "cursor" in books.refused("GET", "/vendors", cursor=token)["message"]


def test_inventory_adjustments_have_no_pages_and_may_time_out() -> None:
    books = Books()
    item, account = books.widget()["id"], books.account("Inventory Adjustment")
    lines = [{"itemId": item, "adjustQuantity": {"quantityDifference": 1}}]
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        books.made("inventory-adjustments", accountId=account, transactionDate=day, lines=lines)
    answer = books.done("GET", "/inventory-adjustments", limit=2)
    assert set(answer) == {"objectType", "url", "data"}
    assert len(answer["data"]) == 2
    assert "cursor" in books.refused("GET", "/inventory-adjustments", cursor="x")["message"]
    books.company.change_settings({"adjustments_timeout_rows": 2})
    assert books.refused("GET", "/inventory-adjustments")["code"] == "QBD_REQUEST_TIMEOUT"
    assert len(books.listed("inventory-adjustments", transactionDateFrom="2026-11-02", itemIds=item)) == 2


def test_deleted_list_objects_are_told_for_ninety_days() -> None:
    books = many()
    one = books.listed("customers")[0]
    books.person("DELETE", f"/customers/{one['id']}")
    (news,) = books.listed("deleted-list-objects", objectTypes=["customer", "vendor"])
    assert (news["id"], news["fullName"], news["listType"]) == (one["id"], "C0", "customer")
    assert news["deletedAt"] == "2026-07-01T08:00:00-04:00"
    assert books.listed("deleted-list-objects", objectTypes="customer", deletedAfter="2026-07-02") == []
    books.company.clock.advance(90 * 86_400 + 1)
    assert books.listed("deleted-list-objects", objectTypes="customer") == []


def test_the_order_of_deletions_is_kind_then_time() -> None:
    books = at_noon()
    customer = books.customer()
    for number in range(2):
        order = books.order(customer)
        invoice = books.made("invoices", customerId=customer["id"], transactionDate="2026-07-01", refNumber=str(number))
        books.done("DELETE", f"/sales-orders/{order['id']}")
        books.done("DELETE", f"/invoices/{invoice['id']}")
        books.company.clock.advance(60)
    found = books.listed("deleted-transactions", transactionTypes=["sales_order", "invoice"])
    assert [one["transactionType"] for one in found] == ["invoice", "invoice", "sales_order", "sales_order"]
    assert [one["refNumber"] for one in found[:2]] == ["0", "1"]
