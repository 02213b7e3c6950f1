"""Customers, items and invoices of QuickBooks Online: from its JSON to canonical form, and from ours to its JSON.

Source of names, limits and what is required: Intuit's reference of the Accounting API, v3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from accordant.flows.mis_invoices.records import lines_of
from accordant.flows.mis_invoices.settings import MisSettings
from accordant.sync.numbers import plain
from accordant.sync.records import JsonObject
from accordant.sync.text import clean

Entity = Mapping[str, Any]

_DISCOUNT = "DiscountLineDetail"

# What makes an invoice of QuickBooks the one of a row; texts may be edited there.
IDENTITY = ("number", "customer_id", "date", "amount", "currency")
TEXTS = ("note", "description", "item_id")


def customer_body(after: Mapping[str, Any]) -> JsonObject:
    """Return what creates a customer."""
    body: JsonObject = {"DisplayName": after["name"]}
    if after["given_name"]:
        body["GivenName"] = after["given_name"]
    if after["family_name"]:
        body["FamilyName"] = after["family_name"]
    if after["email"]:
        body["PrimaryEmailAddr"] = {"Address": after["email"]}
    if after["phone"]:
        body["PrimaryPhone"] = {"FreeFormNumber": after["phone"]}
    return body


def customer_content(entity: Entity) -> JsonObject:
    """Return a customer in canonical form."""
    return {
        "name": clean(entity.get("DisplayName")),
        "given_name": clean(entity.get("GivenName")),
        "family_name": clean(entity.get("FamilyName")),
        "email": clean((entity.get("PrimaryEmailAddr") or {}).get("Address")),
        "phone": clean((entity.get("PrimaryPhone") or {}).get("FreeFormNumber")),
        "active": bool(entity.get("Active", True)),
    }


def item_body(after: Mapping[str, Any], income_account: str) -> JsonObject:
    """Return what creates an item: a service, which QuickBooks books to an income account."""
    return {"Name": after["name"], "Type": "Service", "IncomeAccountRef": {"value": income_account}}


def is_usable_item(entity: Entity) -> bool:
    """Tell whether an item may stand on an invoice under its name alone: no category, and no part of another item."""
    name = entity.get("Name")
    return entity.get("Type") != "Category" and (entity.get("FullyQualifiedName") or name) == name


def item_content(entity: Entity) -> JsonObject:
    """Return an item in canonical form."""
    return {
        "name": clean(entity.get("Name")),
        "type": str(entity.get("Type") or ""),
        "active": bool(entity.get("Active", True)),
    }


def invoice_body(after: Mapping[str, Any], customer_id: str, item_id: str, settings: MisSettings) -> JsonObject:
    """Return what creates an invoice of one line."""
    amount = Decimal(after["amount"])
    detail: JsonObject = {"ItemRef": {"value": item_id}, "Qty": 1, "UnitPrice": amount}
    if settings.invoice.tax_code:
        detail["TaxCodeRef"] = {"value": settings.invoice.tax_code}
    line: JsonObject = {"DetailType": "SalesItemLineDetail", "Amount": amount, "SalesItemLineDetail": detail}
    if after["description"]:
        line["Description"] = after["description"]
    body: JsonObject = {
        "DocNumber": after["number"], "TxnDate": after["date"], "CustomerRef": {"value": customer_id}, "Line": [line],
    }  # fmt: skip
    if after["note"]:
        body["PrivateNote"] = after["note"]
    if settings.invoice.currency:
        body["CurrencyRef"] = {"value": settings.invoice.currency}
    if settings.invoice.tax_calculation:
        body["GlobalTaxCalculation"] = settings.invoice.tax_calculation
    return body


def invoice_content(entity: Entity, settings: MisSettings) -> JsonObject:
    """Return an invoice in canonical form; its amount is that of its lines less discounts, before tax.

    The names of the customer and of the item are for people, and never compared.
    """
    lines = [line for line in entity.get("Line") or [] if line.get("DetailType") == "SalesItemLineDetail"]
    first = lines[0] if lines else {}
    item = (first.get("SalesItemLineDetail") or {}).get("ItemRef") or {}
    amount = _sum(lines) - _sum(line for line in entity.get("Line") or [] if line.get("DetailType") == _DISCOUNT)
    currency = (entity.get("CurrencyRef") or {}).get("value") or ""
    customer = entity.get("CustomerRef") or {}
    return {
        "number": str(entity.get("DocNumber") or ""),
        "customer_id": str(customer.get("value") or ""),
        "customer_name": clean(customer.get("name")),
        "date": str(entity.get("TxnDate") or ""),
        "amount": plain(amount),
        "currency": str(currency) if settings.invoice.currency else "",
        "note": lines_of(entity.get("PrivateNote")),
        "description": clean(first.get("Description")),
        "item_id": str(item.get("value") or ""),
        "item_name": clean(item.get("name")),
    }


def _sum(lines: Iterable[Entity]) -> Decimal:
    return sum((Decimal(str(line.get("Amount") or 0)) for line in lines), Decimal(0))


def as_quickbooks_has_it(
    after: Mapping[str, Any], customer_id: str, item_id: str, currency: str, reg_no: str = ""
) -> JsonObject:
    """Return one of our invoices in the form of `invoice_content`.

    Args:
        reg_no: of the student, with its capitals; without it the customer's key is its name.
    """
    return {
        "number": after["number"], "customer_id": customer_id, "customer_name": reg_no or after["customer"],
        "date": after["date"], "amount": after["amount"], "currency": currency, "note": after["note"],
        "description": after["description"], "item_id": item_id, "item_name": after["item"],
    }  # fmt: skip


def differing(ours: Mapping[str, Any], theirs: Mapping[str, Any], fields: tuple[str, ...]) -> list[str]:
    """Return which of these fields are not the same on both sides."""
    return [name for name in fields if ours[name] != theirs[name]]
