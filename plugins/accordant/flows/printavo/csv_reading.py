"""A company's file of orders, read: bytes in, orders and refusals out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from accordant.flows.printavo.csv_dates import DateCell
from accordant.flows.printavo.csv_due import date_evidence
from accordant.flows.printavo.csv_duplicates import without_duplicates
from accordant.flows.printavo.csv_evidence import weigh
from accordant.flows.printavo.csv_findings import FileRefused, Findings, Place
from accordant.flows.printavo.csv_header import header_of
from accordant.flows.printavo.csv_options import CsvOptions
from accordant.flows.printavo.csv_orders import CsvOrders, Refusal
from accordant.flows.printavo.csv_records import lines_of
from accordant.flows.printavo.csv_rows import ReadRow, Understanding, placed_dates, read_row
from accordant.flows.printavo.csv_table import rows_of
from accordant.flows.printavo.csv_text import WINDOWS_1252, text_of


def read_orders(content: bytes, file: str, options: CsvOptions) -> CsvOrders:
    """Read a file of orders. Never raises: what cannot be used is refused with a sentence for an office person.

    Args:
        content: the file as it was dropped.
        file: its name, for the sentences.
    """
    findings = Findings(file)
    try:
        return _read(content, options, findings)
    except FileRefused as refused:
        whole = findings.found(refused.place, refused.words)
        return CsvOrders(file, understood=False, refusals=(whole,), warnings=tuple(findings.warnings))


def _read(content: bytes, options: CsvOptions, findings: Findings) -> CsvOrders:
    text = text_of(content, options.most_bytes)
    if text.encoding == WINDOWS_1252:
        findings.warn(
            Place(),
            "The file is not UTF-8 and was read as Windows-1252. Look in the preview whether names with accents are "
            "right; saving it as 'CSV UTF-8' avoids the doubt.",
        )
    lines = lines_of(text.text)
    header = header_of(lines, options.headers, findings)
    table, count = rows_of(lines, header, options.most_rows, findings)
    rows = [read_row(row) for row in table]
    dates = date_evidence((one for row in rows for one in placed_dates(row, header.names)), options.date_order)
    amounts = weigh(((row.line, row.total) for row in rows if isinstance(row.total, Mapping)), options.decimal)
    understanding = Understanding(options, header.names, dates, amounts, findings)
    numbered = list(understanding.numbered(rows))
    orders = without_duplicates(numbered, header.names["order_number"], findings)
    return CsvOrders(
        findings.file,
        understood=True,
        encoding=text.encoding,
        separator=header.separator,
        date_order=dates.way or _year_first(rows),
        decimal=amounts.way,
        rows=count,
        orders=orders,
        refusals=_by_line(findings.refusals),
        warnings=_by_line(findings.warnings),
    )


def _year_first(rows: Iterable[ReadRow]) -> str:
    cells = (cell for row in rows for cell in row.dates.values())
    return "ymd" if any(isinstance(cell, DateCell) and cell.year_first for cell in cells) else ""


def _by_line(found: Iterable[Refusal]) -> tuple[Refusal, ...]:
    return tuple(sorted(found, key=lambda one: one.line or 0))
