"""The records as Conductor answers them, for the sandbox's bulk load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.seed.qbd.company import KINDS, SMALL_LISTS, by_label, records
from sandbox.seed.qbd.movements import SITES
from sandbox.seed.qbd.records import FOUNDED, Fields, SeedRecord

Object = dict[str, Any]
_PC_ZONE = ZoneInfo("America/New_York")
_ITEM_RESOURCES = {
    "inventory": "inventory-items",
    "non_inventory": "non-inventory-items",
    "service": "service-items",
    "discount": "discount-items",
    "assembly": "inventory-assembly-items",
}
_RESOURCES = {
    "vendor": "vendors",
    "customer": "customers",
    "sales_order": "sales-orders",
    "purchase_order": "purchase-orders",
    "invoice": "invoices",
    "inventory_adjustment": "inventory-adjustments",
}


def objects() -> dict[str, list[Object]]:
    """Everything QuickBooks has at first, by resource; what it deleted since is still in it."""
    made: dict[str, list[Object]] = {name: [dict(one) for one in listed] for name, listed in SMALL_LISTS.items()}
    for kind in KINDS:
        for record in records()[kind]:
            if record.quickbooks is not None:
                made.setdefault(resource(record), []).append(quickbooks_object(record))
    made["item-sites"] = [one for record in records()["item"] for one in _at_sites(record)]
    return made


def deleted() -> list[str]:
    """The paths of what a person deletes in QuickBooks right after."""
    gone = [record for listed in records().values() for record in listed if record.deleted]
    return [f"/{resource(record)}/{record.quickbooks_id}" for record in gone]


def resource(record: SeedRecord) -> str:
    """Conductor's name of the list a record is in."""
    return _RESOURCES.get(record.kind) or _ITEM_RESOURCES[record.either["kind"]]


def quickbooks_object(record: SeedRecord) -> Object:
    """The record as an answer of Conductor shows it, without what QuickBooks works out by itself."""
    fields = record.quickbooks or {}
    made = record.quickbooks_time
    head: Object = {"id": record.quickbooks_id, "revisionNumber": str(int(made.timestamp()))}
    head |= {"createdAt": moment(FOUNDED), "updatedAt": moment(made)}
    shape = _item if record.kind == "item" else _SHAPES[record.kind]
    return head | shape(fields, record)


def moment(at: datetime) -> str:
    """A time as QuickBooks writes it, in the zone of its PC."""
    return at.astimezone(_PC_ZONE).isoformat(timespec="seconds")


def known(label: str | None) -> Object | None:
    """A reference to another record of the seed."""
    return {"id": by_label()[label].quickbooks_id, "fullName": None} if label else None


def named(name: str | None) -> Object | None:
    """A reference to an entry of a small list."""
    return {"id": None, "fullName": name} if name else None


def address(fields: Fields | None) -> Object | None:
    """An address in Conductor's words."""
    return fields and {"postalCode" if name == "postal_code" else name: value for name, value in fields.items()}


def number(value: str | None) -> int | float | None:
    """A quantity: Conductor gives JSON numbers."""
    if value is None:
        return None
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _custom(fields: Fields) -> list[Object]:
    given = fields["custom_fields"].items()
    return [{"ownerId": "0", "name": name, "type": "string_255_type", "value": value} for name, value in given]


def _party(fields: Fields) -> Object:
    return {
        "name": fields["name"],
        "isActive": fields["is_active"],
        "companyName": fields["company_name"],
        "firstName": fields["first_name"],
        "lastName": fields["last_name"],
        "billingAddress": address(fields["billing_address"]),
        "shippingAddress": address(fields["shipping_address"]),
        "phone": fields["phone"],
        "email": fields["email"],
        "terms": named(fields["terms"]),
        "currency": named(fields["currency"]),
        "customFields": _custom(fields),
    }


def _customer(fields: Fields, record: SeedRecord) -> Object:
    return _party(fields) | {
        "parent": known(fields["parent"]),
        "customerType": named(fields["customer_type"]),
        "salesRepresentative": named(fields["sales_representative"]),
        "preferredPaymentMethod": named(fields["preferred_payment_method"]),
    }


def _vendor(fields: Fields, record: SeedRecord) -> Object:
    return _party(fields)


def _item(fields: Fields, record: SeedRecord) -> Object:
    made = {
        "name": fields["name"],
        "isActive": fields["is_active"],
        "parent": known(fields["parent"]),
        "salesTaxCode": named(fields["sales_tax_code"]),
        "customFields": _custom(fields),
    }
    return made | _ITEM_SHAPES[fields["kind"]](fields)


def _counted(fields: Fields) -> Object:
    threshold = "buildNotificationThreshold" if fields["kind"] == "assembly" else "reorderPoint"
    made = {
        "sku": fields["sku"],
        "unitOfMeasureSet": named(fields["unit_of_measure_set"]),
        "salesDescription": fields["sales_description"],
        "salesPrice": fields["sales_price"],
        "incomeAccount": named(fields["income_account"]),
        "purchaseDescription": fields["purchase_description"],
        "purchaseCost": fields["purchase_cost"],
        "cogsAccount": named(fields["cogs_account"]),
        "preferredVendor": known(fields["preferred_vendor"]),
        "assetAccount": named(fields["asset_account"]),
        "quantityOnHand": number(fields["quantity_on_hand"]),
        threshold: number(fields["reorder_point"]),
    }
    if fields["kind"] == "assembly":
        made["lines"] = [
            {"inventoryItem": known(line["item"]), "quantity": number(line["quantity"])} for line in fields["lines"]
        ]
    return made


