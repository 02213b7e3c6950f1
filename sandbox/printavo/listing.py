"""Which orders a list shows, and in which order: the filters and sorts of orders, invoices and quotes.

Sources: the vendor's schema; "due_date after" and "start_date before" are its own words for the two production filters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError

from sandbox.printavo.account import Account
from sandbox.printavo.people import Record
from sandbox.printavo.small_lists import STATUS_LIST, USER_LIST
from sandbox.printavo.words import STATUSES

_PAGING = ("after", "before", "first", "last")
_KINDS = {"orders": ("QUOTE", "INVOICE"), "invoices": ("INVOICE",), "quotes": ("QUOTE",)}
Value = Callable[[Account, Record], Any]


def _epoch(text: str | None) -> float | None:
    return None if text is None else _moment(text).timestamp()


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise GraphQLError(f"{text!r} is not an ISO8601 date and time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _payment(account: Account, order: Record) -> str:
    if order["paidInFull"]:
        return "PAID"
    return "PARTIAL_PAYMENT" if (order["amountPaid"] or 0) > 0 else "UNPAID"


def _text(account: Account, order: Record) -> str:
    customer, contact = account.customer_of(order), account.people.contacts[order["_contact"]]
    words = order["visualId"], order["nickname"], order["visualPoNumber"], customer["companyName"], contact["fullName"]
    return "\n".join(word for word in words if word).lower()


# What is filtered or sorted by, and how it is read from an order.
_VALUES: dict[str, Value] = {
    "CUSTOMER_DUE_AT": lambda account, order: order["customerDueAt"],
    "CUSTOMER_NAME": lambda account, order: (account.customer_of(order)["companyName"] or "").strip().lower() or None,
    "STATUS": lambda account, order: STATUS_LIST[order["_status"]]["position"],
    "OWNER": lambda account, order: USER_LIST[order["_owner"]]["name"],
    "TOTAL": lambda account, order: order["total"],
    "due": lambda account, order: _epoch(order["dueAt"]),
    "start": lambda account, order: _epoch(order["startAt"]),
    "payment": _payment,
    "text": _text,
    "tags": lambda account, order: frozenset(order["tags"]),
}


class Listing:
    """Finds the numbers of orders; what was found is kept until something changes."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._version = -1
        self._seen = 0
        self._found: dict[str, Sequence[int]] = {}
        self._columns: dict[str, dict[int, Any]] = {}
        self._by_contact: dict[int, list[int]] | None = None

    def numbers(self, name: str, arguments: Mapping[str, Any]) -> Sequence[int]:
        """The numbers of `orders`, `invoices` or `quotes` that fit, in the order asked for.

        Raises:
            GraphQLError: a time cannot be read.
        """
        self._forget_what_is_old()
        asked = {key: value for key, value in arguments.items() if key not in _PAGING and value is not None}
        key = f"{name} {asked} {self._account.settings.default_order}"
        if key not in self._found:
            self._found[key] = self._sorted(self._filtered(name, asked), asked)
        return self._found[key]

    def of_contact(self, place: int) -> list[int]:
        """The orders of one contact, newest first."""
        self._forget_what_is_old()
        if self._by_contact is None:
            self._by_contact = {}
            for number in reversed(self._account.numbers):
                self._by_contact.setdefault(self._account.contact_of[number], []).append(number)
        return self._by_contact.get(place, [])

    def of_customer(self, customer: Record) -> list[int]:
        """The orders of all contacts of a customer, newest first."""
        found = [number for place in customer["_contacts"] for number in self.of_contact(place)]
        return sorted(found, reverse=True)

    def _forget_what_is_old(self) -> None:
        if self._version == self._account.version:
            return
        self._version = self._account.version
        self._found, self._by_contact = {}, None
        changes = self._account.changes[self._seen :]
        self._seen += len(changes)
        if None in changes:
            self._columns = {}
        for name, column in self._columns.items():
            column.update({number: self._value(name, number) for number in changes if number is not None})

    def _column(self, name: str) -> dict[int, Any]:
        if name not in self._columns:
            self._columns[name] = {number: self._value(name, number) for number in self._account.numbers}
        return self._columns[name]

    def _value(self, name: str, number: int) -> Any:
        if name == "VISUAL_ID":  # known without the order, or every reader of all orders would wait for them
            return self._account.visual_number(number)
        return _VALUES[name](self._account, self._account.order(number))

    def _filtered(self, name: str, asked: Mapping[str, Any]) -> Sequence[int]:
        found: Sequence[int] = self._account.numbers
        wanted = _statuses(_KINDS[name], asked)
        if len(wanted) < len(STATUSES):
            status_of = self._account.status_of
            found = [number for number in found if status_of[number] in wanted]
        for column, fits in _tests(asked):
            values = self._column(column)
            found = [number for number in found if fits(values[number])]
        return found

    def _sorted(self, numbers: Sequence[int], asked: Mapping[str, Any]) -> Sequence[int]:
        if "sortOn" not in asked:
            return numbers[::-1] if self._account.settings.default_order == "newest_first" else list(numbers)
        values = self._column(asked["sortOn"])
        # As Postgres sorts: what has no value counts as greater than all others.
        kept = sorted((one for one in numbers if values[one] is not None), key=lambda one: (values[one], one))
        ordered = [*kept, *(one for one in numbers if values[one] is None)]
        return ordered[::-1] if asked.get("sortDescending") else ordered


def _statuses(kinds: tuple[str, ...], asked: Mapping[str, Any]) -> set[int]:
    wanted = {place for place, (_, kind, _) in enumerate(STATUSES) if kind in kinds}
    if "statusIds" in asked:
        wanted &= _places(asked["statusIds"])
    return wanted - _places(asked.get("excludeStatusIds", []))


def _places(identities: Sequence[str]) -> set[int]:
    return {place for place, status in enumerate(STATUS_LIST) if status["id"] in identities}


def _tests(asked: Mapping[str, Any]) -> list[tuple[str, Callable[[Any], bool]]]:
    """The column and the test of each filter that was asked for."""
    found: list[tuple[str, Callable[[Any], bool]]] = []
    if "inProductionAfter" in asked:
        after = _moment(asked["inProductionAfter"]).timestamp()
        found.append(("due", lambda due: due is not None and due > after))
    if "inProductionBefore" in asked:
        before = _moment(asked["inProductionBefore"]).timestamp()
        found.append(("start", lambda start: start is not None and start < before))
    if "paymentStatus" in asked:
        found.append(("payment", lambda payment: payment == asked["paymentStatus"]))
    if asked.get("query"):
        words = asked["query"].lower().split()
        found.append(("text", lambda text: all(word in text for word in words)))
    elif "tags" in asked:
        found.append(("tags", lambda tags: not tags.isdisjoint(asked["tags"])))
    return found
