"""The lines of an invoice: checked, completed, added up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sandbox.quickbooks_online.books import Books
from sandbox.quickbooks_online.errors import bad_reference, business, required, wrong_amount
from sandbox.quickbooks_online.record import Values
from sandbox.quickbooks_online.references import check_tax_code, referred
from sandbox.quickbooks_online.settings import Settings

_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_MOST_LINES = 750
_NOT_TAXABLE = "NON"


@dataclass
class Completed:
    """The lines as QuickBooks keeps them, and their sums."""

    lines: list[Values]
    net: Decimal
    taxable: Decimal


def rounded(amount: Decimal | int) -> Decimal:
    """To the cent, halves away from zero."""
    return Decimal(amount).quantize(_CENT, ROUND_HALF_UP)


def completed_lines(books: Books, settings: Settings, given: list[Values], before: list[Values]) -> Completed:
    """What QuickBooks makes of the lines that were sent.

    Args:
        before: the lines until now: their ids stay, and their items may have become inactive.

    Raises:
        Refusal: 2020, 2500, 610, 6000 or 6070.
    """
    kept = {line["SalesItemLineDetail"]["ItemRef"]["value"] for line in before if "SalesItemLineDetail" in line}
    ids = {line["Id"] for line in before if "Id" in line}
    done = Completed([], _ZERO, _ZERO)
    last = max((int(one) for one in ids if one.isdecimal()), default=0)
    for line in given:
        kind = line.get("DetailType")
        if kind is None:
            raise required("Line.DetailType")
        if kind == "SubTotalLineDetail":
            continue
        if kind == "SalesItemLineDetail":
            _complete_sale(books, settings, line, kept, done)
        elif kind == "DiscountLineDetail":
            _complete_discount(line, done)
        if line.get("Id") not in ids:
            last += 1
            line["Id"] = str(last)
        line["LineNum"] = len(done.lines) + 1
        done.lines.append(line)
    if not any(line["DetailType"] == "SalesItemLineDetail" for line in done.lines):
        raise required("Line")
    if len(done.lines) > _MOST_LINES and done.taxable:
        raise business(f"A taxable transaction can have at most {_MOST_LINES} lines.")
    subtotal = sum((line["Amount"] for line in done.lines if line["DetailType"] == "SalesItemLineDetail"), _ZERO)
    done.lines.append({"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}})
    return done


def _complete_sale(books: Books, settings: Settings, line: Values, kept: set[str], done: Completed) -> None:
    detail = line.get("SalesItemLineDetail")
    if "Amount" not in line:
        raise required("Line.Amount")
    if detail is None or "ItemRef" not in detail:
        raise required("Line.SalesItemLineDetail.ItemRef")
    _check_item(books, detail, kept)
    code = check_tax_code(books, detail, "TaxCodeRef")
    if code is None:
        code = "TAX" if settings.automated_sales_tax else _NOT_TAXABLE
        detail["TaxCodeRef"] = {"value": code}
    amount = rounded(line["Amount"])
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    if quantity is not None and price is not None:
        if rounded(Decimal(quantity) * price) != amount:
            raise wrong_amount(line["Amount"])
    elif quantity:
        detail["UnitPrice"] = amount / quantity
    line["Amount"] = amount
    done.net += amount
    if code != _NOT_TAXABLE:
        done.taxable += amount


def _check_item(books: Books, detail: Values, kept: set[str]) -> None:
    item = books.find("Item", detail["ItemRef"].get("value"))
    may_stay = item if item is not None and item.id in kept else None
    found = referred(books, "Item", detail, "ItemRef", kept=may_stay)
    if found is not None and b'"Type":"Category"' in found.text:
        raise bad_reference("Items", found.id, "is a Category and cannot be used in a transaction")


def _complete_discount(line: Values, done: Completed) -> None:
    detail = line.setdefault("DiscountLineDetail", {})
    if detail.get("PercentBased"):
        line["Amount"] = rounded(done.net * Decimal(detail.get("DiscountPercent", 0)) / 100)
    if "Amount" not in line:
        raise required("Line.Amount")
    line["Amount"] = rounded(line["Amount"])
    done.net -= line["Amount"]
