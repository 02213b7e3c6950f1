"""What is in an account when it starts: everything that `generate` makes, small enough for 200,000 orders."""

from __future__ import annotations

import random
from array import array
from dataclasses import dataclass
from itertools import accumulate

from sandbox.printavo.order_maker import OrderMaker
from sandbox.printavo.people import People, Record, generate_people
from sandbox.printavo.words import STATUSES

_FINISHED = ("Completed", "Completed", "Completed", "Completed", "Completed", "Archived", "Cancelled", "Quote Declined")
_KEY_SHARE = 0.08  # of all orders, to the contacts of key companies and their near misses
_ORDERS_PER_CUSTOMER = 8
_LONG, _SHORT = 4 * 365, 365  # days that a large and a small account cover


@dataclass
class Content:
    """The people of an account, and three small numbers for each order; the rest of an order is made when it is read.

    Attributes:
        contact_of, status_of, transactions_of: by the number of the order, which starts at 1; place 0 is not used.
    """

    people: People
    maker: OrderMaker
    contact_of: array[int]
    status_of: array[int]
    transactions_of: array[int]

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return self.maker.orders

    def order(self, number: int) -> Record:
        """The order of this number."""
        made = self.contact_of[number], self.status_of[number], self.transactions_of[number]
        return self.maker.make(number, *made)

    def company(self, number: int) -> str:
        """The key company that ordered it, or nothing."""
        return self.people.company(self.contact_of[number])


def generate(orders: int = 50_000, seed: int = 7, *, open_share: float = 0.15) -> Content:
    """An account of so many orders, always the same for the same seed.

    Args:
        open_share: the newest part of the orders, which is mostly still in work.
    """
    if orders < 1:
        return _content(People(), 0, seed, [], [], [])
    people = generate_people(max(8, orders // _ORDERS_PER_CUSTOMER), seed)
    dice = random.Random(seed + 1)
    contacts = [_contact(people, dice) for _ in range(orders)]
    # Each contact of a known customer has an order at least, if there is room.
    for place, contact in enumerate(people.known[:orders]):
        contacts[orders - 1 - place * max(1, orders // (2 * len(people.known)))] = contact
    finished = int(orders * (1 - open_share))
    statuses = [_status(dice, place < finished) for place in range(orders)]
    transactions = [_transactions(dice, status) for status in statuses]
    return _content(people, orders, seed, contacts, statuses, transactions)


def starts(transactions_of: array[int]) -> list[int]:
    """How many transactions there are before those of each order."""
    return list(accumulate(transactions_of, initial=0))


def _content(
    people: People, orders: int, seed: int, contacts: list[int], statuses: list[int], transactions: list[int]
) -> Content:
    maker = OrderMaker(seed, orders, _LONG if orders > 5000 else _SHORT)
    return Content(
        people, maker, array("i", [0, *contacts]), array("b", [0, *statuses]), array("b", [0, *transactions])
    )


def _contact(people: People, dice: random.Random) -> int:
    if dice.random() < _KEY_SHARE:
        return people.known[int(dice.random() * len(people.known))]
    return int(dice.random() * len(people.contacts))


_BY_NAME = {name: place for place, (name, _, _) in enumerate(STATUSES)}


def _status(dice: random.Random, finished: bool) -> int:
    if finished and dice.random() < 0.93:
        return _BY_NAME[_FINISHED[int(dice.random() * len(_FINISHED))]]
    return int(dice.random() * len(STATUSES))


def _transactions(dice: random.Random, status: int) -> int:
    if STATUSES[status][0] in ("Completed", "Archived"):
        return 1 + int(dice.random() * 2.2)
    return int(dice.random() * 2.5)