def _sundry(fields: Fields) -> Object:
    if not fields["is_purchased"]:
        one = {"description": fields["sales_description"], "price": fields["sales_price"]}
        details: Object = {"salesOrPurchaseDetails": one | {"postingAccount": named(fields["income_account"])}}
    else:
        details = {
            "salesAndPurchaseDetails": {
                "salesDescription": fields["sales_description"],
                "salesPrice": fields["sales_price"],
                "incomeAccount": named(fields["income_account"]),
                "purchaseDescription": fields["purchase_description"],
                "purchaseCost": fields["purchase_cost"],
                "expenseAccount": named(fields["expense_account"]),
                "preferredVendor": known(fields["preferred_vendor"]),
            }
        }
    sku = {} if fields["kind"] == "service" else {"sku": fields["sku"]}
    return details | sku | {"unitOfMeasureSet": named(fields["unit_of_measure_set"])}


def _discount(fields: Fields) -> Object:
    return {
        "description": fields["sales_description"],
        "discountRate": fields.get("discount_rate"),
        "discountRatePercent": fields.get("discount_percent"),
        "account": named(fields["income_account"]),
    }


def _at_sites(record: SeedRecord) -> list[Object]:
    """Where the goods of an item lie: half in the main warehouse, the rest in the yard."""
    fields = record.quickbooks
    if fields is None or fields["kind"] not in ("inventory", "assembly"):
        return []
    field = "inventoryItem" if fields["kind"] == "inventory" else "inventoryAssemblyItem"
    return [
        {field: known(record.label), "inventorySite": named(site), "quantityOnHand": quantity}
        for site, quantity in site_quantities(fields["quantity_on_hand"]).items()
    ]


def site_quantities(on_hand: str) -> dict[str, int]:
    """How many lie at which site at first."""
    half = int(on_hand) // 2
    return {SITES[0]: int(on_hand) - half, SITES[1]: half}


def _form(fields: Fields) -> Object:
    return {
        "transactionDate": fields["transaction_date"],
        "refNumber": fields["ref_number"],
        "dueDate": fields["due_date"],
        "shippingAddress": address(fields["shipping_address"]),
        "terms": named(fields["terms"]),
    }


def _lines(record: SeedRecord, lines: list[Fields], price: str) -> list[Object]:
    made = []
    for place, line in enumerate(lines):
        one: Object = {"id": line_id(record, place), "item": known(line["item"]), "description": line["description"]}
        if line["quantity"] is not None:  # a discount works itself out from the line above
            one |= {"quantity": number(line["quantity"]), "rate": line[price]}
        if "sales_tax_code" in line:
            one["salesTaxCode"] = named(line["sales_tax_code"])
        made.append(one)
    return made


def line_id(record: SeedRecord, place: int) -> str:
    """The id of a line in QuickBooks."""
    head, _, tail = record.quickbooks_id.partition("-")
    return f"{head}{place + 1:02X}-{tail}"


def _sales_order(fields: Fields, record: SeedRecord) -> Object:
    return _form(fields) | {
        "customer": known(fields["customer"]),
        "billingAddress": address(fields["billing_address"]),
        "salesRepresentative": named(fields["sales_representative"]),
        "salesTaxCode": named(fields["sales_tax_code"]),
        "salesTaxItem": named(fields["sales_tax_item"]),
        "memo": fields["memo"],
        "isManuallyClosed": fields["is_manually_closed"],
        "lines": _lines(record, fields["lines"], "unit_price"),
    }


def _purchase_order(fields: Fields, record: SeedRecord) -> Object:
    return _form(fields) | {
        "vendor": known(fields["vendor"]),
        "expectedDate": fields["expected_date"],
        "memo": fields["memo"],
        "isManuallyClosed": fields["is_manually_closed"],
        "lines": _lines(record, fields["lines"], "unit_cost"),
    }


def _invoice(fields: Fields, record: SeedRecord) -> Object:
    lines = _lines(record, fields["lines"], "unit_price")
    if order := by_label().get(fields.get("sales_order", "")):
        for place, line in enumerate(lines):
            link = {"transactionId": order.quickbooks_id, "transactionLineId": line_id(order, place)}
            line["linkToTransactionLine"] = link
    return _form(fields) | {
        "customer": known(fields["customer"]),
        "billingAddress": address(fields["billing_address"]),
        "salesTaxItem": named(fields["sales_tax_item"]),
        "appliedAmount": fields["total"] if fields["is_paid"] else "0.00",
        "lines": lines,
    }


def _adjustment(fields: Fields, record: SeedRecord) -> Object:
    return {
        "account": named(fields["account"]),
        "inventorySite": named(fields["site"]),
        "transactionDate": fields["transaction_date"],
        "refNumber": fields["ref_number"],
        "memo": fields["memo"],
        "lines": [
            {"item": known(line["item"]), "quantityDifference": number(line["quantity_difference"])}
            for line in fields["lines"]
        ],
    }


_SHAPES: dict[str, Callable[[Fields, SeedRecord], Object]] = {
    "customer": _customer,
    "vendor": _vendor,
    "sales_order": _sales_order,
    "purchase_order": _purchase_order,
    "invoice": _invoice,
    "inventory_adjustment": _adjustment,
}
_ITEM_SHAPES: dict[str, Callable[[Fields], Object]] = {
    "inventory": _counted,
    "assembly": _counted,
    "non_inventory": _sundry,
    "service": _sundry,
    "discount": _discount,
}
