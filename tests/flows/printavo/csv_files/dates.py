"""Due dates as programs and people write them."""

from __future__ import annotations

from typing import Any

from tests.flows.printavo.csv_files.case import HEADER, Case

CUSTOMER, PRODUCTION = "Customer due date", "Production due"
BOTH = "Order #,Customer due date,Production due\n"
CHICAGO = {"time_zone": "America/Chicago"}


def read(name: str, text: str, day: str, **options: Any) -> Case:
    return Case(name, f'{HEADER}1,"{text}"\n', (f"2: 1 customer {day}",), options=options)


def refused(name: str, text: str, words: str, **options: Any) -> Case:
    return Case(name, f'{HEADER}1,"{text}"\n2,\n', ("3: 2 customer nothing",), ((2, CUSTOMER, words),), options=options)


def production(name: str, text: str, due: str, **options: Any) -> Case:
    return Case(name, f'Order #,Production due\n1,"{text}"\n', (f"2: 1 production {due}",), options=options)


DATES = [
    read("year, month, day without marks", "20261231", "2026-12-31"),
    read("year first with slashes", "2026/1/5", "2026-01-05"),
    read("day first with dots", "31.12.2026", "2026-12-31"),
    read("day first with dots and blanks", "31. 12. 2026", "2026-12-31"),
    read("month first", "12/31/2026", "2026-12-31"),
    read("day, name of month, year", "31-Dec-2026", "2026-12-31"),
    read("name of month, day, year", "Dec 31, 2026", "2026-12-31"),
    read("weekday and the whole name of the month", "Thursday, December 31st, 2026", "2026-12-31"),
    read("September in four letters", "3 Sept. 2026", "2026-09-03"),
    read("the same day in both readings", "04/04/2026", "2026-04-04"),
    read("Excel's text formula around a date", '=""2026-12-31""', "2026-12-31"),
    read("two readings of which a setting chooses the first", "03/04/2026", "2026-04-03", date_order="dmy"),
    read("two readings of which a setting chooses the second", "03/04/2026", "2026-03-04", date_order="mdy"),
    read("the year first, whatever the setting", "2026-12-31", "2026-12-31", date_order="dmy"),
    read("a time of no zone is the shop's, and the day stays", "2026-12-31 23:59", "2026-12-31", **CHICAGO),
    read("midnight in UTC is how programs write a day", "2026-12-31T00:00:00Z", "2026-12-31", **CHICAGO),
    Case("a time that falls on the day before in the shop", HEADER + "1,2027-01-01T03:00:00Z\n",
         ("2: 1 customer 2026-12-31",), warned=((2, CUSTOMER, "falls on 2026-12-31 in America/Chicago"),),
         options=CHICAGO),
    refused("a day that February does not have", "31.02.2026", "'31.02.2026' is no day of the calendar"),
    refused("the year first with month and day turned", "2026-31-12", "no day of the calendar"),
    refused("the 29th of February of a common year", "29 Feb 2026", "no day of the calendar"),
    refused("two digits of a year", "31/12/26", "The year of '31/12/26' has two digits"),
    refused("two digits of a year behind a month's name", "31-Dec-26", "has two digits"),
    refused("no year", "31-Dec", "'31-Dec' has no year"),
    refused("no year in numbers", "12/31", "'12/31' has no year"),
    refused("Excel's number of a day", "46387", "'46387' looks like Excel's number for 2026-12-31"),
    refused("Excel's number of a day and time", "46387.5", "Excel's number for 2026-12-31"),
    refused("a column too narrow for Excel", "########", "the column was too narrow"),
    refused("a month in another language", "31. Dezember 2026", "no English month"),
    refused("a word", "ASAP", "leave the cell empty if the date should stay"),
    refused("a long text", "x" * 4000, "is no date"),
    refused("an hour that no day has", "2026-12-31 25:00", "no time of the day"),
    refused("an offset that no zone has", "2026-12-31 10:00+19:00", "no time of the day"),
    refused("a day long past", "1926-12-31", "not between 2000-01-01 and 2099-12-31"),
    refused("a day after the latest", "2036-12-31", "not between 2000-01-01 and 2030-01-01", latest="2030-01-01"),
    refused("the year last against the setting", "31/12/2026", "the setting `date_order` says", date_order="ymd"),
    refused("a month too large for the setting", "12/31/2026", "not written as day/month/year", date_order="dmy"),
    production("a day", "2026-12-31", "2026-12-31"),
    production("a time in the shop's winter", "12/31/2026 5:00 PM", "2026-12-31T23:00Z", **CHICAGO),
    production("a time in the shop's summer", "2026-07-01 17:00:00", "2026-07-01T22:00Z", **CHICAGO),
    production("half past midnight", "2026-12-31 12:30 a.m.", "2026-12-31T00:30Z"),
    production("noon", "Dec 31, 2026, 12:00 PM", "2026-12-31T12:00Z"),
    production("a time with its offset", "2026-12-31T17:00:00.250-06:00", "2026-12-31T23:00Z"),
    production("a time with a short offset", "2026-12-31 17:00:00+05", "2026-12-31T12:00Z"),
    Case("a time that the clocks leave out", BOTH + "1,,2026-03-08 02:30\n", (),
         ((2, PRODUCTION, "02:30 does not exist on 2026-03-08"),), options=CHICAGO),
    Case("a time that comes twice is the first", BOTH + "1,,2026-11-01 01:30\n",
         ("2: 1 customer nothing production 2026-11-01T06:30Z",),
         warned=((2, PRODUCTION, "comes twice"),), options=CHICAGO),
    Case("one row tells the order for all, also for those above it", HEADER + "1,03/04/2026\n2,31/12/2026\n",
         ("2: 1 customer 2026-04-03", "3: 2 customer 2026-12-31"), recognised={"date_order": "dmy"}),
    Case("one row of the other column tells it too", BOTH + "1,03/04/2026,12/31/2026 5:00 PM\n",
         ("2: 1 customer 2026-03-04 production 2026-12-31T17:00Z",), recognised={"date_order": "mdy"}),
    Case("an impossible day tells nothing", HEADER + "1,03/04/2026\n2,31/02/2026\n3,2026-12-31\n",
         ("4: 3 customer 2026-12-31",),
         ((2, CUSTOMER, "no other date of this file tells which"), (3, CUSTOMER, "no day of the calendar"))),
    Case("a row against the order that a row above it told", HEADER + "1,31/12/2026\n2,12/30/2026\n",
         ("2: 1 customer 2026-12-31",),
         ((3, CUSTOMER, "'12/30/2026' is not written as day/month/year, as line 2 says"),)),
    Case("where rows tell both orders, what can be read both ways is refused",
         HEADER + "1,31/12/2026\n2,12/30/2026\n3,03/04/2026\n4,04/04/2026\n",
         ("2: 1 customer 2026-12-31", "5: 4 customer 2026-04-04"),
         ((3, CUSTOMER, "as line 2 says"),
          (4, CUSTOMER, "line 2 is day/month/year but line 3 is month/day/year"))),
    Case("where rows tell both orders, a setting decides", HEADER + "1,31/12/2026\n2,12/30/2026\n3,03/04/2026\n",
         ("3: 2 customer 2026-12-30", "4: 3 customer 2026-03-04"),
         ((2, CUSTOMER, "not written as month/day/year"),), options={"date_order": "mdy"}),
    Case("a bad date in one column refuses the row", BOTH + "1,2026-12-31,soon\n2,2026-12-30,\n",
         ("3: 2 customer 2026-12-30 production nothing",), ((2, PRODUCTION, "'soon' is no date"),)),
]  # fmt: skip
