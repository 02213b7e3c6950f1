"""Lines of a sales order: goods with a part, and free-text charges without."""

from __future__ import annotations

from typing import Any

from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.bodies import sanitised
from sandbox.inventree.company import brief_company
from sandbox.inventree.errors import bulk_error
from sandbox.inventree.fields import Day, Money, Number, Related, Text, currency, no_such_pk, url
from sandbox.inventree.order_totals import line_total
from sandbox.inventree.part import brief_part
from sandbox.inventree.resource import Resource, Values
from sandbox.inventree.sales_order import SalesOrders
from sandbox.inventree.selection import Selection, like
from sandbox.inventree.settings import OPEN_STATUSES
from sandbox.inventree.store import Row, Store
from sandbox.shared.clock import Clock

_SHARED = (
    Related(name="order", required=True),
    Number(name="quantity", default="1.00000"),
    Text(name="reference", max_length=100),
    Text(name="notes", max_length=500),
    Number(name="discount", default="0.00000"),
    Text(name="line", max_length=20),
    url("link"),
    Day(name="target_date"),
)


class OrderLines(Resource):
    """What both kinds of line share: they belong to an order and move its `updated_at`."""

    taggable = False
    default_order = "t.pk ASC"

    def __init__(self, store: Store, clock: Clock, orders: SalesOrders) -> None:
        super().__init__(store, clock)
        self.orders = orders

    def check(self, values: Values, current: Row | None, ask: Ask) -> dict[str, list[str]]:
        """The order must exist; its status does not matter, a cancelled one takes lines too."""
        pk = values.get("order")
        if pk is not None and self.store.get("sales_order", pk) is None:
            return {"order": [no_such_pk(pk)]}
        return {}

    def saved(self, pk: int) -> None:
        """A line changes its order."""
        self.orders.touch(self.find(pk)["order"])

    def deleting(self, row: Row) -> None:
        """So does taking it away."""
        self.orders.touch(row["order"])

    def remove_many(self, ask: Ask) -> Answer:
        """DELETE on the collection with `{"items": [pk, ...]}`."""
        items = sanitised(ask.data, self.model, ask.path).get("items")
        if not isinstance(items, list) or not items:
            raise bulk_error("List of items or filters must be provided for bulk operation")
        if not all(isinstance(pk, int) and not isinstance(pk, bool) for pk in items):
            raise bulk_error("Items must be a list of primary key values")
        with self.store.transaction():
            rows = list(self.store.by_pk(self.table, items).values())
            if not rows:
                raise bulk_error("No items match the provided criteria")
            for row in rows:
                self.erase(row)
        return Answer(200, {"success": f"Deleted {len(rows)} items"})

    def with_orders(self, shown: list[dict[str, Any]], ask: Ask) -> None:
        """Add `order_detail` to lines about to be answered."""
        rows = self.store.by_pk("sales_order", (one["order"] for one in shown))
        orders = {one["pk"]: one for one in self.orders.present(list(rows.values()), ask)}
        for one in shown:
            one["order_detail"] = orders.get(one["order"])


class Lines(OrderLines):
    """`/api/order/so-line/`. Nothing keeps the same line from being posted twice."""

    model, label, table = "salesorderlineitem", "SalesOrderLineItem", "so_line"
    first_fields = frozenset({"sale_price"})
    fields = (
        *_SHARED,
        Related(name="part", required=True, null=True),
        Money(name="sale_price"),
        currency("sale_price_currency"),
    )
    orderings = {  # noqa: RUF012 - constant
        "order": 't."order"',
        "part": "t.part",
        "part__name": "(SELECT p.name FROM part p WHERE p.pk = t.part)",
        "IPN": "(SELECT p.IPN FROM part p WHERE p.pk = t.part)",
        "quantity": "CAST(t.quantity AS REAL)",
        "sale_price": "CAST(t.sale_price AS REAL)",
        "reference": "t.reference",
        "target_date": "t.target_date",
        "line": "t.line",
    }

    def search_term(self, term: str) -> tuple[str, list[object]]:
        """By reference, quantity and the part's name."""
        own, parameters = like(["t.reference", "t.quantity"], term)
        name, in_name = like(["p.name"], term)
        sql = f"({own} OR t.part IN (SELECT p.pk FROM part p WHERE {name}))"  # noqa: S608
        return sql, [*parameters, *in_name]

    def filter(self, selection: Selection) -> None:
        """There is no reference filter: it is ignored."""
        selection.related("order", self.store, "sales_order")
        selection.related("part", self.store, "part")
        selection.flag("has_pricing", "t.sale_price IS NOT NULL")
        selection.flag("completed", "CAST(t.shipped AS REAL) >= CAST(t.quantity AS REAL)")
        by_status = 't."order" IN (SELECT o.pk FROM sales_order o WHERE o.status {})'
        selection.number("order_status", by_status.format("= ?"))
        selection.flag("order_outstanding", by_status.format(f"IN {OPEN_STATUSES}"))

    def check(self, values: Values, current: Row | None, ask: Ask) -> dict[str, list[str]]:
        """The part must be salable; it need not be active."""
        errors = super().check(values, current, ask)
        pk = values.get("part")
        part = self.store.get("part", pk) if pk is not None else None
        if pk is not None and (part is None or not part["salable"]):
            errors["part"] = [no_such_pk(pk)]
        return errors

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """Lines as the API shows them."""
        computed = dict.fromkeys(("allocated", "available_stock", "available_variant_stock"), 0.0)
        computed |= dict.fromkeys(("building", "on_order"), 0.0)
        shown = [
            one | computed | {"shipped": float(row["shipped"] or 0), "overdue": False}
            | {"project_code": None, "project_code_label": None}
            for row, one in zip(rows, self.plain(rows), strict=True)
        ]  # fmt: skip
        self._with_details(shown, ask)
        return shown

    def _with_details(self, shown: list[dict[str, Any]], ask: Ask) -> None:
        if ask.wants("part_detail"):
            parts = self.store.by_pk("part", (one["part"] for one in shown))
            for one in shown:
                one["part_detail"] = brief_part(parts.get(one["part"]))
        if ask.wants("customer_detail"):
            orders = self.store.by_pk("sales_order", (one["order"] for one in shown))
            customers = self.store.by_pk("company", (row["customer"] for row in orders.values()))
            for one in shown:
                one["customer_detail"] = brief_company(customers.get(orders[one["order"]]["customer"]))
        if ask.wants("order_detail"):
            self.with_orders(shown, ask)


class ExtraLines(OrderLines):
    """`/api/order/so-extra-line/`."""

    model, label, table = "salesorderextraline", "SalesOrderExtraLine", "so_extra_line"
    first_fields = frozenset({"price"})
    fields = (
        *_SHARED,
        Text(name="description", max_length=250),
        Money(name="price"),
        currency("price_currency"),
    )
    orderings = {  # noqa: RUF012 - constant
        "quantity": "CAST(t.quantity AS REAL)",
        "reference": "t.reference",
        "notes": "t.notes",
        "line": "t.line",
    }
    search_columns = ("t.quantity", "t.notes", "t.reference", "t.description")

    def filter(self, selection: Selection) -> None:
        """By order only."""
        selection.related("order", self.store, "sales_order")

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """Extra lines with their total."""
        shown = self.plain(rows)
        for row, one in zip(rows, shown, strict=True):
            one["total_price"] = None if row["price"] is None else f"{line_total(row):.6f}"
            one |= {"project_code": None, "project_code_label": None}
        if ask.wants("order_detail"):
            self.with_orders(shown, ask)
        return shown
