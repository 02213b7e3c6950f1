"""A person's edits: what they change, and when an order says it was changed."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.printavo.server import PrintavoThread
from sandbox.printavo.small_lists import status_id
from tests.sandbox.printavo.caller import FLAT, Caller, orders

NOW = "2027-02-03T04:05:06+00:00"
STAMP = "2027-02-03T04:05:06Z"
ORDER, OTHER = "20000055", "20000054"
QUERY = orders(FLAT + " __typename timestamps{updatedAt} transactions(first:9){nodes{...on Payment{id amount}}}")


@pytest.fixture
def at(ask: Caller) -> Caller:
    """A caller of a server whose clock stands at NOW."""
    ask.control.set_clock(NOW)
    return ask


def _order(ask: Caller, identity: str = ORDER) -> dict[str, Any]:
    [found] = [node for node in ask.page(QUERY, 100)["nodes"] if node["id"] == identity]
    return dict(found)


def _stamp(ask: Caller, identity: str = ORDER) -> str:
    return str(_order(ask, identity)["timestamps"]["updatedAt"])


def test_a_change_of_status_moves_only_this_order(at: Caller, printavo: PrintavoThread) -> None:
    before = _order(at, OTHER)
    for name, kind in (("Quote", "Quote"), ("In Production", "Invoice")):
        printavo.person.change_status(ORDER, status_id(name))
        changed = _order(at)
        assert (changed["status"]["id"], changed["__typename"]) == (status_id(name), kind)
        assert changed["timestamps"]["updatedAt"] == STAMP
    assert _order(at, OTHER) == before


def test_due_dates_and_totals_are_set(at: Caller, printavo: PrintavoThread) -> None:
    printavo.person.set_due_dates(ORDER, customer_due="2027-03-01", production_due="2027-02-28T17:00:00+01:00")
    printavo.person.set_total(ORDER, 10.005)
    changed = _order(at)
    assert (changed["customerDueAt"], changed["dueAt"]) == ("2027-03-01", "2027-02-28T17:00:00+01:00")
    assert (changed["total"], changed["timestamps"]["updatedAt"]) == (10.005, STAMP)
    printavo.person.set_due_dates(ORDER)
    printavo.person.set_total(ORDER, None)
    changed = _order(at)
    assert (changed["customerDueAt"], changed["dueAt"]) == ("2027-03-01", None)
    assert (changed["total"], changed["amountOutstanding"]) == (None, None)


def test_a_payment_lowers_what_is_owed_and_may_leave_the_time_of_change(at: Caller, printavo: PrintavoThread) -> None:
    added = printavo.person.add_order("7000001", status_id("Approved"), total=100.0)
    printavo.account.own(printavo.account.find_order(added) or {})["timestamps"]["updatedAt"] = "2027-01-01T00:00:00Z"
    money = printavo.person.add_payment(added, 30.25, touch=False)
    order = _order(at, added)
    assert order["transactions"]["nodes"] == [{"id": money, "amount": 30.25}]
    assert (order["amountPaid"], order["amountOutstanding"]) == (30.25, 69.75)
    assert order["timestamps"]["updatedAt"] == "2027-01-01T00:00:00Z"
    printavo.person.add_payment(added, 0.25, kind="Refund")
    order = _order(at, added)
    assert (order["amountPaid"], order["timestamps"]["updatedAt"]) == (30.0, STAMP)
    listed = at("{transactions(first:2){nodes{__typename ...on IDed{id}}}}")["transactions"]["nodes"]
    assert [one["__typename"] for one in listed] == ["Payment", "Refund"]


def test_names_move_their_owner_but_not_the_orders(at: Caller, printavo: PrintavoThread) -> None:
    before = _stamp(at)
    contact = _order(at)["contact"]["id"]
    customer = at("query($id:ID!){contact(id:$id){customer{id}}}", id=contact)["contact"]["customer"]["id"]
    printavo.person.rename_customer(customer, "IMM Ltd")
    printavo.person.rename_contact(contact, "Zoë", None)
    query = (
        "query($id:ID!){contact(id:$id){fullName timestamps{updatedAt} customer{companyName timestamps{updatedAt}}}}"
    )
    assert at(query, id=contact)["contact"] == {
        "fullName": "Zoë",
        "timestamps": {"updatedAt": STAMP},
        "customer": {"companyName": "IMM Ltd", "timestamps": {"updatedAt": STAMP}},
    }
    assert _stamp(at) == before


def test_orders_are_added_and_deleted(at: Caller, printavo: PrintavoThread) -> None:
    added = printavo.person.add_order("7000002", status_id("Quote"), total=12.5)
    order = _order(at, added)
    assert (order["__typename"], order["total"], order["contact"]["id"]) == ("Quote", 12.5, "7000002")
    assert order["timestamps"]["updatedAt"] == STAMP
    printavo.person.delete_order(added)
    assert at("query($id:ID!){order(id:$id){__typename}}", id=added) == {"order": None}
    assert at.control.counts()["orders"] == 60


def test_some_orders_are_changed_the_same_for_the_same_seed(at: Caller, printavo: PrintavoThread) -> None:
    before = {node["id"]: node for node in at.page(QUERY, 100)["nodes"]}
    changed = printavo.person.change_some(13, seed=5)
    after = {node["id"]: node for node in at.page(QUERY, 100)["nodes"]}
    assert len(set(changed)) == 13
    assert {one for one in after if after[one] != before[one]} == set(changed)
    assert all(after[one]["timestamps"]["updatedAt"] == STAMP for one in changed)
    differing = {name for one in changed for name in after[one] if after[one][name] != before[one][name]}
    assert {"status", "nickname", "total", "dueAt"} <= differing
    at.control.generate(60)
    assert printavo.person.change_some(13, seed=5) == changed
    assert {node["id"]: node for node in at.page(QUERY, 100)["nodes"]} == after


@pytest.mark.parametrize(
    ("action", "values", "message"),
    [
        ("change_status", {"order_id": ORDER, "status_id": "1"}, "there is no status 1"),
        ("set_total", {"order_id": "1", "total": 1.0}, "there is no order 1"),
        ("add_order", {"contact_id": "1", "status_id": "301", "total": 1.0}, "there is no contact 1"),
        ("rename_customer", {"customer_id": "1", "name": "A"}, "there is no customer 1"),
        ("change_order", {"order_id": ORDER, "values": {"total": 1}}, "total cannot be changed so"),
        ("fly", {}, "a person can change_status"),
    ],
)
def test_what_cannot_be_done_is_refused(at: Caller, action: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        at.control.act(action, **values)
    assert _stamp(at) != STAMP
