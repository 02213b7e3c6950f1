"""The flows between the WMS and QuickBooks Desktop, on real systems: what the office agreed on with its accountant."""

from __future__ import annotations

from typing import Any

import pytest

from accordant.store.database import Database
from accordant.store.quarantine import ask_again
from accordant.tasks import steps
from tests.end_to_end.office import Office
from tests.end_to_end.office_records import DAY, OBJECT_TYPES, prepared

CUSTOMERS, VENDORS, ITEMS = "qbd_customers", "qbd_vendors", "qbd_items"
SALES_ORDER, PURCHASE_ORDER, INVOICE = (OBJECT_TYPES[name] for name in ("sales order", "purchase order", "invoice"))


def ours(office: Office, column: str, table: str = "customer") -> Any:
    """Return a column of the only record of a table of the WMS."""
    (row,) = office.sql(f"SELECT {column} AS value FROM wms.{table}")
    return row["value"]


def edit(office: Office, resource: str, name: str, **body: Any) -> None:
    """Somebody edits a record in QuickBooks."""
    office.person("POST", f"/{resource}/{office.one(resource, name)['id']}", body)


def rules(office: Office, run_id: str) -> dict[str, str]:
    """Return {field: rule} of a plan."""
    return {field: rule for row in office.operations(run_id) for field, rule in row["rules"].items()}


def open_troubles(office: Office) -> list[tuple[str, str]]:
    """Return (code, severity) of what stands in the way now."""
    return sorted((row["code"], row["severity"]) for row in office.troubles())


def assert_nothing_to_do(office: Office, flow: str) -> None:
    """Check that another run plans nothing and writes nothing."""
    mark = office.mark()
    assert office.outcomes(office.quick_plan(flow)) == []
    assert office.writes(mark) == 0


def test_a_customer_of_either_side_is_on_both_afterwards(office: Office) -> None:
    office.conductor.control.load({"customers": [{"name": "Acme", "phone": "555 0100"}]})
    office.sql("INSERT INTO wms.customer (name, phone) VALUES ('Baker', '555 0200')")
    summary = office.run(CUSTOMERS)
    assert summary["matches"], office.troubles()
    assert {row["name"] for row in office.books("customers")} == {"Acme", "Baker"}
    assert {row["name"] for row in office.sql("SELECT name FROM wms.customer")} == {"Acme", "Baker"}
    assert all(row["quickbooks_id"] for row in office.sql("SELECT quickbooks_id FROM wms.customer"))
    again = office.run(CUSTOMERS)
    assert again["object_types"].get("customer", {}).get("planned", 0) == 0
    assert again["state"] == "succeeded"


# -- who decides: customers


@pytest.fixture
def acme(office: Office) -> Office:
    """An office that agrees on one customer."""
    office.conductor.control.load({"customers": [{"name": "Acme", "phone": "1", "terms": {"fullName": "Net 30"}}]})
    assert office.quick(CUSTOMERS)["matches"]
    return office


def test_contact_details_changed_only_in_the_wms_are_pushed(acme: Office) -> None:
    acme.sql("UPDATE wms.customer SET phone = '2', email = 'a@b.c', billing_address = '{\"city\": \"Berlin\"}'")
    assert acme.quick(CUSTOMERS)["matches"]
    customer = acme.one("customers", "Acme")
    assert (customer["phone"], customer["email"], customer["billingAddress"]["city"]) == ("2", "a@b.c", "Berlin")


def test_terms_changed_in_the_wms_are_taken_back_because_quickbooks_owns_them(acme: Office) -> None:
    acme.sql("UPDATE wms.customer SET terms = 'Net 15'")
    run_id = acme.quick_plan(CUSTOMERS)
    assert rules(acme, run_id) == {"terms": "QuickBooks owns this field"}
    assert acme.finish(CUSTOMERS, run_id)["matches"]
    assert (ours(acme, "terms"), acme.one("customers", "Acme")["terms"]["fullName"]) == ("Net 30", "Net 30")


def test_what_both_sides_changed_of_a_customer_is_as_quickbooks_says(acme: Office) -> None:
    edit(acme, "customers", "Acme", phone="3")
    acme.sql("UPDATE wms.customer SET phone = '2'")
    run_id = acme.quick_plan(CUSTOMERS)
    assert rules(acme, run_id) == {"phone": "changed on both sides: QuickBooks decides"}
    acme.finish(CUSTOMERS, run_id)
    assert (ours(acme, "phone"), acme.one("customers", "Acme")["phone"]) == ("3", "3")


