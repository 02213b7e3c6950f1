"""Makes one order of a generated account from its number: the same order each time, so that none need be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import shake_128
from typing import NamedTuple

from sandbox.printavo.line_groups import GROUPS, Group, line_groups
from sandbox.printavo.people import Record
from sandbox.printavo.words import (
    DELIVERY_METHODS,
    FEES,
    NICKNAMES,
    NOTES,
    PAYMENT_TERMS,
    STATUSES,
    TAGS,
    USERS,
)

FIRST_ORDER_ID = 20_000_000
LAST_DAY = date(2026, 10, 30)
SITE = "https://www.printavo.com"
_DIGEST = 48  # bytes; the largest order takes fewer
_AHEAD = 60  # days from its creation to the last date of an order, and some
_KINDS = ("Payment", "Payment", "Payment", "Refund", "Payment", "Return", "Void", "PaymentDispute")
Throw = Callable[[], int]


class Money(NamedTuple):
    """A transaction of an order before it is shown; `made` is a moment, `day` a date."""

    kind: str
    amount: float
    day: str
    made: str
    category: str | None = "CREDIT_CARD"


class Day(NamedTuple):
    """A day, and how Britain's offset from UTC is written on it."""

    text: str
    offset: str


@cache
def days_until(last: date, count: int) -> tuple[Day, ...]:
    """So many days up to `last`, and a hundred more."""
    first = last - timedelta(days=count)
    listed = (first + timedelta(days=number) for number in range(count + 101))
    return tuple(Day(day.isoformat(), "+01:00" if 4 <= day.month <= 10 else "+00:00") for day in listed)


@dataclass(frozen=True)
class OrderMaker:
    """Makes orders.

    Attributes:
        orders: how many there are in all: the last one is the newest.
        days: over how many days they are spread.
    """

    seed: int
    orders: int
    days: int

    def make(self, number: int, contact: int, status: int, transactions: int) -> Record:
        """The order of this number, as a record whose names with an underscore are not of the schema."""
        # The dice are the bytes of a hash: they depend on the seed and the number alone.
        throw = iter(shake_128(b"%d/%d" % (self.seed, number)).digest(_DIGEST)).__next__
        first = min(number, self.orders) * self.days // max(1, self.orders)
        days = days_until(LAST_DAY, self.days)[first : first + _AHEAD]
        record = _head(number, days, status, throw)
        record["_contact"], record["_status"], record["_number"] = contact, status, number
        _add_amounts(record, number, throw)
        _add_transactions(record, days, transactions, throw)
        return record


def _head(number: int, days: tuple[Day, ...], status: int, throw: Throw) -> Record:
    identity, created = str(FIRST_ORDER_ID + number), days[0].text
    due = 10 + throw() % 15
    term = throw() % len(PAYMENT_TERMS)
    kind = "Invoice" if STATUSES[status][1] == "INVOICE" else "Quote"
    secret = hash_of(number)
    address = f"{SITE}/{kind.lower()}s/{identity}"
    production, start, minute = days[due - 1], days[3], throw() % 60
    return {
        "__typename": kind,
        "id": identity,
        "visualId": visual_id(number),
        "nickname": None if number % 11 == 4 else NICKNAMES[throw() % len(NICKNAMES)],
        "createdAt": created,
        "customerDueAt": days[due].text,
        "invoiceAt": created,
        "paymentDueAt": days[due + PAYMENT_TERMS[term][1]].text,
        "dueAt": None if number % 29 == 3 else f"{production.text}T{throw() % 24:02d}:30:00{production.offset}",
        "startAt": f"{start.text}T09:00:00{start.offset}",
        "productionNote": NOTES[throw() % len(NOTES)],
        "customerNote": NOTES[throw() % len(NOTES)],
        "visualPoNumber": None if throw() % 3 else f"PO {throw()}/{number}",
        "tags": list(TAGS[throw() % len(TAGS)]),
        "merch": False,
        "publicHash": secret,
        "publicUrl": f"{SITE}/invoice/{secret}",
        "publicPdf": f"{SITE}/invoice/{secret}.pdf",
        "packingSlipUrl": f"{address}/packing_slip",
        "workorderUrl": f"{address}/workorder",
        "url": address,
        "timestamps": {
            "createdAt": f"{created}T08:{minute:02d}:{throw() % 60:02d}Z",
            "updatedAt": f"{days[throw() % 20].text}T16:{minute:02d}:{throw() % 60:02d}Z",
        },
        "_owner": throw() % len(USERS),
        "_term": term,
        "_delivery": throw() % len(DELIVERY_METHODS),
    }


