"""Both sides' values in the one form in which they are compared: text as QuickBooks can hold it, exact decimals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from accordant.flows.qbd.fields import ADDRESS_FIELDS, As, Field
from accordant.sync.numbers import plain
from accordant.sync.text import clean

Content = dict[str, Any]


@lru_cache(maxsize=100_000)
def held_text(value: str) -> str:
    """Return a text as QuickBooks Desktop can hold it: one trimmed line of Latin-1 characters.

    What Latin-1 lacks is written with the letters that it has: ș becomes s.
    """
    text = clean(value)
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return clean("".join(c if ord(c) < 256 else anyascii(c) for c in text))
    return text


def text_of(value: object) -> str:
    """Return a text field; '' where there is none."""
    return held_text(str(value)) if value not in (None, "") else ""


def number_of(value: object) -> str | None:
    """Return an exact decimal in plain notation; None where there is none.

    Raises:
        ValueError: it is no number.
    """
    if value is None or value == "":
        return None
    try:
        return plain(Decimal(str(value)))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None


def flag_of(value: object) -> bool | None:
    """Return a flag; None where the side does not say."""
    return None if value is None else bool(value)


def date_of(value: object) -> str:
    """Return an ISO date; '' where there is none."""
    return "" if value is None else str(value)[:10]


def names_of(value: object) -> dict[str, str]:
    """Return named values, from an object or from QuickBooks' list of custom fields."""
    if isinstance(value, Mapping):
        return {str(name): text_of(text) for name, text in sorted(value.items()) if text not in (None, "")}
    if isinstance(value, list):
        return names_of({one["name"]: one["value"] for one in value})
    return {}


def our_address(value: object) -> Content | None:
    """Return an address of the WMS; None where all its lines are empty."""
    return _address(value, lambda field: field.name)


def their_address(value: object) -> Content | None:
    """Return an address of QuickBooks; None where all its lines are empty."""
    return _address(value, lambda field: field.quickbooks)


def _address(value: object, name_of: Callable[[Field], str]) -> Content | None:
    if not isinstance(value, Mapping):
        return None
    lines = {field.name: text_of(value.get(name_of(field))) for field in ADDRESS_FIELDS}
    return lines if any(lines.values()) else None


def name_of_reference(value: object) -> str:
    """Return the full name that QuickBooks gives a reference."""
    return text_of(value.get("fullName")) if isinstance(value, Mapping) else ""


def id_of_reference(value: object) -> str:
    """Return the id of a reference; '' where there is none."""
    return str(value.get("id") or "") if isinstance(value, Mapping) else ""


_OURS: dict[As, Callable[[Any], Any]] = {
    As.TEXT: text_of,
    As.MONEY: number_of,
    As.PRICE: number_of,
    As.QUANTITY: number_of,
    As.PERCENT: number_of,
    As.DATE: date_of,
    As.FLAG: flag_of,
    As.ADDRESS: our_address,
    As.NAMED: text_of,
    As.RECORD: lambda value: "" if value is None else str(value),
    As.NAMES: names_of,
}
_THEIRS: dict[As, Callable[[Any], Any]] = _OURS | {
    As.ADDRESS: their_address,
    As.NAMED: name_of_reference,
    As.RECORD: id_of_reference,
}


def our_value(field: Field, value: object) -> Any:
    """Return a value of the WMS in canonical form."""
    return _OURS[field.holds](value)


def their_value(field: Field, value: object) -> Any:
    """Return a value of QuickBooks in canonical form."""
    return _THEIRS[field.holds](value)
