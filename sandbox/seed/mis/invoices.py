"""The 1,250 invoices, ordered by date but for the troubled ones, and what must become of each."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sandbox.seed.mis.students import Student, students

COUNT = 1_250
FIRST_DAY, LAST_DAY = date(2020, 9, 1), date(2026, 8, 31)
ZERO_DATE = "0000-00-00"  # on MariaDB; Postgres has none, and gets no date there
EARLIER_TOOL = "qbk_push.php"
DEAD_WORKER = "qbk_push.php worker 7"
_PUSHED = datetime(2020, 12, 20, 3, 0)  # noqa: DTZ001 - the MIS keeps no zone
_DIED = datetime(2026, 1, 15, 4, 12)  # noqa: DTZ001

# Fates at the first run.
CREATED, LINKED, REFUSED, CONFLICT = "created", "linked", "refused", "conflict"
SYNCED_BEFORE, FAILED_BEFORE = "synced before", "failed before"

SYNCED_BEFORE_ROWS = 40
# Fee category -> the item of QuickBooks that it becomes.
ITEMS = {
    "Tuition": "Tuition fees", "Accommodation": "Accommodation", "Examination": "Examination fees",
    "Library": "Library fees", "Registration": "Registration fees",
}  # fmt: skip
DEFAULT_ITEM = "School fees"
_PRICES = {
    "Tuition": 1_850_000, "Accommodation": 640_000, "Examination": 125_000, "Library": 30_000, "Registration": 50_000,
}  # fmt: skip
_COMMENTS = (
    "Semester 1", "Semester 2", None, "Retake of paper III", "", "Frais d'études – 2ᵉ semestre",
    "First instalment\nof three", "Paid at Centenary Bank, slip to follow", "50% bursary & 10% sibling discount",
)  # fmt: skip


@dataclass(frozen=True)
class SeedInvoice:
    """One row of the table of invoices.

    Attributes:
        student: whose it is; None where the table of students has nobody of that number.
        invoice_date: a date, None, or ZERO_DATE.
        fate: what the first run must make of it; `code` is why it does not go.
        in_quickbooks: what differs in the invoice of this number that QuickBooks has before; None when it has none.
        about: what is special about it.
    """

    id: int
    student: Student | None
    reg_no: str | None
    dept: Decimal | None
    credit: Decimal | None
    invoice_date: date | str | None
    comment: str | None
    fee_category: str | None
    status: int | None = 0
    pushed_by: str | None = None
    pushed_date: datetime | None = None
    fate: str = CREATED
    code: str = ""
    in_quickbooks: dict[str, Any] | None = None
    about: str = ""

    @property
    def number(self) -> str:
        """The number of the invoice in QuickBooks."""
        return f"MIS-{self.id}"

    @property
    def amount(self) -> Decimal:
        """What it is worth."""
        return self.dept or Decimal(0)

    @property
    def item(self) -> str:
        """The item that it becomes."""
        return ITEMS.get(self.fee_category or "", DEFAULT_ITEM)


@cache
def invoices() -> tuple[SeedInvoice, ...]:
    """All invoices, by id."""
    dice = random.Random(20260831)
    made = [_plain(dice, number) for number in range(1, COUNT + 1)]
    for place, changes in zip(_places(), _troubles(), strict=False):
        made[place] = replace(made[place], **changes)
    return tuple(made)


def _places() -> range:
    """Where the troubled ones stand: behind what the earlier tool pushed, spread over the years."""
    return range(SYNCED_BEFORE_ROWS + 3, COUNT, 13)


def _plain(dice: random.Random, number: int) -> SeedInvoice:
    day = FIRST_DAY + timedelta(days=(LAST_DAY - FIRST_DAY).days * (number - 1) // (COUNT - 1))
    school_year = day.year if day.month >= 9 else day.year - 1
    one = dice.choice([one for one in students() if one.takes_invoices and 0 <= school_year - one.year < 3])
    category = dice.choices(list(_PRICES), (5, 3, 2, 1, 1))[0]
    cents = dice.choice((0, 0, 0, 50, 25, dice.randrange(100)))
    amount = Decimal(_PRICES[category] * dice.randint(80, 120) + cents) / 100
    made = SeedInvoice(
        number, one, one.reg_no, amount.quantize(Decimal("0.01")), dice.choice((None, Decimal("0.00"))), day,
        dice.choice(_COMMENTS), category,
    )  # fmt: skip
    if number <= SYNCED_BEFORE_ROWS:
        return replace(
            made, status=1, pushed_by=EARLIER_TOOL, pushed_date=_PUSHED, fate=SYNCED_BEFORE, in_quickbooks={}
        )
    return made


def _troubles() -> list[dict[str, Any]]:
    """What is different about each troubled one, in the order in which they are placed."""
    return [*_refused(), *_linked(), *_left_behind(), *_odd()]


def _refused() -> list[dict[str, Any]]:
    by_name = {one.reg_no: one for one in students()}
    colon, vendor = by_name["2024:U:103"], by_name["KAMPALA-BOOKS"]
    amount, long = Decimal("150.00"), "What happened. " * 400
    found: list[tuple[str, str, dict[str, Any]]] = [
        *(("AMOUNT_NOT_POSITIVE", "zero", {"dept": Decimal("0.00")}) for _ in range(3)),
        *(("AMOUNT_NOT_POSITIVE", "negative", {"dept": -amount * n}) for n in (1, 2, 3)),
        ("AMOUNT_NOT_POSITIVE", "no amount", {"dept": None}),
        *(("CREDIT_ROW", "a credit", {"dept": Decimal("0.00"), "credit": amount * n}) for n in range(1, 7)),
        *(("CREDIT_ROW", "a credit", {"dept": None, "credit": amount * n}) for n in range(1, 5)),
        *(("CUSTOMER_NOT_FOUND", "nobody has the number", {"reg_no": f"2019/U/{n:03d}", "student": None})
          for n in (11, 12, 13, 13)),
        ("CUSTOMER_NOT_FOUND", "no number", {"reg_no": None, "student": None}),
        ("CUSTOMER_NOT_FOUND", "a blank number", {"reg_no": "  ", "student": None}),
        *(("DATE_MISSING", "no date", {"invoice_date": None}) for _ in range(3)),
        ("DATE_MISSING", "the zero date", {"invoice_date": ZERO_DATE}),
        ("DATE_OUT_OF_RANGE", "before there were computers", {"invoice_date": date(1900, 1, 1)}),
        ("DATE_OUT_OF_RANGE", "far ahead", {"invoice_date": date(2099, 12, 31)}),
        ("DATE_OUT_OF_RANGE", "far ahead", {"invoice_date": date(2099, 1, 1)}),
        ("COMMENT_TOO_LONG", "one character too many", {"comment": "x" * 4001}),
        ("COMMENT_TOO_LONG", "a whole story", {"comment": long.strip()}),
        *(("REG_NO_INVALID", colon.about, {"student": colon, "reg_no": colon.reg_no}) for _ in range(2)),
        ("CUSTOMER_NAME_TAKEN", vendor.about, {"student": vendor, "reg_no": vendor.reg_no}),
    ]  # fmt: skip
    return [{"fate": REFUSED, "code": code, "about": about} | changes for code, about, changes in found]


def _linked() -> list[dict[str, Any]]:
    """What QuickBooks has already, the same or not; their students are customers there."""
    first, second = (one for one in students() if one.reg_no in ("2021/U/001", "2021/U/002"))
    same = {"student": first, "reg_no": first.reg_no, "fee_category": "Tuition", "in_quickbooks": {}}
    return [
        *({"fate": LINKED, "about": "in QuickBooks already"} | same for _ in range(3)),
        {"fate": CONFLICT, "code": "DOCUMENT_DIFFERS", "about": "in QuickBooks with another amount"}
        | same | {"in_quickbooks": {"amount": Decimal("999.99")}},
        {"fate": CONFLICT, "code": "DOCUMENT_DIFFERS", "about": "in QuickBooks for another customer"}
        | same | {"in_quickbooks": {"customer": second}},
    ]  # fmt: skip


def _left_behind() -> list[dict[str, Any]]:
    """What a worker held when it died, and what the earlier tool could not push."""
    first = next(one for one in students() if one.reg_no == "2021/U/003")
    dead = {"status": 3, "pushed_by": DEAD_WORKER, "pushed_date": _DIED}
    told = {"fate": LINKED, "about": "in status 3, and in QuickBooks", "in_quickbooks": {}}
    failed = {"status": 2, "pushed_by": EARLIER_TOOL, "pushed_date": _PUSHED, "fate": FAILED_BEFORE}
    return [
        *(dead | {"about": "left in status 3"} for _ in range(5)),
        dead | told | {"student": first, "reg_no": first.reg_no, "fee_category": "Accommodation"},
        *(failed | {"about": "failed with the earlier tool"} for _ in range(5)),
    ]


def _odd() -> list[dict[str, Any]]:
    """What looks like trouble and is none."""
    chosen = {one.reg_no: one for one in students()}

    def of(reg_no: str, written: str) -> dict[str, Any]:
        return {"student": chosen[reg_no], "reg_no": written, "about": "the number written otherwise"}

    sizes = ("0.01", "0.99", "1.00", "999999.99", "12345678.90", "7.07")
    named = [one for one in students() if one.about and one.takes_invoices]
    return [
        of("2021/U/012", "2021/u/012"), of("2021/U/013", "2021/U/013   "), of("2022/U/014", " 2022/u/014 "),
        of("2021/O'L/007", "2021/o'l/007"), of("2022/É/015", "2022/é/015"), of("2023/Ş/016", "2023/ş/016  "),
        *({"dept": Decimal(size), "about": "an amount of another size"} for size in sizes),
        {"comment": "y" * 4000, "about": "a comment just as long as QuickBooks holds"},
        *({"fee_category": category, "about": "a fee category that nobody listed"}
          for category in ("Graduation gown", "Damaged books: O'Level", None, "")),
        {"status": None, "about": "no status at all"},
        *({"student": one, "reg_no": one.reg_no, "about": one.about} for one in named),
    ]  # fmt: skip
