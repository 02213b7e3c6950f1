"""What the MIS holds, in plain Python values; what cannot be read stays the text it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from accordant.hooks.mis_tables import Row, Status

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([ T].*)?")


def invoice(row: Mapping[str, Any]) -> Row:
    """Return an invoice with plain values and without its student."""
    return {
        "id": row["id"],
        "reg_no": text(row["reg_no"]),
        "dept": money(row["dept"]),
        "credit": money(row["credit"]),
        "invoice_date": day(row["invoice_date"]),
        "comment": text(row["comment"]),
        "fee_category": text(row["fee_category"]),
        "status": status(row["status"]),
        "pushed_by": text(row["pushed_by"]),
        "pushed_date": moment(row["pushed_date"]),
    }


def student(row: Mapping[str, Any]) -> Row:
    """Return a student: reg_no, names in the order of the settings ('' where empty), email, phone."""
    names = [text(value) or "" for key, value in row.items() if key.startswith("names[")]
    return {
        "reg_no": _trimmed(row["student_reg_no"]),
        "names": [name.strip() for name in names],
        "email": _trimmed(row["email"]),
        "phone": _trimmed(row["phone"]),
    }


def _trimmed(value: Any) -> str:
    return (text(value) or "").strip()


def best_students(rows: Iterable[Mapping[str, Any]]) -> dict[str, Row]:
    """Return one student for each registration number, the one with most filled in where there are several."""
    found: dict[str, Row] = {}
    for one in map(student, rows):
        key = folded(one["reg_no"])
        if key not in found or _worth(one) > _worth(found[key]):
            found[key] = one
    return found


def _worth(one: Row) -> tuple[int, str]:
    """Order twins in a way that does not depend on how the database returns them."""
    told = [*one["names"], one["email"], one["phone"], one["reg_no"]]
    return sum(map(bool, told)), "\x00".join(told)


def folded(reg_no: str | None) -> str:
    """Return the form in which registration numbers are the same: no blanks around it, in lower case."""
    return (reg_no or "").strip().lower()


def spellings(key: str) -> set[str]:
    """Return what LOWER may make of it: with some locales it knows the letters of ASCII only."""
    return {key, "".join(c.lower() if c.isascii() else c for c in key.upper())}


def text(value: Any) -> str | None:
    """Return text as it is stored."""
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def money(value: Any) -> Decimal | str | None:
    """Return an amount; its text where it is no finite number."""
    if value is None:
        return None
    told = (text(value) or "").strip()
    try:
        amount = Decimal(told)
    except InvalidOperation:
        return told or None
    return amount if amount.is_finite() else told


def day(value: Any) -> date | str | None:
    """Return a date; its text where the calendar does not have it."""
    if value is None or isinstance(value, datetime):
        return value.date() if value else None
    if isinstance(value, date):
        return value
    told = (text(value) or "").strip()
    found = _DAY.fullmatch(told)
    try:
        return date.fromisoformat(found[1]) if found else told or None
    except ValueError:
        return told


def moment(value: Any) -> datetime | None:
    """Return a time with its zone, from seconds since 1970 or a bare time; None where it cannot be read."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(float(value), UTC) if value else None
    except (OverflowError, OSError, ValueError, TypeError):
        return None


def status(value: Any) -> int:
    """Return a status; NULL is 0."""
    return int(value) if value is not None else int(Status.NOT_SYNCED)
