"""CompanyInfo and Preferences: there is one of each."""

from __future__ import annotations

from sandbox.quickbooks_online.record import Values
from sandbox.quickbooks_online.settings import Settings

SINGLES = ("CompanyInfo", "Preferences")
_HEAD = {"Id": "1", "SyncToken": "0", "domain": "QBO", "sparse": False}


def company_info(settings: Settings) -> Values:
    """What is known about the company."""
    return _HEAD | {
        "CompanyName": settings.company_name,
        "LegalName": settings.company_name,
        "Country": settings.country,
        "FiscalYearStartMonth": "January",
        "SupportedLanguages": "en",
        "NameValue": [{"Name": "NeoEnabled", "Value": "true"}],
    }


def preferences(settings: Settings) -> Values:
    """What the company has chosen, as far as it matters to invoices."""
    return _HEAD | {
        "SalesFormsPrefs": {"CustomTxnNumbers": settings.custom_txn_numbers, "AllowDeposit": True},
        "CurrencyPrefs": {
            "HomeCurrency": {"value": settings.home_currency},
            "MultiCurrencyEnabled": settings.multicurrency,
        },
        "TaxPrefs": {"UsingSalesTax": settings.automated_sales_tax or settings.tax_percent > 0},
        "ReportPrefs": {"ReportBasis": "Accrual"},
    }