# -- who decides: vendors and items, by time; the PC's clock may be wrong


@pytest.fixture
def mill(office: Office) -> Office:
    """An office that agrees on one vendor."""
    office.conductor.control.load({"vendors": [{"name": "Mill", "phone": "1"}]})
    assert office.quick(VENDORS)["matches"]
    return office


@pytest.mark.parametrize(("seconds", "stands"), [(-3600, "books"), (3600, "wms")])
def test_the_later_change_of_a_vendor_stands(mill: Office, seconds: int, stands: str) -> None:
    """The WMS's edit was an hour before or after that of QuickBooks."""
    edit(mill, "vendors", "Mill", phone="books")
    mill.sql("UPDATE wms.vendor SET phone = 'wms'")
    mill.sql("ALTER TABLE wms.vendor DISABLE TRIGGER USER")
    mill.sql("UPDATE wms.vendor SET updated_at = now() + make_interval(secs => %s)", seconds)
    assert mill.run(VENDORS, full=True)["matches"]
    assert (ours(mill, "phone", "vendor"), mill.one("vendors", "Mill")["phone"]) == (stands, stands)


def test_changes_too_close_to_tell_are_decided_by_the_tie_rule_for_the_wms(mill: Office) -> None:
    mill.sql("UPDATE wms.vendor SET phone = 'wms'")
    edit(mill, "vendors", "Mill", phone="books")
    run_id = mill.quick_plan(VENDORS)
    words = "changed on both sides within the clocks' difference: the WMS decides the tie"
    assert rules(mill, run_id) == {"phone": words}
    mill.finish(VENDORS, run_id)
    assert mill.one("vendors", "Mill")["phone"] == "wms"


def test_a_pc_whose_clock_is_ahead_wins_no_close_call(office: Office) -> None:
    """Ten minutes ahead: its earlier edit looks later, which the measured difference makes a tie."""
    office.conductor.control.settings(skew_seconds=600)
    office.sql("INSERT INTO wms.vendor (name, phone) VALUES ('Mill', '1')")
    assert office.quick(VENDORS)["matches"]  # our write shows how far the PC is ahead
    edit(office, "vendors", "Mill", phone="books")
    office.sql("UPDATE wms.vendor SET phone = 'wms'")
    run_id = office.quick_plan(VENDORS)
    assert "decides the tie" in rules(office, run_id)["phone"]
    office.finish(VENDORS, run_id)
    assert office.one("vendors", "Mill")["phone"] == "wms"


def test_quantities_of_an_item_come_from_quickbooks_only(office: Office) -> None:
    prepared(office)
    office.sql("UPDATE wms.item_inventory SET quantity_on_hand = 55")
    assert office.quick(ITEMS)["matches"]
    assert {row["quantity_on_hand"] for row in office.sql("SELECT quantity_on_hand FROM wms.item_inventory")} == {0}


# -- orders


@pytest.fixture
def ordered(office: Office) -> Office:
    """An office that agrees on a sales order and a purchase order of two lines each."""
    prepared(office)
    for kind in (SALES_ORDER, PURCHASE_ORDER):
        kind.make_theirs(office, "O1", "10")
        assert office.quick(kind.flow)["matches"]
    return office


def test_the_wms_decides_on_sales_orders_though_quickbooks_was_later(ordered: Office) -> None:
    ordered.sql("UPDATE wms.sales_order SET memo = 'Gate 4'")
    edit(ordered, "sales-orders", "O1", memo="Gate 7")
    assert ordered.quick(SALES_ORDER.flow)["matches"]
    assert (ours(ordered, "memo", "sales_order"), ordered.one("sales-orders", "O1")["memo"]) == ("Gate 4", "Gate 4")


def test_what_only_quickbooks_changed_of_a_sales_order_comes_over(ordered: Office) -> None:
    edit(ordered, "sales-orders", "O1", memo="Gate 7")
    assert ordered.quick(SALES_ORDER.flow)["matches"]
    assert ours(ordered, "memo", "sales_order") == "Gate 7"


