"""Checks of one value each; a shape is a table of them.

A check takes the property's name and the value that was sent, and returns the value to keep. `None` stands for a
property that was sent empty, or that cannot be set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks_online.errors import (
    invalid_choice,
    invalid_date,
    invalid_email,
    invalid_number,
    invalid_text,
    too_long,
    unsupported_property,
)
from sandbox.quickbooks_online.times import is_date

Check = Callable[[str, Any], Any]
_MOST_DIGITS = 15
_NAME_BREAKERS = (":", "\t", "\n", "\r")


def text(most: int) -> Check:
    """A text of at most so many characters."""

    def check(name: str, value: Any) -> Any:
        if not isinstance(value, str):
            if isinstance(value, bool) or not isinstance(value, int | Decimal):
                raise invalid_text(name, f"{name} is no text")
            value = str(value)
        if len(value) > most:
            raise too_long(name, most, len(value))
        return value or None

    return check


def label(most: int) -> Check:
    """The name of a list object: a colon would make a sub-object of it."""
    plain = text(most)

    def check(name: str, value: Any) -> Any:
        found = plain(name, value)
        if found and any(one in found for one in _NAME_BREAKERS):
            raise invalid_text(name, f"{name} cannot hold a colon, a tab or a new line")
        return found.strip() or None if found else None

    return check


def number(name: str, value: Any) -> Any:
    """A number, or a text of one; 10, 10.0 and "10.00" are kept as the same."""
    if value == "":
        return None
    try:
        sent = isinstance(value, int | Decimal | str) and not isinstance(value, bool)
        found = Decimal(value) if sent else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or found.adjusted() > _MOST_DIGITS:
        raise invalid_number(name, value)
    return int(found) if found == found.to_integral_value() else found.normalize()


def yes_or_no(name: str, value: Any) -> Any:
    """true or false."""
    if value == "":
        return None
    if not isinstance(value, bool):
        raise invalid_choice(name, value)
    return value


def date(name: str, value: Any) -> Any:
    """A date such as 2026-11-21; a time behind it is passed over."""
    if value == "":
        return None
    if not isinstance(value, str) or not is_date(value[:10]):
        raise invalid_date(name, value)
    return value[:10]


def one_of(*choices: str) -> Check:
    """One of these words."""

    def check(name: str, value: Any) -> Any:
        if value == "":
            return None
        if value not in choices:
            raise invalid_choice(name, value)
        return value

    return check


def read_only(name: str, value: Any) -> None:
    """What can be sent back, and is passed over."""


def email(name: str, value: Any) -> Any:
    """An address with @ and a dot behind it."""
    found = text(100)(name, value)
    if found and ("@" not in found or "." not in found.rpartition("@")[2]):
        raise invalid_email(found)
    return found


def shape(table: Mapping[str, Check]) -> Check:
    """An object of these properties and no others."""

    def check(name: str, value: Any) -> Any:
        if value == "":
            return None
        if not isinstance(value, dict):
            raise invalid_text(name, f"{name} is no object")
        kept = {}
        for key, sent in value.items():
            one = table.get(key)
            if one is None:
                raise unsupported_property(key)
            found = None if sent is None else one(key, sent)
            if found is not None:
                kept[key] = found
        return kept or None

    return check


def many(one: Check) -> Check:
    """A list."""

    def check(name: str, value: Any) -> Any:
        if not isinstance(value, list):
            raise invalid_text(name, f"{name} is no list")
        found = (one(name, sent) for sent in value)
        return [each for each in found if each is not None] or None

    return check
