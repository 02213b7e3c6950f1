"""The company is the same every time, loads into both sides, and its promise adds up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Any

import psycopg
import pytest

from sandbox.conductor.company import Company
from sandbox.conductor.server import running_conductor
from sandbox.seed.qbd import company, items, movements, orders, parties
from sandbox.seed.qbd.load import load_books, load_company
from sandbox.seed.qbd.orders import LONG_NUMBER, cents
from sandbox.seed.qbd.parties import LONG_NAME
from sandbox.seed.qbd.promises import names, promise
from sandbox.seed.qbd.quickbooks_side import objects, quickbooks_object
from sandbox.seed.qbd.records import CREATED_IN_WMS, LINKED, SeedRecord, sides
from sandbox.seed.qbd.second_day import edits, edits_of_the_day
from sandbox.seed.qbd.wms_side import load_wms

_NUMBERS = count(1)
_CACHED = (
    parties.customers, parties.vendors, items.items, items._plain_vendors, orders.sales_orders, orders.purchase_orders,
    orders.untroubled, orders._goods, orders._discounts, movements.invoices, movements.adjustments,
    movements.counted_items, company.records, company.by_label,
)  # fmt: skip


@pytest.fixture
def wms(postgres: Any) -> str:
    """An empty database."""
    name = f"wms_seed_{next(_NUMBERS)}"
    postgres.create_database(name)
    return str(postgres.uri(name))


@pytest.fixture
def books() -> Iterator[Company]:
    """QuickBooks with the seed in it."""
    made = Company()
    load_books(made)
    yield made
    made.close()


def _told() -> str:
    return json.dumps([objects(), [[one.label, one.wms] for one in company.by_label().values()]], default=str)


def test_the_company_is_the_same_every_time() -> None:
    before = _told()
    for one in _CACHED:
        one.cache_clear()
    assert _told() == before


def test_there_is_as_much_as_was_promised() -> None:
    found = {kind: len(listed) for kind, listed in company.records().items()}
    assert found == {
        "vendor": 40, "customer": 200, "item": 300, "sales_order": 150, "purchase_order": 60, "invoice": 50,
        "inventory_adjustment": 25,
    }  # fmt: skip
    kinds = Counter(one.either["kind"] for one in company.records()["item"])
    assert kinds["assembly"] == 15
    assert len(kinds) == 5
    assert sum(one.either["parent"] is not None for one in company.records()["customer"]) == 30


@pytest.mark.parametrize("kind", ["customer", "vendor", "item", "sales_order", "purchase_order"])
def test_about_six_of_ten_records_are_on_both_sides(kind: str) -> None:
    listed = company.records()[kind]
    linked = sum(one.outcome == LINKED for one in listed)
    assert 0.55 < linked / len(listed) < 0.65


def test_a_record_refers_only_to_what_its_own_side_has() -> None:
    for record in company.by_label().values():
        for side in ("wms", "quickbooks"):
            fields = getattr(record, side) or {}
            references = [fields.get(key) for key in ("parent", "customer", "vendor", "preferred_vendor")]
            references += [line["item"] for line in fields.get("lines", [])]
            for other in filter(None, references):
                assert getattr(company.by_label()[other], side) is not None, (record.label, side, other)


def test_only_the_troubled_names_repeat_or_are_too_long() -> None:
    promised = promise()
    for kind, limit in (("customer", 41), ("vendor", 41), ("item", 31)):
        listed = company.of_side(company.records()[kind], "wms")
        long = {one.label for one in listed if len((one.wms or {})["name"].strip()) > limit}
        assert long == {label for label in promised.quarantined if label in {one.label for one in listed}}
        keys = Counter((one.either["name"].strip().lower(), one.either.get("parent")) for one in listed)
        twice = {one.label for one in listed if keys[one.either["name"].strip().lower(), one.either.get("parent")] > 1}
        assert twice == {label for label in promised.conflicts if label in {one.label for one in listed}}


def test_every_trouble_is_promised() -> None:
    promised = promise()
    assert names(promised.quarantined)[next(iter(promised.quarantined))] == LONG_NAME
    assert LONG_NUMBER in names(promised.quarantined).values()
    assert len(promised.conflicts) == 2
    assert set(promised.held.values()) <= promised.troubles.keys()
    assert len(promised.held) == 3
    assert len(promised.deactivated) == 1
    assert promised.troubles.keys() >= {*promised.quarantined, *promised.conflicts, *promised.held}
    assert promised.wms["invoice"] == promised.outcomes["invoice"][CREATED_IN_WMS] == 50
    both = promised.net_changes["wms"].keys() & promised.net_changes["quickbooks"].keys()
    assert both  # some item is moved by both sides


def test_what_must_be_agreed_differs_before() -> None:
    for label, fields in promise().agreed.items():
        record = company.by_label()[label]
        for name, value in fields.items():
            if record.deleted or (record.quickbooks is None and record.wms):
                continue
            if name != "is_fully_invoiced":  # worked out by QuickBooks itself
                assert (record.wms or {})[name] != (record.quickbooks or {})[name], (label, name)
                assert value in ((record.wms or {})[name], (record.quickbooks or {})[name]), (label, name)


def test_quickbooks_takes_all_of_it_and_sums_up_as_the_seed_does(books: Company) -> None:
    dump = books.dump()
    shown = {one["id"]: one for listed in dump.values() for one in listed}
    for record in company.by_label().values():
        if record.quickbooks is None or record.deleted:
            continue
        found = shown[record.quickbooks_id]
        if record.kind in ("sales_order", "purchase_order"):
            assert found["totalAmount"] == record.quickbooks["total_amount"], record.label
        if record.kind == "invoice":
            assert found["balanceRemaining"] == record.quickbooks["balance_remaining"], record.label
            assert found["isPaid"] == record.quickbooks["is_paid"], record.label
    assert [one["fullName"] for one in dump["deletions"]] == list(names(promise().deactivated).values())
    billed = {one["id"] for one in dump["sales-orders"] if one["isFullyInvoiced"]}
    ours = {one.either["sales_order"] for one in company.records()["invoice"] if "sales_order" in one.either}
    assert billed == {company.by_label()[label].quickbooks_id for label in ours}


def test_what_quickbooks_shows_is_what_was_loaded(books: Company) -> None:
    shown = {one["id"]: one for listed in books.dump().values() for one in listed}
    for record in company.records()["customer"]:
        if record.quickbooks is not None and not record.deleted:
            loaded = quickbooks_object(record)
            found = shown[record.quickbooks_id]
            for name in ("name", "phone", "email", "companyName", "updatedAt", "isActive"):
                assert found[name] == loaded[name]
            assert (found["billingAddress"] or {})["postalCode"] == loaded["billingAddress"]["postalCode"]


def test_the_warehouse_takes_all_of_it_once(wms: str) -> None:
    expected = sum(one.wms is not None for one in company.by_label().values())
    assert load_wms(wms) == expected
    assert load_wms(wms) == 0
    with psycopg.connect(wms) as connection:
        for kind, listed in company.records().items():
            found = connection.execute(f"SELECT count(*) FROM wms.{kind}").fetchone()
            assert found == (len(company.of_side(listed, "wms")),)
        times = connection.execute("SELECT DISTINCT updated_at FROM wms.sales_order").fetchall()
        assert {time for (time,) in times} == {one.wms_time for one in company.records()["sales_order"] if one.wms}


def test_the_shelves_hold_what_was_counted_and_adjusted(wms: str) -> None:
    load_wms(wms)
    first = sum(
        Decimal(one.wms["quantity_on_hand"])
        for one in company.of_side(company.records()["item"], "wms")
        if one.wms and "quantity_on_hand" in one.wms
    )
    with psycopg.connect(wms) as connection:
        found = connection.execute("SELECT sum(quantity_on_hand) FROM wms.stock").fetchone()
    assert found == (first + sum(promise().net_changes["wms"].values()),)


def test_both_sides_load_over_http_and_only_once(wms: str) -> None:
    with running_conductor() as server:
        loaded = load_company(wms, server.base_url)
        assert loaded.wms > 500
        assert loaded.quickbooks > 600
        again = load_company(wms, server.base_url)
        assert (again.wms, again.quickbooks) == (0, 0)


def _bind(connection: psycopg.Connection[Any], record: SeedRecord) -> None:
    """What the first run does: here the records that the day's edits are about are found by what is unique."""
    column = {"item": "sku", "sales_order": "ref_number"}.get(record.kind, "email")
    statement = f"UPDATE wms.{record.kind} SET quickbooks_id = %s WHERE {column} = %s"
    assert connection.execute(statement, (record.quickbooks_id, record.either[column])).rowcount == 1


