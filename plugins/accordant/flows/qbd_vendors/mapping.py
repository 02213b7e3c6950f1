"""Vendors on both sides. Source of names, limits and what may be written: Conductor's OpenAPI."""

from __future__ import annotations

from accordant.flows.qbd.fields import As, Field, Written
from accordant.flows.qbd.mapping import RecordMapping, name_key

FIELDS = (
    #     in the WMS          in QuickBooks      holds        limit  of
    Field("name",             "name",            As.TEXT,     41),
    Field("company_name",     "companyName",     As.TEXT,     41),
    Field("first_name",       "firstName",       As.TEXT,     25),
    Field("last_name",        "lastName",        As.TEXT,     25),
    Field("billing_address",  "billingAddress",  As.ADDRESS),
    Field("shipping_address", "shippingAddress", As.ADDRESS),
    Field("phone",            "phone",           As.TEXT,     21),
    Field("email",            "email",           As.TEXT),
    Field("is_active",        "isActive",        As.FLAG),
    Field("custom_fields",    "customFields",    As.NAMES,    written=Written.NEVER),
    Field("balance",          "balance",         As.MONEY,    written=Written.NEVER),
    Field("currency",         "currency",        As.NAMED,    of="currencies", written=Written.ON_CREATE),
    Field("terms",            "terms",           As.NAMED,    of="terms"),
)  # fmt: skip


VENDORS = RecordMapping(
    object_type="vendor",
    resources={"vendors": ""},
    fields=FIELDS,
    natural_key=name_key,
    title=lambda content: f"vendor {content.get('name')}",
    deleted=("vendor",),
    retired={"is_active": False},
    look_up=lambda body: {"name_contains": body["name"], "status": "all"},
    key_words="name",
)
