"""What people change between plan and load: refused record by record, planned anew, and never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.end_to_end.office import Office
from tests.end_to_end.office_records import OBJECT_TYPES, ObjectType, prepared

CUSTOMERS = "qbd_customers"
APPLIED = "applied"
NAMES = ("Acme", "Other")


def phones(office: Office, name: str) -> tuple[str, str]:
    """Return a customer's phone in the WMS and in QuickBooks."""
    return (
        office.sql("SELECT phone FROM wms.customer WHERE name = %s", name)[0]["phone"],
        office.one("customers", name)["phone"],
    )


def outcome_of(office: Office, run_id: str, name: str) -> tuple[str, str]:
    """Return (state, code) of a plan's only operation on a customer."""
    (found,) = [row for row in office.operations(run_id) if row["name"].endswith(name)]
    return found["state"], found["code"]


@pytest.fixture
def agreed(office: Office) -> Office:
    """An office that agrees on two customers."""
    office.conductor.control.load({"customers": [{"name": n, "phone": "1", "email": "a@b.c"} for n in NAMES]})
    assert office.quick(CUSTOMERS)["matches"]
    return office


@dataclass(frozen=True)
class Meanwhile:
    """What somebody does to a customer, and what both sides say of (phone, email, is active) after the next run."""

    what: str
    does: Callable[[Office], Any]
    agreed: tuple[str, str, bool]


def in_books(**body: Any) -> Callable[[Office], Any]:
    """Somebody edits Acme in QuickBooks."""
    return lambda office: office.person("POST", f"/customers/{office.one('customers', 'Acme')['id']}", body)


def in_wms(change: str) -> Callable[[Office], Any]:
    """Somebody edits Acme in the WMS."""
    return lambda office: office.sql(f"UPDATE wms.customer SET {change} WHERE name = 'Acme'")


def both_sides(office: Office) -> tuple[tuple[str, str, bool], tuple[str, str, bool]]:
    """Return (phone, email, is active) of Acme on both sides."""
    ours = office.sql("SELECT phone, email, is_active FROM wms.customer WHERE name = 'Acme'")[0]
    theirs = office.one("customers", "Acme")
    return (
        (ours["phone"], ours["email"], ours["is_active"]),
        (theirs["phone"], theirs["email"], theirs["isActive"]),
    )


@pytest.mark.parametrize("meanwhile", [
    Meanwhile("the same field in QuickBooks, which decides", in_books(phone="9"), ("9", "a@b.c", True)),
    Meanwhile("another field in QuickBooks", in_books(email="new@b.c"), ("2", "new@b.c", True)),
    Meanwhile("deactivated in QuickBooks", in_books(isActive=False), ("2", "a@b.c", False)),
    Meanwhile("the same field in the WMS once more", in_wms("phone = '3'"), ("3", "a@b.c", True)),
], ids=lambda one: one.what)  # fmt: skip
def test_a_customer_edited_while_its_update_of_quickbooks_waits_is_refused(
    agreed: Office, meanwhile: Meanwhile
) -> None:
    agreed.sql("UPDATE wms.customer SET phone = '2'")
    run_id = agreed.quick_plan(CUSTOMERS)
    meanwhile.does(agreed)
    agreed.finish(CUSTOMERS, run_id)
    assert outcome_of(agreed, run_id, "Acme") == ("refused", "RECORD_MOVED")
    assert phones(agreed, "Other") == ("2", "2")
    assert agreed.quick(CUSTOMERS)["matches"]
    assert both_sides(agreed) == (meanwhile.agreed, meanwhile.agreed)


