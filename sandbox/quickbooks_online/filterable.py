"""Which properties may stand in a WHERE or ORDERBY, and how they are compared.

Only those that the vendor's reference marks as filterable; `PrivateNote`, for one, is not.
"""

from __future__ import annotations

# How values are compared.
ID, TEXT, NUMBER, DAY, MOMENT, FLAG, REF = "id", "text", "number", "day", "moment", "flag", "reference"

_COMMON = {"Id": ID, "MetaData.CreateTime": MOMENT, "MetaData.LastUpdatedTime": MOMENT}
_PERSON = _COMMON | {
    "DisplayName": TEXT,
    "GivenName": TEXT,
    "MiddleName": TEXT,
    "FamilyName": TEXT,
    "Suffix": TEXT,
    "PrintOnCheckName": TEXT,
    "Active": FLAG,
}
FILTERABLE: dict[str, dict[str, str]] = {
    "Customer": _PERSON
    | {"CompanyName": TEXT, "FullyQualifiedName": TEXT, "Balance": NUMBER, "PrimaryEmailAddr": TEXT, "Job": FLAG},
    "Vendor": _PERSON | {"CompanyName": TEXT, "Balance": NUMBER},
    "Employee": _PERSON,
    "Item": _COMMON
    | {"Name": TEXT, "FullyQualifiedName": TEXT, "Active": FLAG, "Type": TEXT, "Sku": TEXT, "UnitPrice": NUMBER},
    "Account": _COMMON
    | {"Name": TEXT, "FullyQualifiedName": TEXT, "Active": FLAG, "AccountType": TEXT, "AccountSubType": TEXT}
    | {"Classification": TEXT},
    "TaxCode": _COMMON | {"Name": TEXT, "Active": FLAG},
    "Invoice": _COMMON
    | {"DocNumber": TEXT, "TxnDate": DAY, "DueDate": DAY, "CustomerRef": REF, "TotalAmt": NUMBER, "Balance": NUMBER},
}
# Where a property's text is, if not directly in it.
INSIDE = {"PrimaryEmailAddr": "Address", "CustomerRef": "value"}
# What `SELECT *` leaves out.
ONLY_WHEN_ASKED = {"Item": ("Sku",)}
# Entities whose inactive objects are hidden unless the WHERE mentions Active.
HIDE_INACTIVE = ("Customer", "Vendor", "Employee", "Item", "Account", "TaxCode")
