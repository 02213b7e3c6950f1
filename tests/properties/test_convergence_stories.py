"""What the random sequences found, told as stories: each of these once ended badly."""

from __future__ import annotations

import json
from typing import Any

from accordant.sync.agree import GONE
from tests.properties.memory_books import Fault
from tests.properties.people import People
from tests.properties.sequences import ROUND
from tests.properties.two_sides import Interruption, Office, PowerCut, quiet

quiet()


def at_wms(office: Office, object_type: str, **content: Any) -> str:
    rows = office.at_wms(f"{object_type}_insert", content=json.dumps(content), quickbooks_id=None)
    return str(rows[0]["key"])


def change(office: Office, object_type: str, key: str, **patch: Any) -> None:
    office.at_wms(f"{object_type}_update", key=key, patch=json.dumps(patch))


def ended(office: Office, flow: str, **words: Any) -> list[tuple[str, str, str]]:
    ran = office.run(flow, **words)
    assert not ran.stopped, ran.stopped
    return [(row["side"], row["action"], row["state"]) for row in office.operations(ran.run_id)]


def test_a_vendor_deleted_in_the_wms_is_retired_in_quickbooks_and_the_next_run_has_nothing_to_do() -> None:
    office = Office()
    key = at_wms(office, "vendor", name="Mill")
    ended(office, "qbd_vendors")
    office.at_wms("vendor_delete", key=key)
    assert ended(office, "qbd_vendors", full=True) == [("theirs", "deactivate", "applied")]
    assert [row["isActive"] for row in office.list("vendors")] == [False]
    assert ended(office, "qbd_vendors") == []
    (binding,) = office.store.binding.values()
    assert binding["base"][GONE] == "ours"


def test_a_vendor_deleted_in_the_wms_between_plan_and_link_stops_no_run() -> None:
    office = Office()
    key = at_wms(office, "vendor", name="Mill")
    office.at_books("POST", "/vendors", {"name": "Mill"})
    at_wms(office, "vendor", name="Port")
    gone = Interruption("diff.planned", 1, lambda: office.at_wms("vendor_delete", key=key) and None)
    done = ended(office, "qbd_vendors", cut=gone)
    assert ("theirs", "link", "refused") in done
    assert ("theirs", "create", "applied") in done, "one record in the way does not stop the others"


def test_a_branch_of_a_customer_that_quickbooks_refuses_waits_with_a_reason_and_is_not_planned_again() -> None:
    office = Office()
    office.at_books("POST", "/vendors", {"name": "Acme"})  # QuickBooks has one name space for both
    parent = at_wms(office, "customer", name="Acme")
    at_wms(office, "customer", name="Branch", parent=parent)
    assert ended(office, "qbd_customers") == [("theirs", "create", "not_applied"), ("theirs", "create", "held")]
    assert ended(office, "qbd_customers") == []
    waiting = {(row["key"], row["code"]) for row in office.troubles("qbd_customers")}
    assert waiting == {("1", "NAME_IN_USE"), ("2", "WAITS_FOR_REFERENCE")}


def test_what_follows_a_refused_write_of_the_same_order_waits_with_it() -> None:
    office = Office()
    vendor = at_wms(office, "vendor", name="Mill")
    accounts = {"income_account": "Sales", "cogs_account": "Cost of Goods Sold", "asset_account": "Inventory Asset"}
    bolt = at_wms(office, "item", kind="inventory", name="Bolt", **accounts)
    nut = at_wms(office, "item", kind="inventory", name="Nut", **accounts)
    line = {"item": bolt, "quantity": "1", "unit_cost": "5"}
    order = at_wms(office, "purchase_order", vendor=vendor, transaction_date="2026-03-02", lines=[line])
    for flow in ROUND:
        ended(office, flow)
    office.at_wms("item_delete", key=nut)  # nobody has compared everything since
    (there,) = office.list("purchase-orders")
    nut_there = next(row["id"] for row in office.list("inventory-items") if row["name"] == "Nut")
    lines = [{"id": there["lines"][0]["id"]}, {"id": "-1", "itemId": nut_there, "quantity": 1}]
    office.at_books("POST", f"/purchase-orders/{there['id']}", {"lines": lines})
    change(office, "purchase_order", order, memo="urgent")
    first = ended(office, "qbd_purchase_orders")
    assert first == [("ours", "update", "not_applied"), ("theirs", "update", "refused")]
    assert ended(office, "qbd_purchase_orders") == []
    assert [row["code"] for row in office.troubles("qbd_purchase_orders")] == ["REFUSED_BY_WMS"]


def test_a_number_emptied_after_a_create_without_an_answer_is_not_filled_in_again() -> None:
    office = Office()
    people = People(office)
    vendor = at_wms(office, "vendor", name="Mill")
    office.at_books("POST", "/service-items", {"name": "Work", "salesOrPurchaseDetails": _sold(office)})
    for flow in ROUND:
        ended(office, flow)
    line = {"item": "1", "quantity": "1", "unit_cost": "5"}
    order = at_wms(
        office, "purchase_order", vendor=vendor, transaction_date="2026-03-02", ref_number="77", lines=[line]
    )

    def die() -> None:
        raise PowerCut

    office.run("qbd_purchase_orders", cut=Interruption("load.9.sent_not_noted", 1, die))
    change(office, "purchase_order", order, ref_number=None)
    ended(office, "qbd_purchase_orders")
    ended(office, "qbd_purchase_orders")
    content = people.content("ours", "purchase_order", order)
    assert content is not None
    assert content["ref_number"] == ""
    assert [row["refNumber"] for row in office.list("purchase-orders")] == [None]


def test_an_order_whose_answer_was_lost_is_found_and_not_sent_again() -> None:
    office = Office()
    customer = at_wms(office, "customer", name="Acme")
    office.at_books("POST", "/service-items", {"name": "Work", "salesOrPurchaseDetails": _sold(office)})
    for flow in ROUND:
        ended(office, flow)
    line = {"item": "1", "quantity": "1", "unit_price": "5"}
    at_wms(office, "sales_order", customer=customer, transaction_date="2026-03-02", lines=[line])
    office.break_wire(Fault("error_500_after_apply", "POST"))
    assert ended(office, "qbd_sales_orders") == [("theirs", "create", "applied")]
    assert len(office.list("sales-orders")) == 1


def _sold(office: Office) -> dict[str, Any]:
    account = next(row["id"] for row in office.list("accounts") if row["name"] == "Services")
    return {"price": "5.00", "postingAccountId": account}
