"""Query parameters: which there are, and what type each has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox.conductor.errors import invalid
from sandbox.conductor.schema import compiled

Pairs = Iterable[tuple[str, str]]
Query = dict[str, Any]
_REQUIRED = ("objectTypes", "transactionTypes")
_ONE_OF = ("Contains", "StartsWith", "EndsWith")
_WORDS = {"true": True, "false": False}


def parsed(pairs: Pairs, known: dict[str, Any]) -> Query:
    """The parameters by name, as numbers, words and lists.

    Raises:
        Refusal: an unknown one, a wrong value, one given twice.
    """
    query: Query = {}
    for name, value in pairs:
        if name not in known:
            raise invalid(f'Unrecognized query parameter: "{name}"')
        kind = known[name]
        if isinstance(kind, list):
            query.setdefault(name, []).append(_value(name, value, kind[0]))
        elif name in query:
            raise invalid(f'Invalid input: expected one value, received array at "{name}"')
        else:
            query[name] = _value(name, value, kind)
    for name in _REQUIRED:
        if name in known and name not in query:
            raise invalid(f'Invalid input: expected array, received undefined at "{name}"')
    for field in ("name", "refNumber"):
        if sum(field + ending in query for ending in _ONE_OF) > 1:
            raise invalid(f"Only one of {', '.join(field + ending for ending in _ONE_OF)} can be used at a time")
    return query


def _value(name: str, value: str, kind: str) -> Any:
    if match := re.fullmatch(r"integer\((\d*),(\d*)\)", kind):
        return _integer(name, value, int(match[1] or 0), int(match[2]) if match[2] else None)
    if kind == "boolean":
        if value not in _WORDS:
            raise invalid(f'Invalid input: expected boolean, received string at "{name}"')
        return _WORDS[value]
    compiled("decimal" if name.startswith("totalBalance") else kind)(value, name)
    if not value and name.startswith("totalBalance"):
        raise invalid(f'Invalid string: must be a decimal at "{name}"')
    return value


def _integer(name: str, value: str, least: int, most: int | None) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", value):
        raise invalid(f'Invalid input: expected number, received string at "{name}"')
    number = int(value)
    if number < least:
        raise invalid(f'Too small: expected number to be >={least} at "{name}"')
    if most is not None and number > most:
        raise invalid(f'Too big: expected number to be <={most} at "{name}"')
    return number
