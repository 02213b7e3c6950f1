"""Invoices made from sales orders, item receipts made from purchase orders."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from sandbox.conductor.amounts import ZERO, exact, money_text, number, total
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import bad_reference, cannot_link, cannot_save
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import shape
from sandbox.conductor.stock import Stock
from sandbox.conductor.targets import TRANSACTION_TYPES, singular

# resource -> (what it may be made from, key of its lines)
SOURCES = {"invoices": ("sales-orders", "lines"), "item-receipts": ("purchase-orders", "itemLines")}
# resource -> (key of the done quantity in a line, key of the flag, who it is for)
ORDERS = {
    "sales-orders": ("quantityInvoiced", "isFullyInvoiced", "customer"),
    "purchase-orders": ("receivedQuantity", "isFullyReceived", "vendor"),
}
_TAKEN = ("item", "description", "unitOfMeasure", "class", "inventorySite", "salesTaxCode", "overrideUnitOfMeasureSet")
Contributions = dict[tuple[str, str], Decimal]


class Links:
    """Knows which transactions were made from which orders."""

    def __init__(self, file: CompanyFile, stock: Stock) -> None:
        self._file, self._stock = file, stock
        self._made_from: dict[str, dict[str, None]] = defaultdict(dict)
        for record in file.all(SOURCES):
            self.enter(record)

    def enter(self, record: Record) -> None:
        """Know what a transaction was made from."""
        for order_id, _ in record.links.values():
            self._made_from[order_id][record.id] = None

    def forget(self, record: Record | None = None) -> None:
        """A transaction is no longer made from anything; None is all of them."""
        if record is None:
            self._made_from.clear()
            return
        for makers in self._made_from.values():
            makers.pop(record.id, None)

    def makers(self, order_id: str) -> list[str]:
        """The transactions that were made from an order."""
        return list(self._made_from.get(order_id, ()))

    def linked(self, record: Record) -> list[Values]:
        """The linked transactions as they are answered."""
        others = dict.fromkeys(order_id for order_id, _ in record.links.values()) or self.makers(record.id)
        found = [self._file.find(one) for one in others]
        return [self._linked(record, other) for other in found if other is not None]

    def order(self, order_id: str, record: Record) -> Record:
        """The order a new transaction is made from.

        Raises:
            Refusal: there is none, it is another's, or it has nothing left.
        """
        source, _ = SOURCES[record.resource]
        found = self._file.find(order_id, (source,))
        if found is None:
            raise bad_reference("Transaction", order_id, singular(record.resource))
        _, flag, party = ORDERS[source]
        if found.shown[flag] or found.shown["isManuallyClosed"]:
            raise cannot_link(f"The {singular(source)} is closed or has nothing left.")
        if found.shown[party] is not record.shown[party]:
            raise cannot_link(f"The {singular(source)} belongs to another {party}.")
        return found

    def open_lines(self, order: Record) -> list[Values]:
        """The lines of an order that have something left."""
        done, _, _ = ORDERS[order.resource]
        lines: list[Values] = order.shown["lines"]
        return [
            line
            for line in lines
            if not line["isManuallyClosed"] and line["item"] and exact(line["quantity"]) > exact(line[done])
        ]

    def take(self, order: Record, line_id: str, line: Values) -> None:
        """Fill a new line with what an order's line has left."""
        done, _, _ = ORDERS[order.resource]
        found = next((one for one in order.shown["lines"] if one["id"] == line_id), None)
        if found is None:
            raise cannot_link(f"The order has no line {line_id}.")
        if found not in self.open_lines(order):
            raise cannot_link("The line of the order is closed or has nothing left.")
        line |= {key: found[key] for key in _TAKEN if key in found and key in line and line[key] is None}
        if line["quantity"] is None:
            line["quantity"] = number(exact(found["quantity"]) - exact(found[done]))
        rate_key = "rate" if "rate" in line else "cost"
        line[rate_key] = line[rate_key] or found["rate"]

    def contributions(self, record: Record) -> Contributions:
        """How much of which order line a transaction takes."""
        found: Contributions = defaultdict(Decimal)
        if record.resource in SOURCES:
            for line in record.shown[SOURCES[record.resource][1]]:
                if line["id"] in record.links:
                    found[record.links[line["id"]]] += exact(line["quantity"])
        return found

    def replace(self, before: Contributions, after: Contributions) -> None:
        """Give back to the orders what a transaction took, and take what it takes now."""
        changes: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for order_id, line_id in {**before, **after}:
            key = (order_id, line_id)
            change = after.get(key, ZERO) - before.get(key, ZERO)
            if change:
                changes[order_id][line_id] = change
        for order_id, lines in changes.items():
            order = self._file.find(order_id)
            if order is not None:
                self._change(order, lines)

    def _change(self, order: Record, changes: dict[str, Decimal]) -> None:
        done, _, _ = ORDERS[order.resource]
        effects = self._stock.effects(order)
        lines = [dict(line) for line in order.shown["lines"]]
        for line in lines:
            if line["id"] in changes:
                line[done] = number(exact(line[done]) + changes[line["id"]])
        order.shown = order.shown | {"lines": lines}
        set_done(order)
        self._stock.replace(effects, self._stock.effects(order))
        self._file.stamp(order)

    def _linked(self, record: Record, other: Record) -> Values:
        maker, order = (record, other) if record.resource in SOURCES else (other, record)
        lines = maker.shown[SOURCES[maker.resource][1]]
        linked = [line["amount"] for line in lines if maker.links.get(line["id"], ("",))[0] == order.id]
        return shape("qbd_linked_transaction").blank() | {
            "id": other.id,
            "transactionType": TRANSACTION_TYPES[other.resource],
            "transactionDate": other.shown["transactionDate"],
            "refNumber": other.shown["refNumber"],
            "linkType": "quantity",
            "amount": money_text(total(linked)),
        }


def set_done(order: Record) -> None:
    """Compute whether everything of an order was invoiced or received."""
    done, flag, _ = ORDERS[order.resource]
    counted = [line for line in order.shown["lines"] if line["item"] and exact(line["quantity"])]
    order.shown[flag] = bool(counted) and all(
        line["isManuallyClosed"] or exact(line[done]) >= exact(line["quantity"]) for line in counted
    )


def refuse_lost_lines(order: Record, lines: list[Any]) -> None:
    """A line of an order that was partly invoiced or received cannot be removed or changed to another item."""
    if order.resource not in ORDERS:
        return
    done, _, _ = ORDERS[order.resource]
    kept = {line["id"]: line for line in lines}
    for line in order.shown["lines"]:
        if exact(line[done]) and (line["id"] not in kept or kept[line["id"]]["item"] is not line["item"]):
            raise cannot_save(singular(order.resource), f"The line {line['id']} has linked transactions.")
