"""Counts in words, for the task logs."""

from __future__ import annotations

from collections.abc import Mapping


def in_words(numbers: Mapping[str, int]) -> str:
    """Return counts as a person reads them: 12 done, 3 failed, 1 document."""
    return ", ".join(f"{n} {_named(name, n)}" for name, n in numbers.items())


def _named(name: str, number: int) -> str:
    words = name.replace("_", " ")
    return words.removesuffix("s") if number == 1 else words


def plural(kind: str) -> str:
    """Return what several records of a kind are called: sales orders, statuses."""
    words = kind.replace("_", " ")
    return f"{words}es" if words.endswith("s") else f"{words}s"