def test_whether_a_sales_order_is_closed_or_invoiced_comes_from_quickbooks(ordered: Office) -> None:
    ordered.sql("UPDATE wms.sales_order SET is_manually_closed = true")
    assert ordered.quick(SALES_ORDER.flow)["matches"]
    assert ours(ordered, "is_manually_closed", "sales_order") is False
    order = ordered.one("sales-orders", "O1")
    body = {"customerId": order["customer"]["id"], "transactionDate": DAY, "linkToTransactionIds": [order["id"]]}
    ordered.person("POST", "/invoices", body)
    assert ordered.quick(SALES_ORDER.flow)["matches"]
    assert ours(ordered, "is_fully_invoiced", "sales_order") is True


def test_a_purchase_order_edited_on_both_sides_at_once_is_as_the_wms_says(ordered: Office) -> None:
    ordered.sql("UPDATE wms.purchase_order SET memo = 'ours'")
    edit(ordered, "purchase-orders", "O1", memo="theirs")
    assert ordered.quick(PURCHASE_ORDER.flow)["matches"]
    assert ordered.one("purchase-orders", "O1")["memo"] == "ours"


@pytest.mark.parametrize("kind", [SALES_ORDER, PURCHASE_ORDER], ids=lambda kind: kind.name)
def test_lines_that_stay_keep_their_ids_whatever_is_done_to_the_others(ordered: Office, kind: Any) -> None:
    """The vendor replaces the whole list: a line sent without its id would lose what was invoiced or received on it."""
    first, second = (line["id"] for line in ordered.one(kind.resource, "O1")["lines"])
    ordered.sql(f"UPDATE wms.{kind.table}_line SET quantity = 3 WHERE position = 1")
    assert ordered.quick(kind.flow)["matches"]
    price = "unit_price" if kind is SALES_ORDER else "unit_cost"
    ordered.sql(
        f"INSERT INTO wms.{kind.table}_line ({kind.table}_id, position, item_id, quantity, {price})"
        f" SELECT o.id, 3, i.id, 5, 4.00 FROM wms.{kind.table} AS o, wms.item AS i WHERE i.name = 'Bolt'"
    )  # fmt: skip
    assert ordered.quick(kind.flow)["matches"]
    lines = ordered.one(kind.resource, "O1")["lines"]
    assert [line["id"] for line in lines[:2]] == [first, second]
    assert [line["quantity"] for line in lines] == [3, 7, 5]
    ordered.sql(f"DELETE FROM wms.{kind.table}_line WHERE position = 1")
    assert ordered.quick(kind.flow)["matches"]
    assert [line["id"] for line in ordered.one(kind.resource, "O1")["lines"]] == [second, lines[2]["id"]]
    rows = ordered.sql(f"SELECT id, quickbooks_id FROM wms.{kind.table}_line ORDER BY position")
    assert [row["quickbooks_id"] for row in rows] == [second, lines[2]["id"]]
    edit(ordered, kind.resource, "O1", lines=[{"id": lines[2]["id"], "quantity": 6}])
    assert ordered.quick(kind.flow)["matches"]
    left = ordered.sql(f"SELECT id, quantity FROM wms.{kind.table}_line")
    assert left == [{"id": rows[1]["id"], "quantity": 6}]
    assert_nothing_to_do(ordered, kind.flow)


def test_an_order_waits_for_its_customer_and_goes_out_by_itself_afterwards(office: Office) -> None:
    prepared(office)
    office.sql("INSERT INTO wms.customer (name) VALUES ('Newcomer')")
    office.sql(
        "INSERT INTO wms.sales_order (customer_id, ref_number, transaction_date)"
        " SELECT id, 'O2', %s FROM wms.customer WHERE name = 'Newcomer'", DAY,
    )  # fmt: skip
    office.sql(
        "INSERT INTO wms.sales_order_line (sales_order_id, position, item_id, quantity, unit_price)"
        " SELECT o.id, 1, i.id, 1, 2 FROM wms.sales_order AS o, wms.item AS i WHERE i.name = 'Bolt'"
    )
    office.quick(SALES_ORDER.flow)
    assert office.books("sales-orders") == []
    assert open_troubles(office) == [("WAITS_FOR_REFERENCE", "held")]
    office.quick(CUSTOMERS)
    assert office.quick(SALES_ORDER.flow)["matches"]
    assert office.one("sales-orders", "O2")["customer"]["fullName"] == "Newcomer"
    assert open_troubles(office) == []


# -- invoices