def test_the_second_day_edits_bound_records_on_both_sides(wms: str, books: Company) -> None:
    load_wms(wms)
    pauses: list[float] = []
    with psycopg.connect(wms) as connection:
        for edit in edits():
            _bind(connection, edit.record)
        done = edits_of_the_day(connection, books.person, pause=pauses.append)
        lines = connection.execute(
            "SELECT count(*) FROM wms.sales_order_line WHERE description = 'One more'"
        ).fetchone()
    assert lines == (1,)
    assert len(done) >= 14
    assert len(pauses) == 1
    assert len(books.dump()["deletions"]) == 3
    gone = [edit.record for edit in done if edit.about == "deleted in QuickBooks"]
    assert {one.kind for one in gone} == {"customer", "sales_order"}
    assert {edit.about for edit in done} >= {"stock adjusted on both sides", "renamed in QuickBooks"}


def test_the_second_day_needs_a_first(wms: str, books: Company) -> None:
    load_wms(wms)
    with psycopg.connect(wms) as connection, pytest.raises(LookupError, match="not bound"):
        edits_of_the_day(connection, books.person, pause=lambda seconds: None)


def test_sides_are_spread_evenly() -> None:
    spread = sides(6, 2, 2)
    assert Counter(spread) == {"both": 6, "wms": 2, "quickbooks": 2}
    assert cents(Decimal("0.125")) == Decimal("0.13")
