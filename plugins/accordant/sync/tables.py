"""Tables that mirror the records of a system: each column, and where its value comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, by its type in Postgres."""

    TEXT = "text"
    MONEY = "numeric(14,2)"
    RATE = "numeric(12,4)"
    COUNT = "integer"
    TRUTH = "boolean"
    DAY = "date"
    MOMENT = "timestamptz"
    JSON = "jsonb"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the path of its value in an object of Printavo, such as `status.id`.

    Attributes:
        path: '' for what is not asked for: the type name, and the parent's id.
        inner: for an object or list that is kept as JSON, the GraphQL selection within it.
    """

    name: str
    path: str = ""
    kind: Kind = Kind.TEXT
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the lists within each of its objects.

    Attributes:
        field: the list within the parent, such as `lineItemGroups`; the question itself for a root.
        connection: the list comes in pages, with nodes; otherwise it is a plain list.
        first: how many of a nested list are asked for with its parent; what is beyond is read by itself.
        key: its primary key.
        members: for a union, its types; all have the same fields.
        owner: the column that holds the id of the root object it belongs to; '' for a root.
        adds_up: the column that is added up where one key is there twice; otherwise the last row counts.
        called: what one of its records is called, where the table's name says it otherwise.
        parent: the column that holds the id of its parent, where that is not the owner.
    """

    name: str
    field: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    connection: bool = True
    first: int = 25
    members: tuple[str, ...] = ()
    owner: str = ""
    parent: str = ""
    children: tuple[Table, ...] = ()
    called: str = ""
    adds_up: str = ""

    @property
    def record(self) -> str:
        """Return what one of its records is called."""
        return self.called or self.name

    def all(self) -> Iterator[Table]:
        """Yield this table and those within it, parents first."""
        yield self
        for child in self.children:
            yield from child.all()
