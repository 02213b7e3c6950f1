"""What all object types share: list, create, read, change, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sandbox.inventree import tags
from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.bodies import sanitised
from sandbox.inventree.errors import FieldError, field_errors, no_object
from sandbox.inventree.fields import Field
from sandbox.inventree.selection import Selection, candidates, like, order_by, page_body
from sandbox.inventree.store import Row, Store
from sandbox.shared.clock import Clock

Values = dict[str, Any]


class Resource:
    """One object type behind one path. Subclasses say what is special about it."""

    model: ClassVar[str]
    label: ClassVar[str]
    table: ClassVar[str]
    fields: ClassVar[Sequence[Field]]
    taggable: ClassVar[bool] = True
    # A bad value here is reported alone, before the other fields are looked at.
    first_fields: ClassVar[frozenset[str]] = frozenset()
    orderings: ClassVar[Mapping[str, str]] = {}
    default_order: ClassVar[str] = "t.pk"
    search_columns: ClassVar[Sequence[str]] = ()
    indexed_text: ClassVar[Sequence[str]] = ()

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock

    # -- what subclasses refine

    def filter(self, selection: Selection) -> None:
        """Apply the filters this type has; unknown ones are ignored by never being looked at."""

    def check(self, values: Values, current: Row | None, ask: Ask) -> dict[str, list[str]]:
        """Look at values together with other objects; may add derived values. Errors by field."""
        return {}

    def check_unique(self, values: Values, current: Row | None) -> None:
        """Refuse duplicates."""

    def present(self, rows: list[Row], ask: Ask) -> list[dict[str, Any]]:
        """The rows as they are answered."""
        return self.plain(rows)

    def saved(self, pk: int) -> None:
        """After an insert or an update, in the same transaction."""

    def deleting(self, row: Row) -> None:
        """Before a delete, in the same transaction; may refuse."""

    def search_term(self, term: str) -> tuple[str, list[object]]:
        """The condition of one search term."""
        sql, parameters = like(list(self.search_columns), term)
        found = candidates(self.table, term) if self.indexed_text else None
        if found is None:
            return sql, parameters
        return f"(t.pk IN ({found[0]}) AND {sql})", [*found[1], *parameters]

    # -- calls

    def list_all(self, ask: Ask) -> Answer:
        """GET on the collection: a page when `limit` is positive, else a bare list of everything."""
        selection = Selection(ask, self.table)
        selection.search(self.search_term)
        self.filter(selection)
        order = order_by(ask, self.orderings, self.default_order)
        rows, count, limit, offset = selection.rows(self.store, order)
        shown = self.present(rows, ask)
        return Answer(200, shown if count is None else page_body(ask, shown, count, limit, offset))

    def create(self, ask: Ask) -> Answer:
        """POST on the collection."""
        with self.store.transaction():
            values, labels = self._cleaned(ask, None, complete=True)
            pk = self.store.insert(self.table, values)
            self._finish(pk, labels if labels is not None else [])
        return Answer(201, self.one(pk, ask))

    def read(self, ask: Ask, pk: int) -> Answer:
        """GET on one object."""
        self.find(pk)
        return Answer(200, self.one(pk, ask))

    def change(self, ask: Ask, pk: int) -> Answer:
        """PATCH and PUT on one object."""
        with self.store.transaction():
            values, labels = self._cleaned(ask, self.find(pk), complete=ask.method == "PUT")
            self.store.update(self.table, pk, values)
            self._finish(pk, labels)
        return Answer(200, self.one(pk, ask))

    def remove(self, ask: Ask, pk: int) -> Answer:
        """DELETE on one object."""
        with self.store.transaction():
            self.erase(self.find(pk))
        return Answer(204)

    # -- parts of the above

    def find(self, pk: int) -> Row:
        """One row, or a 404."""
        row = self.store.get(self.table, pk)
        if row is None:
            raise no_object(self.label)
        return row

    def one(self, pk: int, ask: Ask) -> dict[str, Any]:
        """One object as it is answered."""
        return self.present([self.find(pk)], ask)[0]

    def erase(self, row: Row) -> None:
        """Delete one row with its tags and its place in the index."""
        self.deleting(row)
        self.store.delete(self.table, row["pk"])
        self.store.execute("DELETE FROM tagged WHERE model = ? AND pk = ?", (self.model, row["pk"]))
        self.store.execute("DELETE FROM barcode WHERE model = ? AND pk = ?", (self.model, row["pk"]))
        if self.indexed_text:
            self.store.index_text(self.table, row["pk"], "")

    def plain(self, rows: list[Row]) -> list[dict[str, Any]]:
        """The declared fields of each row, with tags."""
        labels = tags.tags_of(self.store, self.model, [row["pk"] for row in rows]) if self.taggable else {}
        shown = []
        for row in rows:
            one = {"pk": row["pk"]} | {field.name: field.show(row[field.name]) for field in self.fields}
            shown.append(one | {"tags": labels[row["pk"]]} if self.taggable else one)
        return shown

    def _finish(self, pk: int, labels: Sequence[str] | None) -> None:
        if labels is not None:
            tags.set_tags(self.store, self.model, pk, labels)
        if self.indexed_text:
            row = self.find(pk)
            self.store.index_text(self.table, pk, "\n".join(str(row[name] or "") for name in self.indexed_text))
        self.saved(pk)

    def _cleaned(self, ask: Ask, current: Row | None, *, complete: bool) -> tuple[Values, Sequence[str] | None]:
        data = sanitised(ask.data, self.model, ask.path)
        values, errors = self._field_values(data, complete=complete)
        first = {name: errors[name] for name in errors if name in self.first_fields}
        if first:
            raise field_errors(first)
        labels = self._labels(data, errors)
        errors |= {name: found for name, found in self.check(values, current, ask).items() if name not in errors}
        if errors:
            raise field_errors(errors)
        if current is None:
            values = {field.name: field.default for field in self.fields} | values
        self.check_unique(values, current)
        return values, labels

    def _field_values(self, data: dict[str, Any], *, complete: bool) -> tuple[Values, dict[str, list[str]]]:
        values: Values = {}
        errors: dict[str, list[str]] = {}
        for field in self.fields:
            if field.name in data:
                try:
                    values[field.name] = field.clean(data[field.name])
                except FieldError as error:
                    errors[field.name] = [str(error)]
            elif complete and field.required:
                errors[field.name] = ["This field is required."]
        return values, errors

    def _labels(self, data: dict[str, Any], errors: dict[str, list[str]]) -> Sequence[str] | None:
        if "tags" not in data:
            return None
        try:
            return tags.clean_tags(data["tags"])
        except FieldError as error:
            errors["tags"] = [str(error)]
            return None


def merged(values: Values, current: Row | None, name: str, default: object = None) -> Any:
    """A field's value after the change: the new one, else the old one, else the default."""
    if name in values:
        return values[name]
    return current[name] if current else default
