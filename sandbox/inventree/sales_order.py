"""Sales orders: references, statuses, lookups."""

from __future__ import annotations

import re
from typing import Any

from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.auth import brief_user
from sandbox.inventree.bodies import sanitised
from sandbox.inventree.company import brief_company
from sandbox.inventree.errors import non_field, one_field
from sandbox.inventree.fields import Day, Related, Text, currency, no_such_pk, url
from sandbox.inventree.order_totals import totals
from sandbox.inventree.resource import Resource, Values
from sandbox.inventree.selection import Selection, candidates, like
from sandbox.inventree.settings import MAX_REFERENCE, OPEN_STATUSES, ORDER_STATUS
from sandbox.inventree.store import Row

_REFERENCE = re.compile(r"SO-([0-9]+)")
_PATTERN = "Reference must match required pattern: SO-{ref:04d}"
_TAKEN = "Sales Order with this Reference already exists."
_OWN = ["t.reference", "t.description", "t.customer_reference"]


class SalesOrders(Resource):
    """`/api/order/so/`. The status never changes by POST or PATCH, only by its own paths."""

    model, label, table = "salesorder", "SalesOrder", "sales_order"
    fields = (
        Related(name="customer", required=True, null=True),
        Text(name="customer_reference", max_length=64),
        Text(name="description", max_length=250),
        url("link"),
        Text(name="notes", null=True, default=None, max_length=50000),
        currency("order_currency", default=None, null=True),
        Day(name="start_date"),
        Day(name="target_date"),
        Day(name="issue_date"),
        Day(name="creation_date"),
        Text(name="reference"),
    )
    orderings = {  # noqa: RUF012 - constant
        "creation_date": "t.creation_date",
        "reference": "t.reference_int",
        "customer_reference": "t.customer_reference",
        "customer__name": "(SELECT c.name FROM company c WHERE c.pk = t.customer)",
        "status": "t.status",
        "start_date": "t.start_date",
        "target_date": "t.target_date",
        "shipment_date": "t.shipment_date",
        "updated_at": "t.updated_at",
    }
    default_order = "t.reference_int DESC"
    indexed_text = ("reference", "description", "customer_reference")

    def search_term(self, term: str) -> tuple[str, list[object]]:
        """An order is found by its own texts and by its customer's name."""
        sql, parameters = like(_OWN, term)
        name, in_name = like(["c.name"], term)
        by_name = f"t.customer IN (SELECT c.pk FROM company c WHERE {name})"  # noqa: S608
        own, customers = candidates("sales_order", term), candidates("company", term)
        if own is None or customers is None:
            return f"({sql} OR {by_name})", [*parameters, *in_name]
        # Both branches are ids, so that SQLite unites two index look-ups and scans nothing.
        condition = (
            f"t.pk IN (SELECT t.pk FROM sales_order t WHERE t.pk IN ({own[0]}) AND {sql} "  # noqa: S608
            f"UNION SELECT o.pk FROM sales_order o JOIN company c ON c.pk = o.customer "
            f"WHERE c.pk IN ({customers[0]}) AND {name})"
        )
        return condition, [*own[1], *parameters, *customers[1], *in_name]

    def filter(self, selection: Selection) -> None:
        """`customer_reference` and `description` are no filters: they are ignored."""
        query = selection.ask.query
        if query.get("reference"):
            selection.where("t.reference = ?", query["reference"])
        selection.related("customer", self.store, "company")
        has_part = 't.pk IN (SELECT l."order" FROM so_line l WHERE l.part = ?)'
        selection.related("part", self.store, "part", has_part)
        selection.number("status", "t.status = ?")
        selection.flag("outstanding", f"t.status IN {OPEN_STATUSES}")
        selection.tags(self.model)
        selection.flag("has_target_date", "t.target_date IS NOT NULL")
        selection.flag("has_start_date", "t.start_date IS NOT NULL")
        for name, column in (("created", "creation_date"), ("target_date", "target_date"),
                             ("start_date", "start_date"), ("completed", "shipment_date")):  # fmt: skip
            selection.day(f"{name}_after", f"t.{column} > ?")
            selection.day(f"{name}_before", f"t.{column} < ?")
        # A day is midnight here: today's changes are after today, today's orders were not created after.
        selection.day("updated_after", "t.updated_at >= ?")
        selection.day("updated_before", "t.updated_at < ?")

    def check(self, values: Values, current: Row | None, ask: Ask) -> dict[str, list[str]]:
        """Check customer and reference; a new order gets the next number unless it brings one."""
        errors = self._check_customer(values)
        values["updated_at"] = self._minute()
        if current is None:
            values["status"] = 10
            values["created_by"] = ask.user.pk
            values.setdefault("creation_date", self.clock.now().date().isoformat())
            values.setdefault("reference", self._next_reference())
        if "reference" in values:
            errors |= self._check_reference(values, current)
        return errors

    def _check_customer(self, values: Values) -> dict[str, list[str]]:
        pk = values.get("customer")
        if pk is None:
            return {}
        company = self.store.get("company", pk)
        # A company that is no customer is refused in the very words of one that does not exist.
        return {} if company and company["is_customer"] else {"customer": [no_such_pk(pk)]}

    def _check_reference(self, values: Values, current: Row | None) -> dict[str, list[str]]:
        match = _REFERENCE.fullmatch(values["reference"])
        if match is None:
            return {"reference": [_PATTERN]}
        # The real server stores the number in 32 bits, which is what wedges its numbering.
        values["reference_int"] = min(int(match[1]), MAX_REFERENCE)
        sql = "SELECT pk FROM sales_order WHERE reference = ? COLLATE BINARY AND pk <> ?"
        taken = self.store.value(sql, (values["reference"], current["pk"] if current else 0))
        return {"reference": [_TAKEN]} if taken else {}

    def _next_reference(self) -> str:
        highest = self.store.value("SELECT MAX(reference_int) FROM sales_order") or 0
        return f"SO-{highest + 1:04d}"

    def _minute(self) -> str:
        return f"{self.clock.now():%Y-%m-%d %H:%M}"

    def touch(self, pk: int) -> None:
        """Move `updated_at`, as a change of a line does."""
        self.store.update(self.table, pk, {"updated_at": self._minute()})

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """Orders as the API shows them."""
        customers = self.store.by_pk("company", (row["customer"] for row in rows))
        currencies = {row["pk"]: self._currency(row, customers) for row in rows}
        sums = totals(self.store, currencies)
        names = {row["pk"]: row["username"] for row in self.store.rows("SELECT pk, username FROM account")}
        shown = []
        for row, one in zip(rows, self.plain(rows), strict=True):
            total = sums[row["pk"]]
            one |= _computed(row) | {"total_price": total.text, "line_items": total.lines}
            one |= {"completed_lines": total.completed, "allocated_lines": 0}
            one["created_by"] = brief_user(row["created_by"], names.get(row["created_by"], ""))
            if ask.wants("customer_detail"):
                one["customer_detail"] = brief_company(customers.get(row["customer"]))
            shown.append(one)
        return shown

    def _currency(self, row: Row, customers: dict[int, Row]) -> str:
        customer = customers.get(row["customer"])
        return str(row["order_currency"] or (customer["currency"] if customer else "USD"))

    def deleting(self, row: Row) -> None:
        """The lines of an order go with it."""
        for table in ("so_line", "so_extra_line"):
            self.store.execute(f'DELETE FROM {table} WHERE "order" = ?', (row["pk"],))  # noqa: S608

    # -- the paths that change the status

    def issue(self, ask: Ask, pk: int) -> Answer:
        """Pending or on hold becomes in progress; a second call does nothing and is 201 too."""
        return self._move(pk, (10, 25), 15, {"issue_date": self.clock.now().date().isoformat()})

    def hold(self, ask: Ask, pk: int) -> Answer:
        """Pending or in progress goes on hold."""
        return self._move(pk, (10, 15), 25, {})

    def cancel(self, ask: Ask, pk: int) -> Answer:
        """An open order is cancelled."""
        return self._move(pk, OPEN_STATUSES, 40, {})

    def complete(self, ask: Ask, pk: int) -> Answer:
        """In progress becomes shipped, shipped becomes complete."""
        order = self.find(pk)
        accept = sanitised(ask.data, self.model, ask.path).get("accept_incomplete", False)
        if not isinstance(accept, bool):
            raise one_field("accept_incomplete", "Must be a valid boolean.")
        if order["status"] not in (15, 20):
            raise non_field("Only an open order can be marked as complete")
        total = totals(self.store, {pk: ""})[pk]
        if total.completed < total.lines and not accept:
            raise non_field("Order cannot be completed as there are incomplete line items")
        today = self.clock.now().date().isoformat()
        self._move(pk, (order["status"],), 20 if order["status"] == 15 else 30, {"shipment_date": today})
        return Answer(201, {"accept_incomplete": accept})

    def _move(self, pk: int, allowed: tuple[int, ...], status: int, also: Values) -> Answer:
        with self.store.transaction():
            if self.find(pk)["status"] in allowed:
                self.store.update(self.table, pk, {"status": status, **also})
                self.touch(pk)
        return Answer(201, {})


def _computed(row: Row) -> dict[str, Any]:
    empty = ("project_code", "responsible", "contact", "address", "project_code_label")
    return {
        "status": row["status"],
        "status_text": ORDER_STATUS[row["status"]][1],
        "status_custom_key": row["status"],
        "shipment_date": row["shipment_date"],
        "updated_at": row["updated_at"],
        "barcode_hash": "",
        "overdue": False,
        "shipments_count": 0,
        "completed_shipments_count": 0,
        **dict.fromkeys(empty),
    }


def answer_statuses(ask: Ask) -> Answer:
    """`GET /api/order/so/status/`."""
    values = {
        name: {"key": key, "logical_key": str(key), "name": name, "label": label, "color": colour, "custom": False}
        for key, (name, label, colour) in ORDER_STATUS.items()
    }
    return Answer(200, {"status_class": "SalesOrderStatus", "values": values})
