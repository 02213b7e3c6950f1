"""Reading both sides: documents, levels and sites, and what one step has seen of a side so far."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accordant.flows.qbd.reading import QuickBooks, Warehouse
from accordant.flows.qbd_inventory_adjustments import records
from accordant.flows.qbd_inventory_adjustments.settings import AdjustmentSettings, Strategy
from accordant.flows.qbd_inventory_adjustments.windows import AdjustmentList
from accordant.sync.errors import RecordRejected
from accordant.sync.records import StagedRow

log = logging.getLogger(__name__)

_TRIES = 3  # readings of the levels, until no document changed meanwhile


@dataclass
class Seen:
    """What a step has seen of one side so far.

    Attributes:
        whole: the documents were read as a whole, and levels with them.
        unread: the documents could not be read.
        documents: {key: the version that was read}, of documents that were read as a whole.
        newest: the latest change among them.
        changed: documents read, as they are now. Levels: as they are now, by key.
        has_sites: QuickBooks keeps stock by site.
    """

    whole: bool = False
    unread: bool = False
    documents: dict[str, str] = field(default_factory=dict)
    newest: datetime | None = None
    changed: dict[str, StagedRow] = field(default_factory=dict)
    levels: dict[str, StagedRow] = field(default_factory=dict)
    has_sites: bool = False

    def noted(self, rows: Iterable[StagedRow]) -> Iterator[StagedRow]:
        """Pass documents on and remember them."""
        for row in rows:
            self.changed[row.key] = row
            if self.whole:
                self.documents[row.key] = _version(row)
            if row.changed_at is not None and (self.newest is None or row.changed_at > self.newest):
                self.newest = row.changed_at
            yield row


def _version(row: StagedRow) -> str:
    return f"{row.revision} {row.changed_at}"


def our_documents(warehouse: Warehouse, since: datetime | None, keys: list[str] | None = None) -> Iterator[StagedRow]:
    """Yield the WMS's adjustments changed since a moment, or those of some keys."""
    for row in warehouse.rows("inventory_adjustment_read", since=since, keys=keys):
        yield records.our_adjustment(row)


def our_levels(warehouse: Warehouse) -> list[StagedRow]:
    """Return what lies where in the WMS."""
    return [records.our_level(row) for row in warehouse.rows("stock_read")]


def their_documents(
    quickbooks: QuickBooks, settings: AdjustmentSettings, since: datetime | None
) -> Iterator[StagedRow]:
    """Yield QuickBooks' adjustments changed since a moment.

    Raises:
        TooMuch: they cannot be listed in time.
    """
    listed = AdjustmentList(quickbooks, settings.from_date, settings.window_days)
    for row in listed.rows(updated_after=since):
        yield records.their_adjustment(row)
    if listed.windows:
        log.info("The adjustments of QuickBooks were read in %d windows of days.", listed.windows)


def their_levels(quickbooks: QuickBooks, *, has_sites: bool) -> list[StagedRow]:
    """Return what QuickBooks has on hand: per site, or per item where it keeps no sites."""
    if has_sites:
        return list(records.their_site_levels(quickbooks.rows("item-sites", status="all")))
    return [
        records.their_item_level(row)
        for resource in ("inventory-items", "inventory-assembly-items")
        for row in quickbooks.rows(resource, status="all")
    ]


def their_sites(quickbooks: QuickBooks) -> Iterator[StagedRow]:
    """Yield QuickBooks' sites; none where it refuses the question, because it keeps stock in one place only."""
    try:
        rows = list(quickbooks.rows("inventory-sites", status="all"))
    except RecordRejected as error:
        log.info("QuickBooks keeps no sites: %s", error.sentence)
        return
    yield from map(records.their_site, rows)


def deleted(quickbooks: QuickBooks, since: datetime) -> Iterator[StagedRow]:
    """Yield the adjustments that somebody deleted in QuickBooks since a moment."""
    filters: Mapping[str, Any] = {"transaction_types": [records.ADJUSTMENT], "deleted_after": since}
    for row in quickbooks.rows("deleted-transactions", **filters):
        yield StagedRow(records.ADJUSTMENT, row["id"], {}, gone=True)


def levels_are_wanted(seen: Seen, strategy: Strategy) -> bool:
    """Tell whether QuickBooks' levels must be read: a page per 150 items, so only where they count."""
    return strategy is Strategy.LEVELS or seen.whole or seen.unread


def settled_levels(
    seen: Seen, levels: Callable[[], list[StagedRow]], documents: Callable[[datetime], Iterable[StagedRow]]
) -> Iterator[StagedRow]:
    """Yield levels that fit the documents: read again, with the documents, where one changed in between."""
    found = levels()
    for _ in range(_TRIES):
        if not seen.whole or seen.newest is None:
            break
        later = [row for row in documents(seen.newest) if seen.documents.get(row.key) != _version(row)]
        if not later:
            break
        yield from seen.noted(later)
        found = levels()
    found.append(records.levels_read(found[0].revision if found else ""))
    seen.levels = {row.key: row for row in found}
    yield from found
