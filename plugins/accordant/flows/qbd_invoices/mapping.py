"""Invoices, from QuickBooks to the WMS only. Source of names: Conductor's OpenAPI.

QuickBooks gives an invoice no total; it is the subtotal plus the sales tax.
"""

from __future__ import annotations

from decimal import Decimal

from accordant.flows.qbd.fields import As, Field, Lines, Written
from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.flows.qbd.transactions import by_day, number_key, titled

_NEVER = Written.NEVER

FIELDS = (
    #     in the WMS           in QuickBooks        holds        of
    Field("customer",          "customer",          As.RECORD,   of="customer", written=_NEVER),
    Field("ref_number",        "refNumber",         As.TEXT,     written=_NEVER),
    Field("transaction_date",  "transactionDate",   As.DATE,     written=_NEVER),
    Field("due_date",          "dueDate",           As.DATE,     written=_NEVER),
    Field("billing_address",   "billingAddress",    As.ADDRESS,  written=_NEVER),
    Field("shipping_address",  "shippingAddress",   As.ADDRESS,  written=_NEVER),
    Field("subtotal",          "subtotal",          As.MONEY,    written=_NEVER),
    Field("sales_tax_total",   "salesTaxTotal",     As.MONEY,    written=_NEVER),
    Field("total",             "total",             As.MONEY,    written=_NEVER),
    Field("balance_remaining", "balanceRemaining",  As.MONEY,    written=_NEVER),
    Field("is_paid",           "isPaid",            As.FLAG,     written=_NEVER),
    Field("is_active",         "isActive",          As.FLAG,     written=_NEVER),
)  # fmt: skip

LINES = Lines((
    Field("item",              "item",              As.RECORD,   of="item", written=_NEVER),
    Field("description",       "description",       As.TEXT,     written=_NEVER),
    Field("quantity",          "quantity",          As.QUANTITY, written=_NEVER),
    Field("unit_price",        "rate",              As.PRICE,    written=_NEVER),
    Field("amount",            "amount",            As.MONEY,    written=_NEVER),
))  # fmt: skip


def with_total(row: Json) -> Json:
    """Return an invoice with its total; every invoice that QuickBooks has is in use."""
    total = Decimal(row["subtotal"] or 0) + Decimal(row["salesTaxTotal"] or 0)
    return {**row, "total": str(total), "isActive": True}


INVOICES = RecordMapping(
    object_type="invoice",
    resources={"invoices": ""},
    fields=FIELDS,
    lines=LINES,
    natural_key=number_key,
    title=titled("invoice"),
    deleted=("invoice",),
    is_transaction=True,
    retired={"is_active": False},
    look_up=by_day("customer"),
    key_words="number",
    is_unique=False,
    flatten=with_total,
)
