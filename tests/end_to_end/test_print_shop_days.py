"""Days in a print shop: statuses, names and dates change, companies come and go, and the tables follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from accordant.sync.errors import NeedsPerson
from accordant.tasks import proof, steps
from sandbox.printavo.server import PrintavoThread, running_printavo
from sandbox.seed.printavo.promises import promise
from tests.end_to_end.print_shop import FLOW, PrintShop, account_of_the_demo


@pytest.fixture(scope="module")
def printavo_server() -> Iterator[PrintavoThread]:
    """The Printavo sandbox with the demo's account."""
    with running_printavo(content=account_of_the_demo()) as server:
        yield server


@pytest.fixture
def shop(
    postgres: Any, store: str, printavo_server: PrintavoThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PrintShop]:
    """A shop that has read everything once."""
    printavo_server.account.fill(account_of_the_demo())
    shop = PrintShop(postgres, printavo_server, tmp_path, monkeypatch)
    shop.run()
    yield shop
    shop.close()


def status_id(shop: PrintShop, name: str) -> str:
    """Return the id of a status."""
    return str(shop.value(f"SELECT id FROM printavo.status WHERE name = '{name}' ORDER BY id LIMIT 1"))


def test_a_completed_order_leaves_the_companys_table_comes_back_and_is_kept_in_the_base_all_the_time(
    shop: PrintShop,
) -> None:
    order, row = next(iter(shop.book("imm").items()))
    before = shop.value(f"SELECT status_id FROM printavo.orders WHERE id = '{order}'")
    for status, shown in ((status_id(shop, "Completed"), False), (before, True)):
        shop.printavo.person.change_status(order, status)
        shop.run()
        assert (order in shop.book("imm")) is shown
        assert shop.value(f"SELECT gone_at IS NULL FROM printavo.orders WHERE id = '{order}'") is True
    assert {**shop.book("imm")[order], "updated_at": None} == {**row, "updated_at": None}


def test_a_renamed_customer_takes_its_orders_to_the_other_company_and_a_near_name_is_reported(shop: PrintShop) -> None:
    order, _ = next(iter(shop.book("imm").items()))
    customer = str(shop.value(f"SELECT customer_id FROM printavo.orders WHERE id = '{order}'"))
    shop.printavo.person.rename_customer(customer, "Harlestons (formerly something else)")
    shop.run()
    assert order not in shop.book("imm")
    assert order in shop.book("harlestons")
    shop.printavo.person.rename_customer(customer, "Harlestone & Co")
    summary = shop.run()
    assert order not in shop.book("harlestons")
    assert summary["object_types"]["customer"]["warnings"] >= 1


def test_a_deleted_order_is_gone_after_a_full_read_and_not_by_a_short_or_partial_one(shop: PrintShop) -> None:
    order, _ = next(iter(shop.book("imm").items()))
    shop.printavo.person.delete_order(order)
    for parameters, gone in (({}, False), ({"what": "imm"}, False), ({"full": True}, True)):
        shop.run(**parameters)
        assert shop.value(f"SELECT gone_at IS NOT NULL FROM printavo.orders WHERE id = '{order}'") is gone
        assert (order in shop.book("imm")) is not gone


def test_a_payment_that_moves_no_time_stamp_is_seen_by_the_amount_paid(shop: PrintShop) -> None:
    order, row = next((key, row) for key, row in shop.book("imm").items() if row["total"])
    shop.printavo.person.add_payment(order, 12.34, touch=False)
    shop.run()
    assert shop.value(f"SELECT count(*) FROM printavo.payment WHERE order_id = '{order}' AND amount = 12.34") == 1
    assert shop.book("imm")[order]["amount_paid"] != row["amount_paid"]


def test_one_company_is_read_alone(shop: PrintShop) -> None:
    mine, other = next(iter(shop.book("imm"))), next(iter(shop.book("harlestons")))
    for order in (mine, other):
        shop.printavo.person.set_due_dates(order, customer_due="2027-05-05")
    shop.run(what="imm")
    assert shop.book("imm")[mine]["customer_due"] == date(2027, 5, 5)
    assert shop.book("harlestons")[other]["customer_due"] != date(2027, 5, 5)


