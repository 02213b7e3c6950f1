"""Invoices, which only QuickBooks writes, and inventory adjustments, which both sides write."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sandbox.seed.qbd.items import items
from sandbox.seed.qbd.orders import FIRST_DAY, cents, sales_order, sales_orders
from sandbox.seed.qbd.orders import line as priced
from sandbox.seed.qbd.parties import customers
from sandbox.seed.qbd.records import Fields, Maker, SeedRecord, plain

SITES = ("Main Warehouse", "East Yard", "Showroom")
ADJUSTMENT_ACCOUNT = "Stock Differences"
_FROM_ORDERS, _DIRECT = 20, 30


@cache
def invoices() -> tuple[SeedRecord, ...]:
    """All invoices: the first twenty bill a whole sales order each."""
    maker = Maker("invoice")
    billable = [one for one in sales_orders() if plain(one) and one.quickbooks and not _has_discount(one)]
    for number, order in enumerate(billable[:_FROM_ORDERS], 1):
        maker.quickbooks_only(_invoice(order.quickbooks or {}, number) | {"sales_order": order.label})
    dice = random.Random(20251003)
    buyers = [one for one in customers() if plain(one) and one.quickbooks]
    goods = [one for one in items() if plain(one) and one.quickbooks and "sales_price" in one.quickbooks]
    for number in range(_FROM_ORDERS + 1, _FROM_ORDERS + _DIRECT + 1):
        lines = [priced(one, dice.randint(1, 5)) for one in dice.sample(goods, dice.randint(1, 4))]
        maker.quickbooks_only(_invoice(sales_order(dice.choice(buyers), number, "", lines), number))
    return tuple(maker.made)


def _invoice(order: Fields, number: int) -> Fields:
    """The bill for all of an order; every third one is paid."""
    day = date.fromisoformat(order["transaction_date"]) + timedelta(days=5)
    total = Decimal(order["total_amount"])
    paid = number % 3 == 0
    return {
        "customer": order["customer"],
        "ref_number": f"INV-{5000 + number}",
        "transaction_date": day.isoformat(),
        "due_date": (day + timedelta(days=30)).isoformat(),
        "billing_address": order["billing_address"],
        "shipping_address": order["shipping_address"],
        "sales_tax_item": order["sales_tax_item"],
        "terms": order["terms"],
        "subtotal": str(cents(total - Decimal(order["sales_tax_total"]))),
        "sales_tax_total": order["sales_tax_total"],
        "total": order["total_amount"],
        "balance_remaining": "0.00" if paid else order["total_amount"],
        "is_paid": paid,
        "lines": order["lines"],
    }


def _has_discount(order: SeedRecord) -> bool:
    return any(one["quantity"] is None for one in order.either["lines"])


@cache
def adjustments() -> tuple[SeedRecord, ...]:
    """All inventory adjustments: thirteen of the WMS, twelve of QuickBooks; some move the same item."""
    maker = Maker("inventory_adjustment")
    dice = random.Random(20251004)
    for number in range(1, 26):
        chosen = dice.sample(counted_items()[:40], dice.randint(1, 3))
        lines = [
            {"item": one.label, "quantity_difference": str(dice.choice((-6, -3, -2, -1, 1, 2, 4, 10))),
             "value_difference": None}
            for one in chosen
        ]  # fmt: skip
        fields = adjustment(number, SITES[number % 3], lines)
        (maker.wms_only if number % 2 else maker.quickbooks_only)(fields)
    return tuple(maker.made)


@cache
def counted_items() -> tuple[SeedRecord, ...]:
    """The goods that both sides count."""
    return tuple(
        one for one in items() if one.either["kind"] == "inventory" and plain(one) and one.wms and one.quickbooks
    )


def adjustment(number: int, site: str, lines: list[Fields]) -> Fields:
    """A correction of what is counted at a site."""
    return {
        "transaction_date": (FIRST_DAY + timedelta(days=5 * number)).isoformat(),
        "ref_number": f"ADJ-{700 + number}",
        "memo": ("Cycle count", "Broken in transit", "Found behind the rack")[number % 3],
        "account": ADJUSTMENT_ACCOUNT,
        "site": site,
        "made_by": "",
        "lines": lines,
    }
