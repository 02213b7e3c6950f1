"""The proof: at every item and site that moved since first meeting, both sides are as far from where they began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accordant.flows.base import Proof, ProvenRecord
from accordant.flows.qbd_inventory_adjustments.planning import STOCK, counter_key, place_key
from accordant.flows.qbd_inventory_adjustments.settings import Strategy
from accordant.flows.qbd_inventory_adjustments.stock import Stock
from accordant.sync.certificate import Difference
from accordant.sync.chunks import chunks
from accordant.sync.merge import Side
from accordant.sync.net_change import NOTHING, Amount, Place, Totals
from accordant.sync.numbers import plain
from accordant.sync.pairs import UNBOUND

_PAGE = 200


def proofs(
    now: Stock, before: Mapping[Side, Totals], unwritten: Mapping[tuple[str, str], str]
) -> Iterator[list[Proof]]:
    """Yield every item and site that moved, compared.

    Args:
        now: both sides as they were read after load.
        before: how far each side was from its origin when it was last seen: what moved since, moved after the plan.
        unwritten: {(counter, item): why}, of what the run could not write.
    """
    if now.origin is None:
        return
    nets = {side: now.net(side) for side in Side}
    moved = {
        place for place in {*nets[Side.OURS], *nets[Side.THEIRS], *now.agreed}
        if any(total.get(place, NOTHING).written() != NOTHING for total in (*nets.values(), now.agreed))
    }  # fmt: skip
    for places in chunks(sorted(moved), _PAGE):
        yield [_proof(place, now, nets, before, unwritten) for place in places]


def _proof(
    place: Place, now: Stock, nets: Mapping[Side, Totals], before: Mapping[Side, Totals],
    unwritten: Mapping[tuple[str, str], str],
) -> Proof:  # fmt: skip
    key = place_key(place)
    ours, theirs = (_comparable(now, nets[side].get(place, NOTHING)) for side in Side)
    if ours == theirs == _comparable(now, now.agreed.get(place, NOTHING)):
        record = ProvenRecord(STOCK, key, _content(ours), _content(theirs), ours.quantity, theirs.quantity)
        return Proof(key, [record], [])
    sentence = (
        f"Item {place.item}{' at ' + place.site if place.site else ''} moved by {_words(ours)} in the WMS and by "
        f"{_words(theirs)} in QuickBooks since the first meeting."
    )
    excuse = _excuse(place, nets, before, unwritten)
    return Proof(key, [], [Difference(STOCK, key, sentence, excuse)])


def _comparable(now: Stock, amount: Amount) -> Amount:
    """Return what both measures tell, as far as both systems can hold it: levels tell no value."""
    by_levels = Strategy.LEVELS in now.measures.values()
    return (Amount(amount.quantity) if by_levels else amount).written()


def _excuse(
    place: Place, nets: Mapping[Side, Totals], before: Mapping[Side, Totals], unwritten: Mapping[tuple[str, str], str]
) -> str:
    if place.item.startswith(UNBOUND):
        return "WAITS_FOR_REFERENCE"
    for side in Side:
        if code := unwritten.get((counter_key(side, place.site), place.item)):
            return code
    if any(nets[side].get(place, NOTHING) != before[side].get(place, NOTHING) for side in Side):
        return "CHANGED_SINCE"
    return ""


def _content(amount: Amount) -> dict[str, Any]:
    return {"quantity": plain(amount.quantity), "value": plain(amount.value)}


def _words(amount: Amount) -> str:
    value = f" and {plain(amount.value)} of value" if amount.value else ""
    return f"{plain(amount.quantity)}{value}"
