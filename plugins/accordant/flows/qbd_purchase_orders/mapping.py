"""Purchase orders on both sides. Source of names, limits and what may be written: Conductor's OpenAPI."""

from __future__ import annotations

from accordant.flows.qbd.fields import As, Field, Lines, Written
from accordant.flows.qbd.mapping import RecordMapping
from accordant.flows.qbd.transactions import by_day, number_key, titled

FIELDS = (
    #     in the WMS            in QuickBooks       holds        limit  of
    Field("vendor",             "vendor",           As.RECORD,   of="vendor"),
    Field("ref_number",         "refNumber",        As.TEXT,     11),
    Field("transaction_date",   "transactionDate",  As.DATE),
    Field("due_date",           "dueDate",          As.DATE),
    Field("expected_date",      "expectedDate",     As.DATE),
    Field("total_amount",       "totalAmount",      As.MONEY,    written=Written.NEVER),
    Field("is_fully_received",  "isFullyReceived",  As.FLAG,     written=Written.NEVER),
    Field("is_manually_closed", "isManuallyClosed", As.FLAG,     written=Written.ON_UPDATE),
    Field("memo",               "memo",             As.TEXT),
    Field("shipping_address",   "shippingAddress",  As.ADDRESS),
    Field("terms",              "terms",            As.NAMED,    of="terms"),
)  # fmt: skip

LINES = Lines((
    Field("item",               "item",             As.RECORD,   of="item"),
    Field("description",        "description",      As.TEXT),
    Field("quantity",           "quantity",         As.QUANTITY),
    Field("unit_cost",          "rate",             As.PRICE),
    Field("amount",             "amount",           As.MONEY,    written=Written.NEVER),
))  # fmt: skip

PURCHASE_ORDERS = RecordMapping(
    object_type="purchase_order",
    resources={"purchase-orders": ""},
    fields=FIELDS,
    lines=LINES,
    natural_key=number_key,
    title=titled("purchase order"),
    deleted=("purchase_order",),
    is_transaction=True,
    retired={"is_manually_closed": True},
    look_up=by_day("vendor"),
    key_words="number",
    is_unique=False,
)
