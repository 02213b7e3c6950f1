"""Which cells of a matrix are played: all of them with ACCORDANT_WHOLE_MATRIX=1, else each row and each column."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product

WHOLE = bool(os.environ.get("ACCORDANT_WHOLE_MATRIX"))


def cells(rows: Sequence[str], columns: Sequence[str], *, each: int = 1) -> list[tuple[str, str]]:
    """Return the cells: `each` columns of every row, taken in turn so that every column comes up."""
    if WHOLE:
        return list(product(rows, columns))
    taken = [(row, columns[(n * each + k) % len(columns)]) for n, row in enumerate(rows) for k in range(each)]
    missing = [column for column in columns if column not in {one for _, one in taken}]
    return list(dict.fromkeys(taken + [(rows[n % len(rows)], column) for n, column in enumerate(missing)]))


def turns(first: int, visits: Sequence[int]) -> Sequence[int]:
    """Return all visits of a cell with the whole matrix, else two of them, other ones for each cell."""
    return visits if WHOLE else [visits[(first + k) % len(visits)] for k in range(min(2, len(visits)))]
