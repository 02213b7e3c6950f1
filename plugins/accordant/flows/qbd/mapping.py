"""What an object type is on both sides: its table of fields, its lists, and by what a record is recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accordant.flows.qbd.canonical import Content, our_value, text_of, their_value
from accordant.flows.qbd.fields import As, Field, Lines
from accordant.sync.text import folded

Json = Mapping[str, Any]


def _unchanged(row: Json) -> Json:
    return row


def _no_rank(_: Json) -> int:
    return 0


def depth_of(content: Json) -> int:
    """Return how many records stand above one in its full name."""
    return str(content.get("full_name") or "").count(":")


def full_name_key(content: Json) -> str:
    """Return the natural key of a record with a full name, `Parent:Child`."""
    return ":".join(folded(text_of(part)) for part in str(content.get("full_name") or "").split(":"))


def name_key(content: Json) -> str:
    """Return the natural key of a record that has a name alone."""
    return folded(text_of(content.get("name")))


@dataclass(frozen=True)
class RecordMapping:
    """One object type on both sides.

    Attributes:
        object_type: its name, which is also that of its SQL files in include/sql/wms/.
        resources: the QuickBooks lists that hold it, {resource: kind}; the kind is '' where there is one list.
        fields: the table of fields.
        lines: its lines, where it has them.
        natural_key: by which both sides' records are matched at first meeting; '' for none.
        key_words: what people call that.
        is_unique: QuickBooks refuses a second record with the same natural key.
        is_marked: QuickBooks keeps our mark, the external id, with a record that we create.
        title: what people call a record.
        deleted: how the vendor's lists of deletions call it.
        is_transaction: which of the two lists of deletions that is.
        retired: what becomes of a record whose other side was deleted.
        flatten: brings a QuickBooks record into the shape of the table; nest brings a body back.
        rank: a record may refer to records of its own type of a lower rank, which are created first.
        kind_fields: {kind: names of the fields that this kind has}, where kinds differ.
        fixed: fields that cannot be changed once a record exists.
        look_up: how a create without an answer is found again, from the body that was sent: list filters.
    """

    object_type: str
    resources: Mapping[str, str]
    fields: tuple[Field, ...]
    natural_key: Callable[[Json], str]
    title: Callable[[Json], str]
    deleted: tuple[str, ...]
    retired: Json
    look_up: Callable[[Json], dict[str, Any]]
    key_words: str = "full name"
    is_unique: bool = True
    is_marked: bool = True
    lines: Lines | None = None
    is_transaction: bool = False
    flatten: Callable[[Json], Json] = _unchanged
    nest: Callable[[dict[str, Any], Json], dict[str, Any]] = lambda body, _: body
    rank: Callable[[Json], int] = _no_rank
    kind_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all compared fields."""
        return tuple(one.name for one in self.fields)

    @property
    def references(self) -> dict[str, str]:
        """Return {field: object type} of the fields that refer to other records."""
        return {one.name: one.of for one in self.fields if one.holds is As.RECORD}

    @property
    def line_references(self) -> dict[str, str]:
        """Return the same of the lines' fields."""
        return {} if self.lines is None else {o.name: o.of for o in self.lines.fields if o.holds is As.RECORD}

    def resource_of(self, content: Json) -> str:
        """Return the QuickBooks list that a record belongs to."""
        kind = content.get("kind", "")
        return next(resource for resource, name in self.resources.items() if name in ("", kind))

    def ours(self, row: Json) -> Content:
        """Return a row of the WMS in canonical form; references are keys of the WMS."""
        content = {one.name: our_value(one, row.get(one.name)) for one in self.fields}
        if self.lines is not None:
            content["lines"] = [self._our_line(line) for line in row.get("lines") or ()]
        return self._of_kind(content)

    def theirs(self, row: Json, kind: str) -> Content:
        """Return a record of QuickBooks in canonical form; references are QuickBooks' ids."""
        flat = self.flatten(row)
        content = {one.name: their_value(one, flat.get(one.quickbooks)) for one in self.fields}
        if kind:
            content["kind"] = kind
        if self.lines is not None:
            lines = flat.get("lines") or ()
            content["lines"] = [self._their_line(line, place) for place, line in enumerate(lines)]
        return self._of_kind(content)

    def _of_kind(self, content: Content) -> Content:
        """Empty the fields that a kind of record lacks."""
        if (own := self.kind_fields.get(content.get("kind", ""))) is not None:
            for one in self.fields:
                if one.name not in own:
                    content[one.name] = our_value(one, None)
            if "lines" in content and "lines" not in own:
                content["lines"] = []
        return content

    def _our_line(self, line: Json) -> Content:
        assert self.lines is not None
        return {"id": str(line["id"]), **{one.name: our_value(one, line.get(one.name)) for one in self.lines.fields}}

    def _their_line(self, line: Json, place: int) -> Content:
        assert self.lines is not None
        found = {one.name: their_value(one, line.get(one.quickbooks)) for one in self.lines.fields}
        return {"id": str(line["id"]) if self.lines.has_ids else f"#{place}", **found}
