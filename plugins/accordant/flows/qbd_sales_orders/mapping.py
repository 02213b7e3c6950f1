"""Sales orders on both sides. Source of names, limits and what may be written: Conductor's OpenAPI."""

from __future__ import annotations

from accordant.flows.qbd.fields import As, Field, Lines, Written
from accordant.flows.qbd.mapping import RecordMapping
from accordant.flows.qbd.transactions import by_day, number_key, titled

FIELDS = (
    #     in the WMS              in QuickBooks          holds        limit  of
    Field("customer",             "customer",            As.RECORD,   of="customer"),
    Field("ref_number",           "refNumber",           As.TEXT,     11),
    Field("transaction_date",     "transactionDate",     As.DATE),
    Field("due_date",             "dueDate",             As.DATE),
    Field("billing_address",      "billingAddress",      As.ADDRESS),
    Field("shipping_address",     "shippingAddress",     As.ADDRESS),
    Field("total_amount",         "totalAmount",         As.MONEY,    written=Written.NEVER),
    Field("is_fully_invoiced",    "isFullyInvoiced",     As.FLAG,     written=Written.NEVER),
    Field("is_manually_closed",   "isManuallyClosed",    As.FLAG),
    Field("memo",                 "memo",                As.TEXT),
    Field("sales_representative", "salesRepresentative", As.NAMED,    of="sales representatives"),
    Field("sales_tax_code",       "salesTaxCode",        As.NAMED,    of="sales tax codes"),
    Field("sales_tax_item",       "salesTaxItem",        As.NAMED,    of="sales tax items"),
    Field("sales_tax_percentage", "salesTaxPercentage",  As.PERCENT,  written=Written.NEVER),
    Field("sales_tax_total",      "salesTaxTotal",       As.MONEY,    written=Written.NEVER),
    Field("terms",                "terms",               As.NAMED,    of="terms"),
)  # fmt: skip

LINES = Lines((
    Field("item",                 "item",                As.RECORD,   of="item"),
    Field("description",          "description",         As.TEXT),
    Field("quantity",             "quantity",            As.QUANTITY),
    Field("unit_price",           "rate",                As.PRICE),
    Field("amount",               "amount",              As.MONEY,    written=Written.NEVER),
    Field("sales_tax_code",       "salesTaxCode",        As.NAMED,    of="sales tax codes"),
))  # fmt: skip

SALES_ORDERS = RecordMapping(
    object_type="sales_order",
    resources={"sales-orders": ""},
    fields=FIELDS,
    lines=LINES,
    natural_key=number_key,
    title=titled("sales order"),
    deleted=("sales_order",),
    is_transaction=True,
    retired={"is_manually_closed": True},
    look_up=by_day("customer"),
    key_words="number",
    is_unique=False,
)
