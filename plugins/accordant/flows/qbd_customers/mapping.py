"""Customers and jobs on both sides. Source of names, limits and what may be written: Conductor's OpenAPI."""

from __future__ import annotations

from accordant.flows.qbd.fields import As, Field, Written
from accordant.flows.qbd.mapping import Json, RecordMapping, depth_of, full_name_key

FIELDS = (
    #     in the WMS                  in QuickBooks             holds            limit  of
    Field("name",                     "name",                   As.TEXT,         41),
    Field("parent",                   "parent",                 As.RECORD,       of="customer"),
    Field("company_name",             "companyName",            As.TEXT,         41),
    Field("first_name",               "firstName",              As.TEXT,         25),
    Field("last_name",                "lastName",               As.TEXT,         25),
    Field("billing_address",          "billingAddress",         As.ADDRESS),
    Field("shipping_address",         "shippingAddress",        As.ADDRESS),
    Field("phone",                    "phone",                  As.TEXT,         21),
    Field("email",                    "email",                  As.TEXT),
    Field("is_active",                "isActive",               As.FLAG),
    Field("custom_fields",            "customFields",           As.NAMES,        written=Written.NEVER),
    Field("balance",                  "balance",                As.MONEY,        written=Written.NEVER),
    Field("total_balance",            "totalBalance",           As.MONEY,        written=Written.NEVER),
    Field("currency",                 "currency",               As.NAMED,        of="currencies",
          written=Written.ON_CREATE),
    Field("customer_type",            "customerType",           As.NAMED,        of="customer types"),
    Field("sales_representative",     "salesRepresentative",    As.NAMED,        of="sales representatives"),
    Field("terms",                    "terms",                  As.NAMED,        of="terms"),
    Field("preferred_payment_method", "preferredPaymentMethod", As.NAMED,        of="payment methods"),
)  # fmt: skip


def title(content: Json) -> str:
    """Return what people call a customer."""
    return f"customer {content.get('full_name') or content.get('name')}"


CUSTOMERS = RecordMapping(
    object_type="customer",
    resources={"customers": ""},
    fields=FIELDS,
    natural_key=full_name_key,
    title=title,
    rank=depth_of,
    deleted=("customer",),
    retired={"is_active": False},
    look_up=lambda body: {"name_contains": body["name"], "status": "all"},
)
