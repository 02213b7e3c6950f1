"""What every company file has from its first day: accounts, tax codes, terms."""

from __future__ import annotations

from typing import Any

_ACCOUNTS = {
    "Accounts Receivable": "accounts_receivable",
    "Accounts Payable": "accounts_payable",
    "Inventory Asset": "other_current_asset",
    "Sales": "income",
    "Services": "income",
    "Sales Discounts": "income",
    "Cost of Goods Sold": "cost_of_goods_sold",
    "Inventory Adjustment": "expense",
    "Purchases": "expense",
}

BASICS: dict[str, list[dict[str, Any]]] = {
    "accounts": [{"name": name, "accountType": kind} for name, kind in _ACCOUNTS.items()],
    "sales-tax-codes": [
        {"name": "Tax", "isTaxable": True, "description": "Taxable Sales"},
        {"name": "Non", "isTaxable": False, "description": "Non-Taxable Sales"},
    ],
    "standard-terms": [
        {"name": "Due on receipt", "dueDays": 0},
        {"name": "Net 15", "dueDays": 15},
        {"name": "Net 30", "dueDays": 30},
    ],
    "payment-methods": [
        {"name": "Cash", "paymentMethodType": "cash"},
        {"name": "Check", "paymentMethodType": "check"},
    ],
}
