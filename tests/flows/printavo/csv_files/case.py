"""One odd file: its bytes, and what of it is accepted, refused and doubted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accordant.flows.printavo.csv_orders import ABSENT, Absent, CsvOrder

HEADER = "Order #,Customer due date\n"

Found = tuple[int | None, str, str]


@dataclass(frozen=True)
class Case:
    """A claim about a file.

    Attributes:
        orders: as `told` writes them, in the order of the file.
        refused, warned: (line, column, words of the reason), all that there are.
        understood: False where the file is refused as a whole.
    """

    name: str
    content: str | bytes
    orders: tuple[str, ...] = ()
    refused: tuple[Found, ...] = ()
    warned: tuple[Found, ...] = ()
    understood: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    recognised: Mapping[str, str] = field(default_factory=dict)

    @property
    def given(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content.encode()


def told(order: CsvOrder) -> str:
    """Return an order in a few words: "2: 1042 customer 2026-12-31 production nothing total 12.50 Staff tees"."""
    words = [f"{order.line}:", order.order_number]
    for name, due in (("customer", order.customer_due), ("production", order.production_due)):
        words += [name, _day(due)] if due is not ABSENT else []
    words += ["total", str(order.total)] if order.total is not None else []
    words += [text for text in (order.customer_name, order.nickname, order.status) if text]
    return " ".join(words)


def _day(due: date | Absent | None) -> str:
    if isinstance(due, datetime):
        return f"{due:%Y-%m-%dT%H:%MZ}"
    return due.isoformat() if isinstance(due, date) else "nothing"
