"""Writing to InvenTree, and finding out whether a write that got no answer was applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from accordant.flows.raw_data_to_inventree import tax_ids
from accordant.flows.raw_data_to_inventree.orders import LINE_FIELDS
from accordant.flows.raw_data_to_inventree.remote import (
    COMPANIES,
    DRAFT,
    LINES,
    ORDERS,
    PARTS,
    Client,
    Item,
    line_row,
)
from accordant.sync.errors import NeedsPerson, RecordRejected, ReferenceGone
from accordant.sync.operations import Action, Operation
from accordant.sync.ports import Receipt, References
from accordant.sync.text import folded, short_digest

Body = dict[str, Any]
_FIELDS = {"quantity": "quantity", "price": "sale_price", "currency": "sale_price_currency", "notes": "notes"}
Sender = Callable[["InvenTreeTarget", Operation, References], str | None]


class InvenTreeTarget:
    """InvenTree, as load writes to it.

    Orders are created one at a time, whatever the number of workers: the server numbers them, and of
    several at once all but one fail with a server error.
    """

    def __init__(self, client: Client, date_field: str) -> None:
        self._client = client
        self._date_field = date_field
        self._numbering = Lock()

    def link(self, operation: Operation) -> Receipt:
        """Return the record's id: InvenTree keeps no note of a link."""
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        """Send one write; None when a record that it refers to is not agreed yet."""
        return _receipt(_SENDERS[operation.object_type, operation.action](self, operation, references))

    def find(self, operation: Operation, references: References) -> Receipt | None:
        """Return the remote id if the operation's effect is there."""
        if operation.action is Action.UPDATE:
            return _receipt(self._find_update(operation))
        return _receipt(_one(operation, _FINDERS[operation.object_type](self, operation, references)))

    # -- customers and parts

    def _create_customer(self, operation: Operation, _: References) -> str | None:
        after = operation.after
        body = {
            "name": after["name"], "tax_id": after["tax_id"], "is_customer": True, "is_supplier": False,
            "is_manufacturer": False, "tags": [mark_of(operation)],
        }  # fmt: skip
        return self._create_unique(COMPANIES, body, operation)

    def _create_part(self, operation: Operation, _: References) -> str | None:
        after = operation.after
        body = {"name": after["name"], "description": after["name"], "IPN": after["ipn"], "salable": True,
                "active": True, "tags": [mark_of(operation)]}  # fmt: skip
        return self._create_unique(PARTS, body, operation)

    def _create_unique(self, path: str, body: Body, operation: Operation) -> str:
        """Create an object whose name must be unique; one that somebody just made is for the next plan."""
        try:
            return str(self._client.create(path, body)["pk"])
        except RecordRejected as error:
            if "unique" in error.sentence.casefold():
                raise NeedsPerson("RECORD_MOVED", error.sentence, record=operation.key) from None
            raise

    def _customers_like(self, operation: Operation, _: References) -> Iterable[Item]:
        after = operation.after
        for company in self._client.search_companies(after["tax_id"] or after["name"]):
            same_tax_id = tax_ids.normalised(company.get("tax_id")) == after["tax_id"]
            if same_tax_id and (after["tax_id"] or folded(company["name"]) == folded(after["name"])):
                yield company

    def _parts_like(self, operation: Operation, _: References) -> Iterable[Item]:
        name = operation.after["name"]
        return (part for part in self._client.search_parts(name) if folded(part["name"]) == folded(name))

    # -- orders

    def _create_order(self, operation: Operation, references: References) -> str | None:
        customer = references.remote_id("customer", operation.after["customer"])
        if customer is None:
            return None
        body = {
            "customer": int(customer), "description": operation.key, "tags": [mark_of(operation)],
            "order_currency": operation.after["currency"], self._date_field: operation.after["date"],
        }  # fmt: skip
        with self._numbering, self._gone_if_refused("customer", f"{COMPANIES}{customer}/", operation.after["customer"]):
            return str(self._client.create(ORDERS, body)["pk"])

    def _update_order(self, operation: Operation, _: References) -> str | None:
        path = f"{ORDERS}{operation.remote_id}/"
        order = self._client.find(path)
        if (
            order is None
            or order["status"] != DRAFT
            or (order.get(self._date_field) or "") != _before(operation)["date"]
        ):
            raise _moved(operation)
        self._client.change(path, {self._date_field: operation.after["date"]})
        return operation.remote_id

    def _orders_like(self, operation: Operation, _: References) -> Iterable[Item]:
        found = self._client.search_orders(operation.key)
        return (order for order in found if order["description"] == operation.key)

    # -- lines

    def _create_line(self, operation: Operation, references: References) -> str | None:
        after = operation.after
        order = references.remote_id("sales_order", after["order"])
        part = references.remote_id("part", after["part"])
        if order is None or part is None:
            return None
        body = {"order": int(order), "part": int(part), "reference": _mark_of_line(operation), **_line_body(after)}
        with self._gone_if_refused("part", f"{PARTS}{part}/", after["part"]):
            return str(self._client.create(LINES, body)["pk"])

    def _update_line(self, operation: Operation, references: References) -> str | None:
        """Change a line, unless it or its order is no longer as the plan saw it: InvenTree has no revision to send."""
        order = references.remote_id("sales_order", operation.after["order"])
        lines = self._client.lines_of(int(order)) if order is not None else []
        line = next((line for line in lines if str(line["pk"]) == operation.remote_id), None)
        before = _comparable(_before(operation))
        if line is None or line["order_detail"]["status"] != DRAFT or _comparable(line_row("", line).content) != before:
            raise _moved(operation)
        changed = {name: value for name, value in _comparable(operation.after).items() if value != before[name]}
        self._client.change(f"{LINES}{operation.remote_id}/", _line_body(changed))
        return operation.remote_id

    def _line_now(self, operation: Operation) -> Body | None:
        line = self._client.find(f"{LINES}{operation.remote_id}/")
        return None if line is None else _comparable(line_row("", line).content)

    def _lines_like(self, operation: Operation, references: References) -> Iterable[Item]:
        order = references.remote_id("sales_order", operation.after["order"])
        if order is None:
            return []
        mark = _mark_of_line(operation)
        return [line for line in self._client.lines_of(int(order)) if line.get("reference") == mark]

    @contextmanager
    def _gone_if_refused(self, field: str, path: str, key: str) -> Iterator[None]:
        """Tell a reference that was deleted from one that may not be used: the server words both alike."""
        try:
            yield
        except RecordRejected as error:
            if error.field == field and self._client.find(path) is None:
                raise ReferenceGone(field, key, f"The {field} {key!r} was deleted in InvenTree.") from None
            raise

    # -- unknown outcomes of updates

    def _find_update(self, operation: Operation) -> str | None:
        """Return the id if the update is there, None if the record is as before it."""
        if operation.object_type == "sales_order":
            order = self._client.find(f"{ORDERS}{operation.remote_id}/")
            now: object = None if order is None else {"date": order.get(self._date_field) or ""}
            before, after = ({"date": side["date"]} for side in (_before(operation), operation.after))
        else:
            now = self._line_now(operation)
            before, after = _comparable(_before(operation)), _comparable(operation.after)
        if now == after:
            return operation.remote_id
        if now == before:
            return None
        raise _moved(operation)


