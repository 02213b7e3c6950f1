"""What is kept of Printavo: each table of schema `printavo`, column by column, and where its values come from.

One list serves for everything: the GraphQL question, its complexity, the rows for COPY, and the merge.
"""

from __future__ import annotations

from dataclasses import replace

from accordant.sync.tables import Column, Kind, Table

_TIMES = (
    Column("created_at", "timestamps.createdAt", Kind.MOMENT),
    Column("updated_at", "timestamps.updatedAt", Kind.MOMENT),
)
_ADDRESS = "address1 address2 city stateIso zipCode countryIso"
_ID = Column("id", "id")
_ORDER = Column("order_id")

STATUSES = Table("status", "statuses", (
    _ID, Column("name", "name"), Column("type", "type"), Column("color", "color"),
    Column("position", "position", Kind.COUNT), *_TIMES,
))  # fmt: skip

CUSTOMERS = Table("customer", "customers", (
    _ID, Column("company_name", "companyName"), Column("primary_contact_id", "primaryContact.id"),
    Column("tax_exempt", "taxExempt", Kind.TRUTH), Column("sales_tax", "salesTax", Kind.RATE),
    Column("resale_number", "resaleNumber"), Column("internal_note", "internalNote"),
    Column("order_count", "orderCount", Kind.COUNT),
    Column("billing_address", "billingAddress", Kind.JSON, _ADDRESS),
    Column("shipping_address", "shippingAddress", Kind.JSON, _ADDRESS), *_TIMES,
))  # fmt: skip

CONTACTS = Table("contact", "contacts", (
    _ID, Column("customer_id", "customer.id"), Column("full_name", "fullName"), Column("first_name", "firstName"),
    Column("last_name", "lastName"), Column("email", "email"), Column("phone", "phone"), Column("fax", "fax"), *_TIMES,
))  # fmt: skip

SIZES = Table(
    "line_item_size", "sizes",
    (Column("line_item_id"), _ORDER, Column("size", "size"), Column("count", "count", Kind.COUNT)),
    key=("line_item_id", "size"), connection=False, owner="order_id", parent="line_item_id", adds_up="count",
)  # fmt: skip

LINE_ITEMS = Table(
    "line_item", "lineItems",
    (
        _ID, _ORDER, Column("group_id"), Column("position", "position", Kind.COUNT),
        Column("item_number", "itemNumber"), Column("description", "description"), Column("color", "color"),
        Column("category", "category.name"), Column("price", "price", Kind.MONEY),
        Column("quantity", "items", Kind.COUNT), Column("taxed", "taxed", Kind.TRUTH),
        Column("product_status", "productStatus"), *_TIMES,
    ),
    first=6, owner="order_id", parent="group_id", children=(SIZES,),
)  # fmt: skip

GROUPS = Table(
    "line_item_group", "lineItemGroups", (_ID, _ORDER, Column("position", "position", Kind.COUNT), *_TIMES),
    first=4, owner="order_id", children=(LINE_ITEMS,),
)  # fmt: skip

FEES = Table(
    "fee", "fees",
    (
        _ID, _ORDER, Column("description", "description"), Column("quantity", "quantity", Kind.COUNT),
        Column("unit_price", "unitPrice", Kind.MONEY),
        Column("unit_price_is_percentage", "unitPriceAsPercentage", Kind.TRUTH),
        Column("amount", "amount", Kind.MONEY), Column("taxable", "taxable", Kind.TRUTH), *_TIMES,
    ),
    first=4, owner="order_id",
)  # fmt: skip

PAYMENTS = Table(
    "payment", "transactions",
    (
        _ID, _ORDER, Column("kind", "__typename"), Column("amount", "amount", Kind.MONEY),
        Column("category", "category"), Column("description", "description"),
        Column("processing", "processing", Kind.TRUTH), Column("paid_on", "transactionDate", Kind.DAY), *_TIMES,
    ),
    first=4, owner="order_id", members=("Payment", "Refund", "Return", "Void", "PaymentDispute"),
)  # fmt: skip

ORDERS = Table(
    "orders", "orders",
    (
        _ID, Column("kind", "__typename"), Column("visual_id", "visualId"), Column("nickname", "nickname"),
        Column("status_id", "status.id"), Column("contact_id", "contact.id"),
        Column("customer_id", "contact.customer.id"), Column("owner", "owner.name"),
        Column("created_on", "createdAt", Kind.DAY), Column("invoiced_on", "invoiceAt", Kind.DAY),
        Column("customer_due", "customerDueAt", Kind.DAY), Column("production_due", "dueAt", Kind.MOMENT),
        Column("production_start", "startAt", Kind.MOMENT), Column("payment_due", "paymentDueAt", Kind.DAY),
        Column("total", "total", Kind.MONEY), Column("subtotal", "subtotal", Kind.MONEY),
        Column("total_untaxed", "totalUntaxed", Kind.MONEY), Column("sales_tax", "salesTax", Kind.RATE),
        Column("sales_tax_amount", "salesTaxAmount", Kind.MONEY), Column("discount", "discount", Kind.RATE),
        Column("discount_amount", "discountAmount", Kind.MONEY),
        Column("discount_is_percentage", "discountAsPercentage", Kind.TRUTH),
        Column("amount_paid", "amountPaid", Kind.MONEY),
        Column("amount_outstanding", "amountOutstanding", Kind.MONEY),
        Column("paid_in_full", "paidInFull", Kind.TRUTH), Column("quantity", "totalQuantity", Kind.COUNT),
        Column("po_number", "visualPoNumber"), Column("customer_note", "customerNote"),
        Column("production_note", "productionNote"), Column("delivery_method", "deliveryMethod.name"),
        Column("payment_term", "paymentTerm.name"), Column("tags", "tags", Kind.JSON), Column("url", "publicUrl"),
        *_TIMES,
    ),
    members=("Invoice", "Quote"), children=(GROUPS, FEES, PAYMENTS), called="order",
)  # fmt: skip

# What tells whether an order must be read again: its times, and what may change without them.
HEADERS = Table(
    "header", "orders",
    (
        _ID, Column("updated_at", "timestamps.updatedAt", Kind.MOMENT), Column("status_id", "status.id"),
        Column("total", "total", Kind.MONEY), Column("amount_paid", "amountPaid", Kind.MONEY),
        Column("customer_due", "customerDueAt", Kind.DAY), Column("production_due", "dueAt", Kind.MOMENT),
    ),
    members=("Invoice", "Quote"),
)  # fmt: skip
# The same where only which orders there are is asked for: a fifth of the work, and as many more on a page.
LISTED = replace(HEADERS, columns=(_ID, *(replace(column, path="") for column in HEADERS.columns[1:])))

ROOTS = (STATUSES, CUSTOMERS, CONTACTS, ORDERS)
TABLES = tuple(table for root in ROOTS for table in root.all())
