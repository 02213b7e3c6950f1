"""The lines of a transaction: kept by id, new with `-1`, priced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.conductor.amounts import counted
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import invalid, invalid_value
from sandbox.conductor.filling import Filler
from sandbox.conductor.links import Links, refuse_lost_lines
from sandbox.conductor.prices import item_description, item_price, price_discount, price_line
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import Shape, resource_shape


@dataclass(frozen=True)
class Form:
    """How the lines of one kind of transaction work."""

    lines: str
    party: str
    selling: bool
    rate: str = "rate"


FORMS = {
    "sales-orders": Form("lines", "customer", selling=True),
    "invoices": Form("lines", "customer", selling=True),
    "purchase-orders": Form("lines", "vendor", selling=False),
    "item-receipts": Form("itemLines", "vendor", selling=False, rate="cost"),
}
_SPECIAL = ("quantity", "rate", "cost", "amount", "ratePercent")
_NOT_FILLED = (*_SPECIAL, "id", "linkToTransactionLine")


def line_shape(resource: str) -> Shape:
    """The shape of a line of a kind of transaction."""
    found = resource_shape(resource).inner(FORMS[resource].lines)
    assert found is not None
    return found


class Lines:
    """Makes the lines of orders, invoices and receipts."""

    def __init__(self, file: CompanyFile, filler: Filler, links: Links) -> None:
        self._file, self._filler, self._links = file, filler, links

    def replace(self, record: Record, bodies: list[Values], kinds: Any) -> None:
        """Make `bodies` the lines of the transaction; what it had and is not named is gone."""
        form = FORMS[record.resource]
        known = {line["id"]: line for line in record.shown[form.lines]}
        links = dict(record.links)
        lines: list[Values] = []
        for body in bodies:
            line = self._filler.started(line_shape(record.resource), body.get("id"), known)
            if any(line["id"] == one["id"] for one in lines):
                raise invalid(f'The line "{line["id"]}" is given twice')
            self._make(record, line, body, lines, kinds)
            lines.append(line)
        refuse_lost_lines(record, lines)
        record.shown[form.lines] = lines
        kept = {line["id"] for line in lines}
        record.links = {key: links.get(key, record.links[key]) for key in record.links if key in kept}

    def take_order(self, record: Record, order: Record, kinds: Any) -> None:
        """Add all that an order has left."""
        lines = record.shown[FORMS[record.resource].lines]
        for one in self._links.open_lines(order):
            line = self._filler.started(line_shape(record.resource), None, {})
            body = {"linkToTransactionLine": {"transactionId": order.id, "transactionLineId": one["id"]}}
            self._make(record, line, body, lines, kinds)
            lines.append(line)

    def _make(self, record: Record, line: Values, body: Values, above: list[Values], kinds: Any) -> None:
        form, before = FORMS[record.resource], line["item"]
        plain = {key: value for key, value in body.items() if key not in _NOT_FILLED}
        self._filler.fill(line, line_shape(record.resource), plain, kinds, record.resource)
        if body.get("quantity") is not None:
            line["quantity"] = counted(body["quantity"])
        if link := body.get("linkToTransactionLine"):
            self._link(record, line, link, body)
        item = self._file.find(line["item"]["id"]) if line["item"] else None
        if item is None:
            _text_only(line, body)
            return
        if line["item"] is not before:
            self._as_new_item(record, line, body, item)
        if item.resource == "discount-items":
            price_discount(line, body, item, above)
            return
        party = record.shown[form.party]
        price = item_price(self._file, item, self._file.find(party["id"]) if party else None, selling=form.selling)
        price_line(line, body, price, form.rate, keep_rate=self._filler.keep_ids)

    def _link(self, record: Record, line: Values, link: Values, body: Values) -> None:
        if body.get("itemId"):
            raise invalid('A line with "linkToTransactionLine" must not have an "itemId"')
        order = self._links.order(link["transactionId"], record)
        self._links.take(order, link["transactionLineId"], line)
        record.links[line["id"]] = (order.id, link["transactionLineId"])

    def _as_new_item(self, record: Record, line: Values, body: Values, item: Record) -> None:
        selling, rate = FORMS[record.resource].selling, FORMS[record.resource].rate
        if line["id"] not in record.links:
            line[rate] = None
        for done in ("quantityInvoiced", "receivedQuantity"):
            if done in line and line[done] is None:
                line[done] = 0
        if line["description"] is None or "description" not in body:
            line["description"] = line["description"] or item_description(item, selling=selling)
        if selling and line["salesTaxCode"] is None:
            # As observed: not the item's code and not the customer's.
            line["salesTaxCode"] = self._untaxed()

    def _untaxed(self) -> Values | None:
        found = self._file.by_name("sales-tax-codes", "Non")
        return found.ref if found else None


def _text_only(line: Values, body: Values) -> None:
    for key in _SPECIAL:
        if body.get(key) is not None:
            raise invalid_value(key[0].upper() + key[1:], body[key], "A line without an item is text only.")