_SENDERS: dict[tuple[str, Action], Sender] = {
    ("customer", Action.CREATE): InvenTreeTarget._create_customer,
    ("part", Action.CREATE): InvenTreeTarget._create_part,
    ("sales_order", Action.CREATE): InvenTreeTarget._create_order,
    ("sales_order", Action.UPDATE): InvenTreeTarget._update_order,
    ("sales_order_line", Action.CREATE): InvenTreeTarget._create_line,
    ("sales_order_line", Action.UPDATE): InvenTreeTarget._update_line,
}
_FINDERS: dict[str, Callable[[InvenTreeTarget, Operation, References], Iterable[Item]]] = {
    "customer": InvenTreeTarget._customers_like,
    "part": InvenTreeTarget._parts_like,
    "sales_order": InvenTreeTarget._orders_like,
    "sales_order_line": InvenTreeTarget._lines_like,
}


def _receipt(remote_id: str | None) -> Receipt | None:
    return None if remote_id is None else Receipt(remote_id)


def mark_of(operation: Operation) -> str:
    """Return the tag that travels with a create, so that people see where a record came from."""
    return f"accordant:{short_digest(operation.key)}"


def _mark_of_line(operation: Operation) -> str:
    return operation.key.rpartition("#")[2]


def _line_body(content: Mapping[str, Any]) -> Body:
    """Return the fields of a line that `content` has, as InvenTree names them."""
    body = {_FIELDS[name]: value for name, value in content.items() if name in _FIELDS}
    if "quantity" in body:
        body["quantity"] = _json_number(body["quantity"])
    if "sale_price" in body:
        body["sale_price"] = body["sale_price"] or None
    return body


def _json_number(quantity: str) -> float:
    """Return a quantity as the API wants it; at most 15 digits, so the double holds it exactly."""
    return float(quantity)


def _comparable(content: Mapping[str, Any]) -> Body:
    return {name: content[name] for name in LINE_FIELDS}


def _before(operation: Operation) -> Mapping[str, Any]:
    assert operation.before is not None, "an update has a before"
    return operation.before


def _one(operation: Operation, found: Iterable[Item]) -> str | None:
    ids = sorted({str(item["pk"]) for item in found}, key=int)
    if len(ids) > 1:
        sentence = f"InvenTree has several records of this {operation.object_type} (ids {', '.join(ids)})."
        raise NeedsPerson("SEVERAL_MATCHES", sentence, record=operation.key)
    return ids[0] if ids else None


def _moved(operation: Operation) -> NeedsPerson:
    sentence = "Somebody changed it in InvenTree since the plan."
    return NeedsPerson("RECORD_MOVED", sentence, record=operation.key)