def test_invoices_come_from_quickbooks_and_are_never_pushed(office: Office) -> None:
    prepared(office)
    INVOICE.make_theirs(office, "I1", "10")
    INVOICE.make_ours(office, "I2", "10")
    mark = office.mark()
    assert office.quick(INVOICE.flow)["matches"]
    row = office.sql("SELECT subtotal, sales_tax_total, total FROM wms.invoice WHERE ref_number = 'I1'")[0]
    assert row["subtotal"] == 27
    assert row["total"] == row["subtotal"] + (row["sales_tax_total"] or 0)
    office.sql("UPDATE wms.invoice SET total = 1 WHERE ref_number = 'I1'")
    assert office.quick(INVOICE.flow)["matches"]
    assert office.sql("SELECT total FROM wms.invoice WHERE ref_number = 'I1'")[0]["total"] == 27
    assert office.writes(mark) == 0
    assert len(office.books("invoices")) == 1
    assert open_troubles(office) == [("NOT_CREATED", "warning")]


# -- families


def test_jobs_are_created_after_their_customers_on_both_sides(office: Office) -> None:
    office.conductor.control.load({"customers": [
        {"name": "Zed"}, {"name": "Job", "parent": {"fullName": "Zed"}},
        {"name": "Part", "parent": {"fullName": "Zed:Job"}},
    ]})  # fmt: skip
    office.sql("INSERT INTO wms.customer (name) VALUES ('Alpha')")
    office.sql("INSERT INTO wms.customer (name, parent_id) SELECT 'Job', id FROM wms.customer WHERE name = 'Alpha'")
    office.sql("INSERT INTO wms.customer (name, parent_id) SELECT 'Part', id FROM wms.customer WHERE name = 'Job'")
    assert office.quick(CUSTOMERS)["matches"]
    family = {row["fullName"] for row in office.books("customers")}
    assert family == {"Zed", "Zed:Job", "Zed:Job:Part", "Alpha", "Alpha:Job", "Alpha:Job:Part"}
    assert office.sql("SELECT count(*) AS n FROM wms.customer WHERE parent_id IS NOT NULL")[0]["n"] == 4
    assert_nothing_to_do(office, CUSTOMERS)


# -- deletions


def test_what_quickbooks_deleted_is_retired_in_the_wms_and_never_deleted(ordered: Office) -> None:
    for resource in ("sales-orders", "purchase-orders"):
        ordered.person("DELETE", f"/{resource}/{ordered.one(resource, 'O1')['id']}")
    ordered.quick(SALES_ORDER.flow)
    ordered.quick(PURCHASE_ORDER.flow)
    assert ours(ordered, "is_manually_closed", "sales_order") is True
    assert ours(ordered, "is_manually_closed", "purchase_order") is True
    ordered.person("DELETE", f"/customers/{ordered.one('customers', 'Buyer')['id']}")
    ordered.quick(CUSTOMERS)
    assert ours(ordered, "is_active") is False
    for flow in (CUSTOMERS, SALES_ORDER.flow, PURCHASE_ORDER.flow):
        assert_nothing_to_do(ordered, flow)


def test_a_customer_switched_off_in_the_wms_is_switched_off_in_quickbooks(acme: Office) -> None:
    acme.sql("UPDATE wms.customer SET is_active = false")
    assert acme.quick(CUSTOMERS)["matches"]
    assert acme.one("customers", "Acme")["isActive"] is False
    assert_nothing_to_do(acme, CUSTOMERS)


def test_a_customer_deleted_in_the_wms_is_switched_off_in_quickbooks_by_a_full_compare(acme: Office) -> None:
    acme.sql("DELETE FROM wms.customer")
    acme.quick(CUSTOMERS)
    assert acme.one("customers", "Acme")["isActive"] is True
    acme.run(CUSTOMERS, full=True)
    assert acme.one("customers", "Acme")["isActive"] is False
    assert_nothing_to_do(acme, CUSTOMERS)
    assert acme.sql("SELECT 1 FROM wms.customer") == []


def test_after_more_than_90_days_of_silence_both_sides_are_read_as_a_whole(acme: Office) -> None:
    """QuickBooks has forgotten by then what was deleted."""
    acme.person("DELETE", f"/customers/{acme.one('customers', 'Acme')['id']}")
    acme.conductor.company.file.deletions.clear()
    acme.quick(CUSTOMERS)
    assert ours(acme, "is_active") is True
    acme.store_sql("UPDATE accordant.watermark SET set_at = now() - interval '91 days' WHERE name = 'deleted'")
    acme.quick(CUSTOMERS)
    assert ours(acme, "is_active") is False


