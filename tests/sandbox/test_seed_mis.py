"""The school is the same every time, loads into both databases and QuickBooks, and its promise adds up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from sandbox.quickbooks_online.company import Company
from sandbox.seed.mis import invoices as seed
from sandbox.seed.mis import quickbooks_side, students
from sandbox.seed.mis.load import load_many, load_mis
from sandbox.seed.mis.promises import customer_names, promise
from sandbox.seed.mis.quickbooks_side import load_books, quickbooks_objects
from sandbox.seed.mis.schema import INVOICES, STUDENTS, engine_of

_NUMBERS = count(1)


@pytest.fixture(params=["postgres", "mariadb"])
def address(request: pytest.FixtureRequest) -> str:
    """An empty database of either kind."""
    server, name = request.getfixturevalue(request.param), f"mis_seed_{next(_NUMBERS)}"
    server.create_database(name)
    return str(server.uri(name))


@pytest.fixture
def books() -> Iterator[Company]:
    """QuickBooks with what it has before the first run."""
    made = Company()
    load_books(made)
    yield made
    made.close()


def _told() -> str:
    return json.dumps([students.students(), seed.invoices(), quickbooks_objects(), vars(promise())], default=str)


def test_the_school_is_the_same_every_time() -> None:
    before = _told()
    for one in (students.students, seed.invoices, quickbooks_side.invoices_there, quickbooks_side.customers_there):
        one.cache_clear()
    promise.cache_clear()
    assert _told() == before


def test_there_is_as_much_as_was_promised() -> None:
    rows = seed.invoices()
    assert [one.id for one in rows] == list(range(1, 1_251))
    assert 175 <= len(students.students()) <= 190
    days = [one.invoice_date for one in rows if one.fate == seed.CREATED and isinstance(one.invoice_date, date)]
    assert days == sorted(days)
    assert (min(days).year, max(days)) == (2020, seed.LAST_DAY)
    assert len({one.fee_category for one in rows}) > 6
    assert len(seed._troubles()) <= len(seed._places())
    assert {one.student for one in rows} - {None} <= set(students.students())


def test_every_row_has_one_fate_and_the_numbers_add_up() -> None:
    told = promise()
    assert sum(map(len, told.fates.values())) == told.before["total"] == told.after["total"] == 1_250
    assert told.after["synced"] == told.before["synced"] + told.invoices_created + told.invoices_linked
    refused = sum(map(len, told.quarantine.values()))
    assert told.after["failed"] == told.before["failed"] + refused
    assert told.after["not_synced"] == told.after["in_progress"] == 0
    assert told.invoices == told.invoices_before + told.invoices_created
    assert told.amount == told.amount_before + told.amount_created
    assert len(told.amounts) == told.after["synced"]
    assert set(told.quarantine) == {
        "AMOUNT_NOT_POSITIVE", "CREDIT_ROW", "CUSTOMER_NOT_FOUND", "DATE_MISSING", "DATE_OUT_OF_RANGE",
        "COMMENT_TOO_LONG", "REG_NO_INVALID", "CUSTOMER_NAME_TAKEN", "DOCUMENT_DIFFERS",
    }  # fmt: skip
    assert set(told.warnings) == {"EMAIL_INVALID", "PHONE_INVALID"}
    assert len(set(customer_names().values())) <= told.customers


def test_quickbooks_takes_all_of_it_and_sums_up_as_the_seed_does(books: Company) -> None:
    told, dump = promise(), books.dump()
    assert len(dump["Invoice"]) == told.invoices_before
    assert sum((Decimal(one["TotalAmt"]) for one in dump["Invoice"]), Decimal(0)) == told.amount_before
    assert len(dump["Customer"]) == told.customers_before
    assert len(dump["Item"]) == told.items - told.items_created
    shown = {one["DocNumber"]: one for one in dump["Invoice"]}
    names = {one["Id"]: one["DisplayName"] for one in dump["Customer"]}
    for key in (*told.fates[seed.LINKED], *told.fates[seed.SYNCED_BEFORE]):
        row, there = seed.invoices()[key - 1], shown[f"MIS-{key}"]
        assert Decimal(there["TotalAmt"]) == row.amount
        assert there["TxnDate"] == str(row.invoice_date)
        assert names[there["CustomerRef"]["value"]] == customer_names()[key]


def test_quickbooks_refuses_only_what_is_promised(books: Company) -> None:
    for one in students.students():
        if one.takes_invoices and one not in quickbooks_side.customers_there():
            books.load({"Customer": [{"DisplayName": one.reg_no, "FamilyName": one.surname}]})
    for name in (*promise().customers_refused, "2024:U:103"):
        with pytest.raises(ValueError):
            books.load({"Customer": [{"DisplayName": name}]})


def test_the_mis_holds_every_row_and_is_loaded_once(address: str) -> None:
    loaded = load_mis(address)
    assert loaded.invoices == 1_250
    assert load_mis(address).invoices == 0
    with engine_of(address).connect() as connection:
        statuses = Counter(row.status or 0 for row in connection.execute(sa.select(INVOICES.c.status)))
        assert statuses == {0: 1_199, 1: 40, 2: 5, 3: 6}
        people = connection.scalar(sa.select(sa.func.count()).select_from(STUDENTS))
        assert people == loaded.students
        odd = sa.select(INVOICES.c.reg_no).where(INVOICES.c.reg_no.like("%O'L%"))
        assert connection.scalars(odd).first() == "2021/O'L/007"
        total = connection.scalar(sa.select(sa.func.sum(INVOICES.c.dept)))
        assert total == sum((one.amount for one in seed.invoices()), Decimal(0))


def test_any_number_of_rows_can_be_added_behind(address: str) -> None:
    load_mis(address)
    assert load_many(address, 7_000, 50, date(2025, 9, 1), date(2026, 9, 1)).invoices == 7_000
    with engine_of(address).begin() as connection:
        made: Any = connection.execute(
            sa.select(sa.func.count(), sa.func.min(INVOICES.c.id), sa.func.max(INVOICES.c.id),
                      sa.func.min(INVOICES.c.invoice_date), sa.func.max(INVOICES.c.invoice_date),
                      sa.func.min(INVOICES.c.dept))
            .where(INVOICES.c.reg_no.like("BENCH/%"))
        ).one()  # fmt: skip
        assert tuple(made)[:5] == (7_000, 1_251, 8_250, date(2025, 9, 1), date(2026, 8, 31))
        assert made[5] > 0
        known = sa.select(sa.func.count()).select_from(INVOICES.join(STUDENTS, INVOICES.c.reg_no == STUDENTS.c.reg_no))
        assert connection.scalar(known.where(INVOICES.c.reg_no.like("BENCH/%"))) == 7_000
        connection.execute(sa.insert(INVOICES).values(reg_no="x"))
        assert connection.scalar(sa.select(sa.func.max(INVOICES.c.id))) == 8_251