def visual_id(number: int) -> str | None:
    """The number that people see; some orders have none."""
    return None if number % 61 == 7 else str(number)


def hash_of(number: int) -> str:
    """The hash in an order's public address."""
    return shake_128(b"public %d" % number).hexdigest(8)


def _add_amounts(record: Record, number: int, throw: Throw) -> None:
    known = line_groups()
    groups: list[Group] = [known[(throw() << 8 | throw()) % GROUPS] for _ in range(1 + throw() % 3)]
    fees = tuple((throw() % len(FEES), 500 * (1 + throw() % 40)) for _ in range(throw() % 3))
    subtotal = sum(group.amount for group in groups) + sum(amount for _, amount in fees)
    percentage = number % 8 == 3
    discount = 10_000 if percentage else throw() % 5 * 1000 * (number % 4 == 1)
    taken = subtotal // 10 if percentage else min(discount, subtotal)
    rate = 20 if number % 9 else 0
    tax = (subtotal - taken) * rate // 100
    record["_groups"], record["_fees"] = tuple(groups), fees
    record["salesTax"], record["discount"], record["discountAmount"] = float(rate), discount / 1000, taken / 1000
    record["discountAsPercentage"] = percentage
    amounts = subtotal / 1000, _with_noise(number, (subtotal - taken + tax) / 1000), (subtotal - taken) / 1000
    record["subtotal"], record["total"], record["totalUntaxed"] = amounts
    record["salesTaxAmount"], record["totalQuantity"] = tax / 1000, sum(group.items for group in groups)
    if record["__typename"] == "Quote" and number % 7 == 3:  # a quote that nobody has priced yet
        record |= dict.fromkeys(("subtotal", "total", "totalUntaxed", "salesTaxAmount", "totalQuantity"))


def _with_noise(number: int, total: float) -> float:
    """Some totals as arithmetic with floats leaves them, such as 96.30000000001, and one that lies between cents."""
    if number % 113 == 5:
        return 10.005
    return total + 1e-11 if number % 89 == 0 else total


def _add_transactions(record: Record, days: tuple[Day, ...], count: int, throw: Throw) -> None:
    total, paid = record["total"] or 0.0, 0.0
    made = record["timestamps"]["createdAt"]
    found: list[Money] = []
    for place in range(count):
        kind = "Payment" if place == 0 else _KINDS[throw() % len(_KINDS)]
        share = (1.0, 0.5, 0.25)[throw() % 3]
        amount = round((total - paid) * share if kind == "Payment" else paid / 4, 2)
        paid += effect(kind, amount)
        found.append(Money(kind, amount, days[1 + 3 * place].text, made, "CHECK" if place else "CREDIT_CARD"))
    record["_transactions"] = found
    settle(record)


def effect(kind: str, amount: float) -> float:
    """What a transaction does to the amount paid: refunds, returns and voids take back, a dispute does nothing yet."""
    return {"Payment": amount, "PaymentDispute": 0.0}.get(kind, -amount)


def settle(record: Record) -> None:
    """Say what is paid of an order and what is still owed."""
    total, money = record["total"], record["_transactions"]
    paid = round(sum((effect(one.kind, one.amount) for one in money), 0.0), 2)
    record["amountPaid"] = paid if money or total is not None else None
    record["amountOutstanding"] = None if total is None else round(total - paid, 2)
    record["paidInFull"] = total is not None and round(total - paid, 2) <= 0
