"""What an item costs when the caller does not say, and how a line's amount comes to be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.conductor.amounts import ZERO, cents, divided, exact, money_text, percent_of, rate_text
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import invalid_value
from sandbox.conductor.record import Record, Values


def item_price(file: CompanyFile, item: Record, entity: Record | None, *, selling: bool) -> Decimal:
    """The item's own price, by the customer's price level if there is one."""
    shown = item.shown
    single, both = shown.get("salesOrPurchaseDetails"), shown.get("salesAndPurchaseDetails")
    if single:
        price = exact(single["price"])
    elif both:
        price = exact(both["salesPrice" if selling else "purchaseCost"])
    else:
        price = exact(shown.get("salesPrice" if selling else "purchaseCost"))
    level = entity.shown.get("priceLevel") if entity and selling else None
    found = file.find(level["id"]) if level else None
    return _levelled(price, item, found.shown) if found else price


def _levelled(price: Decimal, item: Record, level: Values) -> Decimal:
    if level["fixedPercentage"] is not None:
        return price + price * exact(level["fixedPercentage"]) / 100
    for one in level["perItemPriceLevels"]:
        if one["item"]["id"] == item.id:
            if one["customPrice"] is not None:
                return exact(one["customPrice"])
            return price + price * exact(one["customPricePercent"]) / 100
    return price


def item_description(item: Record, *, selling: bool) -> Any:
    """What the item says of itself on a form."""
    shown = item.shown
    single, both = shown.get("salesOrPurchaseDetails"), shown.get("salesAndPurchaseDetails")
    if single:
        return single["description"]
    word = "salesDescription" if selling else "purchaseDescription"
    return both[word] if both else shown.get(word, shown.get("description"))


def price_line(line: Values, given: Values, price: Decimal, rate_key: str, *, keep_rate: bool) -> None:
    """Make quantity, rate and amount agree: an amount wins over a rate, unless both are to be kept."""
    if given.get("ratePercent") is not None:
        raise invalid_value("RatePercent", given["ratePercent"], "Only a discount has a percentage.")
    if "ratePercent" in line:
        line["ratePercent"] = None
    if given.get("amount") is not None:
        amount = exact(given["amount"])
        quantity = exact(line["quantity"])
        line["amount"] = money_text(amount)
        derived = divided(amount, quantity) if quantity else amount
        kept = given.get(rate_key) if keep_rate else None
        line[rate_key] = rate_text(derived if kept is None else exact(kept))
        return
    if line["quantity"] is None:
        line["quantity"] = 1
    if given.get(rate_key) is not None:
        line[rate_key] = rate_text(exact(given[rate_key]))
    elif line[rate_key] is None:
        line[rate_key] = rate_text(price)
    line["amount"] = money_text(exact(line["quantity"]) * exact(line[rate_key]))


def price_discount(line: Values, given: Values, item: Record, above: list[Values]) -> None:
    """A discount takes a percentage of the line above it, or a fixed amount."""
    if given.get("quantity") is not None:
        raise invalid_value("Quantity", given["quantity"], "A discount item cannot have a quantity.")
    line["quantity"] = None
    percent = given.get("ratePercent") or line.get("ratePercent")
    if given.get("amount") is not None:
        amount, percent = abs(exact(given["amount"])), None
    elif given.get("rate") is not None:
        amount, percent = abs(exact(given["rate"])), None
    elif percent is None and item.shown["discountRatePercent"] is None:
        amount = abs(exact(line["rate"] or item.shown["discountRate"]))
    else:
        percent = abs(exact(percent or item.shown["discountRatePercent"]))
        before = exact(above[-1]["amount"]) if above else ZERO
        line |= {"ratePercent": rate_text(-percent), "rate": None, "amount": money_text(-percent_of(before, percent))}
        return
    line |= {"rate": rate_text(-amount), "ratePercent": None, "amount": money_text(-cents(amount))}
