"""Lists of bounded size from anything that can be walked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of `size`; the last may be shorter."""
    walk = iter(items)
    while chunk := list(islice(walk, size)):
        yield chunk
