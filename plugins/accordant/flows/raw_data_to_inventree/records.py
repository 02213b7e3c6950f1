"""The canonical records of this flow and their natural keys."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from accordant.sync.records import Record
from accordant.sync.text import folded, short_digest

CUSTOMERS, PARTS, ORDERS = 0, 1, 2  # the phases of load


class Customer(Record):
    """A customer; `key` is the tax id where there is one, else the name."""

    object_type: ClassVar[str] = "customer"
    name: str
    tax_id: str = ""


class Part(Record):
    """A salable part; `key` is its name."""

    object_type: ClassVar[str] = "part"
    name: str
    ipn: str = ""


class SalesOrder(Record):
    """A sales order in draft; `key` is the marker SERIE=..;NUMAR=.., which is its description too."""

    object_type: ClassVar[str] = "sales_order"
    customer: str
    date: str
    currency: str


class SalesOrderLine(Record):
    """One article of an invoice."""

    object_type: ClassVar[str] = "sales_order_line"
    order: str
    part: str
    quantity: Decimal
    price: Decimal
    currency: str
    notes: str = ""

    @property
    def amount(self) -> Decimal:
        """Return quantity times price, unrounded."""
        return self.quantity * self.price


def marker(serie: str, numar: str) -> str:
    """Return the invoice's marker, as users of the earlier script know it."""
    return f"SERIE={serie};NUMAR={numar}"


def customer_key(tax_id: str, name: str) -> str:
    """Return the key of a customer: two names with one tax id are one customer, one name with two are two."""
    return f"tax:{tax_id}" if tax_id else f"name:{folded(name)}"


def part_key(name: str) -> str:
    """Return the key of a part."""
    return folded(name)


def line_mark(name: str, occurrence: int) -> str:
    """Return the mark that a line carries as its reference: the product, and the how-manieth line of it.

    An article has no id of its own; its place in the list changes when one is inserted before it.
    """
    return f"ACC-{short_digest(part_key(name))}-{occurrence}"


def line_key(order_key: str, mark: str) -> str:
    """Return the key of a line."""
    return f"{order_key}#{mark}"
