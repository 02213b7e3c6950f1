"""The fields of `Query`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from sandbox.printavo import details
from sandbox.printavo.connection import Connection, page
from sandbox.printavo.fields import Arguments, Reader, Reading, statuses
from sandbox.printavo.people import Record
from sandbox.printavo.small_lists import ACCOUNT, STATUS_LIST, USER_LIST

_MOST_MONEY = 10**details.MONEY_DIGITS


def _orders(name: str) -> Reader:
    return lambda reading, _, asked: reading.orders(reading.listing.numbers(name, asked), asked)


def _order(*kinds: str) -> Reader:
    def read(reading: Reading, _: Record, asked: Arguments) -> Record | None:
        found = reading.account.find_order(asked["id"])
        return found if found and found["__typename"] in kinds else None

    return read


def _required(what: str, found: Record | None, identity: str) -> Record:
    if found is None:
        raise GraphQLError(f"{what} not found: {identity}")
    return found


def _part(what: str, digits: int, parts: Callable[[Record], list[Record]]) -> Reader:
    """A reader of a part of an order, whose id begins with the order's."""

    def read(reading: Reading, _: Record, asked: Arguments) -> Record:
        identity: str = asked["id"]
        order = reading.account.find_order(identity[:-digits])
        found = [one for one in parts(order) if one["id"] == identity] if order else []
        return _required(what, found[0] if found else None, identity)

    return read


def _all_lines(order: Record) -> list[Record]:
    return [line for group in details.groups(order) for line in details.lines(group)]


def _customers(reading: Reading, _: Record, asked: Arguments) -> Connection:
    return reading.page(reading.account.people.customers, asked)


def _contacts(reading: Reading, _: Record, asked: Arguments) -> Connection:
    people = reading.account.people
    found = list(people.contacts)
    if asked.get("primaryOnly"):
        found = [people.contacts[customer["_contacts"][0]] for customer in people.customers]
    if asked.get("query"):
        words = asked["query"].lower().split()
        found = [one for one in found if all(word in _contact_text(reading, one) for word in words)]
    if asked.get("sortOn"):
        found.sort(key=lambda one: _contact_key(reading, one, asked["sortOn"]), reverse=bool(asked["sortDescending"]))
    return reading.page(found, asked)


def _contact_text(reading: Reading, contact: Record) -> str:
    customer = reading.account.people.customers[contact["_customer"]]
    return "\n".join(word for word in (contact["fullName"], contact["email"], customer["companyName"]) if word).lower()


def _contact_key(reading: Reading, contact: Record, name: str) -> Any:
    if name == "ORDER_COUNT":
        return len(reading.listing.of_contact(contact["_number"]))
    customer = reading.account.people.customers[contact["_customer"]]
    found = {"CUSTOMER_NAME": customer["companyName"], "CONTACT_NAME": contact["fullName"]}.get(name, contact["email"])
    return (found or "").lower()


def _transactions(reading: Reading, _: Record, asked: Arguments) -> Connection:
    account = reading.account
    keys = [
        number * _MOST_MONEY + place
        for number in reversed(account.numbers)
        for place in range(account.transactions_of[number])
    ]

    def read(key: int) -> Record:
        number, place = divmod(key, _MOST_MONEY)
        return details.transaction(account.order(number), place)

    return page(keys, read, asked, account.settings)


ROOT: dict[str, Reader] = {
    "account": lambda reading, _, asked: ACCOUNT,
    "user": lambda reading, _, asked: USER_LIST[0],
    "contact": lambda reading, _, asked: reading.account.find_contact(asked["id"]),
    "contacts": _contacts,
    "customer": lambda reading, _, asked: reading.account.find_customer(asked["id"]),
    "customers": _customers,
    "invoice": _order("Invoice"),
    "invoices": _orders("invoices"),
    "lineItem": _part("Line item", details.LINE_DIGITS, _all_lines),
    "lineItemGroup": _part("Line item group", details.GROUP_DIGITS, details.groups),
    "order": _order("Invoice", "Quote"),
    "orders": _orders("orders"),
    "quote": _order("Quote"),
    "quotes": _orders("quotes"),
    "status": lambda reading, _, asked: next((one for one in STATUS_LIST if one["id"] == asked["id"]), None),
    "statuses": lambda reading, _, asked: reading.page(statuses(asked.get("type")), asked),
    "transaction": _part("Transaction", details.MONEY_DIGITS, details.transactions),
    "transactions": _transactions,
}
