"""Orders that stand in a file more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from accordant.flows.printavo.csv_findings import Findings, Place
from accordant.flows.printavo.csv_orders import CsvOrder


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row whose order number is known; `order` is None where another cell of it was refused."""

    line: int
    order_number: str
    order: CsvOrder | None


def without_duplicates(rows: Iterable[NumberedRow], column: str, findings: Findings) -> tuple[CsvOrder, ...]:
    """Return each order once: rows that say the same are one, rows that say different things are all refused."""
    by_number: dict[str, list[NumberedRow]] = defaultdict(list)
    for row in rows:
        by_number[row.order_number].append(row)
    return tuple(order for same in by_number.values() if (order := _one_of(same, column, findings)))


def _one_of(same: Sequence[NumberedRow], column: str, findings: Findings) -> CsvOrder | None:
    first, *others = same
    if all(row.order and first.order and replace(row.order, line=first.line) == first.order for row in others):
        for row in others:
            findings.warn(_place(row, column), f"Line {first.line} says the same of this order; it was taken once.")
        return first.order
    for row in same:
        lines = ", ".join(str(other.line) for other in same if other.line != row.line)
        if row.order:
            findings.refuse(
                _place(row, column),
                f"The order stands in more than one row, and line {lines} does not say the same. Keep the row that is "
                "right and remove the others, then drop the file again.",
            )
    return None


def _place(row: NumberedRow, column: str) -> Place:
    return Place(row.line, column, row.order_number)
