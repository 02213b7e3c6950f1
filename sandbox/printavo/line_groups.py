"""The groups of lines that generated orders are put together from, made once."""

from __future__ import annotations

import random
from functools import cache
from typing import NamedTuple

from sandbox.printavo.words import CATEGORIES, COLOURS, GOODS, SIZE_RUNS

GROUPS = 4096  # how many there are to choose from
_SEED = 20_261_030


class Line(NamedTuple):
    """A line of an order; `price` is in thousandths, the others are places in the lists of words."""

    good: int
    colour: int
    category: int
    price: int
    sizes: tuple[tuple[str, int], ...]
    taxed: bool


class Group(NamedTuple):
    """Some lines, their pieces and their sum in thousandths."""

    lines: tuple[Line, ...]
    items: int
    amount: int


@cache
def line_groups() -> tuple[Group, ...]:
    """All groups, of 1 to 4 lines each."""
    dice = random.Random(_SEED)
    return tuple(_group(dice, number) for number in range(GROUPS))


def pieces(line: Line) -> int:
    """How many pieces of all sizes."""
    return sum(count for _, count in line.sizes)


def _group(dice: random.Random, number: int) -> Group:
    # Every twentieth group has prices of half a penny.
    lines = tuple(_line(dice, 5 if number % 20 == 9 else 0) for _ in range(1 + number % 4))
    return Group(lines, sum(map(pieces, lines)), sum(pieces(line) * line.price for line in lines))


def _line(dice: random.Random, half_penny: int) -> Line:
    good = dice.randrange(len(GOODS))
    run = dice.choice(SIZE_RUNS)
    sizes = tuple((size, dice.randint(1, 25)) for size in run)
    price = GOODS[good][2] + 50 * dice.randrange(40) + half_penny
    return Line(good, dice.randrange(len(COLOURS)), dice.randrange(len(CATEGORIES)), price, sizes, good % 5 != 0)
