"""The flow qbd_inventory_adjustments: each side applies the sum of the other's changes since both last agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any

from accordant.flows.base import ListUnread, Proof, TwoWayFlow, TwoWayView
from accordant.flows.qbd.object_type import NAMES
from accordant.flows.qbd_inventory_adjustments import proof, reading
from accordant.flows.qbd_inventory_adjustments.loading import DOCUMENT_LIST, stock_of
from accordant.flows.qbd_inventory_adjustments.planning import STOCK, Planner, refusals
from accordant.flows.qbd_inventory_adjustments.reading import Seen
from accordant.flows.qbd_inventory_adjustments.records import ADJUSTMENT, LEVEL, SITE
from accordant.flows.qbd_inventory_adjustments.settings import AdjustmentSettings, Strategy, adjustment_settings
from accordant.flows.qbd_inventory_adjustments.stock import Stock
from accordant.flows.qbd_inventory_adjustments.target import Adjustments
from accordant.flows.qbd_inventory_adjustments.windows import TooMuch
from accordant.sync.agree import Decision
from accordant.sync.errors import RetryLater
from accordant.sync.merge import Names, Side
from accordant.sync.net_change import changes
from accordant.sync.operations import Operation
from accordant.sync.records import StagedRow
from accordant.sync.timing import Clocks

_OURS = {ADJUSTMENT: ADJUSTMENT, "stock": LEVEL}
_SITES, _LEVELS = "inventory-sites", "item-sites"
_WRITTEN_OR_REFUSED = ["applied", "not_applied"]
_ALL_STATES = [*_WRITTEN_OR_REFUSED, "planned", "sending", "unknown", "refused", "held"]


@dataclass
class NetChangeFlow:
    """Inventory adjustments, agreed by net change per item and site."""

    name: str = "qbd_inventory_adjustments"
    root: str = STOCK
    object_types: tuple[str, ...] = (ADJUSTMENT,)
    dag_id: str = "qbd_inventory_adjustments"
    claims: bool = False
    source_connection: str = "wms_default"
    target_connection: str = "conductor_default"
    _seen: dict[Side, Seen] = field(default_factory=dict)

    @property
    def owners(self) -> Mapping[str, str]:
        """Return which flow agrees the items."""
        return {"item": "qbd_items"}

    @property
    def names(self) -> Names:
        """Return how people call the two systems."""
        return NAMES

    @property
    def references(self) -> Mapping[str, str]:
        """Return what refers to other records."""
        return {"item": "item"}

    @property
    def settings(self) -> AdjustmentSettings:
        """Return the validated settings."""
        return adjustment_settings()

    # -- reading

    @property
    def earliest(self) -> str:
        """Return the ISO date before which documents are left alone; '' for none."""
        return self.settings.from_date.isoformat() if self.settings.from_date else ""

    def lists(self, side: Side) -> dict[str, str]:
        """Return {list: object type} of a side, in the order in which they must be read."""
        if side is Side.OURS:
            return _OURS
        documents = {DOCUMENT_LIST: ADJUSTMENT} if self.settings.strategy is Strategy.DOCUMENTS else {}
        return {_SITES: SITE, **documents, _LEVELS: LEVEL}

    def read(self, side: Side, client: Any, name: str, since: datetime | None) -> Iterator[StagedRow]:
        """Yield a list. Levels come after documents and only where they count.

        Raises:
            ListUnread: QuickBooks cannot list its documents in time; its levels are taken instead.
        """
        if name in (ADJUSTMENT, _SITES):
            self._seen[side] = Seen()
        seen = self._seen[side]
        if name == _SITES:
            for row in reading.their_sites(client):
                seen.has_sites = True
                yield row
        elif name in (ADJUSTMENT, DOCUMENT_LIST):
            seen.whole = since is None
            yield from self._wanted(seen.noted(self._documents(side, client, since)))
        elif reading.levels_are_wanted(seen, self.settings.strategy):
            yield from reading.settled_levels(seen, self._levels_of(side, client), partial(self._since, side, client))

    def _documents(self, side: Side, client: Any, since: datetime | None) -> Iterator[StagedRow]:
        if side is Side.OURS:
            yield from reading.our_documents(client, since)
            return
        try:
            yield from reading.their_documents(client, self.settings, since)
        except TooMuch as error:
            if not self.settings.switch_on_timeout:
                raise RetryLater("LIST_TIMED_OUT", f"{error} `switch_on_timeout` is off.") from None
            self._seen[side].unread, self._seen[side].whole = True, False
            raise ListUnread(f"{error} This run takes its stock levels instead (switch_on_timeout).") from None

    def _since(self, side: Side, client: Any, since: datetime) -> Iterator[StagedRow]:
        yield from self._wanted(self._documents(side, client, since))

    def _levels_of(self, side: Side, client: Any) -> Callable[[], list[StagedRow]]:
        if side is Side.OURS:
            return partial(reading.our_levels, client)
        return partial(reading.their_levels, client, has_sites=self._seen[side].has_sites)

    def _wanted(self, rows: Iterator[StagedRow]) -> Iterator[StagedRow]:
        return (row for row in rows if row.content["transaction_date"] >= self.earliest)

    def read_again(self, side: Side, client: Any, keys: Sequence[str]) -> Iterator[StagedRow]:
        """Yield some adjustments of the WMS whatever their time."""
        if side is Side.OURS:
            yield from self._wanted(reading.our_documents(client, None, list(keys)))

    def deleted(self, client: Any, since: datetime) -> Iterator[StagedRow]:
        """Yield the adjustments that were deleted in QuickBooks since a moment."""
        yield from reading.deleted(client, since)

    # -- deciding and writing

    def decide(self, view: TwoWayView, clocks: Clocks) -> Iterator[Decision]:
        """Yield the plan in its order, and what stands in the way."""
        stock = stock_of(view, self.settings.strategy)
        refused = refusals(chain.from_iterable(view.rows("not_written", states=_WRITTEN_OR_REFUSED)))
        settings = self.settings
        yield from Planner(
            stock, _bound(view, stock), settings.account, settings.lines_per_document, refused
        ).decisions()

    def money_of(self, operation: Operation) -> Decimal:
        """Return the value that an adjustment moves by revaluation alone."""
        return sum((abs(Decimal(line["value"])) for line in operation.after.get("lines", ())), Decimal(0))

    def target(self, source: Any, client: Any) -> Adjustments:
        """Return both systems as load writes to them."""
        return Adjustments(source, client)

    def proofs(self, view: TwoWayView) -> Iterator[list[Proof]]:
        """Compare both sides of every item and site that moved since the first meeting, as read after load."""
        before = stock_of(view, self.settings.strategy, {})
        now = replace(stock_of(view, self.settings.strategy, self._seen), measures=before.measures)
        rows = chain.from_iterable(view.rows("not_written", states=_ALL_STATES))
        unwritten = {(row["counter"], row["item"]): row["code"] or "RECORD_MOVED" for row in rows}
        nets = {side: before.net(side) for side in Side} if before.origin else {}
        yield from proof.proofs(now, nets, unwritten)


def _bound(view: TwoWayView, stock: Stock) -> frozenset[str]:
    """Return the items that changed and that both sides have."""
    if stock.origin is None:
        return frozenset()
    changed = {place.item for side in Side for place, _ in changes(stock.net(side), stock.agreed)}
    return frozenset(view.bound_keys("item", sorted(changed)))


FLOW: TwoWayFlow = NetChangeFlow()
