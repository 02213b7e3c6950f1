"""Reading InvenTree: the records that our invoices need, in the form they are compared in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from accordant.flows.base import Row, View
from accordant.flows.raw_data_to_inventree import tax_ids
from accordant.flows.raw_data_to_inventree.settings import LookUpSettings
from accordant.sync.chunks import chunks
from accordant.sync.numbers import plain
from accordant.sync.records import StagedRow
from accordant.sync.text import folded

COMPANIES, PARTS, ORDERS, LINES = "/api/company/", "/api/part/", "/api/order/so/", "/api/order/so-line/"
DRAFT = 10  # InvenTree's sales order status "Pending"

Item = Mapping[str, Any]
T = TypeVar("T")


class Client(Protocol):
    """What this flow needs of the InvenTree hook. Each search gives a superset of the exact matches."""

    def search_companies(self, term: str | None) -> Iterable[Item]:
        """Yield companies that may be called so or have this tax id; None: all."""

    def search_parts(self, term: str | None) -> Iterable[Item]:
        """Yield parts that may be called so; None: all."""

    def search_orders(self, phrase: str) -> Iterable[Item]:
        """Yield sales orders with this phrase somewhere."""

    def lines_of(self, order_pk: int) -> list[Item]:
        """Return the lines of an order, each with its order under `order_detail`."""

    def find(self, path: str) -> Item | None:
        """Return one object, or None where there is none."""

    def create(self, path: str, body: Mapping[str, Any]) -> Item:
        """Create an object; sent exactly once."""

    def change(self, path: str, body: Mapping[str, Any]) -> Item:
        """Change fields of an object; sent exactly once."""


class Reader:
    """Looks records up, one by one where few are needed, else through the whole list."""

    def __init__(self, client: Client, settings: LookUpSettings, date_field: str) -> None:
        self._client = client
        self._settings = settings
        self._date_field = date_field

    def rows(self, view: View) -> Iterator[StagedRow]:
        """Yield what InvenTree has of the customers, parts and orders that this run must agree."""
        yield from self._customers(_all(view, "customers"))
        yield from self._parts(_all(view, "parts"))
        yield from self._orders(view)

    def _customers(self, needed: list[Row]) -> Iterator[StagedRow]:
        tax, names = {row["tax_id"] for row in needed} - {""}, {folded(row["name"]) for row in needed}
        for company in _once(self._companies_for(needed)):
            row = customer_row(company)
            if row.content["tax_id"] in tax or row.content["name_key"] in names:
                yield row

    def _companies_for(self, needed: list[Row]) -> Iterator[Item]:
        if len(needed) > self._settings.one_by_one:
            yield from self._client.search_companies(None)
            return
        for found in self._at_once(self._company_candidates, needed):
            yield from found

    def _company_candidates(self, row: Row) -> list[Item]:
        """Return candidates by tax id; by name too where the tax id finds none."""
        if row["tax_id"]:
            found = list(self._client.search_companies(row["tax_id"]))
            if any(tax_ids.normalised(company.get("tax_id")) == row["tax_id"] for company in found):
                return found
        return list(self._client.search_companies(row["name"]))

    def _parts(self, needed: list[Row]) -> Iterator[StagedRow]:
        keys = {row["key"] for row in needed}
        if len(needed) > self._settings.one_by_one:
            found: Iterable[Item] = self._client.search_parts(None)
        else:
            found = _flat(self._at_once(lambda row: list(self._client.search_parts(row["name"])), needed))
        for part in _once(found):
            row = part_row(part)
            if row.key in keys:
                yield row

    def _orders(self, view: View) -> Iterator[StagedRow]:
        """Yield bound orders with their lines, then unbound ones that carry one of our markers."""
        unbound: list[str] = []
        for rows in view.rows("orders"):
            unbound += [row["key"] for row in rows if row["bound_id"] is None]
            bound = [row for row in rows if row["bound_id"] is not None]
            yield from _flat(self._at_once(lambda row: self.bound_order(row["key"], row["bound_id"]), bound))
        for found in chunks(self._marked(unbound), 100):
            yield from _flat(self._at_once(self._with_lines, found))

    def _marked(self, keys: list[str]) -> Iterator[Item]:
        wanted = set(keys)
        if len(keys) > self._settings.one_by_one:
            found: Iterable[Item] = self._client.search_orders("SERIE=")
        else:
            found = _flat(self._at_once(lambda key: list(self._client.search_orders(key)), keys))
        return (order for order in _once(found) if order["description"] in wanted)

    def bound_order(self, key: str, remote_id: str) -> list[StagedRow]:
        """Return a bound order and its lines as they are now; nothing where the order is gone.

        One call: each line carries its order. An order without lines is asked for itself.
        """
        lines = self._client.lines_of(int(remote_id))
        order = lines[0]["order_detail"] if lines else self._client.find(f"{ORDERS}{remote_id}/")
        if order is None:
            return []
        return [order_row(key, order, self._date_field), *(line_row(key, line) for line in lines)]

    def _with_lines(self, order: Item) -> list[StagedRow]:
        key = order["description"]
        lines = self._client.lines_of(order["pk"])
        return [order_row(key, order, self._date_field), *(line_row(key, line) for line in lines)]

    def _at_once(self, look_up: Callable[[Any], T], items: Iterable[Any]) -> Iterator[T]:
        """Apply a look-up to items, a few at a time, keeping their order and never holding more than a chunk."""
        with ThreadPoolExecutor(self._settings.parallel, thread_name_prefix="look-up") as pool:
            for chunk in chunks(items, 50 * self._settings.parallel):
                yield from pool.map(look_up, chunk)


def customer_row(company: Item) -> StagedRow:
    """Return a company as staged: `tax_id` and `name_key` are what it is found by."""
    content = {
        "name": company["name"],
        "name_key": folded(company["name"]),
        "tax_id": tax_ids.normalised(company.get("tax_id")),
        "is_customer": bool(company["is_customer"]),
        "email": company.get("email") or "",
    }
    return StagedRow("customer", content["tax_id"] or content["name_key"], content, remote_id=str(company["pk"]))


def part_row(part: Item) -> StagedRow:
    """Return a part as staged; its key is its folded name."""
    content = {
        "name": part["name"],
        "ipn": part.get("IPN") or "",
        "salable": bool(part["salable"]),
        "active": bool(part["active"]),
    }
    return StagedRow("part", folded(part["name"]), content, remote_id=str(part["pk"]))


def order_row(key: str, order: Item, date_field: str) -> StagedRow:
    """Return a sales order as staged."""
    content = {
        "description": order["description"],
        "customer_id": str(order["customer"]),
        "status": order["status"],
        "reference": order["reference"],
        "date": order.get(date_field) or "",
    }
    return StagedRow("sales_order", key, content, remote_id=str(order["pk"]))


def line_row(order_key: str, line: Item) -> StagedRow:
    """Return a line as staged, its numbers in plain notation as the server holds them."""
    price = line.get("sale_price")
    content = {
        "mark": line.get("reference") or "",
        "part_id": str(line["part"]),
        "quantity": plain(Decimal(str(line["quantity"]))),
        "price": "" if price is None else plain(Decimal(str(price))),
        "currency": line.get("sale_price_currency") or "",
        "notes": line.get("notes") or "",
    }
    return StagedRow("sales_order_line", content["mark"], content, parent=order_key, remote_id=str(line["pk"]))


def _all(view: View, query: str) -> list[Row]:
    return [row for rows in view.rows(query) for row in rows]


def _flat(lists: Iterable[Iterable[T]]) -> Iterator[T]:
    for one in lists:
        yield from one


def _once(items: Iterable[Item]) -> Iterator[Item]:
    """Yield each object once: several searches find the same one, and a page may repeat one."""
    seen: set[int] = set()
    for item in items:
        if item["pk"] not in seen:
            seen.add(item["pk"])
            yield item
