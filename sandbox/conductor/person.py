"""A person at the PC: needs no revision number, deletes and merges list objects, enters payments, fills fields."""

from __future__ import annotations

from typing import Any

from sandbox.conductor.amounts import exact, money_text
from sandbox.conductor.calls import PATH, Calls
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import cannot_save, in_use, missing, no_path
from sandbox.conductor.record import Record, Values
from sandbox.conductor.targets import DELETED_LIST_TYPES, TRANSACTIONS, singular


class Person:
    """What only a person can do, done with the same care for what depends on it."""

    def __init__(self, file: CompanyFile, calls: Calls) -> None:
        self._file, self._calls = file, calls

    def does(self, method: str, path: str, body: Any) -> Any:
        """One edit; what it is answered.

        Raises:
            Refusal: QuickBooks refuses it.
        """
        match = PATH.fullmatch(path)
        if match is None:
            raise no_path(method, path)
        resource, object_id, action = match.groups()
        found = self._file.find(object_id, (resource,)) if object_id else None
        if action == "merge":
            into = self._file.find(str((body or {}).get("into")), (resource,))
            if found is None or into is None:
                raise missing(singular(resource), str(object_id))
            return self._merge(found, into)
        if action == "pay" and found is not None and resource == "invoices":
            self._calls.transactions.pay(found, exact((body or {}).get("amount", found.shown["balanceRemaining"])))
            return self._calls.listing.one(found)
        if method == "DELETE" and found is not None and resource not in TRANSACTIONS:
            return self._delete_list_object(found)
        return self._edit(method, path, found, body)

    def _edit(self, method: str, path: str, found: Record | None, body: Any) -> Any:
        custom = None
        if method == "POST" and isinstance(body, dict):
            body = dict(body)
            custom = body.pop("customFields", None)
            if found is not None and not path.rstrip("/").endswith("/void"):
                body.setdefault("revisionNumber", found.shown["revisionNumber"])
        answered = self._calls.answer(method, path, (), body)
        record = self._file.find(answered["id"]) if custom is not None else None
        if custom is None or record is None:
            return answered
        self._set_custom_fields(record, custom)
        return self._calls.listing.one(record)

    def _delete_list_object(self, record: Record) -> Values:
        """Delete a list object, unless something uses it."""
        if self._is_used(record):
            raise in_use(singular(record.resource).capitalize(), record.id)
        self._forget(record)
        return {"id": record.id, "objectType": record.shown["objectType"], "deleted": True}

    def _merge(self, record: Record, into: Record) -> Values:
        """Make one object of two, as QuickBooks does when a person gives one the other's name."""
        if record is into or record.resource != into.resource or record.resource not in DELETED_LIST_TYPES:
            raise cannot_save(singular(record.resource), "Only two different objects of one list can be merged.")
        for other in self._file.all(self._file.tables):
            if other.id not in (record.id, into.id) and _refers(other.shown, record.ref):
                other.shown = _replaced(other.shown, record.ref, into.ref)
                self._file.touch(other)
        for key in ("balance", "totalBalance"):
            if into.shown.get(key) is not None:
                both = exact(into.shown[key]) + exact(record.shown[key])
                into.shown = into.shown | {key: money_text(both)}
        self._forget(record)
        self._file.stamp(into)
        self._calls.lists.rename_children(into)
        return {"id": record.id, "objectType": record.shown["objectType"], "mergedInto": into.id}

    def _set_custom_fields(self, record: Record, values: list[Values]) -> None:
        """Fill custom fields: a list of names and values."""
        made = []
        for one in values:
            if "name" not in one or "value" not in one:
                raise missing("custom field", str(one))
            blank = {"ownerId": "0", "name": "", "type": "string_255_type", "value": ""}
            made.append(blank | {key: one[key] for key in blank if key in one})
        record.shown = record.shown | {"customFields": made}
        self._file.stamp(record)

    def _forget(self, record: Record) -> None:
        kind = DELETED_LIST_TYPES.get(record.resource, record.resource)
        news = {"listType": kind, "objectType": "qbd_deleted_list_object", "fullName": record.ref.get("fullName")}
        self._file.remove(record, "list", news)

    def _is_used(self, record: Record) -> bool:
        lists = (name for name in self._file.tables if name not in TRANSACTIONS)
        others = (*self._file.all(TRANSACTIONS), *self._file.all(lists))
        return any(other.id != record.id and _refers(other.shown, record.ref) for other in others)


def _refers(value: Any, ref: Values) -> bool:
    if isinstance(value, dict):
        return value is ref or any(_refers(one, ref) for one in value.values())
    return isinstance(value, list) and any(_refers(one, ref) for one in value)


def _replaced(value: Any, old: Values, new: Values) -> Any:
    if value is old:
        return new
    if isinstance(value, dict):
        known = value.keys() == {"id", "fullName"}
        return value if known else {key: _replaced(one, old, new) for key, one in value.items()}
    return [_replaced(one, old, new) for one in value] if isinstance(value, list) else value
