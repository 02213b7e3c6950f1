"""Canonical values in the form that a system is written in: a body for QuickBooks, a patch for the WMS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from accordant.flows.qbd.fields import ADDRESS_FIELDS, As, Field, Written
from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.sync.errors import RecordRejected

Body = dict[str, Any]
NEW_LINE = "-1"  # the id that Conductor wants for a line that QuickBooks does not have yet
_CENTS = Decimal("0.01")


class Ids(Protocol):
    """The ids that QuickBooks needs instead of names and of our keys."""

    def of_record(self, object_type: str, key: str) -> str | None:
        """Return the id that one of our records is bound to, or None."""

    def of_name(self, listed: str, name: str) -> str:
        """Return the id of a name in one of QuickBooks' lists.

        Raises:
            RecordRejected: the list has no such name.
        """


class NotBound(Exception):
    """A reference is not agreed yet."""


def create_body(mapping: RecordMapping, content: Json, ids: Ids) -> Body:
    """Return the body of a create; what is empty is left out."""
    body = {}
    for field in mapping.fields:
        value = content.get(field.name)
        if field.written in (Written.ALWAYS, Written.ON_CREATE) and value not in (None, "", {}):
            body[_body_name(field)] = _written(field, value, ids)
    if content.get("lines"):
        body["lines"] = _lines(mapping, content["lines"], ids, new=True)
    return mapping.nest(body, content)


def update_body(mapping: RecordMapping, patch: Json, now: Json, ids: Ids) -> Body:
    """Return the body of an update without its revision; `now` is the record before it.

    Raises:
        RecordRejected: a field cannot be written to QuickBooks as the patch wants it.
    """
    body: Body = {}
    for field in mapping.fields:
        if field.name in patch:
            body[_body_name(field)] = _changed(field, patch[field.name], ids)
    if "lines" in patch:
        body["lines"] = _lines(mapping, patch["lines"], ids, new=False)
    return mapping.nest(body, now)


def _changed(field: Field, value: Any, ids: Ids) -> Any:
    if field.written in (Written.NEVER, Written.ON_CREATE):
        sentence = f"{field.name} cannot be changed in QuickBooks ({field.written})."
        raise RecordRejected("FIELD_NOT_WRITABLE", sentence, field=field.name)
    if value in (None, "") and field.holds in (As.RECORD, As.NAMED, As.DATE, As.MONEY, As.PRICE, As.QUANTITY):
        sentence = f"{field.name} is empty in the WMS; QuickBooks cannot empty it once it has a value."
        raise RecordRejected("FIELD_NOT_WRITABLE", sentence, field=field.name)
    return _written(field, value, ids)


def _body_name(field: Field) -> str:
    return f"{field.quickbooks}Id" if field.holds in (As.RECORD, As.NAMED) else field.quickbooks


def _written(field: Field, value: Any, ids: Ids) -> Any:
    if field.holds is As.RECORD:
        found = ids.of_record(field.of, value)
        if found is None:
            raise NotBound(field.of, value)
        return found
    if field.holds is As.NAMED:
        return ids.of_name(field.of, value)
    return _WRITTEN.get(field.holds, _as_it_is)(value)


def _as_it_is(value: Any) -> Any:
    return value


def _money(value: str) -> str:
    """Return money as Conductor wants it: a text with two decimals."""
    return str(Decimal(value).quantize(_CENTS))


def _quantity(value: str) -> int | float:
    """Return a quantity as the JSON number that Conductor wants; five decimals fit a double exactly enough."""
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _address(value: Mapping[str, str] | None) -> Body:
    known = value or {}
    return {field.quickbooks: known.get(field.name, "") for field in ADDRESS_FIELDS}


_WRITTEN: dict[As, Callable[[Any], Any]] = {As.MONEY: _money, As.QUANTITY: _quantity, As.ADDRESS: _address}


def _lines(mapping: RecordMapping, lines: list[Json], ids: Ids, *, new: bool) -> list[Body]:
    """Return all lines: the vendor replaces the whole list, so every line that stays is sent with its id."""
    assert mapping.lines is not None
    bodies = []
    for line in lines:
        body: Body = {} if new or not mapping.lines.has_ids else {"id": line.get("theirs") or NEW_LINE}
        for field in mapping.lines.fields:
            value = line.get(field.name)
            if field.written is Written.ALWAYS and value not in (None, ""):
                body[_body_name(field)] = _written(field, value, ids)
        bodies.append(body)
    return bodies


def our_patch(mapping: RecordMapping, patch: Json, key_of: Callable[[str, str], str]) -> Body:
    """Return a patch or a new record for the WMS; `key_of` gives the WMS's key of a reference."""
    body: Body = {
        field.name: _our_value(field, patch[field.name], key_of) for field in mapping.fields if field.name in patch
    }
    if "lines" in patch:
        body["lines"] = [_our_line(mapping, line, key_of) for line in patch["lines"]]
    return body


def _our_line(mapping: RecordMapping, line: Json, key_of: Callable[[str, str], str]) -> Body:
    assert mapping.lines is not None
    body: Body = {field.name: _our_value(field, line.get(field.name), key_of) for field in mapping.lines.fields}
    if line.get("ours"):
        body["id"] = line["ours"]
    if line.get("theirs") and mapping.lines.has_ids:
        body["quickbooks_id"] = line["theirs"]
    return body


def _our_value(field: Field, value: Any, key_of: Callable[[str, str], str]) -> Any:
    if value in (None, ""):
        return {} if field.holds is As.NAMES else None
    return key_of(field.of, value) if field.holds is As.RECORD else value
