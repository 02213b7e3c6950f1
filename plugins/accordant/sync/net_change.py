"""Net change: what each side changed since both last agreed, told from documents or from levels. Pure.

Both strategies are one law. A side has a total per place (an item at a site): the sum of its documents, or its
level. `origin` is that total at the first meeting, when all that was there counted as agreed. `agreed` is the sum of
all that was passed from either side to the other since then, which by then both sides hold. So

    change = total - origin - agreed

is what this side did that the other side has not got yet. What we write moves total and agreed of the written side
by the same amount, whichever total is looked at: switching between documents and levels counts nothing twice, and
nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

_QUANTITY = Decimal("0.00001")  # what QuickBooks and the WMS hold
_VALUE = Decimal("0.01")
_ZERO = Decimal(0)


class Place(NamedTuple):
    """An item at a site."""

    site: str
    item: str


class Amount(NamedTuple):
    """How many, and the value of what is revalued without a change of quantity."""

    quantity: Decimal = _ZERO
    value: Decimal = _ZERO

    def plus(self, other: Amount) -> Amount:
        """Return the sum of both."""
        return Amount(self.quantity + other.quantity, self.value + other.value)

    def minus(self, other: Amount) -> Amount:
        """Return the difference."""
        return Amount(self.quantity - other.quantity, self.value - other.value)

    def written(self) -> Amount:
        """Return as much of it as both systems can hold; the rest waits until it adds up."""
        return Amount(self.quantity.quantize(_QUANTITY, ROUND_DOWN), self.value.quantize(_VALUE, ROUND_DOWN))


NOTHING = Amount()
Totals = Mapping[Place, Amount]


def line_amount(quantity: Decimal | None, value: Decimal | None) -> Amount:
    """Return what one line of a document counts for.

    A value beside a quantity is what the system itself computed from its costs, and is its own business.
    """
    return Amount(quantity) if quantity else Amount(_ZERO, value or _ZERO)


def totalled(lines: Iterable[tuple[Place, Amount]]) -> dict[Place, Amount]:
    """Return the sum of lines per place; also of places where it is nothing."""
    totals: dict[Place, Amount] = {}
    for place, amount in lines:
        totals[place] = totals.get(place, NOTHING).plus(amount)
    return totals


def net(total: Totals, origin: Totals) -> dict[Place, Amount]:
    """Return by how much a side is away from where it was at the first meeting."""
    places = total.keys() | origin.keys()
    return {place: total.get(place, NOTHING).minus(origin.get(place, NOTHING)) for place in places}


def changes(side_net: Totals, agreed: Totals) -> Iterator[tuple[Place, Amount]]:
    """Yield what a side changed that the other one has not got yet, in order of the places.

    Args:
        side_net: how far the side is away from its origin. Levels know no values: see `level_net`.
    """
    for place in sorted(side_net.keys() | agreed.keys()):
        change = side_net.get(place, NOTHING).minus(agreed.get(place, NOTHING)).written()
        if change != NOTHING:
            yield place, change


def level_net(level: Mapping[Place, Decimal], origin: Mapping[Place, Decimal], agreed: Totals) -> dict[Place, Amount]:
    """Return how far levels are away from their origin.

    A level does not show a revaluation, so its value counts as what is agreed: nothing is passed on, nothing is
    taken back. A place whose level is no longer told stays as agreed too: missing is not emptied.
    """
    found = dict(agreed)
    for place, quantity in level.items():
        found[place] = Amount(quantity - origin.get(place, _ZERO), agreed.get(place, NOTHING).value)
    return found


def moved_otherwise(by_documents: Totals, by_levels: Totals) -> list[Place]:
    """Return the places where a level moved by more than documents: by sales, receipts, builds.

    Levels of such a side cannot stand in for its documents.
    """
    places = sorted(by_documents.keys() | by_levels.keys())
    return [
        place for place in places
        if by_documents.get(place, NOTHING).quantity != by_levels.get(place, NOTHING).quantity
    ]  # fmt: skip


def origin_behind(total: Totals, side_net: Totals) -> dict[Place, Amount]:
    """Return the origin of a total that is read for the first time, from the net that is known by the other one."""
    places = total.keys() | side_net.keys()
    return {place: total.get(place, NOTHING).minus(side_net.get(place, NOTHING)) for place in places}
