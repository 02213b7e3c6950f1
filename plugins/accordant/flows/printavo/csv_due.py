"""Due dates of a row, once it is known how the file writes dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from accordant.flows.printavo.csv_clock import Clock
from accordant.flows.printavo.csv_dates import DateCell
from accordant.flows.printavo.csv_evidence import Doubt, Evidence, weigh
from accordant.flows.printavo.csv_findings import FileRefused, Place, Trouble, quoted
from accordant.flows.printavo.csv_options import CsvOptions

_ORDER_NAMES = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year-month-day"}


@dataclass(frozen=True, slots=True)
class PlacedDate:
    """A date of the file and where it stands."""

    place: Place
    cell: DateCell


def date_evidence(dates: Iterable[PlacedDate], given: str) -> Evidence:
    """Tell the order of day and month from all dates of the file, unless a setting says it.

    Raises:
        FileRefused: every date can be read as day/month and as month/day.
    """
    found = list(dates)
    evidence = weigh(((_line(one), one.cell.readings) for one in found if one.cell.readings), given)
    unclear = [one for one in found if one.cell.readings and evidence.choose(one.cell.readings) is Doubt.UNTOLD]
    if unclear and not evidence.lines and all(one.cell.fixed is None for one in found):
        words = f"{_either_way(unclear[0])} and so can every date of this file. {_NEXT_STEP}"
        raise FileRefused(words, unclear[0].place)
    return evidence


def _line(one: PlacedDate) -> int:
    return one.place.line or 0


_NEXT_STEP = (
    "Write the dates with the year first (2026-12-31), or have the setting `date_order` set to dmy or mdy; then drop "
    "the file again."
)


def _either_way(one: PlacedDate) -> str:
    dmy, mdy = (f"{day.day} {day:%B} {day.year}" for day in map(one.cell.readings.__getitem__, ("dmy", "mdy")))
    return f"{quoted(one.place.value)} can be {dmy} or {mdy},"


def day_of(one: PlacedDate, evidence: Evidence) -> date | Trouble:
    """Return the day that a cell names."""
    if one.cell.fixed is not None:
        return one.cell.fixed
    chosen = evidence.choose(one.cell.readings)
    if chosen is Doubt.UNTOLD:
        return Trouble(f"{_either_way(one)} and {_why_untold(evidence)}. {_NEXT_STEP}")
    if isinstance(chosen, Doubt):
        said = "the setting `date_order`" if evidence.given else f"line {evidence.lines[evidence.way]}"
        return Trouble(
            f"{quoted(one.place.value)} is not written as {_ORDER_NAMES[evidence.way]}, as {said} says the dates of "
            "this file are. Correct the date (2026-12-31 is always understood), then drop the file again."
        )
    return chosen


def _why_untold(evidence: Evidence) -> str:
    if len(evidence.lines) < 2:
        return "no other date of this file tells which"
    return " but ".join(f"line {line} is {_ORDER_NAMES[way]}" for way, line in evidence.lines.items())


def customer_due_of(one: PlacedDate, day: date, options: CsvOptions) -> tuple[date, str] | Trouble:
    """Return the day that the customer was promised, and a warning or ''.

    A time with an offset falls on a day of the shop's time zone; but midnight is how programs write a mere day.
    """
    if trouble := _within(day, options):
        return trouble
    clock = one.cell.clock
    if clock is None or clock.offset is None or clock.time == time():
        return day, ""
    instant = datetime.combine(day, clock.time, timezone(clock.offset))
    due = instant.astimezone(options.zone).date()
    if due == day:
        return day, ""
    return due, (
        f"{quoted(one.place.value)} falls on {due.isoformat()} in {options.time_zone}, which was taken. If "
        f"{day.isoformat()} is meant, write the date without a time."
    )


def production_due_of(one: PlacedDate, day: date, options: CsvOptions) -> tuple[datetime | date, str] | Trouble:
    """Return the day, or the instant in UTC where a time is given, and a warning or ''."""
    if trouble := _within(day, options):
        return trouble
    clock = one.cell.clock
    if clock is None:
        return day, ""
    instant = _instant(day, clock, options)
    if isinstance(instant, Trouble):
        return instant
    if clock.offset is None and _comes_twice(datetime.combine(day, clock.time), options.zone):
        return instant, (
            f"{quoted(one.place.value)} comes twice on that day in {options.time_zone}, when clocks go back; the "
            "first was taken."
        )
    return instant, ""


def _within(day: date, options: CsvOptions) -> Trouble | None:
    if options.earliest <= day <= options.latest:
        return None
    return Trouble(
        f"{day.isoformat()} is not between {options.earliest.isoformat()} and {options.latest.isoformat()}, where due "
        "dates are expected. Correct the date, or have the settings `earliest` and `latest` changed; then drop the "
        "file again."
    )


def _instant(day: date, clock: Clock, options: CsvOptions) -> datetime | Trouble:
    """Return the instant in UTC: in two zones, Python compares times of a changing clock as never equal."""
    local = datetime.combine(day, clock.time)
    zone = options.zone if clock.offset is None else timezone(clock.offset)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    return Trouble(
        f"{clock.time:%H:%M} does not exist on {day.isoformat()} in {options.time_zone}, because clocks go forward. "
        "Correct the time, then drop the file again."
    )


def _comes_twice(local: datetime, zone: ZoneInfo) -> bool:
    before, after = (local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return before != after
