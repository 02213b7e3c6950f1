"""The two companies that have a view of their own, as people spell them, and near misses that are somebody else.

What is written here is the truth by which the seed's promises are counted; no rule of the product is used.
"""

from __future__ import annotations

from dataclasses import dataclass

IMM, HARLESTONS = "imm", "harlestons"
COMPANIES = (IMM, HARLESTONS)


@dataclass(frozen=True)
class Person:
    """A contact; the first of a customer is its primary one.

    Attributes:
        company: the key company this person works for, although the customer is another.
    """

    first: str | None
    last: str | None
    email: str | None
    company: str = ""


@dataclass(frozen=True)
class KnownCustomer:
    """A customer that every generated account has.

    Attributes:
        company: `imm`, `harlestons`, or nothing for a near miss and for everybody else.
    """

    name: str | None
    company: str
    people: tuple[Person, ...]


KNOWN_CUSTOMERS = (
    KnownCustomer("IMM", IMM, (Person("Ian", "Marsh", "ian@imm.example"), Person("Orders", "Desk", None))),
    KnownCustomer("I.M.M.", IMM, (Person("Ivy", "Moss", "ivy.moss@imm.example"),)),
    KnownCustomer("Imm Print Ltd", IMM, (Person("Ida", "Månsson", "IDA@IMM.EXAMPLE"),)),
    KnownCustomer("IMM (UK)", IMM, (Person("Isaac", "Mbeki", None),)),
    KnownCustomer("imm  ", IMM, (Person("Iris", "Mills", "iris@imm.example "),)),
    KnownCustomer("Harlestons", HARLESTONS, (Person("Hal", "Stone", "hal@harlestons.example"),)),
    KnownCustomer(
        "Harleston's",
        HARLESTONS,
        (Person("Hetty", "Lunt", "hetty@harlestons.example"), Person("Accounts", None, None)),
    ),
    KnownCustomer("HARLESTONS LTD", HARLESTONS, (Person("Hugh", "O'Neil", "hugh@harlestons.example"),)),
    KnownCustomer("  Harlestons ", HARLESTONS, (Person("Hana", "Šimková", None),)),
    KnownCustomer(
        "Northgate Studio",
        "",
        (
            Person("Nadia", "Fox", "nadia@northgate.example"),
            Person("Harlestons", "(Lee Park)", "lee@harlestons.example", company=HARLESTONS),
        ),
    ),
    KnownCustomer(None, "", (Person("Immy", "Walker", None),)),
    KnownCustomer("Immersive Media", "", (Person("Imogen", "Clay", "hello@immersive.example"),)),
    KnownCustomer("Harleston Town Council", "", (Person("Harry", "Lester", "clerk@harleston.example"),)),
    KnownCustomer("Zimmer & Sons", "", (Person("Immanuel", "Zimmer", "immanuel@zimmer.example"),)),
    KnownCustomer("Charlestons Bar", "", (Person("Charles", "Ton", "bar@charlestons.example"),)),
    KnownCustomer("IMMO Agency", "", (Person("Imma", "Jones", "imma@immo.example"),)),
)