def test_a_further_company_is_an_entry_in_the_settings(shop: PrintShop) -> None:
    orders = "EXISTS (SELECT FROM printavo.orders AS o WHERE o.customer_id = c.id)"
    name = shop.value(f"SELECT max(company_name) FROM printavo.customer AS c WHERE company_name <> '' AND {orders}")
    rules = shop.changed.get("companies") or {}
    shop.settings(companies={**rules, "another": {"name": name, "customers": [name.replace("*", "")]}})
    shop.run()
    assert shop.value("SELECT count(*) FROM printavo.another_orders") > 0


def test_a_refused_order_stays_as_it_was_and_is_named(shop: PrintShop) -> None:
    order, row = next(iter(shop.book("imm").items()))
    shop.printavo.account.own(shop.printavo.account.find_order(order))["customerDueAt"] = "0000-00-00"
    shop.printavo.account.many_changed()
    summary = shop.run()
    assert summary["object_types"]["order"]["quarantined"] == 1
    assert shop.book("imm")[order] == row
    assert shop.value(f"SELECT gone_at IS NULL FROM printavo.orders WHERE id = '{order}'") is True


@pytest.mark.parametrize("full", [False, True])
def test_what_was_corrected_in_printavo_leaves_the_quarantine(shop: PrintShop, full: bool) -> None:
    orders = [shop.printavo.account.own(shop.printavo.account.find_order(one)) for one in [*shop.book("imm")][:2]]
    for order in orders:
        order["customerDueAt"] = "0000-00-00"
    shop.printavo.account.many_changed()
    shop.run()
    assert {one["source"] for one in shop.troubles("order")} == {order["id"] for order in orders}
    orders[0]["customerDueAt"] = "2027-03-04"
    shop.printavo.account.many_changed()
    shop.run(full=full)
    assert [one["source"] for one in shop.troubles("order")] == [orders[1]["id"]]


def test_a_plan_that_would_mark_many_records_as_gone_waits_for_a_person(shop: PrintShop) -> None:
    for order in [*shop.printavo.account.orders()][:200]:
        shop.printavo.person.delete_order(order["id"])
    before = shop.digest()
    summary, error = shop.attempt(full=True)
    assert summary["decision"] == "waiting"
    assert error is not None
    assert shop.digest() == before


def test_a_run_whose_reading_a_later_run_replaced_writes_nothing(shop: PrintShop) -> None:
    order, _ = next(iter(shop.book("imm").items()))
    shop.printavo.person.set_due_dates(order, customer_due="2027-05-05")
    old = shop.plan()
    shop.run()
    before = shop.digest()
    with pytest.raises(NeedsPerson):
        shop.finish(old)
    assert shop.digest() == before


def test_a_step_of_an_old_run_never_merges_or_certifies_what_another_run_is_reading(shop: PrintShop) -> None:
    old = shop.plan()
    shop.attempt(preview=True)
    books = {company: shop.book(company) for company in ("imm", "harlestons")}
    for step in (steps.load, proof.reconcile):
        with pytest.raises(NeedsPerson):
            step(FLOW, old)
    assert books == {company: shop.book(company) for company in ("imm", "harlestons")}


def test_a_company_is_read_with_the_orders_of_its_contacts_at_other_customers(shop: PrintShop) -> None:
    contacts = ", ".join(f"'{one}'" for one in promise().contacts["harlestons"])
    order = shop.value(f"SELECT max(id) FROM printavo.orders WHERE contact_id IN ({contacts})")
    shop.printavo.person.set_due_dates(order, customer_due="2027-05-05")
    shop.run(what="harlestons")
    assert shop.value(f"SELECT customer_due FROM printavo.orders WHERE id = '{order}'") == date(2027, 5, 5)


def test_many_orders_that_are_done_at_once_need_no_approval(shop: PrintShop) -> None:
    for order in [*shop.book("imm"), *shop.book("harlestons")]:
        shop.printavo.person.change_status(order, status_id(shop, "Completed"))
    assert shop.run()["decision"] == "within_limits"
    assert not shop.book("imm")


def test_the_summary_counts_an_order_whose_line_changed_as_changed(shop: PrintShop) -> None:
    order = next(iter(shop.book("imm")))
    shop.rows(f"UPDATE printavo.line_item SET price = 1 WHERE order_id = '{order}'")
    told = shop.run(full=True)["object_types"]["order"]
    assert (told["read"], told["updated"], told["unchanged"]) == (400, 1, 399)
