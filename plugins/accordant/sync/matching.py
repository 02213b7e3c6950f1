"""Matching by natural key: one exact match is linked, several are for a person, none is created."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Directory(Generic[T]):
    """Records of the other side, found by any of their natural keys.

    Args:
        records: the records.
        keys: the names of the keys and how each is read off a record; a falsy key is no key.
    """

    def __init__(self, records: Iterable[T], **keys: Callable[[T], Hashable]) -> None:
        self._found: dict[str, dict[Hashable, list[T]]] = {name: defaultdict(list) for name in keys}
        for record in records:
            for name, key_of in keys.items():
                if key := key_of(record):
                    self._found[name][key].append(record)

    def by(self, name: str, key: Hashable) -> list[T]:
        """Return the records with this key, in the order they came."""
        return self._found[name].get(key, []) if key else []