# -- text


def test_letters_that_quickbooks_lacks_are_written_with_those_it_has_and_the_wms_keeps_its_own(office: Office) -> None:
    office.sql("INSERT INTO wms.customer (name, company_name) VALUES ('Școala Łódź', 'Café Ș')")
    assert office.quick(CUSTOMERS)["matches"]
    (customer,) = office.books("customers")
    assert (customer["name"], customer["companyName"]) == ("Scoala Lódz", "Café S")
    assert (ours(office, "name"), ours(office, "company_name")) == ("Școala Łódź", "Café Ș")
    assert_nothing_to_do(office, CUSTOMERS)
    edit(office, "customers", "Scoala Lódz", phone="2")
    office.quick(CUSTOMERS)
    assert (ours(office, "name"), ours(office, "phone")) == ("Școala Łódź", "2")


def test_a_name_too_long_for_quickbooks_waits_and_goes_once_it_was_shortened(office: Office) -> None:
    office.sql("INSERT INTO wms.customer (name) VALUES (%s), ('Short')", "x" * 42)
    office.run(CUSTOMERS)
    assert [row["name"] for row in office.books("customers")] == ["Short"]
    assert len(open_troubles(office)) == 1
    office.sql("UPDATE wms.customer SET name = %s WHERE name <> 'Short'", "x" * 41)
    assert office.run(CUSTOMERS)["matches"]
    assert {row["name"] for row in office.books("customers")} == {"Short", "x" * 41}
    assert open_troubles(office) == []


# -- refusals


def test_what_quickbooks_refused_is_not_sent_again_until_something_changes_or_somebody_asks(office: Office) -> None:
    office.sql("INSERT INTO wms.customer (name, terms) VALUES ('Acme Ltd', 'Net 99')")
    office.quick(CUSTOMERS)
    assert open_troubles(office) == [("NAME_NOT_IN_LIST", "refused")]
    for _ in range(2):
        assert_nothing_to_do(office, CUSTOMERS)
        assert open_troubles(office) == [("NAME_NOT_IN_LIST", "refused")]
    office.conductor.control.load({"standard-terms": [{"name": "Net 99", "dueDays": 99}]})
    assert_nothing_to_do(office, CUSTOMERS)
    with Database(office.store) as database:
        assert ask_again(database, CUSTOMERS, []) == 1
    assert office.quick(CUSTOMERS)["matches"]
    assert office.one("customers", "Acme Ltd")["terms"]["fullName"] == "Net 99"
    assert open_troubles(office) == []


def test_a_refused_record_goes_as_soon_as_it_was_corrected(office: Office) -> None:
    office.sql("INSERT INTO wms.customer (name, terms) VALUES ('Acme', 'Net 99')")
    office.quick(CUSTOMERS)
    office.sql("UPDATE wms.customer SET terms = 'Net 30'")
    assert office.quick(CUSTOMERS)["matches"]
    assert office.one("customers", "Acme")["terms"]["fullName"] == "Net 30"
    assert open_troubles(office) == []


# -- time zones


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_no_change_is_lost_to_time_zones(office: Office, zone: str) -> None:
    office.conductor.control.settings(zone=zone)
    office.conductor.control.load({"customers": [{"name": "Acme", "phone": "0"}]})
    office.quick(CUSTOMERS)
    for value in ("1", "2", "3"):
        edit(office, "customers", "Acme", phone=value)
        office.quick(CUSTOMERS)
        assert ours(office, "phone") == value


# -- approval


def test_a_large_plan_waits_and_is_applied_as_approved(office: Office) -> None:
    """Deactivating everybody is beyond the limits."""
    office.conductor.control.load({"customers": [{"name": f"C{n}"} for n in range(10)]})
    office.quick(CUSTOMERS)
    office.sql("UPDATE wms.customer SET is_active = false")
    mark = office.mark()
    run_id = office.quick_plan(CUSTOMERS)
    plan = steps.decide_alone(CUSTOMERS, run_id)
    assert plan["decision"] == "waiting"
    with pytest.raises(Exception, match="PLAN_REJECTED"):
        steps.load(CUSTOMERS, run_id)
    assert office.writes(mark) == 0
    steps.record_answer(CUSTOMERS, run_id, plan["plan"], approved=True, by="the accountant")
    assert office.finish(CUSTOMERS, run_id)["matches"]
    assert [row["isActive"] for row in office.books("customers")] == [False] * 10
