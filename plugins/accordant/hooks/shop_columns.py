"""Which tables, columns, types and keys schema `printavo` should have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from accordant.sync.tables import Kind, Table

_DATES = (("customer_due", Kind.DAY), ("production_due", Kind.MOMENT))
_BOOK = (
    ("order_id", Kind.TEXT), ("visual_id", Kind.TEXT), ("nickname", Kind.TEXT), ("kind", Kind.TEXT),
    ("customer_name", Kind.TEXT), ("contact_name", Kind.TEXT), ("contact_email", Kind.TEXT), ("status", Kind.TEXT),
    ("created_on", Kind.DAY), *_DATES, ("total", Kind.MONEY), ("amount_paid", Kind.MONEY),
    ("amount_outstanding", Kind.MONEY), ("quantity", Kind.COUNT), ("po_number", Kind.TEXT), ("public_url", Kind.TEXT),
    ("updated_at", Kind.MOMENT), ("due_from", Kind.TEXT),
)  # fmt: skip
_MEMBERS = (("company", Kind.TEXT), ("kind", Kind.TEXT), ("id", Kind.TEXT), ("rule", Kind.TEXT))
_DUE = (
    ("company", Kind.TEXT), ("order_id", Kind.TEXT), ("printavo_customer_due", Kind.DAY),
    ("printavo_production_due", Kind.MOMENT), *_DATES, ("source", Kind.TEXT),
)  # fmt: skip
_TYPES = {Kind.MOMENT: "timestamp with time zone"}  # as Postgres itself names it


class ExpectedColumn(NamedTuple):
    """A column that should be there.

    Attributes:
        place: its table, without the schema.
        type: as Postgres names it.
    """

    place: str
    name: str
    type: str
    in_key: bool


def expected_columns(tables: Iterable[Table], companies: Iterable[str]) -> Iterator[ExpectedColumn]:
    """Yield every column of the base tables, of the companies' tables, and of what is noted beside them.

    Args:
        tables: roots, each with its parts.
    """
    for root in tables:
        for table in root.all():
            columns = [(column.name, column.kind) for column in table.columns]
            yield from _columns(table.name, (*columns, ("gone_at", Kind.MOMENT)), table.key)
    for company in companies:
        yield from _columns(f"{company}_orders", _BOOK, ("order_id",))
    yield from _columns("company_member", _MEMBERS, ("company", "kind", "id"))
    yield from _columns("company_due", _DUE, ("company", "order_id"))


def _columns(place: str, columns: Iterable[tuple[str, Kind]], key: tuple[str, ...]) -> Iterator[ExpectedColumn]:
    for name, kind in columns:
        yield ExpectedColumn(place, name, _TYPES.get(kind, kind.value), name in key)
