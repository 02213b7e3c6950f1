"""The rows of a file with their true line numbers: a quoted cell may hold line breaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST_ROW_IN_LINES = 50  # a quotation mark that is never closed would otherwise swallow the rest of the file


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file.

    Attributes:
        line: where it begins; the first line is 1.
        raw: its text with the line break.
        cells: without quotation marks; None where a quotation mark is out of place.
    """

    line: int
    raw: str
    cells: tuple[str, ...] | None

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it, but perhaps separators."""
        return self.cells is not None and not any(cell.strip() for cell in self.cells)


def lines_of(text: str) -> list[str]:
    """Return the lines with their breaks: CRLF, LF or CR, also mixed."""
    return list(io.StringIO(text, newline=""))


def record_at(lines: list[str], index: int, separator: str) -> tuple[Record, int]:
    """Return the row that begins at lines[index], and the index at which the next begins.

    A row whose quotation marks are out of place ends with its first line, so that it takes no other row along.
    """
    reader = csv.reader(
        lines[index : index + _LONGEST_ROW_IN_LINES], delimiter=separator, strict=True, skipinitialspace=True
    )
    try:
        cells = tuple(next(reader))
    except csv.Error:
        return Record(index + 1, lines[index], None), index + 1
    end = index + reader.line_num
    return Record(index + 1, "".join(lines[index:end]), cells), end


def records(lines: list[str], begin: int, separator: str) -> Iterator[Record]:
    """Yield the rows from lines[begin] on, without blank ones."""
    index = begin
    while index < len(lines):
        record, index = record_at(lines, index, separator)
        if not record.blank:
            yield record
