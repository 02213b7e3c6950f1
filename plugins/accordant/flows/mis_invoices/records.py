"""What an invoice of the MIS is in canonical form, and how its row becomes one. Pure: nothing is judged here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accordant.flows.mis_invoices.settings import MisSettings
from accordant.sync.numbers import number_of
from accordant.sync.records import JsonObject, StagedRow
from accordant.sync.text import clean, folded

# Intuit's reference of the entities Customer and Invoice.
LONGEST_NUMBER = 21
LONGEST_NAME = 500
LONGEST_PART_OF_NAME = 100
LONGEST_EMAIL = 100
LONGEST_PHONE = 30
LONGEST_TEXT = 4000

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_PHONE = re.compile(r"[0-9+()./\- ]*[0-9][0-9+()./\- x]*")


def invoice_rows(rows: Iterable[Mapping[str, Any]], settings: MisSettings, today: date) -> Iterator[StagedRow]:
    """Turn the MIS's rows into staged invoices, each with what is known of its student."""
    days = settings.source.earliest, today + timedelta(days=settings.source.days_ahead)
    for row in rows:
        yield StagedRow("invoice", number_of_invoice(row["id"], settings), invoice_content(row, settings, days))


def number_of_invoice(mis_id: int | str, settings: MisSettings) -> str:
    """Return the number of an invoice, by which it is known in QuickBooks."""
    return f"{settings.invoice.prefix}{mis_id}"


def invoice_content(row: Mapping[str, Any], settings: MisSettings, days: tuple[date, date]) -> JsonObject:
    """Return what the rules and the plan need of a row; beside a value that cannot be used stands what was given.

    Args:
        days: the first and the last on which an invoice may be dated.
    """
    day = row["invoice_date"] if isinstance(row["invoice_date"], date) else None
    in_range = day is None or days[0] <= day <= days[1]
    student = row["student"]
    category = clean(row["fee_category"])
    item = settings.items.item_of(category)
    reg_no = clean(student["reg_no"] if student else row["reg_no"])
    amount, credit = number_of(row["dept"], places=2), number_of(row["credit"], places=2)
    return {
        "mis_id": row["id"],
        "reg_no": reg_no,
        "customer": customer_key(reg_no),
        "known": student is not None,
        "amount": amount.text,
        "amount_given": _as_given(row["dept"]),
        "credit": credit.text,
        "credit_given": _as_given(row["credit"]),
        "date": day.isoformat() if day else "",
        "date_in_range": in_range,
        "date_range": "" if in_range else f"{days[0]} to {days[1]}",
        "date_given": _as_given(row["invoice_date"]),
        "note": lines_of(row["comment"]),
        "description": category,
        "item": item,
        "item_key": folded(item),
        **_person(student or {}),
    }


def customer_key(reg_no: str) -> str:
    """Return the form in which registration numbers are the same: QuickBooks tells no capitals apart in names."""
    return folded(reg_no)


def _person(student: Mapping[str, Any]) -> JsonObject:
    """Return names, e-mail and telephone; what QuickBooks would refuse is '' beside what was given."""
    family, *others = [*(clean(name) for name in student.get("names", ()) if clean(name)), ""]
    email, phone = clean(student.get("email")), clean(student.get("phone"))
    return {
        "given_name": " ".join(name for name in others if name)[:LONGEST_PART_OF_NAME].strip(),
        "family_name": family[:LONGEST_PART_OF_NAME].strip(),
        "email": email if is_email(email) else "",
        "email_given": email,
        "phone": phone if _PHONE.fullmatch(phone) and len(phone) <= LONGEST_PHONE else "",
        "phone_given": phone,
    }


def is_email(text: str) -> bool:
    """Tell whether QuickBooks takes it for an e-mail address: an @, a dot behind it, at most 100 characters."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def lines_of(text: object) -> str:
    """Return a text of several lines in the form in which both sides hold it."""
    told = text if isinstance(text, str) else ""
    return "\n".join(clean(line) for line in told.splitlines()).strip()


def _as_given(value: object) -> str:
    return "" if value is None else str(value)


def amount_of(content: Mapping[str, Any]) -> Decimal:
    """Return the amount of an invoice in canonical form."""
    return Decimal(content["amount"] or 0)
