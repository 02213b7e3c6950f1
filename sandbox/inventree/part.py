"""Parts, and the categories they may be in."""

from __future__ import annotations

import re
from typing import Any

from sandbox.inventree.ask import Ask
from sandbox.inventree.errors import non_field, server_error
from sandbox.inventree.fields import Flag, Number, Related, Text, Whole, no_such_pk, units, url
from sandbox.inventree.resource import Resource, Values, merged
from sandbox.inventree.selection import Selection, like
from sandbox.inventree.store import Row

_ON = ("active", "component", "purchaseable")
_OFF = ("assembly", "is_template", "locked", "salable", "testable", "trackable", "virtual", "consumable")
_FLAGS = (*_ON, *_OFF)
_TAGGED = "t.pk IN (SELECT g.pk FROM tagged g JOIN tag ON tag.id = g.tag WHERE g.model = 'part' AND {})"
_IN_CATEGORY = "t.category IN (SELECT c.pk FROM part_category c WHERE {})"


class Parts(Resource):
    """`/api/part/`. Unless told otherwise a part is not salable, so no order line may have it."""

    model, label, table = "part", "Part", "part"
    fields = (
        Text(name="name", required=True, blank=False, max_length=100),
        Text(name="IPN", max_length=100),
        Text(name="revision", null=True, max_length=100),
        Text(name="description", max_length=250),
        Text(name="keywords", null=True, default=None, max_length=250),
        units("units"),
        url("link", null=True),
        Text(name="notes", null=True, default=None, max_length=50000),
        Related(name="category", null=True),
        Whole(name="default_expiry"),
        Number(name="minimum_stock"),
        Number(name="maximum_stock"),
        *(Flag(name=name, default=1) for name in _ON),
        *(Flag(name=name, default=0) for name in _OFF),
    )
    orderings = {  # noqa: RUF012 - constant
        "id": "t.pk",
        "name": "t.name",
        "IPN": "t.IPN",
        "creation_date": "t.creation_date",
        "revision": "t.revision",
        "units": "t.units",
        "category": "t.category",
    }
    default_order = "t.name ASC"
    search_columns = ("t.name", "t.description", "t.IPN", "t.revision", "t.keywords")
    indexed_text = ("name", "description", "IPN", "revision", "keywords")

    def search_term(self, term: str) -> tuple[str, list[object]]:
        """A part is also found by its category's name and by its tags."""
        own, parameters = super().search_term(term)
        category, in_category = like(["c.name"], term)
        tag, in_tag = like(["tag.name"], term)
        sql = f"({own} OR {_IN_CATEGORY.format(category)} OR {_TAGGED.format(tag)})"
        return sql, [*parameters, *in_category, *in_tag]

    def filter(self, selection: Selection) -> None:
        """There is no name filter and no updated_after: both are ignored."""
        query = selection.ask.query
        if query.get("IPN"):
            selection.where("t.IPN = ?", query["IPN"])
        for name, column in (("IPN_regex", "IPN"), ("name_regex", "name")):
            if query.get(name):
                self._regex(selection, query[name], column)
        for flag in _FLAGS:
            selection.flag(flag)
        selection.related("category", self.store, "part_category")
        # On parts `tags=true` asks for the tags to be shown; any other text filters by them.
        if query.get("tags", "").lower() not in ("true", "false"):
            selection.tags(self.model)
        selection.day("created_after", "t.creation_date > ?")
        selection.day("created_before", "t.creation_date < ?")

    def _regex(self, selection: Selection, pattern: str, column: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise server_error("django.db.utils.OperationalError", selection.ask.path) from error
        selection.where(f't."{column}" REGEXP ?', pattern)

    def check(self, values: Values, current: Row | None, ask: Ask) -> dict[str, list[str]]:
        """The category must exist and hold parts itself."""
        if current is None:
            values["creation_date"] = self.clock.now().date().isoformat()
            values["creation_user"] = ask.user.pk
        pk = values.get("category")
        if pk is None:
            return {}
        category = self.store.get("part_category", pk)
        if category is None:
            return {"category": [no_such_pk(pk)]}
        if category["structural"]:
            return {"category": ["Parts cannot be assigned to structural part categories!"]}
        return {}

    def check_unique(self, values: Values, current: Row | None) -> None:
        """Name, IPN and revision together, case-sensitive; IPN alone may repeat."""
        key = [merged(values, current, name, "") for name in ("name", "IPN", "revision")]
        sql = "SELECT pk FROM part WHERE name = ? AND IPN = ? COLLATE BINARY AND revision = ? AND pk <> ?"
        if None not in key and self.store.value(sql, (*key, current["pk"] if current else 0)):
            raise non_field("The fields name, IPN, revision must make a unique set.")

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """Parts as the API shows them; reading shows tags only when asked."""
        categories = self.store.by_pk("part_category", (row["category"] for row in rows))
        shown = []
        for row, one in zip(rows, self.plain(rows), strict=True):
            if ask.method == "GET" and not ask.wants("tags"):
                one.pop("tags")
            category = categories.get(row["category"])
            shown.append(one | _computed(row) | {"category_name": category["name"] if category else ""})
        return shown

    def deleting(self, row: Row) -> None:
        """Only an inactive part may go; its order lines stay without it."""
        if row["active"]:
            raise non_field("Cannot delete this part as it is still active")
        self.store.execute("UPDATE so_line SET part = NULL WHERE part = ?", (row["pk"],))


class Categories(Resource):
    """`/api/part/category/`: a name is unique under its parent."""

    model, label, table, taggable = "partcategory", "PartCategory", "part_category", False
    fields = (
        Text(name="name", required=True, blank=False, max_length=100),
        Text(name="description", max_length=250),
        Text(name="default_keywords", null=True, default=None, max_length=250),
        Related(name="parent", null=True),
        Flag(name="structural", default=0),
        Text(name="icon", null=True, max_length=100),
    )
    orderings = {"name": "t.name"}  # noqa: RUF012 - constant
    default_order = "t.name ASC"
    search_columns = ("t.name", "t.description")

    def filter(self, selection: Selection) -> None:
        """By name, parent and kind."""
        name = selection.ask.query.get("name")
        if name:
            selection.where("t.name = ?", name)
        selection.related("parent", self.store, "part_category")
        selection.flag("structural")

    def check(self, values: Values, current: Row | None, ask: Ask) -> dict[str, list[str]]:
        """The parent must exist."""
        pk = values.get("parent")
        if pk is not None and self.store.get("part_category", pk) is None:
            return {"parent": [no_such_pk(pk)]}
        return {}

    def check_unique(self, values: Values, current: Row | None) -> None:
        """One name under one parent."""
        key = (merged(values, current, "name"), merged(values, current, "parent"))
        sql = "SELECT pk FROM part_category WHERE name = ? AND parent IS ? AND pk <> ?"
        if self.store.value(sql, (*key, current["pk"] if current else 0)):
            raise non_field("The fields name, parent must make a unique set.")

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """Categories with their place in the tree."""
        return [one | self._place(one) for one in self.plain(rows)]

    def _place(self, category: dict[str, Any]) -> dict[str, Any]:
        names, parent = [category["name"]], category["parent"]
        while parent is not None:
            above = self.store.get("part_category", parent)
            if above is None or len(names) > 50:
                break
            names.insert(0, above["name"])
            parent = above["parent"]
        place = {"level": len(names) - 1, "pathstring": "/".join(names), "starred": False}
        return place | {"default_location": None}


def full_name(row: Row) -> str:
    """`IPN | name | revision`, of what there is."""
    return " | ".join(text for text in (row["IPN"], row["name"], row["revision"]) if text)


def _computed(row: Row) -> dict[str, Any]:
    zero: tuple[str, ...] = (
        "allocated_to_build_orders",
        "allocated_to_sales_orders",
        "building",
        "scheduled_to_build",
    )
    zero += ("in_stock", "ordering", "total_in_stock", "external_stock", "unallocated_stock", "variant_stock")
    empty: tuple[str, ...] = (
        "image",
        "default_location",
        "revision_of",
        "variant_of",
        "responsible",
        "pricing_updated",
    )
    empty += ("pricing_min", "pricing_max", "category_default_location")
    return {
        "full_name": full_name(row),
        "barcode_hash": "",
        "creation_date": row["creation_date"],
        "creation_user": row["creation_user"],
        "revision_count": 0,
        "starred": False,
        "stock_item_count": 0,
        "required_for_build_orders": 0,
        "required_for_sales_orders": 0,
        "thumbnail": "/static/img/blank_image.thumbnail.png",
        **dict.fromkeys(zero, 0.0),
        **dict.fromkeys(empty),
    }


_BRIEF = ("pk", "IPN", "name", "revision", "description", "default_expiry", "units")


def brief_part(row: Row | None) -> dict[str, Any] | None:
    """A part inside another object."""
    if row is None:
        return None
    empty = ("category_default_location", "default_location", "image", "pricing_min", "pricing_max")
    flags = {name: bool(row[name]) for name in _FLAGS}
    return (
        {name: row[name] for name in _BRIEF}
        | flags
        | dict.fromkeys(empty)
        | {
            "barcode_hash": "",
            "full_name": full_name(row),
            "thumbnail": "/static/img/blank_image.thumbnail.png",
            "minimum_stock": f"{float(row['minimum_stock'] or 0):.6f}",
        }
    )
