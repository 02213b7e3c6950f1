"""What the seed promises: whose each order is, which orders are left out, and what they sum up to.

Whose an order is stands beside the names in `sandbox/printavo/key_accounts.py`, written by hand for each spelling. It
is not worked out from the names, so that a rule of the product that reads them can be wrong here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from sandbox.printavo import details
from sandbox.printavo.content import Content
from sandbox.printavo.key_accounts import COMPANIES
from sandbox.printavo.people import Record
from sandbox.printavo.small_lists import STATUS_LIST
from sandbox.seed.printavo.account import demo_account

FILTERED = ("Completed", "Cancelled", "Archived")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class CompanyPromise:
    """The orders of one key company.

    Attributes:
        orders: ids of all of them.
        filtered: those whose status is one of `FILTERED`; `shown` are the others.
        total, outstanding: of those shown; each rounded to cents first, half up. An amount that is null adds nothing.
        without_total: ids of those shown whose total is null.
        quantity: pieces of those shown.
        quotes, invoices: how many of those shown there are.
        statuses: name -> how many of all.
    """

    orders: frozenset[str]
    filtered: frozenset[str]
    shown: frozenset[str]
    total: Decimal
    outstanding: Decimal
    without_total: frozenset[str]
    quantity: int
    quotes: int
    invoices: int
    statuses: dict[str, int]


@dataclass(frozen=True)
class Promise:
    """The account as it is.

    Attributes:
        counts: of each kind of record: status, customer, contact, orders, quote, invoice, line_item_group, line_item,
            line_item_size, fee, payment.
        payments: of each kind of transaction.
        total: of all orders, each rounded to cents first, half up.
        companies: by key.
        customers: by key, the ids of the customers that are the company.
        contacts: by key, the ids of the contacts of other customers who work for the company.
        without_visual_id, without_due: ids of the orders that have none.
    """

    counts: dict[str, int]
    payments: dict[str, int]
    total: Decimal
    companies: dict[str, CompanyPromise]
    customers: dict[str, frozenset[str]]
    contacts: dict[str, frozenset[str]]
    without_visual_id: frozenset[str]
    without_due: frozenset[str]


@cache
def promise() -> Promise:
    """Count the demo's account."""
    return promise_of(demo_account())


def promise_of(content: Content) -> Promise:
    """Count any generated account, as it is before anybody changes it."""
    orders = [content.order(number) for number in range(1, content.orders + 1)]
    people = content.people
    return Promise(
        counts=_counts(content, orders),
        payments=dict(Counter(one.kind for order in orders for one in order["_transactions"])),
        total=_sum(orders, "total"),
        companies={key: _company(content, orders, key) for key in COMPANIES},
        customers={key: _ids(one for one in people.customers if one["_company"] == key) for key in COMPANIES},
        contacts={key: _ids(one for one in people.contacts if one["_company"] == key) for key in COMPANIES},
        without_visual_id=_ids(one for one in orders if one["visualId"] is None),
        without_due=_ids(one for one in orders if one["dueAt"] is None),
    )


def cents(amount: float | None) -> Decimal:
    """An amount as it is written, rounded half up to cents; nothing is 0."""
    return Decimal(0) if amount is None else Decimal(repr(amount)).quantize(_CENT, ROUND_HALF_UP)


def _company(content: Content, orders: Iterable[Record], key: str) -> CompanyPromise:
    mine = [order for order in orders if content.company(order["_number"]) == key]
    shown = [order for order in mine if _status(order) not in FILTERED]
    return CompanyPromise(
        orders=_ids(mine),
        filtered=_ids(order for order in mine if _status(order) in FILTERED),
        shown=_ids(shown),
        total=_sum(shown, "total"),
        outstanding=_sum(shown, "amountOutstanding"),
        without_total=_ids(order for order in shown if order["total"] is None),
        quantity=sum(order["totalQuantity"] or 0 for order in shown),
        quotes=sum(order["__typename"] == "Quote" for order in shown),
        invoices=sum(order["__typename"] == "Invoice" for order in shown),
        statuses=dict(Counter(map(_status, mine))),
    )


def _counts(content: Content, orders: list[Record]) -> dict[str, int]:
    groups = [group for order in orders for group in details.groups(order)]
    lines = [line for group in groups for line in details.lines(group)]
    return {
        "status": len(STATUS_LIST),
        "customer": len(content.people.customers),
        "contact": len(content.people.contacts),
        "orders": len(orders),
        "quote": sum(order["__typename"] == "Quote" for order in orders),
        "invoice": sum(order["__typename"] == "Invoice" for order in orders),
        "line_item_group": len(groups),
        "line_item": len(lines),
        "line_item_size": sum(len(line["sizes"]) for line in lines),
        "fee": sum(len(order["_fees"]) for order in orders),
        "payment": sum(len(order["_transactions"]) for order in orders),
    }


def _status(order: Record) -> str:
    return str(STATUS_LIST[order["_status"]]["name"])


def _ids(records: Iterable[Record]) -> frozenset[str]:
    return frozenset(str(record["id"]) for record in records)


def _sum(orders: Iterable[Record], name: str) -> Decimal:
    return sum((cents(order[name]) for order in orders), Decimal(0))
