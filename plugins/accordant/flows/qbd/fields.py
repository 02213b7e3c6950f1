"""The columns of a mapping table: one row per field, that an accountant can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class As(StrEnum):
    """What kind of value a field holds, and with it its unit."""

    TEXT = "text"
    MONEY = "money, 2 decimals"
    PRICE = "price, up to 5 decimals"
    QUANTITY = "quantity"
    PERCENT = "percent"
    DATE = "date"
    FLAG = "yes or no"
    ADDRESS = "address"
    NAMED = "name in a QuickBooks list"
    RECORD = "reference"
    NAMES = "named values"


class Written(StrEnum):
    """When a field may be written to QuickBooks."""

    ALWAYS = "always"
    ON_CREATE = "on create only"
    ON_UPDATE = "on update only"
    NEVER = "never: QuickBooks computes or keeps it"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object type.

    Attributes:
        name: in the WMS, and in plans.
        quickbooks: in QuickBooks Desktop, as Conductor calls it.
        holds: its kind and unit.
        limit: most characters that QuickBooks holds; 0 for no limit.
        of: the object type that a reference leads to, or the QuickBooks list of a name.
        written: when it may be written to QuickBooks.
    """

    name: str
    quickbooks: str
    holds: As = As.TEXT
    limit: int = 0
    of: str = ""
    written: Written = Written.ALWAYS


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of an object type: their fields, and whether QuickBooks gives them ids."""

    fields: tuple[Field, ...]
    has_ids: bool = True


ADDRESS_FIELDS = (
    Field("line1", "line1", limit=41),
    Field("line2", "line2", limit=41),
    Field("line3", "line3", limit=41),
    Field("line4", "line4", limit=41),
    Field("line5", "line5", limit=41),
    Field("city", "city", limit=31),
    Field("state", "state", limit=21),
    Field("postal_code", "postalCode", limit=13),
    Field("country", "country"),
)

# {QuickBooks list: the resources that list it}
LISTS = {
    "accounts": ("accounts",),
    "currencies": ("currencies",),
    "customer types": ("customer-types",),
    "payment methods": ("payment-methods",),
    "sales representatives": ("sales-representatives",),
    "sales tax codes": ("sales-tax-codes",),
    "sales tax items": ("sales-tax-items",),
    "sites": ("inventory-sites",),
    "terms": ("standard-terms", "date-driven-terms"),
    "unit-of-measure sets": ("unit-of-measure-sets",),
}
