"""Which list each reference points into, and what deletions call each list."""

from __future__ import annotations

ITEMS = (
    "inventory-items",
    "non-inventory-items",
    "service-items",
    "discount-items",
    "inventory-assembly-items",
    "other-items",
)
STOCKED = ("inventory-items", "inventory-assembly-items")
# One name space of QuickBooks: a vendor may not have a customer's name.
ENTITIES = ("customers", "vendors", "employees", "other-names")
TRANSACTIONS = ("sales-orders", "purchase-orders", "invoices", "item-receipts", "inventory-adjustments")
# Lists without an endpoint here: filled over the control API, only ever referred to.
UNSERVED = (
    "employees",
    "other-names",
    "other-items",
    "classes",
    "document-templates",
    "customer-messages",
    "shipping-methods",
    "job-types",
    "vendor-types",
    "item-groups",
    "inventory-site-locations",
)

TARGETS: dict[str, tuple[str, ...]] = {
    "customer": ("customers",),
    "vendor": ("vendors",),
    "preferredVendor": ("vendors",),
    "taxVendor": ("vendors",),
    "entity": ENTITIES,
    "payee": ENTITIES,
    "shipToEntity": ENTITIES,
    "item": ITEMS,
    "inventoryItem": STOCKED,
    "inventoryAssemblyItem": ("inventory-assembly-items",),
    "terms": ("standard-terms", "date-driven-terms"),
    "salesRepresentative": ("sales-representatives",),
    "salesTaxCode": ("sales-tax-codes",),
    "purchaseTaxCode": ("sales-tax-codes",),
    "salesTaxItem": ("sales-tax-items",),
    "customerType": ("customer-types",),
    "preferredPaymentMethod": ("payment-methods",),
    "priceLevel": ("price-levels",),
    "currency": ("currencies",),
    "unitOfMeasureSet": ("unit-of-measure-sets",),
    "overrideUnitOfMeasureSet": ("unit-of-measure-sets",),
    "inventorySite": ("inventory-sites",),
    "inventorySiteLocation": ("inventory-sites", "inventory-site-locations"),
    "class": ("classes",),
    "documentTemplate": ("document-templates",),
    "customerMessage": ("customer-messages",),
    "shippingMethod": ("shipping-methods",),
    "jobType": ("job-types",),
    "vendorType": ("vendor-types",),
    "itemGroup": ("item-groups",),
}

DELETED_LIST_TYPES = {
    "accounts": "account",
    "currencies": "currency",
    "customer-types": "customer_type",
    "customers": "customer",
    "date-driven-terms": "date_driven_terms",
    "discount-items": "item_discount",
    "inventory-assembly-items": "item_inventory_assembly",
    "inventory-items": "item_inventory",
    "inventory-sites": "inventory_site",
    "non-inventory-items": "item_non_inventory",
    "payment-methods": "payment_method",
    "price-levels": "price_level",
    "sales-representatives": "sales_representative",
    "sales-tax-codes": "sales_tax_code",
    "sales-tax-items": "item_sales_tax",
    "service-items": "item_service",
    "standard-terms": "standard_terms",
    "unit-of-measure-sets": "unit_of_measure_set",
    "vendors": "vendor",
}
TRANSACTION_TYPES = {
    "sales-orders": "sales_order",
    "purchase-orders": "purchase_order",
    "invoices": "invoice",
    "item-receipts": "item_receipt",
    "inventory-adjustments": "inventory_adjustment",
}


def targets(field: str, resource: str) -> tuple[str, ...]:
    """The lists a reference may point into; `resource` is whose field it is."""
    if field.endswith(("account", "Account")):
        return ("accounts",)
    if field == "parent":
        return (resource,)
    return TARGETS.get(field, ())


def name_space(resource: str) -> str:
    """Resources of one space share their names."""
    if resource in ENTITIES:
        return "entity"
    return "item" if resource in (*ITEMS, "sales-tax-items") else resource


def singular(resource: str) -> str:
    """How QuickBooks calls one object: `sales-orders` -> `sales order`."""
    words = resource.replace("-", " ")
    if words.endswith("ies"):
        return words[:-3] + "y"
    if words.endswith("sses"):
        return words[:-2]
    return words.removesuffix("s")
