"""Takes the values at paths out of many decoded objects at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from types import NoneType
from typing import Any

from accordant.flows.printavo.rows_cells import Odd


class _Nothing(dict[str, Any]):
    """Stands for an object that is null: so is everything within it."""

    def __missing__(self, name: str) -> None:
        return None


_NOTHING = _Nothing()
_OBJECTS: frozenset[type] = frozenset((dict, _Nothing))


class Paths:
    """A set of paths, such as `total` and `contact.customer.id`.

    Args:
        before: what these paths begin with, for messages.
    """

    def __init__(self, paths: Iterable[str], before: str = "") -> None:
        self._before = before
        beneath: dict[str, list[str]] = {}
        for path in paths:
            name, _, rest = path.partition(".")
            beneath.setdefault(name, []).extend([rest] if rest else [])
        self._names = tuple(beneath)
        self._within = {
            name: Paths(rest, f"{before}{name}.") for name, rest in beneath.items() if rest
        }  # fmt: skip
        self._get = itemgetter(*self._names)

    def of(self, objects: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
        """Return {path: its value in each object}; None where the object on the way is missing or null.

        Raises:
            Odd: what should be an object is none.
        """
        found: dict[str, Sequence[Any]] = {}
        for name, values in zip(self._names, self._columns(objects), strict=True):
            if (within := self._within.get(name)) is None:
                found[f"{self._before}{name}"] = values
            else:
                found |= within.of(objects_among(values, f"{self._before}{name}"))
        return found

    def _columns(self, objects: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
        if not objects:
            return [()] * len(self._names)
        try:
            rows = map(self._get, objects)
            return [list(rows)] if len(self._names) == 1 else zip(*rows, strict=True)
        except KeyError:
            return [[one.get(name) for one in objects] for name in self._names]


def objects_among(values: Sequence[Any], path: str) -> Sequence[Mapping[str, Any]]:
    """Return values that are objects, with something empty for each null.

    Raises:
        Odd: one is neither.
    """
    types = set(map(type, values))
    if NoneType in types:
        values = [_NOTHING if value is None else value for value in values]
        types = set(map(type, values))
    if not types <= _OBJECTS:
        raise Odd(path, next(value for value in values if type(value) not in _OBJECTS))
    return values
