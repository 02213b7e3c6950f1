"""What a company's file of orders says: the orders, what was refused of it, and what was taken with a doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum


class Absent(Enum):
    """The file has no such column."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class CsvOrder:
    """One row. An empty cell is None or '': it says nothing, and never that a date should go.

    Attributes:
        line: of the file, where the row begins; the first is 1.
        production_due: an instant in UTC where a time was given, else the day.
        customer_name, nickname, status, total: only to compare with what Printavo has.
    """

    line: int
    order_number: str
    customer_due: date | Absent | None
    production_due: datetime | date | Absent | None
    customer_name: str
    nickname: str
    status: str
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused, or, among the warnings, taken with a doubt.

    Attributes:
        line: None where the file as a whole is meant.
        column: as its header is written; '' where none is meant.
        value: as it stands in the file, shortened.
        reason: a sentence with file, line, column and the next step.
    """

    line: int | None
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class CsvOrders:
    """All that was read of a file.

    Attributes:
        understood: False where the file was refused as a whole; its one refusal says why, and there are no orders.
        encoding, separator, date_order, decimal: as recognised or as set; '' where the file does not show it.
        rows: how many there were beside the header, not counting blank ones.
    """

    file: str
    understood: bool
    encoding: str = ""
    separator: str = ""
    date_order: str = ""
    decimal: str = ""
    rows: int = 0
    orders: tuple[CsvOrder, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()
