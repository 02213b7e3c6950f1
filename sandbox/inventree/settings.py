"""What an administrator of the real server would have set, as tables."""

from __future__ import annotations

VERSION = "1.5.0 dev"
API_VERSION = 530
TOKEN_DAYS = 365
MAX_REFERENCE = 2_147_483_647

CURRENCY_CODES = frozenset(
    {"AUD", "BGN", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HUF", "JPY", "MDL", "NOK", "NZD", "PLN"}
    | {"RON", "SEK", "TRY", "USD"}
)

# Pint's names of what a small business counts and weighs; `buc` is not one of them.
UNITS = frozenset(
    {"pcs", "piece", "pieces", "each", "ea", "count", "dozen", "percent", "kg", "g", "mg", "tonne", "t", "lb"}
    | {"m", "cm", "mm", "km", "inch", "in", "ft", "m^2", "m2", "cm^2", "m^3", "l", "liter", "litre", "ml"}
    | {"h", "hour", "hours", "min", "minute", "day", "days", "month", "year", "s", "kwh", "kw", "w", "v", "a"}
)

# status -> (name, label, colour)
ORDER_STATUS: dict[int, tuple[str, str, str]] = {
    10: ("PENDING", "Pending", "secondary"),
    15: ("IN_PROGRESS", "In Progress", "primary"),
    20: ("SHIPPED", "Shipped", "success"),
    25: ("ON_HOLD", "On Hold", "warning"),
    30: ("COMPLETE", "Complete", "success"),
    40: ("CANCELLED", "Cancelled", "danger"),
    50: ("LOST", "Lost", "warning"),
    60: ("RETURNED", "Returned", "warning"),
}
OPEN_STATUSES = (10, 15, 20, 25)
_GOODS_ROLES = ("admin", "part_category", "part", "stock_location", "stock", "build", "bom")
ROLES = (*_GOODS_ROLES, "purchase_order", "sales_order", "return_order", "transfer_order")
