"""A date as people and programs write it in a cell. What cannot be told is refused with what it looks like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from accordant.flows.printavo.csv_clock import Clock, split_clock
from accordant.flows.printavo.csv_findings import Trouble, quoted

_EXCEL_DAY_ZERO = date(1899, 12, 30)  # of the 1900 date system, from 1 March 1900 on
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WRITE = "Write the date as 2026-12-31, then drop the file again."


@dataclass(frozen=True, slots=True)
class DateCell:
    """A date and how it can be read.

    Attributes:
        fixed: the date, where its form leaves no choice; else None.
        readings: {'dmy' or 'mdy': the date so read}, at least one, where it stands in numbers with the year last.
        year_first: whether the year stands first.
    """

    fixed: date | None = None
    readings: Mapping[str, date] = field(default_factory=dict)
    year_first: bool = False
    clock: Clock | None = None


def date_cell(text: str) -> DateCell | Trouble:
    """Read a cell, already trimmed and not empty."""
    split = split_clock(text)
    if isinstance(split, Trouble):
        return split
    day, clock = split
    for form, read in _FORMS:
        if match := form.fullmatch(day):
            cell = read(match)
            return DateCell(cell.fixed, cell.readings, cell.year_first, clock) if isinstance(cell, DateCell) else cell
    return _no_date(text)


def _no_date(text: str) -> Trouble:
    if text.strip("#") == "":
        return Trouble(
            "Excel saved #### because the column was too narrow. Widen the column in Excel, save the file, then drop "
            "it again."
        )
    return Trouble(
        f"{quoted(text)} is no date. Write a date as 2026-12-31, or leave the cell empty if the date should stay as "
        "it is, then drop the file again."
    )


def _year_first(match: re.Match[str]) -> DateCell | Trouble:
    return _fixed(match[0], _day(match["y"], match["m"], match["d"]), year_first=True)


def _year_last(match: re.Match[str]) -> DateCell | Trouble:
    first, second, year = match["a"], match["b"], match["y"]
    candidates = {"dmy": _day(year, second, first), "mdy": _day(year, first, second)}
    readings = {way: day for way, day in candidates.items() if day is not None}
    return DateCell(readings=readings) if readings else _fixed(match[0], None)


def _named_month(match: re.Match[str]) -> DateCell | Trouble:
    name = match["m"].casefold()
    number = next((n for n, month in enumerate(_MONTHS, start=1) if month.startswith(name)), None)
    if number is None:
        return Trouble(f"{quoted(match[0])} names no English month. {_WRITE}")
    return _fixed(match[0], _day(match["y"], number, match["d"]))


def _fixed(text: str, day: date | None, *, year_first: bool = False) -> DateCell | Trouble:
    if day is None:
        return Trouble(f"{quoted(text)} is no day of the calendar. Correct the date, then drop the file again.")
    return DateCell(fixed=day, year_first=year_first)


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _short_year(match: re.Match[str]) -> Trouble:
    return Trouble(
        f"The year of {quoted(match[0])} has two digits, so that day, month and year cannot be told apart for sure. "
        f"{_WRITE}"
    )


def _without_year(match: re.Match[str]) -> Trouble:
    return Trouble(f"{quoted(match[0])} has no year. {_WRITE}")


def _serial(match: re.Match[str]) -> Trouble:
    day = _EXCEL_DAY_ZERO + timedelta(days=int(match["n"]))
    return Trouble(
        f"{quoted(match[0])} looks like Excel's number for {day.isoformat()}. Format the column as a date in Excel, "
        "save the file, then drop it again."
    )


_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s)?"
_DAY_OF_MONTH = r"(?P<d>\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH = r"(?P<m>[a-z]{3,9})\.?"
_GAP = r"[\s,/-]{1,2}"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], DateCell | Trouble]], ...] = (
    (_form(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"), _year_first),
    (_form(r"(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)"), _year_first),
    (_form(r"(?P<a>\d{1,2})\s?([-/.])\s?(?P<b>\d{1,2})\s?\2\s?(?P<y>\d{4})"), _year_last),
    (_form(rf"{_WEEKDAY}{_DAY_OF_MONTH}{_GAP}{_MONTH}{_GAP}(?P<y>\d{{4}})"), _named_month),
    (_form(rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY_OF_MONTH}{_GAP}(?P<y>\d{{4}})"), _named_month),
    (_form(r"\d{1,2}\s?([-/.])\s?\d{1,2}\s?\1\s?\d{2}"), _short_year),
    (_form(rf"{_WEEKDAY}{_DAY_OF_MONTH}{_GAP}{_MONTH}{_GAP}'?\d{{2}}"), _short_year),
    (_form(rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY_OF_MONTH}{_GAP}'?\d{{2}}"), _short_year),
    (_form(r"\d{1,2}[-/.]\d{1,2}\.?"), _without_year),
    (_form(rf"{_WEEKDAY}{_DAY_OF_MONTH}{_GAP}{_MONTH}"), _without_year),
    (_form(rf"{_WEEKDAY}{_MONTH}{_GAP}{_DAY_OF_MONTH}"), _without_year),
    (_form(r"(?P<n>\d{5})(?:[.,]\d+)?"), _serial),
)
