"""Sales orders and purchase orders."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from sandbox.seed.qbd.items import LONG_ITEM_NAME, items
from sandbox.seed.qbd.parties import AMBIGUOUS_NAME, INACTIVE_NAME, LONG_NAME, customers, vendors
from sandbox.seed.qbd.records import HELD, LATER, QUARANTINED, Fields, Maker, SeedRecord, plain, sides

FIRST_DAY = date(2025, 10, 1)
TAX_RATES = {"Nassau County": Decimal("8.625"), "Out of State": Decimal(0)}
LONG_NUMBER = "WEB-2025-100417"
_SELLABLE = ("inventory", "assembly", "non_inventory", "service")
_TERM_DAYS = {"Due on receipt": 0, "Net 15": 15, "Net 30": 30, "Net 45": 45}


@cache
def sales_orders() -> tuple[SeedRecord, ...]:
    """All sales orders, the troubled ones first."""
    maker = Maker("sales_order")
    _troubled(maker)
    dice = random.Random(20251001)
    for number, side in enumerate(sides(86, 31, 25), 1):
        buyer = dice.choice(untroubled("customer", side))
        lines = _lines(dice, side, with_discount=number % 10 == 0)
        maker.on(side, sales_order(buyer, number, f"SO-{1000 + number}", lines))
    return tuple(maker.made)


def sales_order(customer: SeedRecord, number: int, ref_number: str, lines: list[Fields]) -> Fields:
    """An order of this customer; it is taxed unless it goes to another state."""
    party = customer.either
    home = number % 4 != 0
    day = FIRST_DAY + timedelta(days=number)
    made: Fields = {
        "customer": customer.label,
        "ref_number": ref_number,
        "transaction_date": day.isoformat(),
        "due_date": (day + timedelta(days=_TERM_DAYS[party["terms"]])).isoformat(),
        "billing_address": party["billing_address"],
        "shipping_address": party["shipping_address"],
        "is_fully_invoiced": False,
        "is_manually_closed": False,
        "memo": f"Order {ref_number}",
        "sales_representative": party["sales_representative"],
        "sales_tax_code": "Tax" if home else "Non",
        "sales_tax_item": "Nassau County" if home else "Out of State",
        "terms": party["terms"],
    }
    return made | sales_totals(lines, made["sales_tax_item"])


def sales_totals(lines: list[Fields], tax_item: str) -> Fields:
    """The lines with the order's tax code, and what they sum up to."""
    rate = TAX_RATES[tax_item]
    code = "Tax" if rate else "Non"
    subtotal = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    tax = cents(subtotal * rate / 100)
    return {
        "lines": [line | {"sales_tax_code": code} for line in lines],
        "sales_tax_percentage": str(rate),
        "sales_tax_total": str(tax),
        "total_amount": str(subtotal + tax),
    }


