"""The customers and contacts of a generated account."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from sandbox.printavo.key_accounts import KNOWN_CUSTOMERS, KnownCustomer, Person
from sandbox.printavo.words import COMPANY_FIRST, COMPANY_SECOND, FIRST_NAMES, LAST_NAMES, PAYMENT_TERMS, PLACES, USERS

Record = dict[str, Any]
FIRST_CUSTOMER_ID, FIRST_CONTACT_ID = 5_000_000, 7_000_000
_CREATED = {"createdAt": "2022-11-01T09:00:00Z", "updatedAt": "2022-11-01T09:00:00Z"}


@dataclass
class People:
    """Customers and contacts; both are found by their place in the list.

    Attributes:
        known: the places of the contacts of customers that every account has.
    """

    customers: list[Record] = field(default_factory=list)
    contacts: list[Record] = field(default_factory=list)
    known: list[int] = field(default_factory=list)

    def company(self, contact: int) -> str:
        """The key company that a contact works for, or whose customer it belongs to; else nothing."""
        found = self.contacts[contact]
        return str(found["_company"] or self.customers[found["_customer"]]["_company"])

    def add(self, wanted: KnownCustomer, number: int) -> list[int]:
        """Add a customer with its contacts; their places."""
        place = len(self.customers)
        customer = _customer(place, wanted, number)
        self.customers.append(customer)
        for person in wanted.people:
            customer["_contacts"].append(len(self.contacts))
            self.contacts.append(_contact(len(self.contacts), place, person, number))
        return list(customer["_contacts"])


def generate_people(ordinary: int, seed: int) -> People:
    """So many ordinary customers, and the known ones spread among them."""
    dice = random.Random(seed)
    people = People()
    step = max(1, ordinary // len(KNOWN_CUSTOMERS))
    waiting = list(KNOWN_CUSTOMERS)
    for number in range(ordinary):
        if waiting and number % step == 0:
            people.known += people.add(waiting.pop(0), number)
        people.add(_ordinary(number, dice), number)
    for number, wanted in enumerate(waiting, ordinary):
        people.known += people.add(wanted, number)
    return people


def _ordinary(number: int, dice: random.Random) -> KnownCustomer:
    first, second = COMPANY_FIRST[number % 20], COMPANY_SECOND[number // 20 % 20]
    name = f"{first} {second}" + (f" {number // 400 + 1}" if number >= 400 else "")
    count = 1 + (dice.random() < 0.35)
    people = tuple(_person(dice, number, place) for place in range(count))
    return KnownCustomer(None if number % 19 == 11 else name, "", people)


def _person(dice: random.Random, number: int, place: int) -> Person:
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    plain = "".join(letter for letter in f"{first}.{last}".lower() if letter.isascii() and letter not in " '")
    email = None if (number + place) % 13 == 4 else f"{plain}.{number}@example.com"
    return Person(None if number % 41 == 17 else first, None if number % 17 == 9 else last, email)


def _customer(place: int, wanted: KnownCustomer, number: int) -> Record:
    identity = str(FIRST_CUSTOMER_ID + place)
    return {
        "__typename": "Customer",
        "id": identity,
        "companyName": wanted.name,
        "internalNote": None if number % 3 else "Prefers e-mail.\nPays late.",
        "publicUrl": f"https://www.printavo.com/customers/{identity}",
        "resaleNumber": None if number % 7 else f"GB{100000 + number}",
        "salesTax": 20.0 if number % 9 else None,
        "taxExempt": number % 9 == 0,
        "billingAddress": _address(number),
        "shippingAddress": _address(number + 1) if number % 4 else None,
        "timestamps": dict(_CREATED),
        "_number": place,
        "_contacts": [],
        "_owner": number % len(USERS),
        "_term": number % len(PAYMENT_TERMS),
        "_company": wanted.company,
    }


def _contact(place: int, customer: int, person: Person, number: int) -> Record:
    return {
        "__typename": "Contact",
        "id": str(FIRST_CONTACT_ID + place),
        "email": person.email,
        "fax": None,
        "firstName": person.first,
        "fullName": full_name(person.first, person.last),
        "lastName": person.last,
        "phone": None if number % 5 == 2 else f"+44 7700 {900000 + place % 100000}",
        "timestamps": dict(_CREATED),
        "_number": place,
        "_customer": customer,
        "_company": person.company,
    }


def full_name(first: str | None, last: str | None) -> str | None:
    """First and last name; None without either."""
    return " ".join(part for part in (first, last) if part) or None


def _address(number: int) -> Record:
    street, town, code = PLACES[number % len(PLACES)]
    return {
        "__typename": "Address",
        "address1": f"{1 + number * 7 % 190} {street}",
        "address2": None if number % 3 else "Unit 4\nRear entrance",
        "city": town,
        "country": "United Kingdom",
        "countryIso": "GB",
        "state": None,
        "stateIso": None,
        "zipCode": code,
        "timestamps": dict(_CREATED),
    }
