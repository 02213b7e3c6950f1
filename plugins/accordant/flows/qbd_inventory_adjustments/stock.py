"""Stock as both sides tell it, as it was at first meeting, and what was passed between them: all that a plan needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accordant.flows.qbd_inventory_adjustments.settings import Strategy
from accordant.sync.merge import Side
from accordant.sync.net_change import (
    NOTHING,
    Amount,
    Place,
    Totals,
    level_net,
    line_amount,
    moved_otherwise,
    net,
    origin_behind,
    totalled,
)
from accordant.sync.numbers import plain
from accordant.sync.pairs import UNBOUND
from accordant.sync.text import folded

Json = Mapping[str, Any]
Levels = Mapping[Place, Decimal]


@dataclass(frozen=True)
class Sites:
    """How the sites of both sides are matched: by name.

    Attributes:
        kept: QuickBooks keeps stock by site; where it does not, all sites of the WMS count as one.
        default: the name of QuickBooks' default site, where what names no site is.
    """

    kept: bool
    default: str

    def key(self, name: str) -> str:
        """Return the form in which two names are the same site."""
        return folded(name or self.default) if self.kept else ""


@dataclass
class SideStock:
    """One side's stock; items are named as that side names them.

    Attributes:
        documents: the sum of its documents.
        levels: what it has on hand, where it was read.
        days: {place: the newest day of a document there}; of those that people made, where there are any.
        names: {key of a site: its name there}.
        fresh: the levels were read in this run.
        today: the day there.
    """

    documents: dict[Place, Amount] = field(default_factory=dict)
    levels: dict[Place, Decimal] = field(default_factory=dict)
    days: dict[Place, tuple[bool, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    fresh: bool = False
    today: str = ""


@dataclass(frozen=True)
class SideOrigin:
    """What one side had at first meeting.

    Attributes:
        documents: None while they were never read.
        levels: None likewise.
        otherwise: levels were seen to move by more than adjustments.
    """

    documents: Totals | None = None
    levels: Levels | None = None
    otherwise: bool = False

    def content(self) -> dict[str, Any]:
        """Return it as it stands in the base."""
        documents = levels = None
        if self.documents is not None:
            documents = [
                [place.site, place.item, plain(amount.quantity), plain(amount.value)]
                for place, amount in sorted(self.documents.items()) if amount != NOTHING
            ]  # fmt: skip
        if self.levels is not None:
            levels = [[*place, plain(quantity)] for place, quantity in sorted(self.levels.items()) if quantity]
        return {"documents": documents, "levels": levels, "otherwise": self.otherwise}

    @classmethod
    def of(cls, content: Json, sites: Sites) -> SideOrigin:
        """Rebuild it from what `content` gave."""
        documents, levels = content["documents"], content["levels"]
        return cls(
            None if documents is None
            else {Place(sites.key(site), item): Amount(Decimal(q), Decimal(v)) for site, item, q, v in documents},
            None if levels is None else {Place(sites.key(site), item): Decimal(q) for site, item, q in levels},
            content["otherwise"],
        )  # fmt: skip


@dataclass(frozen=True)
class Counter:
    """How many adjustments were written to a side's site."""

    version: int
    base_hash: str


