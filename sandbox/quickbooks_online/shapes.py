"""Which properties each entity has, and what may stand in them.

Sources: the vendor's Finance.xsd and Names.xsd, and the API reference, as quoted by its client packages.
"""

from __future__ import annotations

from sandbox.quickbooks_online.checks import (
    Check,
    date,
    email,
    label,
    many,
    number,
    one_of,
    read_only,
    shape,
    text,
    yes_or_no,
)

Shape = dict[str, Check]

_REF = shape({"value": text(50), "name": text(500), "type": text(50)})
_PHONE = shape({"FreeFormNumber": text(30)})
_EMAIL = shape({"Address": email})
_MEMO = shape({"value": text(1000)})
_ADDRESS = shape(
    {"Id": read_only, **{f"Line{row}": text(500) for row in range(1, 6)}}
    | {"City": text(255), "Country": text(255), "CountryCode": text(10), "CountrySubDivisionCode": text(255)}
    | {"PostalCode": text(31), "Lat": text(50), "Long": text(50), "Note": text(500), "Tag": text(50)}
)
_CUSTOM_FIELD = shape({"DefinitionId": text(10), "Name": text(100), "Type": text(30), "StringValue": text(31)})
_LINKED = shape(
    dict.fromkeys(("TxnId", "TxnType", "TxnLineId"), text(30))
    | dict.fromkeys(("Id", "SyncToken", "sparse", "domain"), read_only)
)
_COMMON: Shape = dict.fromkeys(
    ("Id", "SyncToken", "sparse", "domain", "MetaData", "status", "FullyQualifiedName", "Level", "HomeCurrencyRef"),
    read_only,
)

_PERSON: Shape = _COMMON | {
    "DisplayName": label(500),
    "Title": text(16),
    "GivenName": text(100),
    "MiddleName": text(100),
    "FamilyName": text(100),
    "Suffix": text(16),
    "CompanyName": text(100),
    "PrintOnCheckName": text(110),
    "Active": yes_or_no,
    "PrimaryEmailAddr": _EMAIL,
    "PrimaryPhone": _PHONE,
    "AlternatePhone": _PHONE,
    "Mobile": _PHONE,
    "Fax": _PHONE,
    "WebAddr": shape({"URI": text(1000)}),
    "Notes": text(4000),
    "CurrencyRef": _REF,
}
CUSTOMER: Shape = _PERSON | {
    "BillAddr": _ADDRESS,
    "ShipAddr": _ADDRESS,
    "Job": yes_or_no,
    "BillWithParent": yes_or_no,
    "ParentRef": _REF,
    "Taxable": yes_or_no,
    "TaxExemptionReasonId": text(10),
    "DefaultTaxCodeRef": _REF,
    "SalesTermRef": _REF,
    "PaymentMethodRef": _REF,
    "CustomerTypeRef": _REF,
    "ARAccountRef": _REF,
    "PreferredDeliveryMethod": text(30),
    "ResaleNum": text(16),
    "PrimaryTaxIdentifier": text(20),
    "BusinessNumber": text(10),
    "GSTIN": text(15),
    "GSTRegistrationType": text(15),
    "IsProject": yes_or_no,
    "OpenBalanceDate": date,
    **dict.fromkeys(("Balance", "BalanceWithJobs", "ClientEntityId", "V4IDPseudonym", "ClientCompanyId"), read_only),
}
VENDOR: Shape = _PERSON | {"BillAddr": _ADDRESS, "AcctNum": text(100), "Vendor1099": yes_or_no, "Balance": read_only}
EMPLOYEE: Shape = _PERSON | {"PrimaryAddr": _ADDRESS, "EmployeeNumber": text(100), "HiredDate": date}

ITEM_TYPES = ("Service", "NonInventory", "Inventory", "Category", "Group")
ITEM: Shape = _COMMON | {
    "Name": label(100),
    "Type": one_of(*ITEM_TYPES),
    "Active": yes_or_no,
    "Sku": text(100),
    "Description": text(4000),
    "PurchaseDesc": text(1000),
    "UnitPrice": number,
    "PurchaseCost": number,
    "Taxable": yes_or_no,
    "SalesTaxIncluded": yes_or_no,
    "PurchaseTaxIncluded": yes_or_no,
    "IncomeAccountRef": _REF,
    "ExpenseAccountRef": _REF,
    "AssetAccountRef": _REF,
    "SalesTaxCodeRef": _REF,
    "PurchaseTaxCodeRef": _REF,
    "ClassRef": _REF,
    "PrefVendorRef": _REF,
    "TrackQtyOnHand": yes_or_no,
    "QtyOnHand": number,
    "ReorderPoint": number,
    "InvStartDate": date,
    "SubItem": yes_or_no,
    "ParentRef": _REF,
    "TaxClassificationRef": _REF,
    "AbatementRate": number,
    "ReverseChargeRate": number,
    "ServiceType": text(30),
    "ItemCategoryType": text(30),
}
ACCOUNT: Shape = _COMMON | {
    "Name": label(100),
    "AcctNum": text(20),
    "Active": yes_or_no,
    "Description": text(4000),
    "AccountType": text(100),
    "AccountSubType": text(100),
    "Classification": text(30),
    "SubAccount": yes_or_no,
    "ParentRef": _REF,
    "CurrencyRef": _REF,
    **dict.fromkeys(("CurrentBalance", "CurrentBalanceWithSubAccounts"), read_only),
}
TAX_CODE: Shape = _COMMON | {
    "Name": label(100),
    "Description": text(100),
    "Active": yes_or_no,
    "Taxable": yes_or_no,
    "TaxGroup": yes_or_no,
}

