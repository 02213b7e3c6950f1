"""What every company has from its first day: accounts and the two tax codes of the United States."""

from __future__ import annotations

from sandbox.quickbooks_online.record import Values

BASICS: dict[str, list[Values]] = {
    "TaxCode": [
        {"Id": "TAX", "Name": "TAX", "Description": "Taxable", "Taxable": True},
        {"Id": "NON", "Name": "NON", "Description": "Not taxable", "Taxable": False},
    ],
    "Account": [
        {"Name": "Sales of Product Income", "AccountType": "Income", "AccountSubType": "SalesOfProductIncome"},
        {"Name": "Services", "AccountType": "Income", "AccountSubType": "ServiceFeeIncome"},
        {
            "Name": "Accounts Receivable (A/R)",
            "AccountType": "Accounts Receivable",
            "AccountSubType": "AccountsReceivable",
            "Classification": "Asset",
        },
        {
            "Name": "Inventory Asset",
            "AccountType": "Other Current Asset",
            "AccountSubType": "Inventory",
            "Classification": "Asset",
        },
        {
            "Name": "Cost of Goods Sold",
            "AccountType": "Cost of Goods Sold",
            "AccountSubType": "SuppliesMaterialsCogs",
            "Classification": "Expense",
        },
    ],
}
