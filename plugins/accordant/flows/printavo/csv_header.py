"""The header of a file of orders: which separator it has, and which column means what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from accordant.flows.printavo.csv_findings import FileRefused, Findings, Place, quoted
from accordant.flows.printavo.csv_options import SEPARATORS, CsvHeaders, header_key
from accordant.flows.printavo.csv_records import Record, record_at
from accordant.sync.text import clean

_EXCEL_SEPARATOR = re.compile(r'\s*"?sep=(.)[",;|\s]*', re.IGNORECASE | re.DOTALL)
_UNCLEAR_DUE = frozenset({header_key("Due date"), header_key("Due")})
_MOST_NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Header:
    """The header.

    Attributes:
        rows_begin: index of the line after it.
        width: number of columns, without unnamed ones at the end.
        cells: number of columns with those.
        columns: {meaning: index of its column}.
        names: {meaning: the header as it is written}.
    """

    separator: str
    line: int
    rows_begin: int
    width: int
    cells: int
    columns: dict[str, int]
    names: dict[str, str]


def header_of(lines: list[str], headers: CsvHeaders, findings: Findings) -> Header:
    """Find the header in the first line that is not blank, or after Excel's `sep=;`.

    Raises:
        FileRefused: there is none, it names no order number or no due date, or it names one of them twice.
    """
    index, separators = _first_line(lines)
    meanings = headers.meanings()
    candidates = {separator: record_at(lines, index, separator) for separator in separators}
    separator = max(candidates, key=lambda one: _fitness(candidates[one][0], meanings))
    record, rows_begin = candidates[separator]
    if record.cells is None:
        raise FileRefused(
            "A quotation mark in the header line is not closed. Correct the header line, then drop the file again.",
            Place(record.line, value=record.raw.strip()),
        )
    written = [clean(cell) for cell in record.cells]
    columns = _columns(written, record.line, meanings)
    _must_suffice(columns, written, record.line, headers)
    header = Header(
        separator,
        record.line,
        rows_begin,
        max(number for number, name in enumerate(written, start=1) if name),
        len(written),
        columns,
        {meaning: written[column] for meaning, column in columns.items()},
    )
    _doubt_plain_due(header, findings)
    return header


def _first_line(lines: list[str]) -> tuple[int, tuple[str, ...]]:
    """Return the index of the header's line, and the separators that it may have."""
    separators: tuple[str, ...] = SEPARATORS
    for index, line in enumerate(lines):
        if (told := _EXCEL_SEPARATOR.fullmatch(line)) and separators == SEPARATORS:
            separators = (told[1],) if told[1] in SEPARATORS else SEPARATORS
        elif line.strip(" ,;|\"'\t\r\n\ufeff"):
            return index, separators
    raise FileRefused("The file holds no header and no orders. Export the orders again, then drop the file again.")


def _fitness(record: Record, meanings: dict[str, str]) -> tuple[int, int]:
    """Return how many columns are known and how many there are, when the row is cut by one of the separators."""
    cells = record.cells or ()
    return sum(header_key(cell) in meanings for cell in cells), len(cells)


def _columns(written: list[str], line: int, meanings: dict[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, name in enumerate(written):
        meaning = meanings.get(header_key(name))
        if meaning is None:
            continue
        if meaning in columns:
            first = quoted(written[columns[meaning]])
            raise FileRefused(
                f"The columns {first} ({_ordinal(columns[meaning])}) and {quoted(name)} ({_ordinal(index)}) both mean "
                f"the {meaning.replace('_', ' ')}. Remove or rename one of them, then drop the file again.",
                Place(line, name, name),
            )
        columns[meaning] = index
    return columns


def _ordinal(index: int) -> str:
    return f"column {index + 1}"


def _must_suffice(columns: dict[str, int], written: list[str], line: int, headers: CsvHeaders) -> None:
    shown = ", ".join(quoted(name) for name in written[:_MOST_NAMES_SHOWN] if name)
    if "order_number" not in columns:
        raise FileRefused(
            f"No column holds the order number; the header line has {shown}. Name that column "
            f"{quoted(headers.order_number[0])} in the first line, then drop the file again.",
            Place(line),
        )
    if not columns.keys() & {"customer_due", "production_due"}:
        raise FileRefused(
            f"No column holds a due date; the header line has {shown}. Name that column 'Customer due date' or "
            "'Production due date', then drop the file again.",
            Place(line),
        )


def _doubt_plain_due(header: Header, findings: Findings) -> None:
    name = header.names.get("customer_due", "")
    if header_key(name) in _UNCLEAR_DUE:
        findings.warn(
            Place(header.line, name, name),
            "It does not say whose due date it is, and was read as the one that the customer was promised. If it is "
            "the production's, rename it to 'Production due date' and drop the file again.",
        )