@pytest.mark.parametrize("meanwhile", [
    Meanwhile("the same field in the WMS; QuickBooks decides", in_wms("phone = '9'"), ("2", "a@b.c", True)),
    Meanwhile("another field in the WMS", in_wms("email = 'new@b.c'"), ("2", "new@b.c", True)),
    Meanwhile("deactivated in the WMS", in_wms("is_active = false"), ("2", "a@b.c", False)),
], ids=lambda one: one.what)  # fmt: skip
def test_a_customer_edited_while_its_update_of_the_wms_waits_is_refused(agreed: Office, meanwhile: Meanwhile) -> None:
    for name in ("Acme", "Other"):
        agreed.person("POST", f"/customers/{agreed.one('customers', name)['id']}", {"phone": "2"})
    run_id = agreed.quick_plan(CUSTOMERS)
    meanwhile.does(agreed)
    agreed.finish(CUSTOMERS, run_id)
    assert outcome_of(agreed, run_id, "Acme") == ("refused", "RECORD_MOVED")
    assert phones(agreed, "Other") == ("2", "2")
    assert agreed.quick(CUSTOMERS)["matches"]
    assert both_sides(agreed) == (meanwhile.agreed, meanwhile.agreed)


def test_an_edit_of_another_field_of_the_wms_stays_and_goes_with_the_next_run(agreed: Office) -> None:
    """The update that waits does not touch that field: it goes as approved."""
    agreed.sql("UPDATE wms.customer SET phone = '2'")
    run_id = agreed.quick_plan(CUSTOMERS)
    in_wms("email = 'new@b.c'")(agreed)
    agreed.finish(CUSTOMERS, run_id)
    assert outcome_of(agreed, run_id, "Acme")[0] == APPLIED
    assert both_sides(agreed) == (("2", "new@b.c", True), ("2", "a@b.c", True))
    assert agreed.quick(CUSTOMERS)["matches"]
    assert both_sides(agreed) == (("2", "new@b.c", True),) * 2


def test_what_only_quickbooks_may_say_is_not_set_back_beside_the_plan(agreed: Office) -> None:
    """Somebody types terms into the WMS while a phone number waits: the next plan names that it takes them back."""
    agreed.sql("UPDATE wms.customer SET phone = '2'")
    run_id = agreed.quick_plan(CUSTOMERS)
    in_wms("terms = 'Net 30'")(agreed)
    agreed.finish(CUSTOMERS, run_id)
    assert agreed.sql("SELECT terms FROM wms.customer WHERE name = 'Acme'")[0]["terms"] == "Net 30"
    next_run = agreed.quick_plan(CUSTOMERS)
    (operation,) = agreed.operations(next_run)
    assert (operation["side"], operation["before"], operation["after"]) == ("ours", {"terms": "Net 30"}, {"terms": ""})


def test_a_customer_deleted_in_quickbooks_meanwhile_is_refused_and_then_deactivated(agreed: Office) -> None:
    agreed.sql("UPDATE wms.customer SET phone = '2'")
    run_id = agreed.quick_plan(CUSTOMERS)
    agreed.person("DELETE", f"/customers/{agreed.one('customers', 'Acme')['id']}")
    agreed.finish(CUSTOMERS, run_id)
    assert outcome_of(agreed, run_id, "Acme") in (("refused", "RECORD_GONE"), ("refused", "RECORD_MOVED"))
    assert phones(agreed, "Other") == ("2", "2")
    agreed.quick(CUSTOMERS)
    assert not agreed.sql("SELECT is_active FROM wms.customer WHERE name = 'Acme'")[0]["is_active"]


def test_a_customer_deleted_in_the_wms_meanwhile_is_refused(agreed: Office) -> None:
    for name in ("Acme", "Other"):
        agreed.person("POST", f"/customers/{agreed.one('customers', name)['id']}", {"phone": "2"})
    run_id = agreed.quick_plan(CUSTOMERS)
    agreed.sql("DELETE FROM wms.customer WHERE name = 'Acme'")
    agreed.finish(CUSTOMERS, run_id)
    assert outcome_of(agreed, run_id, "Acme") == ("refused", "RECORD_MOVED")
    assert phones(agreed, "Other") == ("2", "2")
    agreed.run(CUSTOMERS, full=True)
    assert agreed.sql("SELECT count(*) AS n FROM wms.customer WHERE name = 'Acme'")[0]["n"] == 0
    assert agreed.one("customers", "Acme")["isActive"] is False


# -- creates


