"""One Printavo account: what was generated, and what has been changed since, kept aside."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator
from functools import lru_cache

from sandbox.printavo.content import Content
from sandbox.printavo.order_maker import FIRST_ORDER_ID, hash_of, visual_id
from sandbox.printavo.people import FIRST_CONTACT_ID, FIRST_CUSTOMER_ID, Record
from sandbox.printavo.settings import Settings

_KEPT = 4_000  # made records that are kept in memory


class Account:
    """The account. Orders are known by their number, which starts at 1; the newest has the highest.

    Attributes:
        version: grows with each change, so that answers can be kept until then.
        numbers: of the orders that are there, ascending.
        contact_of, status_of, transactions_of: by number.
        changes: the numbers of the orders that were changed, in turn; None stands for a change of many.
    """

    def __init__(self, content: Content, settings: Settings | None = None) -> None:
        self.lock = threading.RLock()
        self.settings = settings or Settings()
        self.version = 0
        self.changes: list[int | None] = []
        self.fill(content)

    def fill(self, content: Content) -> None:
        """Forget everything and begin with this content, which becomes the account's own."""
        with self.lock:
            self.content = content
            self.people = content.people
            self.numbers = list(range(1, content.orders + 1))
            self.contact_of, self.status_of, self.transactions_of = (
                array(column.typecode, column)
                for column in (content.contact_of, content.status_of, content.transactions_of)
            )
            self._changed: dict[int, Record] = {}
            self._gone: set[int] = set()
            self._made = lru_cache(maxsize=_KEPT)(content.order)
            self.many_changed()

    # -- reading

    def order(self, number: int) -> Record:
        """The order of this number, deleted or not; not to be changed."""
        return self._changed.get(number) or self._made(number)

    def visual_number(self, number: int) -> int | None:
        """The visual id of an order as a number, if it has one."""
        changed = self._changed.get(number)
        text = changed["visualId"] if changed else visual_id(number)
        return int(text) if text and text.isdigit() else None

    def find_order(self, identity: str) -> Record | None:
        """The order with this id, if it is there."""
        number = _place(identity, FIRST_ORDER_ID)
        there = number is not None and 0 < number < len(self.contact_of) and number not in self._gone
        return self.order(number) if there and number is not None else None

    def find_customer(self, identity: str) -> Record | None:
        """The customer with this id, if there is one."""
        return _at(self.people.customers, _place(identity, FIRST_CUSTOMER_ID))

    def find_contact(self, identity: str) -> Record | None:
        """The contact with this id, if there is one."""
        return _at(self.people.contacts, _place(identity, FIRST_CONTACT_ID))

    def customer_of(self, order: Record) -> Record:
        """The customer whose contact ordered it."""
        customer: Record = self.people.customers[self.people.contacts[order["_contact"]]["_customer"]]
        return customer

    def orders(self) -> Iterator[Record]:
        """All orders that are there, oldest first."""
        return map(self.order, self.numbers)

    # -- changing; whoever changes holds the lock

    def own(self, order: Record) -> Record:
        """The account's own copy of an order, which may be changed."""
        number: int = order["_number"]
        if number not in self._changed:
            copied = order | {"timestamps": dict(order["timestamps"]), "_transactions": list(order["_transactions"])}
            self._changed[number] = copied
        self._note(number)
        return self._changed[number]

    def put(self, order: Record) -> int:
        """Put in a new order with the next number; that number."""
        number = len(self.contact_of)
        self.contact_of.append(order["_contact"])
        self.status_of.append(order["_status"])
        self.transactions_of.append(len(order["_transactions"]))
        self._changed[number] = order | {"_number": number}
        self.numbers.append(number)
        self._note(number)
        return number

    def put_like(self, order: Record) -> int:
        """Put in a copy of an order, which comes right beside it in every list; the copy's number."""
        number = len(self.contact_of)
        times = dict(order["timestamps"])
        own = {"id": str(FIRST_ORDER_ID + number), "visualId": str(number), "publicHash": hash_of(number)}
        return self.put(order | own | {"timestamps": times, "_transactions": []})

    def take(self, order: Record) -> None:
        """Take an order out."""
        self._gone.add(order["_number"])
        self.numbers.remove(order["_number"])
        self._note(order["_number"])

    def many_changed(self) -> None:
        """Something changed that many orders show."""
        self._note(None)

    def _note(self, number: int | None) -> None:
        self.version += 1
        self.changes.append(number)


def _place(identity: str, first: int) -> int | None:
    return int(identity) - first if identity.isascii() and identity.isdigit() else None


def _at(listed: list[Record], place: int | None) -> Record | None:
    return listed[place] if place is not None and 0 <= place < len(listed) else None
