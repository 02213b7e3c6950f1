"""Rows of the MIS in canonical form: nothing raises, nothing is cut, and what comes back is what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.mis_invoices.decide import after_of, told
from accordant.flows.mis_invoices.quickbooks import (
    IDENTITY,
    as_quickbooks_has_it,
    customer_body,
    differing,
    invoice_body,
    invoice_content,
)
from accordant.flows.mis_invoices.quickbooks import TEXTS as TEXT_FIELDS
from accordant.flows.mis_invoices.records import customer_key, is_email, number_of_invoice
from accordant.flows.mis_invoices.records import invoice_content as content_of
from accordant.flows.mis_invoices.report import FAILED, OPEN, SYNCED, status_of
from accordant.flows.mis_invoices.settings import InvoiceSettings, ItemSettings, MisSettings
from accordant.sync.numbers import plain

SETTINGS = MisSettings(items=ItemSettings(of_category={"Tuition": "Tuition fees"}, default="School fees"))
DAYS = (date(2000, 1, 1), date(2027, 12, 31))

TEXTS = st.one_of(st.none(), st.text(max_size=60), st.integers().map(str))
AMOUNTS = st.one_of(st.none(), st.text(max_size=8), st.decimals(allow_nan=False, allow_infinity=False, places=2))
ROWS = st.fixed_dictionaries({
    "id": st.integers(1, 10**12), "reg_no": TEXTS, "dept": AMOUNTS, "credit": AMOUNTS,
    "invoice_date": st.one_of(st.none(), st.dates(), st.text(max_size=10)), "comment": TEXTS, "fee_category": TEXTS,
    "student": st.one_of(st.none(), st.fixed_dictionaries({
        "reg_no": st.text(max_size=20), "names": st.lists(st.text(max_size=20), max_size=3),
        "email": st.text(max_size=30), "phone": st.text(max_size=30),
    })),
})  # fmt: skip


@given(row=ROWS)
def test_no_row_whatsoever_raises_and_the_same_row_is_the_same_record(row: Mapping[str, Any]) -> None:
    first, again = content_of(row, SETTINGS, DAYS), content_of(dict(row), SETTINGS, DAYS)
    assert first == again
    assert first["customer"] == customer_key(first["reg_no"])


CENTS = st.integers(1, 10**13 - 1).map(lambda cents: Decimal(cents) / 100)


@given(
    amount=CENTS, note=st.text(max_size=80), category=st.text(max_size=30), currency=st.sampled_from(["", "UGX"]),
    day=st.dates(date(2000, 1, 1), date(2027, 1, 1)),
)  # fmt: skip
def test_what_quickbooks_gives_back_of_an_invoice_is_what_was_sent(
    amount: Decimal, note: str, category: str, currency: str, day: date
) -> None:
    settings = SETTINGS.model_copy(update={"invoice": InvoiceSettings(currency=currency)})
    row = {
        "id": 7, "reg_no": "R/1", "dept": amount, "credit": None, "invoice_date": day, "comment": note,
        "fee_category": category, "student": {"reg_no": "R/1", "names": ["Okello"], "email": "", "phone": ""},
    }  # fmt: skip
    after = after_of("MIS-7", content_of(row, settings, DAYS))
    entity = invoice_body(after, "12", "3", settings) | {"Id": "1", "TotalAmt": amount}
    theirs, ours = invoice_content(entity, settings), as_quickbooks_has_it(after, "12", "3", currency)
    assert theirs.keys() == ours.keys()
    assert differing(ours, theirs, (*IDENTITY, *TEXT_FIELDS)) == []
    assert Decimal(after["amount"]) == amount
    assert entity["Line"][0]["Amount"] == amount


AFTER = {
    "number": "MIS-1", "customer": "r/1", "date": "2025-09-01", "amount": "1000.5", "note": "", "description": "",
    "item": "Tuition fees",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "theirs", "sentence"),
    [
        ("amount", {"amount": "7"}, "amount is 1000.50 in the MIS and 7.00 in QuickBooks"),
        ("note", {"note": "Paid"}, "memo is (none) in the MIS and Paid in QuickBooks"),
        (
            "customer_id", {"customer_id": "33", "customer_name": "R/2"},
            "customer is R/1 in the MIS and R/2 in QuickBooks",
        ),
        (
            "customer_id", {"customer_id": "33"},
            "customer is R/1 (id 32) in the MIS and R/1 (id 33) in QuickBooks",
        ),
        ("item_id", {"item_id": "", "item_name": ""}, "item is Tuition fees in the MIS and (id none) in QuickBooks"),
    ],
)  # fmt: skip
def test_what_differs_is_told_by_names_and_in_cents_and_nobody_is_blamed(
    field: str, theirs: dict[str, str], sentence: str
) -> None:
    ours = as_quickbooks_has_it(AFTER, "32", "3", "", "R/1")
    assert told(ours, {**ours, **theirs}, [field]) == sentence


def test_a_date_out_of_range_is_told_with_the_range_and_one_within_it_without() -> None:
    row = {
        "id": 7, "reg_no": "R/1", "dept": "1", "credit": None, "invoice_date": date(1999, 12, 31), "comment": "",
        "fee_category": "", "student": None,
    }  # fmt: skip
    assert content_of(row, SETTINGS, DAYS)["date_range"] == "2000-01-01 to 2027-12-31"
    assert content_of({**row, "invoice_date": DAYS[0]}, SETTINGS, DAYS)["date_range"] == ""


@given(amount=CENTS)
def test_an_amount_is_never_a_float_on_its_way(amount: Decimal) -> None:
    after = {
        "number": "MIS-1",
        "date": "2025-01-01",
        "amount": plain(amount),
        "note": "",
        "description": "",
        "item": "x",
    }
    line = invoice_body(after, "1", "2", SETTINGS)["Line"][0]
    assert isinstance(line["Amount"], Decimal)
    assert line["Amount"] == line["SalesItemLineDetail"]["UnitPrice"] * line["SalesItemLineDetail"]["Qty"]


@given(reg_no=st.text(alphabet="abcABC/-0123 \t", min_size=1, max_size=12))
def test_capitals_and_blanks_around_a_registration_number_make_no_other_customer(reg_no: str) -> None:
    assert customer_key(f"  {reg_no.upper()} ") == customer_key(reg_no.lower())


def test_the_item_follows_the_fee_category_whatever_its_capitals() -> None:
    assert SETTINGS.items.item_of(" tuition ") == "Tuition fees"
    assert SETTINGS.items.item_of("Sports") == "School fees"
    assert SETTINGS.items.item_of("") == "School fees"


def test_a_number_is_the_prefix_and_the_id() -> None:
    assert number_of_invoice(4711, SETTINGS) == "MIS-4711"


@pytest.mark.parametrize("text", ["a@b.c", "grace.auma@students.example.ac.ug", "o'neil@example.ug"])
def test_an_address_that_quickbooks_takes_is_one(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["", "grace", "grace@example", "a@b@c.d", "a b@c.d", "x@y.z" + "z" * 100, "a@b.c, d@e.f"]
)
def test_one_that_it_refuses_is_none(text: str) -> None:
    assert not is_email(text)


def test_a_customer_without_names_or_address_is_its_number_alone() -> None:
    bare = {"name": "R/1", "given_name": "", "family_name": "", "email": "", "phone": ""}
    assert customer_body(bare) == {"DisplayName": "R/1"}


NOTHING = {
    "valid": True, "trouble": None, "planned": True, "bound_id": None,
    "state": None, "customer_state": None, "item_state": None,
}  # fmt: skip


@pytest.mark.parametrize(("known", "status"), [
    ({"state": "applied", "bound_id": "1"}, SYNCED),
    ({"bound_id": "1"}, SYNCED),  # agreed before: nothing was to be done
    ({"state": "sending"}, None), ({"state": "unknown"}, None),
    ({"valid": False}, FAILED), ({"trouble": "DOCUMENT_DIFFERS"}, FAILED), ({"trouble": "X", "bound_id": "1"}, FAILED),
    ({"state": "not_applied"}, FAILED), ({"state": "held", "customer_state": "not_applied"}, FAILED),
    ({"state": "held", "item_state": "not_applied"}, FAILED),
    ({"state": "held", "customer_state": "planned"}, OPEN), ({"state": "planned"}, OPEN), ({"state": "refused"}, OPEN),
    ({}, OPEN), ({"planned": False, "bound_id": "1"}, OPEN),  # without a plan nobody looked whether it still agrees
])  # fmt: skip
def test_the_status_of_a_row_says_how_its_invoice_ended(known: dict[str, Any], status: int | None) -> None:
    assert status_of({**NOTHING, **known}) == status