@pytest.mark.parametrize("change", ["phone = '5'", "name = 'Acme Ltd'", "is_active = false"])
def test_a_new_customer_edited_before_it_went_out_is_made_as_it_is_now(office: Office, change: str) -> None:
    office.sql("INSERT INTO wms.customer (name, phone) VALUES ('Acme', '1'), ('Other', '1')")
    run_id = office.quick_plan(CUSTOMERS)
    in_wms(change)(office)
    office.finish(CUSTOMERS, run_id)
    assert outcome_of(office, run_id, "Acme") == ("refused", "RECORD_MOVED")
    assert [row["name"] for row in office.books("customers")] == ["Other"]
    assert office.quick(CUSTOMERS)["matches"]
    ours = office.sql("SELECT name, phone, is_active FROM wms.customer ORDER BY id")[0]
    theirs = office.one("customers", ours["name"])
    assert (theirs["phone"], theirs["isActive"]) == (ours["phone"], ours["is_active"])
    assert len(office.books("customers")) == 2


def test_a_new_customer_deleted_before_it_went_out_is_not_made(office: Office) -> None:
    office.sql("INSERT INTO wms.customer (name) VALUES ('Acme'), ('Other')")
    run_id = office.quick_plan(CUSTOMERS)
    office.sql("DELETE FROM wms.customer WHERE name = 'Acme'")
    office.finish(CUSTOMERS, run_id)
    assert outcome_of(office, run_id, "Acme") == ("refused", "RECORD_MOVED")
    office.run(CUSTOMERS, full=True)
    assert [row["name"] for row in office.books("customers")] == ["Other"]


def test_a_customer_that_somebody_makes_in_quickbooks_first_is_linked_by_the_next_run(office: Office) -> None:
    office.sql("INSERT INTO wms.customer (name, phone) VALUES ('Acme', '1'), ('Other', '1')")
    run_id = office.quick_plan(CUSTOMERS)
    office.person("POST", "/customers", {"name": "ACME", "email": "typed@b.c"})
    office.finish(CUSTOMERS, run_id)
    assert outcome_of(office, run_id, "Acme") == ("not_applied", "NAME_IN_USE")
    assert outcome_of(office, run_id, "Other")[0] == APPLIED
    assert office.quick(CUSTOMERS)["matches"]
    assert len(office.books("customers")) == 2
    assert office.sql("SELECT email, phone FROM wms.customer ORDER BY id")[0] == {"email": "typed@b.c", "phone": "1"}
    assert office.troubles() == []


# -- links


@pytest.fixture
def met(office: Office) -> Office:
    """An office where both sides have the same two customers, and do not know it yet."""
    office.conductor.control.load({"customers": [{"name": n, "phone": "1", "email": "a@b.c"} for n in NAMES]})
    office.sql("INSERT INTO wms.customer (name, phone, email) VALUES ('Acme', '1', 'a@b.c'), ('Other', '1', 'a@b.c')")
    return office


@pytest.mark.parametrize("meanwhile", [
    Meanwhile("QuickBooks", in_books(phone="9"), ("9", "a@b.c", True)),
    Meanwhile("the WMS", in_wms("phone = '9'"), ("9", "a@b.c", True)),
], ids=lambda one: one.what)  # fmt: skip
def test_an_edit_before_a_link_stands_and_comes_over_with_the_next_run(met: Office, meanwhile: Meanwhile) -> None:
    run_id = met.quick_plan(CUSTOMERS)
    meanwhile.does(met)
    met.finish(CUSTOMERS, run_id)
    assert met.quick(CUSTOMERS)["matches"]
    assert both_sides(met) == (meanwhile.agreed, meanwhile.agreed)


def test_a_record_deleted_before_its_link_does_not_stop_the_others(met: Office) -> None:
    run_id = met.quick_plan(CUSTOMERS)
    met.sql("DELETE FROM wms.customer WHERE name = 'Acme'")
    met.finish(CUSTOMERS, run_id)
    ended = {(row["name"], row["state"]) for row in met.operations(run_id)}
    assert ended == {("customer Acme", "refused"), ("customer Other", APPLIED)}


# -- lines of orders


