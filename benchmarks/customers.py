"""Customers as both sides of qbd_customers hold them, from a generator: the canonical content of its 18 fields."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from accordant.sync.merge import Side
from accordant.sync.pairs import Pair, Seen
from accordant.sync.records import StagedRow

Content = dict[str, Any]

MOMENT = datetime(2026, 3, 2, 8, tzinfo=UTC)
_CITIES = (("Austin", "TX"), ("Bend", "OR"), ("Cluj-Napoca", "CJ"), ("Denver", "CO"), ("Erie", "PA"))
_TERMS = ("Net 15", "Net 30", "Due on receipt")
# What people change in the WMS, and what they change in QuickBooks.
OURS_EDIT = ("company_name", "first_name", "last_name", "phone", "email", "billing_address", "shipping_address")
THEIRS_EDIT = (*OURS_EDIT, "terms", "customer_type", "sales_representative", "balance")


def customer(number: int) -> Content:
    """Return a customer that nobody changed."""
    city, state = _CITIES[number % len(_CITIES)]
    address = {
        "line1": f"{number} Main Street", "line2": f"Suite {number % 90}", "line3": "", "line4": "", "line5": "",
        "city": city, "state": state, "postal_code": f"{10_000 + number % 89_999}", "country": "US",
    }  # fmt: skip
    return {
        "name": f"Customer {number:07}", "parent": "", "company_name": f"Company {number:07} Ltd",
        "first_name": f"Ann {number % 211}", "last_name": f"Miller {number % 977}", "billing_address": address,
        "shipping_address": dict(address), "phone": f"555 {number:07}", "email": f"office@c{number:07}.example",
        "is_active": True, "custom_fields": {"Region": state}, "balance": f"{number % 5_000}.25",
        "total_balance": f"{number % 5_000}.25", "currency": "US Dollar", "customer_type": "Retail",
        "sales_representative": "JS", "terms": _TERMS[number % len(_TERMS)], "preferred_payment_method": "Check",
    }  # fmt: skip


def our_key(number: int) -> str:
    """Return the customer's key in the WMS."""
    return str(number + 1)


def their_key(number: int) -> str:
    """Return the customer's id in QuickBooks."""
    return f"{0x80000000 + number:X}-1772438400"


def changed_pairs(count: int, seed: int = 7) -> Iterator[Pair]:
    """Yield agreed customers that people changed since in 1 to 3 fields: in the WMS, in QuickBooks, or in both."""
    dice = random.Random(seed)
    for number in range(count):
        ours, theirs = customer(number), customer(number)
        if number % 3 != 1:
            _edit(dice, ours, OURS_EDIT, "of the warehouse")
        if number % 3 != 0:
            _edit(dice, theirs, THEIRS_EDIT, "of the books")
        yield Pair(
            our_key(number), their_key(number), f"customer Customer {number:07}",
            Seen(our_key(number), ours, f"{number:064x}", "", MOMENT),
            Seen(their_key(number), theirs, f"{number:064X}", "1772438400", MOMENT),
            customer(number), f"{number:064}", "", 50,
        )  # fmt: skip


def _edit(dice: random.Random, content: Content, fields: tuple[str, ...], words: str) -> None:
    for name in dice.sample(fields, dice.randint(1, 3)):
        value = content[name]
        content[name] = {**value, "line3": words} if isinstance(value, dict) else f"{value} {words}"


def staged(side: Side, numbers: range) -> list[StagedRow]:
    """Return customers that nobody changed, as a side's client hands them over: canonical, but not hashed yet."""
    return [_ours(number) if side is Side.OURS else _theirs(number) for number in numbers]


def _ours(number: int) -> StagedRow:
    return StagedRow(
        "customer", our_key(number), customer(number), name=f"customer Customer {number:07}",
        natural_key=f"customer {number:07}", mark=f"{number:08x}-0000-5000-8000-000000000000", rank=0,
        changed_at=MOMENT,
    )  # fmt: skip


def _theirs(number: int) -> StagedRow:
    return StagedRow(
        "customer", their_key(number), customer(number), name=f"customer Customer {number:07}",
        natural_key=f"customer {number:07}", revision="1772438400", changed_at=MOMENT,
    )  # fmt: skip
