"""Counts in words, for the task logs."""

from __future__ import annotations

from collections.abc import Mapping


def in_words(numbers: Mapping[str, int]) -> str:
    """Return counts as a person reads them: 12 done, 3 failed."""
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in numbers.items())
