"""What the MIS hook reads is the same on Postgres and on MariaDB."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accordant.hooks import mis_rows
from accordant.hooks.mis import MisHook
from tests.hooks.mis_databases import ALL, MisDatabase, never


def test_a_row_has_plain_values_and_its_student(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(1, reg_no="  2023/o'b:é ", dept="1234.50", credit="0.00", comment=None)
    mis_database.students({"reg_no": "2023/O'B:É", "surname": " Ochieng' ", "email": "a@b.ug", "phone": "+256 7"})
    (row,) = mis.find([1])
    assert row == {
        "id": 1, "reg_no": "  2023/o'b:é ", "dept": Decimal("1234.50"), "credit": Decimal("0.00"),
        "invoice_date": date(2025, 9, 1), "comment": None, "fee_category": "Tuition", "status": 0, "pushed_by": None,
        "pushed_date": None,
        "student": {"reg_no": "2023/O'B:É", "names": ["Ochieng'", "Ann", ""], "email": "a@b.ug", "phone": "+256 7"},
    }  # fmt: skip


def test_students_who_are_missing_or_there_twice_do_not_change_the_invoices(
    mis_database: MisDatabase, mis: MisHook
) -> None:
    mis_database.invoices(1, reg_no="A/1")
    mis_database.invoices(1, reg_no="a/1 ")
    for reg_no in ("B/2", None, " "):
        mis_database.invoices(1, reg_no=reg_no)
    mis_database.students(
        {"reg_no": "A/1"}, {"reg_no": "A/1", "email": "a@b.ug", "phone": "1"}, {"reg_no": "a/1\r\n"}, {"reg_no": None}
    )
    rows = mis.page(10)
    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row["student"] and row["student"]["email"] for row in rows] == ["a@b.ug", "a@b.ug", None, None, None]


def test_dates_that_no_calendar_has_come_as_text(mis_database: MisDatabase, mis: MisHook) -> None:
    odd = "infinity" if mis_database.kind == "postgres" else "0000-00-00"
    mis_database.sql("SELECT 1" if mis_database.kind == "postgres" else "SET GLOBAL sql_mode = ''")
    mis_database.engine.dispose()
    mis_database.invoices(1, invoice_date=odd)
    mis_database.invoices(1, invoice_date="1900-01-01")
    assert [row["invoice_date"] for row in mis.page(5)] == [odd, date(1900, 1, 1)]
    assert mis.claim("mine", ALL, lapsed=never) == 2
    assert [row["invoice_date"] for row in mis.claimed("mine")] == [odd, date(1900, 1, 1)]


@pytest.mark.parametrize(
    ("given", "read"),
    [("12.50", Decimal("12.50")), (0.1, Decimal("0.1")), (None, None), ("", None), ("1,200", "1,200"), ("NaN", "NaN")],
)
def test_an_amount_is_a_decimal_or_the_text_it_is(given: Any, read: Any) -> None:
    assert mis_rows.money(given) == read


def test_pages_are_read_whole_and_in_order(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(2_001)
    assert [row["id"] for row in mis.open_rows(ALL)] == list(range(1, 2_002))
    assert [row["id"] for row in mis.open_rows(ALL, 3)] == [1, 2, 3]
    assert [row["id"] for row in mis.page(2, 1_999)] == [2_000, 2_001]
    assert len(mis.find(range(1, 2_002))) == 2_001
    assert mis.claim("mine", ALL, lapsed=never) == 2_001
    assert mis.settle("mine", dict.fromkeys(range(1, 2_002), 1), "me") == set(range(1, 2_002))
    assert mis.page(1) == []


def test_other_names_of_tables_and_columns_are_taken_exactly(mis_database: MisDatabase) -> None:
    mis_database.sql('ALTER TABLE tbl_imvoice RENAME TO "Fee Invoices"')
    mis_database.sql('ALTER TABLE "Fee Invoices" RENAME COLUMN "dept" TO "Debit %Amount"')
    hook = mis_database.hook(invoices="Fee Invoices", dept="Debit %Amount", status="Order", names=("surname",))
    mis_database.sql('INSERT INTO "Fee Invoices" (reg_no, "Debit %Amount") VALUES (\'x\', 7)')
    assert hook.claim("mine", ALL, lapsed=never) == 1
    assert next(hook.claimed("mine"))["dept"] == Decimal("7.00")
    assert hook.settle("mine", {1: 1}, "me") == {1}
    hook.close()
