"""The whole company: every record of both sides, and the small lists that QuickBooks keeps."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sandbox.seed.qbd.items import items
from sandbox.seed.qbd.movements import ADJUSTMENT_ACCOUNT, SITES, adjustments, invoices
from sandbox.seed.qbd.orders import TAX_RATES, purchase_orders, sales_orders
from sandbox.seed.qbd.parties import customers, vendors
from sandbox.seed.qbd.records import SeedRecord

# In the order in which they can be written: what others refer to comes first.
KINDS = ("vendor", "customer", "item", "sales_order", "purchase_order", "invoice", "inventory_adjustment")

# A new company file has accounts, tax codes, two payment methods and three terms already.
ACCOUNT_ID = "80000F01-1735732800"
SMALL_LISTS: dict[str, list[dict[str, Any]]] = {
    "accounts": [{"id": ACCOUNT_ID, "name": ADJUSTMENT_ACCOUNT, "accountType": "expense"}],
    "employees": [{"name": name} for name in ("Anna Miller", "Bruno Ortiz", "Cara Stone")],
    "currencies": [
        {"name": name, "currencyCode": code}
        for name, code in (("US Dollar", "USD"), ("Canadian Dollar", "CAD"), ("Euro", "EUR"))
    ],
    "standard-terms": [{"name": "Net 45", "dueDays": 45}],
    "customer-types": [{"name": name} for name in ("Retail", "Wholesale", "Online")],
    "payment-methods": [
        {"name": "Bank transfer", "paymentMethodType": "e_check"},
        {"name": "Visa", "paymentMethodType": "visa"},
    ],
    "unit-of-measure-sets": [
        {"name": "Count", "unitOfMeasureType": "count", "baseUnit": {"name": "Each", "abbreviation": "ea"}}
    ],
    "inventory-sites": [{"name": name, "isDefault": name == SITES[0]} for name in SITES],
    "sales-tax-items": [{"name": name, "taxRate": str(rate)} for name, rate in TAX_RATES.items()],
    "sales-representatives": [
        {"initial": initial, "entity": {"id": None, "fullName": name}}
        for initial, name in (("AM", "Anna Miller"), ("BO", "Bruno Ortiz"), ("CS", "Cara Stone"))
    ],
}


@cache
def records() -> dict[str, tuple[SeedRecord, ...]]:
    """All records by kind."""
    made = (vendors, customers, items, sales_orders, purchase_orders, invoices, adjustments)
    return {kind: make() for kind, make in zip(KINDS, made, strict=True)}


@cache
def by_label() -> dict[str, SeedRecord]:
    """Every record under its label."""
    return {record.label: record for kind in KINDS for record in records()[kind]}


def of_side(records: Iterable[SeedRecord], side: str) -> list[SeedRecord]:
    """Those that `wms` or `quickbooks` has."""
    return [record for record in records if getattr(record, side) is not None]
