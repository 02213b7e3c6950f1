"""What belongs to one order: groups, lines, fees and transactions, shown from their compact form."""

from __future__ import annotations

from typing import Any

from sandbox.printavo.line_groups import Group, Line, pieces
from sandbox.printavo.order_maker import Money
from sandbox.printavo.people import Record
from sandbox.printavo.small_lists import CATEGORY_LIST, ENABLED_COLUMNS, WORK_LIST
from sandbox.printavo.words import COLOURS, FEES, GOODS

# An id of a part is the order's id with so many digits more.
GROUP_DIGITS, LINE_DIGITS, MONEY_DIGITS = 1, 2, 2


def groups(order: Record) -> list[Record]:
    """The line item groups of an order."""
    return [_group(order, place, one) for place, one in enumerate(order["_groups"])]


def lines(group: Record) -> list[Record]:
    """The lines of a group."""
    return [_line(group, place, one) for place, one in enumerate(group["_lines"])]


def imprints(group: Record) -> list[Record]:
    """The imprints of a group: one."""
    work = WORK_LIST[int(group["id"]) % len(WORK_LIST)]
    details = "Left chest\n2 colours"
    shared = {"id": group["id"], "timestamps": group["timestamps"]}
    return [{"__typename": "Imprint", "details": details, "typeOfWork": work, **shared}]


def fees(order: Record) -> list[Record]:
    """The fees of an order."""
    return [_fee(order, place, *one) for place, one in enumerate(order["_fees"])]


def transactions(order: Record) -> list[Record]:
    """The payments of an order and what became of them."""
    return [transaction(order, place) for place in range(len(order["_transactions"]))]


def transaction(order: Record, place: int) -> Record:
    """One transaction of an order."""
    money: Money = order["_transactions"][place]
    identity = int(order["id"]) * 10**MONEY_DIGITS + place
    record: Record = {
        "__typename": money.kind,
        "id": str(identity),
        "amount": money.amount,
        "category": money.category,
        "description": None if identity % 4 else "Card – ref. “A1”\nthank you",
        "processing": False,
        "timestamps": {"createdAt": money.made, "updatedAt": money.made},
        "transactionDate": money.day,
        "_order": order,
    }
    if money.kind == "Payment":
        record["source"] = "MANUAL"
    if money.kind == "PaymentDispute":
        record["status"] = "DISPUTE_INITIATED"
    return record


def customer_address(address: Record | None, customer: Record, contact: Record) -> Record | None:
    """An address as an order shows it."""
    if address is None:
        return None
    names = {"companyName": customer["companyName"], "customerName": contact["fullName"]}
    return address | names | {"__typename": "CustomerAddress"}


def _group(order: Record, place: int, group: Group) -> Record:
    return {
        "__typename": "LineItemGroup",
        "id": str(int(order["id"]) * 10**GROUP_DIGITS + place),
        "enabledColumns": ENABLED_COLUMNS,
        "position": place + 1,
        "timestamps": order["timestamps"],
        "_lines": group.lines,
        "_order": order,
    }


def _line(group: Record, place: int, line: Line) -> Record:
    number, description, _ = GOODS[line.good]
    return {
        "__typename": "LineItem",
        "id": str(int(group["id"]) * 10 ** (LINE_DIGITS - GROUP_DIGITS) + place),
        "category": CATEGORY_LIST[line.category],
        "color": COLOURS[line.colour],
        "description": description,
        "itemNumber": number,
        "items": pieces(line),
        "markupPercentage": None,
        "merch": False,
        "position": place + 1,
        "price": line.price / 1000,
        "product": None,
        "productStatus": "received" if line.good % 2 else None,
        "sizes": [{"size": size, "count": count} for size, count in line.sizes],
        "taxed": line.taxed,
        "timestamps": group["timestamps"],
        "_group": group,
    }


def _fee(order: Record, place: int, name: int, amount: int) -> Record:
    quantity = 1 if amount % 1000 else 2
    shown: dict[str, Any] = {
        "__typename": "Fee",
        "id": str(int(order["id"]) * 10 + place),
        "amount": amount / 1000,
        "description": FEES[name],
        "quantity": quantity,
        "taxable": name % 2 == 0,
        "timestamps": order["timestamps"],
        "unitPrice": amount / quantity / 1000,
        "unitPriceAsPercentage": False,
    }
    return shown
