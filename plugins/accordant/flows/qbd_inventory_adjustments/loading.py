"""From the store's rows to stock: what both sides have, had at first meeting, and passed to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from accordant.flows.base import Row, TwoWayView
from accordant.flows.qbd_inventory_adjustments.reading import Seen
from accordant.flows.qbd_inventory_adjustments.records import ADJUSTMENT, SITE
from accordant.flows.qbd_inventory_adjustments.settings import Strategy
from accordant.flows.qbd_inventory_adjustments.stock import (
    Counter,
    SideOrigin,
    SideStock,
    Sites,
    Stock,
    agreed_totals,
    document_totals,
    level_totals,
    written_now,
)
from accordant.sync.errors import Misconfigured, NeedsPerson
from accordant.sync.merge import Side

DOCUMENT_LIST = "inventory-adjustments"
_PAGE = 1000
_NOTHING_SEEN = Seen()


def stock_of(view: TwoWayView, strategy: Strategy, seen: Mapping[Side, Seen] | None = None) -> Stock:
    """Return the stock of both sides as they were last seen.

    Args:
        seen: what was read since, where it is known; it stands for what was last seen.

    Raises:
        Misconfigured: levels must be taken, and cannot say what was adjusted.
        NeedsPerson: another run wrote after this one had read the levels.
    """
    sites = _sites(view)
    sides = {side: _side(view, side, sites, (seen or {}).get(side, _NOTHING_SEEN)) for side in Side}
    rows = list(chain.from_iterable(view.rows("counters")))
    first = next((row for row in rows if row["object_type"] != ADJUSTMENT), None)
    origin = None if first is None else {side: SideOrigin.of(first["base"][side.value], sites) for side in Side}
    readable = _readable(view, strategy)
    measures = {side: _measure(side, strategy, readable, origin) for side in Side}
    counters = {row["key"]: row for row in rows if row["object_type"] == ADJUSTMENT}
    if origin is not None and seen is None:
        _check(measures, origin, sides, any(row["is_new"] for row in counters.values()))
    passed = list(chain.from_iterable(view.rows("agreed")))
    return Stock(
        sites, sides, origin, agreed_totals(passed, sites), _keys(view, sides[Side.THEIRS], origin),
        {key: Counter(row["base"]["version"], row["base_hash"]) for key, row in counters.items()},
        measures, readable, first["base_hash"] if first else "",
        {side: {} if side in (seen or {}) and (seen or {})[side].levels else written_now(passed, sites, side)
         for side in Side},
    )  # fmt: skip


def _sites(view: TwoWayView) -> Sites:
    found = [row["content"] for rows in view.side_records(SITE, Side.THEIRS) for row in rows if not row["gone"]]
    return Sites(bool(found), next((site["name"] for site in found if site["is_default"]), ""))


def _side(view: TwoWayView, side: Side, sites: Sites, seen: Seen) -> SideStock:
    stock = SideStock()
    document_totals(_documents(view, side, seen), sites, stock)
    if seen.levels:
        later = [{"content": row.content, "revision": row.revision, "fresh": True} for row in seen.levels.values()]
        level_totals(later, sites, stock)
    else:
        level_totals(chain.from_iterable(view.rows("levels", side=side.value)), sites, stock)
    return stock


def _documents(view: TwoWayView, side: Side, seen: Seen) -> Iterator[Row]:
    """Yield a side's documents; those that were read since as they are now."""
    for rows in view.rows("documents", side=side.value):
        yield from (row for row in rows if row["key"] not in seen.changed)
    for row in seen.changed.values():
        yield {"content": row.content, "mark": row.mark, "gone": row.gone}


def _readable(view: TwoWayView, strategy: Strategy) -> frozenset[Side]:
    """Return the sides whose documents count in this run."""
    if strategy is Strategy.LEVELS:
        return frozenset()
    unread: list[str] = []
    for rows in view.rows("run_reading"):
        unread = rows[0]["reading"].get("unread", [])
    return frozenset(Side) - ({Side.THEIRS} if f"{Side.THEIRS}:{DOCUMENT_LIST}" in unread else set())


def _measure(
    side: Side, strategy: Strategy, readable: frozenset[Side], origin: Mapping[Side, SideOrigin] | None
) -> Strategy:
    """Return by what a side counts: by levels also in the run that reads its documents for the first time."""
    known = origin is None or origin[side].documents is not None
    return strategy if known and side in readable else Strategy.LEVELS


def _check(
    measures: Mapping[Side, Strategy], origin: Mapping[Side, SideOrigin], sides: Mapping[Side, SideStock],
    overtaken: bool,
) -> None:  # fmt: skip
    for side in (side for side in Side if measures[side] is Strategy.LEVELS):
        name = "the WMS" if side is Side.OURS else "QuickBooks"
        if origin[side].otherwise:
            sentence = f"The stock of {name} was seen to move by more than adjustments."
            raise Misconfigured("LEVELS_UNUSABLE", sentence, record="stock levels")
        if origin[side].levels is None or not sides[side].fresh:
            sentence = f"The levels of {name} were not read together with its documents. Start a run with `full`."
            raise Misconfigured("LEVELS_UNUSABLE", sentence, record="stock levels")
        if overtaken:
            sentence = "Another run wrote adjustments after this one had read the levels."
            raise NeedsPerson("PLAN_OVERTAKEN", sentence, record="stock levels")


def _keys(view: TwoWayView, theirs: SideStock, origin: Mapping[Side, SideOrigin] | None) -> dict[str, str]:
    """Return {QuickBooks' id: our key} of the items that QuickBooks has stock of."""
    first = origin[Side.THEIRS] if origin else SideOrigin()
    places = chain(theirs.documents, theirs.levels, theirs.days, first.documents or (), first.levels or ())
    ids = sorted({place.item for place in places})
    found: dict[str, str] = {}
    for start in range(0, len(ids), _PAGE):
        found |= view.bound_ids("item", ids[start : start + _PAGE])
    return found
