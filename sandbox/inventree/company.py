"""Companies: customers and suppliers alike."""

from __future__ import annotations

from typing import Any

from sandbox.inventree.ask import Ask
from sandbox.inventree.errors import non_field
from sandbox.inventree.fields import Flag, Text, currency, email, url
from sandbox.inventree.resource import Resource, Values, merged
from sandbox.inventree.selection import Selection
from sandbox.inventree.store import Row


class Companies(Resource):
    """`/api/company/`. Unless told otherwise a company is a supplier and no customer."""

    model, label, table = "company", "Company", "company"
    fields = (
        Text(name="name", required=True, blank=False, max_length=100),
        Text(name="description", max_length=500),
        url("website"),
        Text(name="phone", max_length=50),
        email("email"),
        currency("currency"),
        Text(name="contact", max_length=100),
        url("link"),
        Flag(name="active", default=1),
        Flag(name="is_customer", default=0),
        Flag(name="is_manufacturer", default=0),
        Flag(name="is_supplier", default=1),
        Text(name="notes", null=True, default=None, max_length=50000),
        Text(name="tax_id", max_length=50),
    )
    orderings = {"name": "t.name", "active": "t.active"}  # noqa: RUF012 - constant
    default_order = "t.name ASC"
    search_columns = ("t.name", "t.description", "t.website", "t.tax_id")
    indexed_text = ("name", "description", "website", "tax_id")

    def filter(self, selection: Selection) -> None:
        """There is no tax_id filter: it is ignored like any unknown one."""
        name = selection.ask.query.get("name")
        if name:
            selection.where("t.name = ?", name)
        for flag in ("active", "is_customer", "is_manufacturer", "is_supplier"):
            selection.flag(flag)
        selection.tags(self.model)

    def check_unique(self, values: Values, current: Row | None) -> None:
        """Name and email together, case-sensitive; a null email never collides."""
        name, mail = merged(values, current, "name"), merged(values, current, "email", "")
        sql = "SELECT pk FROM company WHERE name = ? AND email = ? AND pk <> ?"
        if mail is not None and self.store.value(sql, (name, mail, current["pk"] if current else 0)):
            raise non_field("The fields name, email must make a unique set.")

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """Companies with the read-only fields of the API."""
        extra = {"image": None, "parts_supplied": 0, "parts_manufactured": 0, "primary_address": None}
        return [one | extra for one in self.plain(rows)]

    def deleting(self, row: Row) -> None:
        """The orders of a deleted company stay, without a customer."""
        self.store.execute("UPDATE sales_order SET customer = NULL WHERE customer = ?", (row["pk"],))


def brief_company(row: Row | None) -> dict[str, Any] | None:
    """A company inside another object."""
    if row is None:
        return None
    return {
        "pk": row["pk"],
        "active": bool(row["active"]),
        "name": row["name"],
        "description": row["description"],
        "image": None,
        "thumbnail": "/static/img/blank_image.thumbnail.png",
        "currency": row["currency"],
        "tax_id": row["tax_id"],
    }
