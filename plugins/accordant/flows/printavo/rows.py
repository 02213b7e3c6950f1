"""From the decoded objects of one page to the lines of a COPY for each table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from accordant.flows.printavo.graphql_aliases import GoingOn
from accordant.flows.printavo.rows_cells import NULL, Odd, Values, cells_of, names_of_types, require_given
from accordant.flows.printavo.rows_paths import Paths, objects_among
from accordant.sync.tables import Column, Table
from accordant.sync.text import shortened

_AT_ONCE = 200  # objects; more do not fit into the processor's cache
_BEFORE_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Unusable(NamedTuple):
    """A record that cannot be kept, because of one value in it or in a part of it.

    Attributes:
        table: where the value belongs.
        record: id of the root record; '' where it has none.
        field: the path of the value.
        value: as a person should see it.
    """

    table: str
    record: str
    field: str
    value: str


@dataclass(slots=True)
class Rows:
    """What a page became.

    Attributes:
        parts: {table: lines of a COPY in text format, in the order of its columns}; tables without any are left out.
        counts: {table: how many lines}.
        ids: of the root records that are among the lines.
        going_on: lists of which the page held the beginning only.
        unusable: records that are not among the lines, whole.
    """

    parts: dict[str, list[bytes]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    going_on: list[GoingOn] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)

    @property
    def lines(self) -> dict[str, bytes]:
        """What each table's COPY takes."""
        return {name: b"".join(parts) for name, parts in self.parts.items()}

    def put(self, name: str, part: Sequence[bytes], count: int) -> None:
        """Add lines of a table."""
        self.parts.setdefault(name, []).extend(part)
        self.counts[name] = self.counts.get(name, 0) + count

    def add(self, other: Rows) -> None:
        """Take over what other objects became."""
        for name, parts in other.parts.items():
            self.put(name, parts, other.counts[name])
        self.ids += other.ids
        self.going_on += other.going_on
        self.unusable += other.unusable


def rows_of(table: Table, nodes: Sequence[Any]) -> Rows:
    """Return the rows of root records; one that cannot be used does not keep the others out."""
    return _each_usable(_reader(table), nodes, "", "")


def rows_of_list(table: Table, nodes: Sequence[Any], owner: str, parent: str) -> Rows:
    """Return the rows of a list within a record, as its next pages hold it.

    Args:
        owner: id of the root record.
        parent: id of the object whose list it is.
    """
    return _each_usable(_reader(table), nodes, owner, parent)


def _each_usable(reader: _Reader, nodes: Sequence[Any], owner: str, parent: str) -> Rows:
    rows, present = Rows(), _without_nulls(nodes)
    for start in range(0, len(present), _AT_ONCE):
        some = present[start : start + _AT_ONCE]
        try:
            rows.add(_whole(reader, some, owner, parent))
        except Odd:
            for node in some:
                rows.add(_one(reader, node, owner, parent))
    return rows


def _one(reader: _Reader, node: Any, owner: str, parent: str) -> Rows:
    try:
        return _whole(reader, [node], owner, parent)
    except Odd as odd:
        found = node.get("id") if isinstance(node, dict) else None
        record = owner or (found if isinstance(found, str) else "")
        return Rows(unusable=[Unusable(odd.table, record, odd.field, shortened(odd.value))])


def _whole(reader: _Reader, nodes: Sequence[Any], owner: str, parent: str) -> Rows:
    rows = Rows()
    reader.read(nodes, [owner] * len(nodes), [parent] * len(nodes), rows)
    return rows


@cache
def _reader(table: Table) -> _Reader:
    return _Reader(table)


class _Reader:
    """Reads the objects of one table, and of the lists within them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._children = [_Reader(child) for child in table.children]
        lists = chain.from_iterable(child.paths for child in self._children)
        self._own = Paths([*(column.path for column in table.columns if column.path), *lists])
        self._types = {member: _BEFORE_CAPITAL.sub("_", member).lower() for member in table.members}

    @property
    def paths(self) -> Sequence[str]:
        """What is taken of the list of this table in its parent: first the objects, then how it goes on."""
        field = self._table.field
        if not self._table.connection:
            return (field,)
        return (f"{field}.nodes", f"{field}.pageInfo.hasNextPage", f"{field}.pageInfo.endCursor")

    def read(self, nodes: Sequence[Any], owners: Sequence[str], parents: Sequence[str], rows: Rows) -> None:
        """Add the lines of objects and of the lists within them.

        Args:
            owners, parents: for each object, the ids of its root record and of its parent.

        Raises:
            Odd: an object cannot be used; nothing that was added may be.
        """
        if not nodes:
            return
        try:
            found = self._own.of(objects_among(nodes, ""))
            columns = [self._cells(column, found, owners, parents) for column in self._table.columns]
        except Odd as odd:
            odd.table = self._table.name
            raise
        rows.put(self._table.name, [_joined(columns)], len(nodes))
        ids = found.get("id", ())
        if not self._table.owner:
            rows.ids += ids
        for child in self._children:
            child.read_lists(found, owners if self._table.owner else ids, ids, rows)

    def read_lists(
        self, found: Mapping[str, Values], owners: Sequence[str], parents: Sequence[str], rows: Rows
    ) -> None:
        """Add the lines of this table's list in each parent, and note the lists that go on."""
        lists, *pages = (found[path] for path in self.paths)
        for owner, parent, goes_on, cursor in zip(owners, parents, *pages, strict=True) if pages else ():
            if goes_on:
                rows.going_on.append(GoingOn(self._table, owner, parent, cursor))
        present = [_without_nulls(self._list(one)) for one in lists]
        self.read(list(chain.from_iterable(present)), _repeated(owners, present), _repeated(parents, present), rows)

    def _list(self, value: Any) -> Sequence[Any]:
        if value is None:
            return ()
        if isinstance(value, list):
            return value
        odd = Odd(self._table.field, value)
        odd.table = self._table.name
        raise odd

    def _cells(
        self, column: Column, found: Mapping[str, Values], owners: Sequence[str], parents: Sequence[str]
    ) -> Sequence[str]:
        if not column.path and not self._table.owner:
            return [NULL] * len(parents)  # not asked for
        if not column.path:
            return cells_of(column.kind, column.name, owners if column.name == self._table.owner else parents)
        values = found[column.path]
        if column.name in self._table.key:
            require_given(column.path, values)
        if column.path == "__typename":
            return names_of_types(column.path, values, self._types)
        return cells_of(column.kind, column.path, values)


def _joined(columns: Sequence[Sequence[str]]) -> bytes:
    return ("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n").encode()


def _without_nulls(nodes: Sequence[Any]) -> Sequence[Any]:
    """Return the nodes that are there; a null stands for one that the user may not see."""
    return [node for node in nodes if node is not None] if None in nodes else nodes


def _repeated(ids: Sequence[str], lists: Sequence[Sequence[Any]]) -> list[str]:
    """Return the id of each list's parent as often as the list has objects."""
    return [id_ for id_, one in zip(ids, lists, strict=True) for _ in one]
