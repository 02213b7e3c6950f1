"""Rows of a file become orders: every cell is read, then all are understood in the way that the file writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from accordant.flows.printavo.csv_dates import DateCell, date_cell
from accordant.flows.printavo.csv_due import PlacedDate, customer_due_of, day_of, production_due_of
from accordant.flows.printavo.csv_duplicates import NumberedRow
from accordant.flows.printavo.csv_evidence import Evidence
from accordant.flows.printavo.csv_findings import Findings, Place, Trouble
from accordant.flows.printavo.csv_money import amount_of, money_readings
from accordant.flows.printavo.csv_options import CsvOptions
from accordant.flows.printavo.csv_order_number import order_number_of
from accordant.flows.printavo.csv_orders import ABSENT, Absent, CsvOrder
from accordant.flows.printavo.csv_table import Row
from accordant.sync.text import clean

_TEXT_FORMULA = re.compile(r'="(.*)"')

Due = TypeVar("Due", bound=date)


def cell_text(raw: str) -> str:
    """Return a cell as one trimmed line; of Excel's ="1042", which keeps a number as text, what is quoted."""
    text = clean(raw)
    formula = _TEXT_FORMULA.fullmatch(text)
    return formula[1].replace('""', '"').strip() if formula else text


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row whose cells were read each for itself.

    Attributes:
        texts: {meaning: trimmed text}.
        dates: {'customer_due' or 'production_due': the date, or why it is none}; empty cells are not there.
        total: {decimal mark: amount}, or why it is none; None where the cell is empty.
    """

    line: int
    texts: Mapping[str, str]
    dates: Mapping[str, DateCell | Trouble]
    total: Mapping[str, Decimal] | Trouble | None


def read_row(row: Row) -> ReadRow:
    """Read each cell of a row for itself."""
    texts = {meaning: cell_text(raw) for meaning, raw in row.cells.items()}
    dates = {meaning: date_cell(texts[meaning]) for meaning in _DUES if texts.get(meaning)}
    return ReadRow(row.line, texts, dates, money_readings(texts["total"]) if texts.get("total") else None)


_DUES = ("customer_due", "production_due")


@dataclass(frozen=True, slots=True)
class Understanding:
    """How this file is to be understood, and where findings go.

    Attributes:
        names: {meaning: the header as it is written}.
    """

    options: CsvOptions
    names: Mapping[str, str]
    dates: Evidence
    amounts: Evidence
    findings: Findings

    def numbered(self, rows: Iterable[ReadRow]) -> Iterator[NumberedRow]:
        """Yield the rows whose order number can be read; what is wrong goes to the findings."""
        for row in rows:
            number = self._order_number(row)
            order = self._order(row, number or "")
            if number:
                yield NumberedRow(row.line, number, order)

    def _order_number(self, row: ReadRow) -> str | None:
        place = place_of(row, "order_number", self.names)
        read = order_number_of(place.value)
        if isinstance(read, Trouble):
            self.findings.refuse(place, read.words)
            return None
        number, warning = read
        if warning:
            self.findings.warn(place, warning)
        return number

    def _order(self, row: ReadRow, number: str) -> CsvOrder | None:
        customer = self._due(row, "customer_due", customer_due_of)
        production = self._due(row, "production_due", production_due_of)
        if isinstance(customer, Trouble) or isinstance(production, Trouble):
            return None
        return CsvOrder(
            row.line,
            number,
            customer,
            production,
            row.texts.get("customer_name", ""),
            row.texts.get("nickname", ""),
            row.texts.get("status", ""),
            self._total(row),
        )

    def _due(
        self, row: ReadRow, meaning: str, due_of: Callable[[PlacedDate, date, CsvOptions], tuple[Due, str] | Trouble]
    ) -> Due | Absent | Trouble | None:
        if meaning not in self.names:
            return ABSENT
        cell = row.dates.get(meaning)
        if cell is None:
            return None
        place = place_of(row, meaning, self.names)
        read = cell if isinstance(cell, Trouble) else self._understood(PlacedDate(place, cell), due_of)
        if isinstance(read, Trouble):
            self.findings.refuse(place, read.words)
            return read
        due, warning = read
        if warning:
            self.findings.warn(place, warning)
        return due

    def _understood(
        self, one: PlacedDate, due_of: Callable[[PlacedDate, date, CsvOptions], tuple[Due, str] | Trouble]
    ) -> tuple[Due, str] | Trouble:
        day = day_of(one, self.dates)
        return day if isinstance(day, Trouble) else due_of(one, day, self.options)

    def _total(self, row: ReadRow) -> Decimal | None:
        if row.total is None:
            return None
        place = place_of(row, "total", self.names)
        amount = row.total if isinstance(row.total, Trouble) else amount_of(place.value, row.total, self.amounts)
        if isinstance(amount, Trouble):
            self.findings.warn(place, amount.words)
            return None
        return amount


def placed_dates(row: ReadRow, names: Mapping[str, str]) -> Iterator[PlacedDate]:
    """Yield the dates of a row."""
    for meaning, cell in row.dates.items():
        if isinstance(cell, DateCell):
            yield PlacedDate(place_of(row, meaning, names), cell)


def place_of(row: ReadRow, meaning: str, names: Mapping[str, str]) -> Place:
    """Return where a cell of a row stands."""
    return Place(row.line, names[meaning], row.texts[meaning])
