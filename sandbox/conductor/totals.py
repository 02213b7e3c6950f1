"""What a transaction sums up to: exact, to the cent, with tax."""

from __future__ import annotations

from decimal import Decimal

from sandbox.conductor.amounts import ZERO, exact, money_text, percent_of, total
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.record import Record, Values


def set_totals(file: CompanyFile, record: Record) -> None:
    """Compute every total of a transaction from its lines."""
    shown = record.shown
    if record.resource in ("sales-orders", "invoices"):
        subtotal = total(line["amount"] for line in (*shown["lines"], *_grouped(shown)))
        tax = _tax(file, shown)
        shown["subtotal"], shown["salesTaxTotal"] = money_text(subtotal), money_text(tax)
        _set_total(record.resource, shown, subtotal + tax)
    elif record.resource == "purchase-orders":
        _set_total(record.resource, shown, total(line["amount"] for line in (*shown["lines"], *_grouped(shown))))
    elif record.resource == "item-receipts":
        lines = (*shown["expenseLines"], *shown["itemLines"])
        _set_total(record.resource, shown, total(line["amount"] for line in lines))


def sales_tax_item(file: CompanyFile, customer: Record | None) -> Values | None:
    """The customer's sales tax item; a job has its parent's."""
    while customer is not None:
        found: Values | None = customer.shown["salesTaxItem"]
        parent = customer.shown["parent"]
        if found is not None or parent is None:
            return found
        customer = file.find(parent["id"])
    return None


def _grouped(shown: Values) -> list[Values]:
    return [line for group in shown["lineGroups"] for line in group["lines"]]


def _tax(file: CompanyFile, shown: Values) -> Decimal:
    item = file.find(shown["salesTaxItem"]["id"]) if shown["salesTaxItem"] else None
    shown["salesTaxPercentage"] = item.shown["taxRate"] if item else None
    if item is None:
        return ZERO
    taxable = total(line["amount"] for line in shown["lines"] if _is_taxable(file, line))
    return percent_of(taxable, exact(item.shown["taxRate"]))


def _is_taxable(file: CompanyFile, line: Values) -> bool:
    code = file.find(line["salesTaxCode"]["id"]) if line["salesTaxCode"] else None
    return code is not None and bool(code.shown["isTaxable"])


def _set_total(resource: str, shown: Values, amount: Decimal) -> None:
    rate = exact(1 if shown["exchangeRate"] is None else shown["exchangeRate"])
    home = money_text(amount * rate) if shown["currency"] else None
    if resource == "invoices":
        left = amount - exact(shown["appliedAmount"])
        shown["balanceRemaining"] = money_text(left)
        shown["balanceRemainingInHomeCurrency"] = money_text(left * rate) if shown["currency"] else None
        shown["isPaid"] = not left
        return
    shown["totalAmount"] = money_text(amount)
    shown["totalAmountInHomeCurrency"] = home