LINE_TYPES = ("SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail", "DescriptionOnly")
_LINE = shape(
    {
        "Id": text(30),
        "LineNum": number,
        "Description": text(4000),
        "Amount": number,
        "DetailType": one_of(*LINE_TYPES),
        "LinkedTxn": many(_LINKED),
        "CustomField": many(_CUSTOM_FIELD),
        "SalesItemLineDetail": shape(
            {
                "ItemRef": _REF,
                "ItemAccountRef": _REF,
                "ClassRef": _REF,
                "TaxCodeRef": _REF,
                "PriceLevelRef": _REF,
                "TaxClassificationRef": _REF,
                "Qty": number,
                "UnitPrice": number,
                "ServiceDate": date,
                "TaxInclusiveAmt": number,
                "DiscountRate": number,
                "DiscountAmt": number,
            }
        ),
        "SubTotalLineDetail": shape({"ItemRef": _REF}),
        "DiscountLineDetail": shape(
            dict.fromkeys(("DiscountAccountRef", "ClassRef", "TaxCodeRef"), _REF)
            | {"PercentBased": yes_or_no, "DiscountPercent": number}
        ),
        "DescriptionLineDetail": shape({"ServiceDate": date, "TaxCodeRef": _REF}),
    }
)
_TAX_LINE = shape(
    {
        "Amount": number,
        "DetailType": one_of("TaxLineDetail"),
        "TaxLineDetail": shape(
            {"TaxRateRef": _REF, "PercentBased": yes_or_no} | dict.fromkeys(("TaxPercent", "NetAmountTaxable"), number)
        ),
    }
)
INVOICE: Shape = _COMMON | {
    "CustomerRef": _REF,
    "DocNumber": text(21),
    "TxnDate": date,
    "DueDate": date,
    "ShipDate": date,
    "PrivateNote": text(4000),
    "CustomerMemo": _MEMO,
    "Line": many(_LINE),
    "TxnTaxDetail": shape({"TxnTaxCodeRef": _REF, "TotalTax": number, "TaxLine": many(_TAX_LINE)}),
    "CurrencyRef": _REF,
    "ExchangeRate": number,
    "GlobalTaxCalculation": one_of("TaxExcluded", "TaxInclusive", "NotApplicable"),
    "BillAddr": _ADDRESS,
    "ShipAddr": _ADDRESS,
    "ShipFromAddr": _ADDRESS,
    "FreeFormAddress": yes_or_no,
    "BillEmail": _EMAIL,
    "BillEmailCc": shape({"Address": text(200)}),
    "BillEmailBcc": shape({"Address": text(200)}),
    "SalesTermRef": _REF,
    "ClassRef": _REF,
    "DepartmentRef": _REF,
    "ShipMethodRef": _REF,
    "DepositToAccountRef": _REF,
    "TaxExemptionRef": _REF,
    "RecurDataRef": _REF,
    "TrackingNum": text(31),
    "Deposit": number,
    "ApplyTaxAfterDiscount": yes_or_no,
    "PrintStatus": one_of("NotSet", "NeedToPrint", "PrintComplete"),
    "EmailStatus": one_of("NotSet", "NeedToSend", "EmailSent"),
    "AllowIPNPayment": yes_or_no,
    "AllowOnlinePayment": yes_or_no,
    "AllowOnlineCreditCardPayment": yes_or_no,
    "AllowOnlineACHPayment": yes_or_no,
    "CustomField": many(_CUSTOM_FIELD),
    "LinkedTxn": many(_LINKED),
    **dict.fromkeys(
        ("TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance", "InvoiceLink", "DeliveryInfo", "EInvoiceStatus"),
        read_only,
    ),
}

# Entity -> what may be sent for it.
SHAPES: dict[str, Shape] = {
    "Customer": CUSTOMER,
    "Vendor": VENDOR,
    "Employee": EMPLOYEE,
    "Item": ITEM,
    "Account": ACCOUNT,
    "TaxCode": TAX_CODE,
    "Invoice": INVOICE,
}
CHECKS: dict[str, Check] = {kind: shape(table) for kind, table in SHAPES.items()}
# Which of them the API itself makes and changes; the others are entered through the control API.
WRITABLE = ("Customer", "Item", "Invoice")
NAME_PROPERTY = {kind: "DisplayName" if kind in ("Customer", "Vendor", "Employee") else "Name" for kind in SHAPES}
