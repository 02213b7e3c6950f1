"""The plan: adjustments that bring each side the other's net change, one per written side and site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from accordant.flows.qbd.object_type import NAMES
from accordant.flows.qbd_inventory_adjustments.records import ADJUSTMENT
from accordant.flows.qbd_inventory_adjustments.stock import Counter, Stock
from accordant.sync.agree import Decision
from accordant.sync.chunks import chunks
from accordant.sync.merge import Side
from accordant.sync.net_change import Amount, Place, changes
from accordant.sync.numbers import plain
from accordant.sync.operations import Action, Operation, Severity, Trouble
from accordant.sync.pairs import UNBOUND
from accordant.sync.records import content_hash

STOCK = "stock"
FIRST_MEETING = "first meeting"

Change = tuple[Place, Amount]


@dataclass(frozen=True)
class Refusal:
    """An adjustment of an item that was not written, and why."""

    code: str
    detail: str
    alone: bool
    amount: Amount


@dataclass
class Planner:
    """Makes the plan of one run.

    Attributes:
        bound: items of ours that QuickBooks has too.
        refused: {(counter, item): the last refusal}.
    """

    stock: Stock
    bound: frozenset[str]
    account: str
    most_lines: int
    refused: Mapping[tuple[str, str], Refusal] = field(default_factory=dict)

    def decisions(self) -> Iterator[Decision]:
        """Yield the plan in its order, and what stands in the way."""
        origin = self.stock.origin_now()
        if origin is not None:
            yield self._origin(origin)
        if self.stock.origin is not None:
            for side in Side:  # in the order of the counters' names
                yield from self._side(side)

    def _origin(self, origin: dict[str, Any]) -> Operation:
        first = self.stock.origin is None
        rule = "first meeting: what is there counts as agreed" if first else "what levels and documents tell differs"
        return Operation(0, FIRST_MEETING, STOCK, FIRST_MEETING, Action.LINK, rule, {}, None, self.stock.origin_hash,
                         FIRST_MEETING, agreed=origin, name="stock at the first meeting")  # fmt: skip

    def _side(self, written: Side) -> Iterator[Decision]:
        source = written.other
        found = changes(self.stock.net(source), self.stock.agreed)
        for site, group in groupby(found, key=lambda change: change[0].site):
            yield from self._site(written, site, list(group))

    def _site(self, written: Side, site: str, found: list[Change]) -> Iterator[Decision]:
        """Yield one site's adjustments; an item that was refused among others goes alone, after them."""
        counter = counter_key(written, site)
        together: list[Change] = []
        alone: list[Change] = []
        for place, amount in found:
            refusal = self.refused.get((counter, place.item))
            if self._is_held(place.item):
                yield self._held(place, written)
            elif refusal is None:
                together.append((place, amount))
            elif refusal.alone and refusal.amount == amount:
                yield Trouble(Severity.REFUSED, ADJUSTMENT, counter, refusal.code, refusal.detail, source=place.item)
            else:
                alone.append((place, amount))
        groups = [*chunks(together, self.most_lines), *([one] for one in alone)]
        yield from self._chain(written, site, groups)

    def _chain(self, written: Side, site: str, groups: Sequence[Sequence[Change]]) -> Iterator[Operation]:
        """Yield adjustments that each go on the counter that the one before it left: none goes twice."""
        key = counter_key(written, site)
        counter = self.stock.counters.get(key, Counter(0, ""))
        for number, group in enumerate(groups, start=counter.version + 1):
            yield self._create(written, site, group, counter.base_hash, number)
            counter = Counter(number, content_hash({"version": number}))

    def _create(self, written: Side, site: str, group: Sequence[Change], base_hash: str, version: int) -> Operation:
        source, key = written.other, counter_key(written, site)
        measure, where = self.stock.measures[source], self._site_name(written, site)
        after = {
            "transaction_date": self.stock.day(source, [place for place, _ in group]),
            "site": where, "account": self.account,
            "memo": f"Accordant: net of {_name(source)}, by {measure.value}",
            "lines": [_line(place, amount) for place, amount in group],
        }  # fmt: skip
        rule = f"net change of {_name(source)}, by {measure.value}"
        items = "1 item" if len(group) == 1 else f"{len(group)} items"
        return Operation(
            1, key, ADJUSTMENT, key, Action.CREATE, rule, after, None, base_hash, key, agreed={"version": version},
            source=group[0][0].item if len(group) == 1 else "", side=written, rules={"lines": rule},
            name=f"adjustment {version} of {items}{_at(where)}",
        )  # fmt: skip

    def _site_name(self, side: Side, site: str) -> str:
        """Return what a side calls a site; '' for the default one, and what the other side calls it for a new one."""
        sides = self.stock.sides
        if (own := sides[side].names.get(site)) is not None:
            return own
        return "" if site == self.stock.sites.key("") else sides[side.other].names.get(site, "")

    def _is_held(self, item: str) -> bool:
        return item.startswith(UNBOUND) or item not in self.bound

    def _held(self, place: Place, written: Side) -> Trouble:
        sentence = f"Item {place.item}, adjusted in {_name(written.other)}, is not agreed with {_name(written)} yet."
        key = place_key(place)
        return Trouble(Severity.HELD, STOCK, key, "WAITS_FOR_REFERENCE", sentence, field="item", source=place.item)


def counter_key(written: Side, site: str) -> str:
    """Return the key of the counter of a side's site."""
    return f"{written.value}|{site}"


def place_key(place: Place) -> str:
    """Return the key of an item at a site."""
    return f"{place.site}|{place.item}"


def _line(place: Place, amount: Amount) -> dict[str, str]:
    return {"item": place.item, "quantity": plain(amount.quantity), "value": plain(amount.value)}


def _name(side: Side) -> str:
    return NAMES.ours if side is Side.OURS else NAMES.theirs


def _at(site: str) -> str:
    return f" at {site}" if site else ""


def refusals(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Refusal]:
    """Return the last refusals, by counter and item."""
    return {
        (row["counter"], row["item"]): Refusal(
            row["code"], row["detail"], row["alone"], Amount(Decimal(row["quantity"]), Decimal(row["value"]))
        )
        for row in rows
    }  # fmt: skip
