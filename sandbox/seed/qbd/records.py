"""One record of the company as each side holds it, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Fields = dict[str, Any]

# Fates at the first run.
LINKED = "linked"
CREATED_IN_QUICKBOOKS = "created_in_quickbooks"
CREATED_IN_WMS = "created_in_wms"
QUARANTINED = "quarantined"
CONFLICT = "conflict"
HELD = "held"  # waits for a record that it refers to
DEACTIVATED = "deactivated"
NETTED = "netted"  # an adjustment: what it changed is made good on the other side, not the record itself

PREFIXES = {
    "customer": "C",
    "vendor": "V",
    "item": "I",
    "sales_order": "SO",
    "purchase_order": "PO",
    "invoice": "INV",
    "inventory_adjustment": "ADJ",
}
# QuickBooks numbers lists and transactions apart: 8000... is a list.
_FIRST_IDS = {
    "customer": 0x80001000,
    "vendor": 0x80002000,
    "item": 0x80003000,
    "sales_order": 0x1000,
    "purchase_order": 0x2000,
    "invoice": 0x3000,
    "inventory_adjustment": 0x4000,
}
FOUNDED = datetime(2025, 1, 2, 14, 0, tzinfo=UTC)
EARLIER = datetime(2026, 2, 9, 14, 0, tzinfo=UTC)
LATER = EARLIER + timedelta(days=1)


@dataclass(frozen=True)
class SeedRecord:
    """A record under one label, whichever side has it.

    Attributes:
        kind: customer, vendor, item, sales_order, ...
        wms, quickbooks: its fields in the words of the WMS; None where the side has no such record.
            A reference to another record is that record's label.
        wms_time, quickbooks_time: when each side last changed it.
        bound: the WMS already holds the id of the record in QuickBooks.
        deleted: QuickBooks had it and has it in its list of deleted objects now.
        fate: what the first run must make of it; `reason` is the code or the label it waits for.
        agreed: what both sides must say afterwards where they differ now.
        about: what is special about it.
    """

    kind: str
    number: int
    wms: Fields | None
    quickbooks: Fields | None
    wms_time: datetime = EARLIER
    quickbooks_time: datetime = EARLIER
    bound: bool = False
    deleted: bool = False
    fate: str = ""
    reason: str = ""
    agreed: Fields = field(default_factory=dict)
    about: str = ""

    @property
    def label(self) -> str:
        """What this seed calls it."""
        return label(self.kind, self.number)

    @property
    def quickbooks_id(self) -> str:
        """Its id in QuickBooks, as QuickBooks makes them: a number and a moment."""
        return f"{_FIRST_IDS[self.kind] + self.number:X}-1735732800"

    @property
    def either(self) -> Fields:
        """Its fields, the WMS first."""
        return self.wms if self.wms is not None else self.quickbooks or {}

    @property
    def outcome(self) -> str:
        """Its fate: what is said, else what follows from which side has it."""
        if self.fate:
            return self.fate
        if self.kind == "inventory_adjustment":
            return NETTED
        if self.wms is None:
            return CREATED_IN_WMS
        return LINKED if self.quickbooks is not None else CREATED_IN_QUICKBOOKS


def label(kind: str, number: int) -> str:
    """`C007` for the seventh customer."""
    return f"{PREFIXES[kind]}{number:03d}"


class Maker:
    """Numbers the records of one kind as they are made."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.made: list[SeedRecord] = []

    def both(self, fields: Fields, quickbooks: Fields | None = None, **told: Any) -> SeedRecord:
        """A record of both sides; `quickbooks` is what differs there."""
        return self._make(fields, fields | (quickbooks or {}), **told)

    def wms_only(self, fields: Fields, **told: Any) -> SeedRecord:
        """A record only the WMS has."""
        return self._make(fields, None, **told)

    def quickbooks_only(self, fields: Fields, **told: Any) -> SeedRecord:
        """A record only QuickBooks has."""
        return self._make(None, fields, **told)

    def on(self, side: str, fields: Fields) -> SeedRecord:
        """A record of `both`, `wms` or `quickbooks`."""
        if side == "wms" and fields.get("custom_fields"):
            fields = fields | {"custom_fields": {}}  # Conductor can show custom fields, not fill them
        return {"both": self.both, "wms": self.wms_only, "quickbooks": self.quickbooks_only}[side](fields)

    def _make(self, wms: Fields | None, quickbooks: Fields | None, **told: Any) -> SeedRecord:
        record = SeedRecord(self._kind, len(self.made) + 1, wms, quickbooks, **told)
        self.made.append(record)
        return record


def sides(both: int, wms: int, quickbooks: int) -> list[str]:
    """So many of each, spread evenly: a seed must not depend on how a shuffle is written."""
    total = both + wms + quickbooks
    marks = [(i + 0.5) / both for i in range(both)], [(i + 0.5) / wms for i in range(wms)]
    rest = [(i + 0.5) / quickbooks for i in range(quickbooks)]
    placed = [
        (at, name) for name, places in zip(("both", "wms", "quickbooks"), (*marks, rest), strict=True) for at in places
    ]
    return [name for _, name in sorted(placed)][:total]


def plain(record: SeedRecord) -> bool:
    """Whether others may refer to it without trouble: nothing special and known to both, or soon to be."""
    return not record.fate and not record.about
