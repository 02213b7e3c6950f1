"""Items of five kinds on both sides. Source of names, limits and what may be written: Conductor's OpenAPI."""

from __future__ import annotations

from accordant.flows.qbd.fields import As, Field, Lines, Written
from accordant.flows.qbd.mapping import Json, RecordMapping, depth_of, full_name_key
from accordant.flows.qbd_items.shapes import flattened, nested

FIELDS = (
    #     in the WMS                  in QuickBooks            holds         limit  of
    Field("kind",                     "kind",                  As.TEXT,      written=Written.NEVER),
    Field("name",                     "name",                  As.TEXT,      31),
    Field("parent",                   "parent",                As.RECORD,    of="item"),
    Field("is_active",                "isActive",              As.FLAG),
    Field("sku",                      "sku",                   As.TEXT),
    Field("sales_tax_code",           "salesTaxCode",          As.NAMED,     of="sales tax codes"),
    Field("custom_fields",            "customFields",          As.NAMES,     written=Written.NEVER),
    Field("sales_description",        "salesDescription",      As.TEXT),
    Field("sales_price",              "salesPrice",            As.PRICE),
    Field("purchase_description",     "purchaseDescription",   As.TEXT),
    Field("purchase_cost",            "purchaseCost",          As.PRICE),
    Field("quantity_on_hand",         "quantityOnHand",        As.QUANTITY,  written=Written.NEVER),
    Field("quantity_on_order",        "quantityOnPurchaseOrder", As.QUANTITY, written=Written.NEVER),
    Field("quantity_on_sales_order",  "quantityOnSalesOrder",  As.QUANTITY,  written=Written.NEVER),
    Field("reorder_point",            "reorderPoint",          As.QUANTITY),
    Field("asset_account",            "assetAccount",          As.NAMED,     of="accounts"),
    Field("cogs_account",             "cogsAccount",           As.NAMED,     of="accounts"),
    Field("income_account",           "incomeAccount",         As.NAMED,     of="accounts"),
    Field("expense_account",          "expenseAccount",        As.NAMED,     of="accounts"),
    Field("is_purchased",             "isPurchased",           As.FLAG,      written=Written.ON_CREATE),
    Field("unit_of_measure_set",      "unitOfMeasureSet",      As.NAMED,     of="unit-of-measure sets"),
    Field("purchase_tax_code",        "purchaseTaxCode",       As.NAMED,     of="sales tax codes"),
    Field("preferred_vendor",         "preferredVendor",       As.RECORD,    of="vendor"),
    Field("discount_rate",            "discountRate",          As.PRICE),
    Field("discount_percent",         "discountRatePercent",   As.PERCENT),
)  # fmt: skip

COMPONENTS = Lines((
    Field("item",                     "inventoryItem",         As.RECORD,    of="item"),
    Field("quantity",                 "quantity",              As.QUANTITY),
), has_ids=False)  # fmt: skip

_ALL = {"kind", "name", "parent", "is_active", "sales_tax_code", "custom_fields"}
_STOCKED = _ALL | {
    "sku", "sales_description", "sales_price", "purchase_description", "purchase_cost", "quantity_on_hand",
    "quantity_on_order", "quantity_on_sales_order", "reorder_point", "asset_account", "cogs_account", "income_account",
    "unit_of_measure_set", "purchase_tax_code", "preferred_vendor",
}  # fmt: skip
_NOT_STOCKED = _ALL | {
    "sales_description", "sales_price", "purchase_description", "purchase_cost", "income_account", "expense_account",
    "is_purchased", "unit_of_measure_set", "purchase_tax_code", "preferred_vendor",
}  # fmt: skip

KIND_FIELDS = {
    "inventory": frozenset(_STOCKED),
    "assembly": frozenset(_STOCKED | {"lines"}),
    "non_inventory": frozenset(_NOT_STOCKED | {"sku"}),
    "service": frozenset(_NOT_STOCKED),
    "discount": frozenset(_ALL | {"sales_description", "income_account", "discount_rate", "discount_percent"}),
}


def rank(content: Json) -> int:
    """Return the order of creation: parents first, and assemblies after their components."""
    return depth_of(content) + (10 if content.get("kind") == "assembly" else 0)


ITEMS = RecordMapping(
    object_type="item",
    resources={
        "inventory-items": "inventory",
        "non-inventory-items": "non_inventory",
        "service-items": "service",
        "discount-items": "discount",
        "inventory-assembly-items": "assembly",
    },
    fields=FIELDS,
    lines=COMPONENTS,
    natural_key=full_name_key,
    title=lambda content: f"item {content.get('full_name') or content.get('name')}",
    rank=rank,
    deleted=("item_inventory", "item_non_inventory", "item_service", "item_discount", "item_inventory_assembly"),
    retired={"is_active": False},
    look_up=lambda body: {"name_contains": body["name"], "status": "all"},
    flatten=flattened,
    nest=nested,
    kind_fields=KIND_FIELDS,
    fixed=("kind",),
)
