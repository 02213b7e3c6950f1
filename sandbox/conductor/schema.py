"""The field tables of `schema.json`: what each body and query may hold, and what each object shows."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.conductor.errors import invalid

Check = Callable[[Any, str], None]

_TABLES: dict[str, Any] = json.loads(Path(__file__).with_name("schema.json").read_text())
RESOURCES: dict[str, dict[str, Any]] = _TABLES["resources"]
ANSWERS: dict[str, dict[str, Any]] = _TABLES["answers"]
_PATTERNS = {
    "money": (
        re.compile(r"-?[0-9]{1,13}(\.[0-9]{2})?"),
        "a decimal with exactly 2 decimal places when cents are included",
    ),
    "rate": (re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,5})?"), "a decimal with up to 5 decimal places and 10 digits before"),
    "decimal": (re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,5})?"), "a decimal"),
    "uuid": (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "UUID"),
}
_LARGEST = 999_999_999
_KINDS: dict[type, str] = {str: "string", bool: "boolean", dict: "object", list: "array", type(None): "null"}


@dataclass(frozen=True)
class Shape:
    """One answered object: its fields and the value each has when nothing is known."""

    name: str
    fields: dict[str, Any]

    @property
    def refs(self) -> list[str]:
        """Names of the fields that refer to one object."""
        return [name for name, kind in self.fields.items() if str(kind).rstrip("?") == "ref"]

    def blank(self) -> dict[str, Any]:
        """A new object with every key."""
        return {name: [] if isinstance(kind, list) else _BLANK(kind) for name, kind in self.fields.items()}

    def inner(self, field: str) -> Shape | None:
        """The shape of what a field holds, one or many of it."""
        kind = self.fields[field]
        kind = kind[0] if isinstance(kind, list) else kind
        match = re.fullmatch(r"object\((\w+)\)\??", kind) if isinstance(kind, str) else None
        return shape(match[1]) if match else None


def _BLANK(kind: Any) -> Any:  # noqa: N802 - a table in the form of a function
    if not isinstance(kind, str) or kind.endswith("?"):
        return None
    if kind.startswith("const("):
        return kind[6:-1]
    return {"boolean": False, "number": 0, "decimal": "0.00", "string": ""}.get(kind)


@cache
def shape(name: str) -> Shape:
    """The shape of an answered object by its schema name."""
    return Shape(name, _TABLES["objects"][name])


def resource_shape(resource: str) -> Shape:
    """The shape of the objects of a resource."""
    return shape(RESOURCES[resource]["objectType"]) if resource in RESOURCES else _UNSERVED


# A list that is only ever referred to.
_UNSERVED = Shape(
    "unserved",
    dict.fromkeys(("id", "createdAt", "updatedAt", "revisionNumber", "name", "fullName"), "string")
    | {"isActive": "boolean", "parent": "ref?", "sublevel": "number"},
)


@cache
def body_check(resource: str, operation: str) -> Check:
    """What looks at the body of a create or an update."""
    return compiled(RESOURCES[resource][operation])


def compiled(kind: Any) -> Check:
    """A function that raises a Refusal when a value is not of this type."""
    if isinstance(kind, list):
        return _array(compiled(kind[0]))
    if isinstance(kind, dict):
        return _object({name: compiled(one) for name, one in kind["fields"].items()}, kind.get("required", []))
    if match := re.fullmatch(r"enum\((.*)\)", kind):
        return _enum(match[1].split(","))
    if match := re.fullmatch(r"string(\d*)", kind):
        return _string(int(match[1]) if match[1] else None)
    return _SIMPLE[kind]


def _at(path: str) -> str:
    return f' at "{path}"' if path else ""


def _wrong(expected: str, value: Any, path: str) -> Exception:
    return invalid(f"Invalid input: expected {expected}, received {_KINDS.get(type(value), 'number')}{_at(path)}")


def _array(inner: Check) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise _wrong("array", value, path)
        if not value:
            raise invalid(f"Too small: expected array to have >=1 items{_at(path)}")
        for index, one in enumerate(value):
            inner(one, f"{path}[{index}]")

    return check


def _object(fields: dict[str, Check], required: list[str]) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _wrong("object", value, path)
        for name in required:
            if name not in value:
                where = f"{path}.{name}" if path else name
                raise invalid(f'Invalid input: expected a value, received undefined at "{where}"')
        for name, one in value.items():
            inner = fields.get(name)
            if inner is None:
                raise invalid(f'Unrecognized key: "{name}"{_at(path)}')
            inner(one, f"{path}.{name}" if path else name)

    return check


def _enum(choices: list[str]) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in choices:
            listed = "|".join(f'"{choice}"' for choice in choices)
            raise invalid(f"Invalid option: expected one of {listed}{_at(path)}")

    return check


def _string(longest: int | None) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise _wrong("string", value, path)
        if longest is not None and len(value) > longest:
            raise invalid(f"Too big: expected string to have <={longest} characters{_at(path)}")

    return check


def _pattern(kind: str) -> Check:
    pattern, meaning = _PATTERNS[kind]

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise _wrong("string", value, path)
        # An empty text clears a field, where it is no id.
        if not pattern.fullmatch(value) and (value or kind == "uuid"):
            raise invalid(f"Invalid string: must be {meaning}{_at(path)}")

    return check


def _day(value: Any, path: str) -> None:
    if not isinstance(value, str):
        raise _wrong("string", value, path)
    try:
        good = len(value) == 10 and date.fromisoformat(value) is not None
    except ValueError:
        good = False
    if not good:
        raise invalid(f"Invalid ISO date{_at(path)}")


def _number(value: Any, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong("number", value, path)
    if isinstance(value, float) and not math.isfinite(value):
        raise _wrong("number", value, path)
    if abs(value) > _LARGEST:
        raise invalid(f"Too big: expected number to be <={_LARGEST}{_at(path)}")


def _boolean(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise _wrong("boolean", value, path)


_SIMPLE: dict[str, Check] = {kind: _pattern(kind) for kind in _PATTERNS}
_SIMPLE |= {"date": _day, "number": _number, "boolean": _boolean}