@dataclass
class Stock:
    """Both sides' stock, and what they agreed on.

    Attributes:
        origin: at first meeting; None before it.
        agreed: what was passed from either side to the other, per site and item of ours.
        keys: {QuickBooks' id: our key} of items.
        counters: {side|site: counter}.
        measures: from what each side's change is told in this run.
        readable: sides whose documents this run read, and counts by.
        written: what this run has written to a side since its levels were read.
    """

    sites: Sites
    sides: Mapping[Side, SideStock]
    origin: Mapping[Side, SideOrigin] | None
    agreed: Totals
    keys: Mapping[str, str]
    counters: Mapping[str, Counter]
    measures: Mapping[Side, Strategy]
    readable: frozenset[Side] = frozenset()
    origin_hash: str = ""
    written: Mapping[Side, Levels] = field(default_factory=dict)

    def net(self, side: Side) -> Totals:
        """Return how far a side is away from its origin, by the measure of this run."""
        return self._net(side, self.measures[side])

    def _net(self, side: Side, measure: Strategy) -> dict[Place, Amount]:
        assert self.origin is not None
        stock, origin = self.sides[side], self.origin[side]
        if measure is Strategy.DOCUMENTS:
            return net(self._keyed(side, stock.documents, _add), self._keyed(side, origin.documents or {}, _add))
        levels = self._keyed(side, stock.levels, _sum)
        for place, quantity in self.written.get(side, {}).items():
            levels[place] = levels.get(place, Decimal(0)) + quantity
        return level_net(levels, self._keyed(side, origin.levels or {}, _sum), self.agreed)

    def _keyed(self, side: Side, totals: Mapping[Place, Any], add: Callable[[Any, Any], Any]) -> dict[Place, Any]:
        """Return totals under our keys of the items, or under UNBOUND and the other side's id."""
        found: dict[Place, Any] = {}
        for place, amount in totals.items():
            key = self.item_key(side, place.item)
            there = place._replace(item=key)
            found[there] = add(found[there], amount) if there in found else amount
        return found

    def item_key(self, side: Side, item: str) -> str:
        """Return our key of an item."""
        return item if side is Side.OURS else self.keys.get(item) or UNBOUND + item

    def day(self, side: Side, places: Iterable[Place]) -> str:
        """Return the day of a side's change: that of its newest document, or today where levels told it."""
        stock = self.sides[side]
        if self.measures[side] is Strategy.LEVELS:
            return self.sides[Side.THEIRS].today or stock.today
        wanted = set(places)
        days = [day for place, day in stock.days.items()
                if place._replace(item=self.item_key(side, place.item)) in wanted]  # fmt: skip
        return max(days or stock.days.values(), default=(False, ""))[1]

    def origin_now(self) -> dict[str, Any] | None:
        """Return the origin as it must be from now on; None where it stands."""
        if self.origin is None:
            return {side.value: self._first(side).content() for side in Side}
        changed = {side: self._completed(side, self.origin[side]) for side in Side}
        return None if changed == dict(self.origin) else {side.value: changed[side].content() for side in Side}

    def _first(self, side: Side) -> SideOrigin:
        stock = self.sides[side]
        documents = stock.documents if side is Side.OURS or side in self.readable else None
        return SideOrigin(documents, stock.levels if stock.fresh else None)

    def _completed(self, side: Side, origin: SideOrigin) -> SideOrigin:
        """Return an origin with what this run learnt: documents read for the first time, or levels that go astray."""
        stock = self.sides[side]
        if not stock.fresh or origin.levels is None or side not in self.readable:
            return origin
        if origin.documents is None:
            return SideOrigin(origin_behind(stock.documents, _own_net(stock, origin)), origin.levels, origin.otherwise)
        strays = moved_otherwise(self._net(side, Strategy.DOCUMENTS), self._net(side, Strategy.LEVELS))
        return SideOrigin(origin.documents, origin.levels, origin.otherwise or bool(strays))


def _own_net(stock: SideStock, origin: SideOrigin) -> Totals:
    levels = origin.levels or {}
    return {
        place: Amount(quantity - levels.get(place, Decimal(0))) for place, quantity in stock.levels.items()
    }  # fmt: skip


def _add(one: Amount, other: Amount) -> Amount:
    return one.plus(other)


def _sum(one: Decimal, other: Decimal) -> Decimal:
    return one + other


def document_totals(documents: Iterable[Json], sites: Sites, stock: SideStock) -> None:
    """Add up a side's documents; what was deleted or withdrawn counts for nothing."""
    for document in documents:
        content = document["content"]
        site = sites.key(content.get("site", ""))
        if content.get("site"):
            stock.names.setdefault(site, content["site"])
        counts = not document["gone"] and content.get("is_active", True)
        for line in content.get("lines", ()):
            if line["item"]:
                _count(line, Place(site, line["item"]), content["transaction_date"], document, stock, counts=counts)


def _count(line: Json, place: Place, day: str, document: Json, stock: SideStock, *, counts: bool) -> None:
    by_people = not document["mark"]
    stock.days[place] = max(stock.days.get(place, (False, "")), (by_people, day))
    if counts:
        amount = line_amount(_decimal(line["quantity_difference"]), _decimal(line["value_difference"]))
        stock.documents[place] = stock.documents.get(place, NOTHING).plus(amount)


def level_totals(rows: Iterable[Json], sites: Sites, stock: SideStock) -> None:
    """Take a side's levels."""
    for row in rows:
        content = row["content"]
        stock.fresh = stock.fresh or row["fresh"]
        stock.today = max(stock.today, row["revision"][:10])
        if not content["item"]:
            continue
        site = sites.key(content["site"])
        if content["site"]:
            stock.names.setdefault(site, content["site"])
        place = Place(site, content["item"])
        stock.levels[place] = stock.levels.get(place, Decimal(0)) + Decimal(content["quantity"])


def agreed_totals(rows: Iterable[Json], sites: Sites) -> dict[Place, Amount]:
    """Add up what was passed between the sides."""
    return totalled(
        (Place(sites.key(row["site"]), row["item"]), Amount(Decimal(row["quantity"]), Decimal(row["value"])))
        for row in rows
    )


def written_now(rows: Iterable[Json], sites: Sites, side: Side) -> dict[Place, Decimal]:
    """Return what this run wrote to a side."""
    wrote = totalled(
        (Place(sites.key(row["site"]), row["item"]), Amount(Decimal(row["now"])))
        for row in rows
        if row["side"] == side and row["now"]
    )
    return {place: amount.quantity for place, amount in wrote.items()}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
