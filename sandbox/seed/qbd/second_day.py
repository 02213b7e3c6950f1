"""The office's second day: edits on both sides of records that the first run has bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import sql

from sandbox.seed.qbd.company import ACCOUNT_ID, records
from sandbox.seed.qbd.movements import counted_items
from sandbox.seed.qbd.quickbooks_side import resource
from sandbox.seed.qbd.records import Fields, SeedRecord, plain
from sandbox.seed.qbd.wms_side import Connection

Call = tuple[str, str, Any]
Person = Callable[[str, str, Any], Any]
_EDITS = Path(__file__).with_name("edits")
# QuickBooks tells times in whole seconds, and clocks that differ by a second or two cannot say who was later.
_PAUSE_SECONDS = 3.5


@dataclass(frozen=True)
class Edit:
    """What was done to one record on this day, and what the next run must make of it.

    Attributes:
        record: what is edited; both sides have it and the first run bound it.
        wms: columns of its row and their new values.
        wms_files: statements in edits/, whose `%(id)s` is the record's id in QuickBooks.
        person: an edit at the PC of QuickBooks: method, path and body.
        later: the side whose edit comes a moment later, where both edit.
        agreed: what both sides must say after the next run.
        lines: how many lines both sides must have then; None where lines are not touched.
        stock: how much that run must still move the quantity in (WMS, QuickBooks).
    """

    about: str
    record: SeedRecord
    wms: Fields = field(default_factory=dict)
    wms_files: tuple[str, ...] = ()
    person: Call | None = None
    later: str = "wms"
    agreed: Fields = field(default_factory=dict)
    lines: int | None = None
    stock: tuple[int, int] = (0, 0)

    def is_done(self, side: str, turn: str) -> bool:
        """Whether `wms` or `quickbooks` does its part in the turn `first` or `later`."""
        in_wms, in_quickbooks = bool(self.wms or self.wms_files), self.person is not None
        if not (in_wms if side == "wms" else in_quickbooks):
            return False
        last = in_wms and in_quickbooks and self.later == side
        return turn == ("later" if last else "first")


def edits_of_the_day(
    connection: Connection, person: Person, *, pause: Callable[[float], object] = time.sleep
) -> tuple[Edit, ...]:
    """Do all edits, after a first run has bound the records; what was done.

    Args:
        connection: to the database of the WMS; committed here.
        person: `ConductorControl.person` or `Company.person`.
        pause: waits between the first edit of a record and the later one.

    Raises:
        LookupError: a record is not bound in the WMS, or QuickBooks refused an edit.
    """
    for turn in ("first", "later"):
        for edit in edits():
            if edit.is_done("wms", turn):
                _edit_wms(connection, edit)
            if edit.is_done("quickbooks", turn):
                _edit_quickbooks(person, edit)
        connection.commit()
        if turn == "first":
            pause(_PAUSE_SECONDS)
    return edits()


def _edit_wms(connection: Connection, edit: Edit) -> None:
    statements: list[Any] = [(_EDITS / f"{name}.sql").read_bytes() for name in edit.wms_files]
    if edit.wms:
        changes = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in edit.wms.items()]
        statement = sql.SQL("UPDATE wms.{} SET {} WHERE quickbooks_id = %(id)s")
        statements.append(statement.format(sql.Identifier(edit.record.kind), sql.SQL(", ").join(changes)))
    for statement in statements:
        if connection.execute(statement, {"id": edit.record.quickbooks_id}).rowcount < 1:
            raise LookupError(f"{edit.about}: {edit.record.label} is not bound in the WMS")


def _edit_quickbooks(person: Person, edit: Edit) -> None:
    assert edit.person is not None
    answer = person(*edit.person)
    if getattr(answer, "status", 200) >= 400:
        raise LookupError(f"{edit.about}: {answer.json}")


@cache
def edits() -> tuple[Edit, ...]:
    """All edits of the day."""
    return (*_party_edits(), *_item_edits(), *_order_edits(), *_deletions(), *_stock_edits())


def _change(record: SeedRecord, **body: Any) -> Call:
    return "POST", f"/{resource(record)}/{record.quickbooks_id}", body


def _removal(record: SeedRecord) -> Call:
    return "DELETE", f"/{resource(record)}/{record.quickbooks_id}", None


def _party_edits() -> Iterator[Edit]:
    ours, theirs, both, closed = _both_sided("customer")[20:24]
    phone = {"phone": "555-200-0001"}
    yield Edit("phone changed in the WMS", ours, wms=phone, agreed=phone)
    email = {"email": "new@example.com"}
    yield Edit("email changed in QuickBooks", theirs, person=_change(theirs, **email), agreed=email)
    told = "phone changed on both sides: QuickBooks decides"
    phones = {"phone": "555-200-0002"}, {"phone": "555-200-0003"}
    yield Edit(told, both, wms=phones[0], person=_change(both, **phones[1]), agreed=phones[1])
    yield Edit("deactivated in the WMS", closed, wms={"is_active": False}, agreed={"is_active": False})
    vendor = _both_sided("vendor")[4]
    told = "phone changed on both sides: the WMS was later"
    yield Edit(told, vendor, wms=phones[0], person=_change(vendor, **phones[1]), agreed=phones[0])


def _item_edits() -> Iterator[Edit]:
    renamed, priced, described = counted_items()[40:43]
    name = {"name": f"{renamed.either['name']} II"}
    yield Edit("renamed in QuickBooks", renamed, person=_change(renamed, **name), agreed=name)
    yield Edit(
        "price changed on both sides: QuickBooks was later",
        priced,
        wms_files=("item_price",),
        person=_change(priced, salesPrice="42.75"),
        later="quickbooks",
        agreed={"sales_price": "42.75"},
    )
    yield Edit(
        "sku changed in the WMS, reorder point in QuickBooks: both stay",
        described,
        wms={"sku": "SKU-NEW-1"},
        person=_change(described, reorderPoint=75),
        agreed={"sku": "SKU-NEW-1", "reorder_point": "75"},
    )


def _order_edits() -> Iterator[Edit]:
    more, added, fewer, memo = [one for one in open_orders() if len(one.either["lines"]) > 2][:4]
    for about, order, name, change in (
        ("quantity of a line changed in the WMS", more, "line_quantity", 0),
        ("line added in the WMS", added, "line_added", 1),
        ("line removed in the WMS", fewer, "line_removed", -1),
    ):
        lines = len(order.either["lines"]) + change
        yield Edit(about, order, wms_files=(name, "order_totals"), lines=lines)
    yield Edit(
        "memo changed on both sides: the WMS decides, though QuickBooks was later",
        memo,
        wms={"memo": "Gate 4"},
        person=_change(memo, memo="Gate 7"),
        later="quickbooks",
        agreed={"memo": "Gate 4"},
    )


def _deletions() -> Iterator[Edit]:
    free = [one for one in _both_sided("customer") if one.label not in _referred_to()]
    yield Edit("deleted in QuickBooks", free[-1], person=_removal(free[-1]), agreed={"is_active": False})
    short = [one for one in open_orders() if len(one.either["lines"]) < 3][-1]
    yield Edit("deleted in QuickBooks", short, person=_removal(short), agreed={"is_manually_closed": True})


def _stock_edits() -> Iterator[Edit]:
    item = counted_items()[45]
    body = {
        "accountId": ACCOUNT_ID,
        "transactionDate": "2026-03-02",
        "lines": [{"itemId": item.quickbooks_id, "adjustQuantity": {"quantityDifference": 5}}],
    }
    call: Call = ("POST", "/inventory-adjustments", body)
    yield Edit("stock adjusted on both sides", item, wms_files=("stock_count",), person=call, stock=(5, -3))


def _both_sided(kind: str) -> list[SeedRecord]:
    return [one for one in records()[kind] if plain(one) and one.wms and one.quickbooks]


def open_orders() -> list[SeedRecord]:
    """Orders of both sides that nothing was billed from and that hold no discount."""
    billed = {one.either.get("sales_order") for one in records()["invoice"]}
    listed = [one for one in _both_sided("sales_order") if one.label not in billed]
    return [one for one in listed if all(line["quantity"] for line in one.either["lines"])]


@cache
def _referred_to() -> frozenset[str]:
    """Customers that other records, or edits of this day, lead to."""
    listed = [one.either for kind in ("customer", "sales_order", "invoice") for one in records()[kind]]
    named = {fields[key] for fields in listed for key in ("customer", "parent") if fields.get(key)}
    return frozenset(named | {edit.record.label for edit in _party_edits()})
