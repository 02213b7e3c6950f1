"""How each field is read. A field that is not named here is the entry of the same name in its record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.printavo import details
from sandbox.printavo.account import Account
from sandbox.printavo.connection import Connection, page
from sandbox.printavo.listing import Listing
from sandbox.printavo.people import Record
from sandbox.printavo.small_lists import (
    ACCOUNT,
    CATEGORY_LIST,
    DELIVERY_LIST,
    STATUS_LIST,
    TERM_LIST,
    USER_LIST,
    WORK_LIST,
)

Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """What every field may need."""

    account: Account
    listing: Listing

    def page(self, records: Sequence[Record], arguments: Arguments) -> Connection:
        """A page of records that are at hand."""
        return page(records, lambda record: record, arguments, self.account.settings)

    def orders(self, numbers: Sequence[int], arguments: Arguments) -> Connection:
        """A page of orders."""
        return page(numbers, self.account.order, arguments, self.account.settings, lambda: self._total(numbers))

    def _total(self, numbers: Sequence[int]) -> float:
        return round(sum(self.account.order(number)["total"] or 0.0 for number in numbers), 2)


Reader = Callable[[Reading, Record, Arguments], Any]


def _contact(reading: Reading, record: Record, arguments: Arguments) -> Record:
    found: Record = reading.account.people.contacts[record["_contact"]]
    return found


def _order_address(name: str) -> Reader:
    def read(reading: Reading, order: Record, arguments: Arguments) -> Record | None:
        customer = reading.account.customer_of(order)
        return details.customer_address(customer[name], customer, _contact(reading, order, arguments))

    return read


def _parts(made: Callable[[Record], list[Record]]) -> Reader:
    return lambda reading, record, arguments: reading.page(made(record), arguments)


def _listed(records: Sequence[Record]) -> Reader:
    return lambda reading, record, arguments: reading.page(records, arguments)


def _chosen(records: Sequence[Record], place: str) -> Reader:
    return lambda reading, record, arguments: records[record[place]]


def _kept(name: str) -> Reader:
    return lambda reading, record, arguments: record[name]


def statuses(kind: str | None, identity: str | None = None) -> list[Record]:
    """The statuses of one type, or all; or the one with an id."""
    return [one for one in STATUS_LIST if kind in (None, one["type"]) and identity in (None, one["id"])]


def _originating(reading: Reading, record: Record, arguments: Arguments) -> Record:
    return record if record["__typename"] == "Payment" else details.transaction(record["_order"], 0)


_ORDER: dict[str, Reader] = {
    "contact": _contact,
    "billingAddress": _order_address("billingAddress"),
    "shippingAddress": _order_address("shippingAddress"),
    "deliveryMethod": _chosen(DELIVERY_LIST, "_delivery"),
    "paymentTerm": _chosen(TERM_LIST, "_term"),
    "owner": _chosen(USER_LIST, "_owner"),
    "status": _chosen(STATUS_LIST, "_status"),
    "expenses": _listed(()),
    "fees": _parts(details.fees),
    "lineItemGroups": _parts(details.groups),
    "transactions": _parts(details.transactions),
}
_MONEY: dict[str, Reader] = {
    "order": _kept("_order"),
    "transactedFor": _kept("_order"),
    "originatingPaymentTransaction": _originating,
    "disputes": _listed(()),
}
READERS: dict[str, dict[str, Reader]] = {
    "Invoice": _ORDER,
    "Quote": _ORDER,
    **dict.fromkeys(("Payment", "Refund", "Return", "Void", "PaymentDispute"), _MONEY),
    "Contact": {
        "customer": lambda reading, contact, _: reading.account.people.customers[contact["_customer"]],
        "orderCount": lambda reading, contact, _: len(reading.listing.of_contact(contact["_number"])),
        "orders": lambda reading, contact, asked: reading.orders(reading.listing.of_contact(contact["_number"]), asked),
    },
    "Customer": {
        "contacts": lambda reading, customer, asked: reading.page(
            [reading.account.people.contacts[place] for place in customer["_contacts"]], asked
        ),
        "defaultPaymentTerm": _chosen(TERM_LIST, "_term"),
        "orderCount": lambda reading, customer, _: len(reading.listing.of_customer(customer)),
        "orders": lambda reading, customer, asked: reading.orders(reading.listing.of_customer(customer), asked),
        "owner": _chosen(USER_LIST, "_owner"),
        "primaryContact": lambda reading, customer, _: reading.account.people.contacts[customer["_contacts"][0]],
    },
    "LineItemGroup": {
        "imprints": _parts(details.imprints),
        "lineItems": _parts(details.lines),
        "order": _kept("_order"),
    },
    "LineItem": {"lineItemGroup": _kept("_group")},
    "User": {"account": lambda reading, record, _: ACCOUNT},
    "Account": {
        "categories": _listed(CATEGORY_LIST),
        "deliveryMethods": _listed(DELIVERY_LIST),
        "orderStatuses": lambda reading, record, asked: reading.page(
            statuses(asked.get("type"), asked.get("id")), asked
        ),
        "paymentTerms": _listed(TERM_LIST),
        "typesOfWork": _listed(WORK_LIST),
        "users": _listed(USER_LIST),
    },
}