ORDERS = ("sales order", "purchase order")


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("first", ["WMS", "QuickBooks"])
def test_lines_edited_on_the_other_side_meanwhile_are_merged_by_the_next_run(
    office: Office, name: str, first: str
) -> None:
    """One side changes the first line, the other adds a line before that is written: both stand in the end."""
    kind = OBJECT_TYPES[name]
    prepared(office)
    kind.make_theirs(office, "O1", "10")
    assert office.quick(kind.flow)["matches"]
    edit, add = (kind.edit_ours, add_in_books) if first == "WMS" else (kind.edit_theirs, add_in_wms)
    edit(office, "O1", "20")
    run_id = office.quick_plan(kind.flow)
    add(office, kind)
    office.finish(kind.flow, run_id)
    assert [row[2:] for row in office.outcomes(run_id)] == [("refused", "RECORD_MOVED")]
    assert office.quick(kind.flow)["matches"]
    theirs = [(line["item"]["fullName"], line["quantity"]) for line in office.one(kind.resource, "O1")["lines"]]
    assert theirs == [("Bolt", 20), ("Nut", 7), ("Nut", 99)]
    ours = office.sql(f"SELECT quantity FROM wms.{kind.table}_line ORDER BY position")
    assert [int(row["quantity"]) for row in ours] == [20, 7, 99]


def add_in_books(office: Office, kind: ObjectType) -> None:
    """Somebody adds a line to O1 in QuickBooks."""
    order = office.one(kind.resource, "O1")
    lines: list[dict[str, Any]] = [{"id": line["id"]} for line in order["lines"]]
    lines.append({"id": "-1", "itemId": office.one("inventory-items", "Nut")["id"], "quantity": 99, "rate": "1.00"})
    office.person("POST", f"/{kind.resource}/{order['id']}", {"lines": lines})


def add_in_wms(office: Office, kind: ObjectType) -> None:
    """Somebody adds a line to O1 in the WMS."""
    price = "unit_price" if kind.table == "sales_order" else "unit_cost"
    office.sql(
        f"INSERT INTO wms.{kind.table}_line ({kind.table}_id, position, item_id, quantity, {price})"
        f" SELECT id, 3, (SELECT id FROM wms.item WHERE name = 'Nut'), 99, 1 FROM wms.{kind.table}"
    )  # fmt: skip


# -- a write that a dead run left without an outcome, and an edit of the same record before anybody looked


def left_without_an_outcome(office: Office, run_id: str) -> None:
    """The run died right after it noted that it was about to write."""
    office.store_sql("UPDATE accordant.operation SET state = 'sending', attempts = 1 WHERE run_id = %s", run_id)


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("edited", ["WMS", "QuickBooks"])
def test_lines_that_were_never_written_are_not_taken_for_written_because_of_another_edit(
    office: Office, name: str, edited: str
) -> None:
    """The quantity was to go across; before the look-up somebody over there edits the memo."""
    kind = OBJECT_TYPES[name]
    prepared(office)
    kind.make_theirs(office, "O1", "10")
    assert office.quick(kind.flow)["matches"]
    (kind.edit_ours if edited == "WMS" else kind.edit_theirs)(office, "O1", "20")
    left_without_an_outcome(office, office.quick_plan(kind.flow))
    if edited == "WMS":
        office.person("POST", f"/{kind.resource}/{office.one(kind.resource, 'O1')['id']}", {"memo": "Gate 4"})
    else:
        office.sql(f"UPDATE wms.{kind.table} SET memo = 'Gate 4'")
    assert office.quick(kind.flow)["matches"]
    assert (kind.value_ours(office, "O1"), kind.value_theirs(office, "O1")) == ("20", "20")
    assert office.one(kind.resource, "O1")["memo"] == "Gate 4"
    assert office.sql(f"SELECT memo FROM wms.{kind.table}")[0]["memo"] == "Gate 4"
    assert office.stuck() == []


def test_an_edit_on_top_of_a_write_that_was_not_noted_goes_across_too(agreed: Office) -> None:
    """The phone from QuickBooks is in the WMS, the run died before it noted that; then somebody edits the e-mail."""
    in_books(phone="2")(agreed)
    left_without_an_outcome(agreed, agreed.quick_plan(CUSTOMERS))
    in_wms("phone = '2'")(agreed)
    in_wms("email = 'new@b.c'")(agreed)
    assert agreed.quick(CUSTOMERS)["matches"]
    assert both_sides(agreed) == (("2", "new@b.c", True),) * 2
