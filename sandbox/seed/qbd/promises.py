"""What the seed promises: what the first run makes of every record, counted and named."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from sandbox.seed.qbd.company import by_label, of_side, records
from sandbox.seed.qbd.records import (
    CONFLICT,
    CREATED_IN_QUICKBOOKS,
    CREATED_IN_WMS,
    DEACTIVATED,
    HELD,
    NETTED,
    QUARANTINED,
    Fields,
    SeedRecord,
)


@dataclass(frozen=True)
class Promise:
    """The state after one run of every flow over the whole seed.

    Attributes:
        outcomes: kind -> outcome -> how many.
        wms, quickbooks: kind -> how many records each side has afterwards; adjustments are not among them.
        quarantined: label -> the code it is refused with.
        conflicts: label -> the code of the question a person must answer.
        held: label -> the record it waits for.
        deactivated: labels of what is inactive in the WMS afterwards, because QuickBooks deleted it.
        agreed: label -> fields that differ before and must be the same on both sides afterwards.
        troubles: label -> what is special about it, in words.
        net_changes: side -> item -> the sum of that side's adjustments.
    """

    outcomes: dict[str, dict[str, int]]
    wms: dict[str, int]
    quickbooks: dict[str, int]
    quarantined: dict[str, str]
    conflicts: dict[str, str]
    held: dict[str, str]
    deactivated: list[str]
    agreed: dict[str, Fields]
    troubles: dict[str, str]
    net_changes: dict[str, dict[str, Decimal]]


@cache
def promise() -> Promise:
    """Count what the records promise."""
    counted = {kind: listed for kind, listed in records().items() if listed[0].outcome != NETTED}
    return Promise(
        outcomes={kind: dict(Counter(one.outcome for one in listed)) for kind, listed in records().items()},
        wms={kind: _after(listed, "wms", CREATED_IN_WMS) for kind, listed in counted.items()},
        quickbooks={kind: _after(listed, "quickbooks", CREATED_IN_QUICKBOOKS) for kind, listed in counted.items()},
        quarantined=_reasons(QUARANTINED),
        conflicts=_reasons(CONFLICT),
        held=_reasons(HELD),
        deactivated=list(_reasons(DEACTIVATED)),
        agreed={one.label: one.agreed for one in by_label().values() if one.agreed} | _invoiced(),
        troubles={one.label: one.about for one in by_label().values() if one.about},
        net_changes={side: net_changes(of_side(records()["inventory_adjustment"], side)) for side in _SIDES},
    )


_SIDES = ("wms", "quickbooks")


def net_changes(adjustments: Iterable[SeedRecord]) -> dict[str, Decimal]:
    """How much the adjustments change each item by."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for record in adjustments:
        for line in record.either["lines"]:
            found[line["item"]] += Decimal(line["quantity_difference"])
    return dict(found)


def names(labels: Iterable[str]) -> dict[str, str]:
    """What people call these records."""
    listed = {label: by_label()[label].either for label in labels}
    return {label: str(fields.get("name") or fields["ref_number"]) for label, fields in listed.items()}


def _after(listed: Iterable[SeedRecord], side: str, created: str) -> int:
    return sum(one.outcome == created or (getattr(one, side) is not None and not _gone(one, side)) for one in listed)


def _gone(record: SeedRecord, side: str) -> bool:
    return record.deleted and side == "quickbooks"


def _reasons(outcome: str) -> dict[str, str]:
    return {one.label: one.reason for one in by_label().values() if one.outcome == outcome}


def _invoiced() -> dict[str, Fields]:
    """Orders that QuickBooks has billed, which the WMS does not know yet."""
    billed = [one.either["sales_order"] for one in records()["invoice"] if "sales_order" in one.either]
    return {label: {"is_fully_invoiced": True} for label in billed if by_label()[label].wms is not None}
