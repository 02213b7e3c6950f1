"""The table of a file of orders: rows of the right width, read by pandas, each with its line."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accordant.flows.printavo.csv_findings import FileRefused, Findings, Place
from accordant.flows.printavo.csv_header import Header
from accordant.flows.printavo.csv_records import Record, records

_BREAKS = "\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by their meaning; a meaning that has no column is not there."""

    line: int
    cells: dict[str, str]


def rows_of(lines: list[str], header: Header, most_rows: int, findings: Findings) -> tuple[list[Row], int]:
    """Return the rows that have the header's width, and how many there were of any width.

    Raises:
        FileRefused: there are none, or too many.
    """
    found: list[Record] = []
    for record in records(lines, header.rows_begin, header.separator):
        if len(found) == most_rows:
            raise FileRefused(
                f"The file has more than the {most_rows} rows that are taken. Split it, or keep only the orders "
                "whose dates change, then drop it again.",
                Place(record.line),
            )
        found.append(record)
    if not found:
        raise FileRefused(
            "The file has a header but no orders. Export the orders again, then drop the file again.",
            Place(header.line),
        )
    widths = _widths(found, header)
    sound = [record for record in found if _is_sound(record, header, widths, findings)]
    return list(_read(sound, header)), len(found)


def _widths(found: list[Record], header: Header) -> frozenset[int]:
    """Return how many cells a row may have, where those beyond the last named column are empty.

    Some programs end every row with a separator. In a single row it is a sign that its cells have moved.
    """
    commonest, count = Counter(len(record.cells or ()) for record in found).most_common(1)[0]
    habit = {commonest} if count >= 2 and count * 2 > len(found) else set()
    return frozenset({header.width, header.cells} | habit)


def _is_sound(record: Record, header: Header, widths: frozenset[int], findings: Findings) -> bool:
    """Tell whether a row has one cell for each column, and refuse it if not."""
    if record.cells is None:
        words = (
            'A quotation mark (") opens a cell and is not closed, or stands inside one. Write it twice ("") inside a '
            "quoted cell, or remove it, then drop the file again."
        )
    elif not _fits(record.cells, header.width, widths):
        words = (
            f"The row has {len(record.cells)} cells, but the header has {header.width} columns. A separator or a "
            "quotation mark is missing or too many, or a text was broken into two lines. Correct the row, then drop "
            "the file again."
        )
    else:
        return True
    findings.refuse(Place(record.line, value=record.raw.strip()), words)
    return False


def _fits(cells: Sequence[str], width: int, widths: frozenset[int]) -> bool:
    return len(cells) >= width and len(cells) in widths and not any(cell.strip() for cell in cells[width:])


def _read(sound: list[Record], header: Header) -> Iterator[Row]:
    """Let pandas read the rows, each with its line number as a first column: pandas itself does not tell it."""
    if not sound:
        return
    import pandas

    text = "".join(f"{record.line}{header.separator}{record.raw.rstrip(_BREAKS)}\n" for record in sound)
    frame = pandas.read_csv(
        io.StringIO(text),
        sep=header.separator,
        header=None,
        names=range(1 + max(len(record.cells or ()) for record in sound)),
        usecols=[0, *(1 + column for column in header.columns.values())],
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skipinitialspace=True,
    )
    by_meaning = {meaning: frame[1 + column].tolist() for meaning, column in header.columns.items()}
    for number, line in enumerate(frame[0].tolist()):
        yield Row(int(line), {meaning: cells[number] for meaning, cells in by_meaning.items()})