def cents(value: Decimal) -> Decimal:
    """Rounded to cents, half away from zero, as QuickBooks does."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def line(item: SeedRecord, quantity: int, *, price: str = "unit_price") -> Fields:
    """So many of an item at its own price."""
    each = item.either["purchase_cost" if price == "unit_cost" else "sales_price"]
    return {
        "item": item.label,
        "description": item.either["purchase_description" if price == "unit_cost" else "sales_description"],
        "quantity": str(quantity),
        price: each,
        "amount": str(cents(Decimal(each) * quantity)),
    }


def _discounted(item: SeedRecord, above: Fields) -> Fields:
    """A discount line: a percentage of the line above it, or a fixed amount; it has no quantity."""
    fields = item.either
    if percent := fields.get("discount_percent"):
        off, each = cents(Decimal(above["amount"]) * Decimal(percent) / 100), None
    else:
        off = Decimal(fields["discount_rate"])
        each = str(-off)
    told: Fields = {"item": item.label, "description": fields["sales_description"], "quantity": None}
    return told | {"unit_price": each, "amount": str(-off)}


def _lines(dice: random.Random, side: str, *, with_discount: bool) -> list[Fields]:
    chosen = dice.sample(_goods(side), dice.randint(1, 6))
    made = [line(one, dice.randint(1, 12)) for one in chosen]
    return [*made, _discounted(dice.choice(_discounts()), made[-1])] if with_discount else made


@cache
def untroubled(kind: str, side: str) -> list[SeedRecord]:
    """Customers, vendors or items that orders of `wms`, `quickbooks` or `both` may refer to."""
    listed = {"customer": customers, "vendor": vendors, "item": items}[kind]()
    there = [one for one in listed if plain(one)]
    if side == "wms":
        return [one for one in there if one.wms]
    if side == "quickbooks":
        return [one for one in there if one.quickbooks]
    return [one for one in there if one.wms and one.quickbooks]


@cache
def _goods(side: str) -> list[SeedRecord]:
    return [one for one in untroubled("item", side) if one.either["kind"] in _SELLABLE]


@cache
def _discounts() -> list[SeedRecord]:
    return [one for one in untroubled("item", "both") if one.either["kind"] == "discount"]


def _named(records: tuple[SeedRecord, ...], name: str) -> SeedRecord:
    return next(one for one in records if one.wms and one.wms["name"] == name)


def _troubled(maker: Maker) -> None:
    stock = _goods("both")
    buyer = untroubled("customer", "both")[5]

    def order(number: int, customer: SeedRecord, ref: str = "", *more: Fields) -> Fields:
        lines = [line(stock[number], number), line(stock[number + 10], 2), *more]
        return sales_order(customer, number, ref or f"SO-{900 + number}", lines)

    for number, name in ((1, AMBIGUOUS_NAME), (2, LONG_NAME)):
        whom = _named(customers(), name)
        maker.wms_only(order(number, whom), fate=HELD, reason=whom.label, about="its customer is not agreed")
    sleeping = _named(customers(), INACTIVE_NAME)
    maker.wms_only(
        order(3, sleeping),
        fate=QUARANTINED,
        reason="REFUSED_BY_TARGET",
        about="its customer is inactive: QuickBooks refuses it",
    )
    unknown = _named(items(), LONG_ITEM_NAME)
    maker.wms_only(
        order(4, buyer, "", line(unknown, 1)), fate=HELD, reason=unknown.label, about="one of its items is not agreed"
    )
    maker.wms_only(
        order(5, buyer, LONG_NUMBER), fate=QUARANTINED, reason="REF_NUMBER_TOO_LONG",
        about="an order number of more than 11 characters",
    )  # fmt: skip
    _different(maker, order(6, buyer), order(7, buyer), order(8, buyer))


def _different(maker: Maker, memo: Fields, quantity: Fields, closed: Fields) -> None:
    told = {"memo": "Call before delivery"}
    about = "differs: the WMS decides"
    maker.both(memo | told, {"memo": memo["memo"]}, quickbooks_time=LATER, agreed=told, about=about)
    item = next(one for one in items() if one.label == quantity["lines"][0]["item"])
    fewer = sales_totals([line(item, 3), *quantity["lines"][1:]], quantity["sales_tax_item"])
    kept = {name: quantity[name] for name in fewer if quantity[name] != fewer[name]}
    maker.both(quantity, fewer, quickbooks_time=LATER, agreed=kept, about=about)
    done = {"is_manually_closed": True}
    maker.both(closed, done, agreed=done, about="closed in QuickBooks, which decides that")


@cache
def purchase_orders() -> tuple[SeedRecord, ...]:
    """All purchase orders."""
    maker = Maker("purchase_order")
    dice = random.Random(20251002)
    for number, side in enumerate(sides(33, 12, 12), 1):
        maker.on(side, purchase_order(dice.choice(untroubled("vendor", side)), number, _bought(dice, side)))
    newer = {"memo": "Moved to next week", "expected_date": "2026-03-20"}
    for number, (mine, yours, told) in enumerate(((LATER, None, {}), (None, LATER, newer), (None, None, {})), 58):
        fields = purchase_order(untroubled("vendor", "both")[number % 7], number, _bought(dice, "both"))
        times: dict[str, Any] = {"wms_time": mine, "quickbooks_time": yours}
        kept = {name: fields[name] for name in newer} | told
        about = f"differs: {'QuickBooks is later' if yours else 'the WMS is later, or equal'}"
        maker.both(fields, newer, **{k: v for k, v in times.items() if v}, agreed=kept, about=about)
    return tuple(maker.made)


def purchase_order(vendor: SeedRecord, number: int, lines: list[Fields]) -> Fields:
    """An order to this vendor."""
    day = FIRST_DAY + timedelta(days=2 * number)
    ref_number = f"PO-{3000 + number}"
    return {
        "vendor": vendor.label,
        "ref_number": ref_number,
        "transaction_date": day.isoformat(),
        "due_date": (day + timedelta(days=_TERM_DAYS[vendor.either["terms"]])).isoformat(),
        "expected_date": (day + timedelta(days=10)).isoformat(),
        "total_amount": str(sum((Decimal(one["amount"]) for one in lines), Decimal(0))),
        "is_fully_received": False,
        "is_manually_closed": False,
        "memo": f"Restock {ref_number}",
        "shipping_address": {"line1": "1 Harbor Avenue", "city": "Yonkers", "state": "NY", "postal_code": "10701"},
        "terms": vendor.either["terms"],
        "lines": lines,
    }


def _bought(dice: random.Random, side: str) -> list[Fields]:
    counted = [one for one in _goods(side) if one.either["kind"] == "inventory"]
    chosen = dice.sample(counted, dice.randint(1, 4))
    return [line(one, dice.randint(5, 60), price="unit_cost") for one in chosen]
