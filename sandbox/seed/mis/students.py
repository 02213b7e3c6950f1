"""About 180 students, and what is odd about some of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

FIRST_YEAR, LAST_YEAR = 2020, 2025
_A_YEAR = 29
_SURNAMES = (
    "Okello", "Nakato", "Mugisha", "Achieng", "Kato", "Namubiru", "Ssemwogerere", "Auma", "Byaruhanga", "Tumusiime",
    "Lubega", "Nansubuga", "Opio", "Kirabo", "Wasswa", "Nyakato", "Odongo", "Muwonge",
)  # fmt: skip
_FIRST = (
    "Grace", "Joseph", "Esther", "Ivan", "Brenda", "Samuel", "Patience", "Ronald", "Juliet", "Moses", "Sarah", "Denis",
    "Agnes", "Peter", "Mercy",
)  # fmt: skip
_OTHER = ("", "", "Mary", "", "Paul", "Hope", "")


@dataclass(frozen=True)
class Student:
    """A student as the MIS has one.

    Attributes:
        year: of enrolment; invoices run for three years from its September.
        customer: the name of the customer that QuickBooks has for the student already; '' when it has none.
        takes_invoices: whether ordinary invoices may name the student; troubled ones have a few of their own.
        about: what is special.
    """

    reg_no: str
    surname: str
    first_name: str
    other_names: str
    email: str | None
    phone: str | None
    year: int
    customer: str = ""
    takes_invoices: bool = True
    about: str = ""

    @property
    def email_is_good(self) -> bool:
        """Whether QuickBooks would take the address, or there is none."""
        return self.about != BAD_EMAIL


BAD_EMAIL = "an e-mail address that is none"
BAD_PHONE = "a telephone number that is none"
COLON = "a colon in the registration number"
NAME_TAKEN = "a vendor in QuickBooks has the registration number as its name"
_SAME_NAME = "two students of the same name"
_OTHER_CASE = "QuickBooks has the customer in small letters"


@cache
def students() -> tuple[Student, ...]:
    """All students, in the order in which they enrolled."""
    dice = random.Random(20200901)
    plain = [
        _plain(dice, year, number) for year in range(FIRST_YEAR, LAST_YEAR + 1) for number in range(1, _A_YEAR + 1)
    ]
    return (*plain, *_special())


def _plain(dice: random.Random, year: int, number: int) -> Student:
    surname, first, other = dice.choice(_SURNAMES), dice.choice(_FIRST), dice.choice(_OTHER)
    reg_no = f"{year}/U/{number:03d}"
    email = None if number % 9 == 0 else f"{first}.{surname}{number}@students.example.ac.ug".lower()
    phone = None if number % 7 == 0 else f"+256 7{dice.randrange(10**8):08d}"
    customer = about = ""
    if year == FIRST_YEAR or (year == FIRST_YEAR + 1 and number <= 10):
        customer = reg_no
    if (year, number) == (FIRST_YEAR + 1, 4):
        customer, about = reg_no.lower(), _OTHER_CASE
    if year == FIRST_YEAR + 2 and number in (3, 11, 17):
        email, about = ("grace at example.ug", "ivan@example", "brenda@@example.ug")[number % 3], BAD_EMAIL
    if (year, number) == (FIRST_YEAR + 3, 5):
        phone, about = "ask her mother", BAD_PHONE
    return Student(reg_no, surname, first, other, email, phone, year, customer, about=about)


def _special() -> list[Student]:
    return [
        Student("2021/O'L/007", "O'Brien", "Seán", "", "sean@example.ie", "+353 1 555 0107", 2021,
                about="an apostrophe in name and number"),
        Student("2022/É/015", "Nguyễn", "Zoë", "Ångström", "zoe@example.fr", None, 2022, about="diacritics"),
        Student("2023/Ş/016", "Ştefănescu", "Ioana", "", None, "0712 000 016", 2023, about="diacritics"),
        Student("2023/X\\Y/018", "100% \"Quoted\" & Sons", "Amp", "", None, None, 2023, about="signs that SQL knows"),
        Student("2024/U/101", "Nakato", "Grace", "", "grace.n1@example.ug", None, 2024, about=_SAME_NAME),
        Student("2024/U/102", "Nakato", "Grace", "", "grace.n2@example.ug", None, 2024, about=_SAME_NAME),
        Student("2024:U:103", "Colon", "Cathy", "", None, None, 2024, takes_invoices=False, about=COLON),
        Student("KAMPALA-BOOKS", "Vendor", "Vera", "", None, None, 2024, takes_invoices=False, about=NAME_TAKEN),
    ]  # fmt: skip


def student(reg_no: str) -> Student:
    """The student of this number."""
    return next(one for one in students() if one.reg_no == reg_no)


def twins() -> list[Student]:
    """Students who stand in the table a second time, with less known of them; invoices must not double."""
    again = [students()[place] for place in (4, 40, 90)]
    return [
        Student(f"{one.reg_no.lower()} ", one.surname, one.first_name, "", None, None, one.year, about="there twice")
        for one in again
    ]
