"""Whether the WMS and QuickBooks ended as the seed data promises: counted in the systems themselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from demo.sandbox_home import Sandbox
from sandbox.conductor.client import ConductorControl
from sandbox.seed.qbd.promises import Promise, names, promise

_LISTS = {
    "customer": ("customers",),
    "vendor": ("vendors",),
    "item": (
        "inventory-items",
        "non-inventory-items",
        "service-items",
        "discount-items",
        "inventory-assembly-items",
    ),
    "sales_order": ("sales-orders",),
    "purchase_order": ("purchase-orders",),
    "inventory_adjustment": ("inventory-adjustments",),
    "invoice": ("invoices",),
}
_COUNTED = ("inventory-items", "inventory-assembly-items")
_QUANTITIES = """
    SELECT quickbooks_id, coalesce(quantity_on_hand, 0), coalesce(quantity_on_order, 0),
           coalesce(quantity_on_sales_order, 0)
    FROM wms.item
    JOIN (SELECT item_id, quantity_on_hand, quantity_on_order, quantity_on_sales_order FROM wms.item_inventory
          UNION ALL
          SELECT item_id, quantity_on_hand, quantity_on_order, quantity_on_sales_order FROM wms.item_assembly
         ) AS counted ON counted.item_id = item.id
    WHERE quickbooks_id IS NOT NULL
"""
_HELD = "WAITS_FOR_REFERENCE"


@dataclass(frozen=True)
class Counted:
    """What both sides hold.

    Attributes:
        wms, quickbooks: kind -> how many records.
        shelves, books: how much stock lies in the WMS, and in QuickBooks.
        stale: how many items of the WMS have other quantities than QuickBooks tells of them.
        inactive: names of the customers that are inactive in the WMS.
    """

    wms: Mapping[str, int]
    quickbooks: Mapping[str, int]
    shelves: Decimal
    books: Decimal
    stale: int = 0
    inactive: frozenset[str] = frozenset()


def count(sandbox: Sandbox) -> Counted:
    """Ask the WMS's database and the company file."""
    state = _control(sandbox).state()
    quickbooks = {kind: sum(len(state.get(name, ())) for name in lists) for kind, lists in _LISTS.items()}
    told = {item["id"]: _quantities(item) for name in _COUNTED for item in state.get(name, ())}
    with psycopg.connect(_conninfo(sandbox)) as connection:
        counting = sql.SQL("SELECT count(*) FROM wms.{}")
        wms = {kind: _one(connection, counting.format(sql.Identifier(kind))) for kind in _LISTS}
        shelves = _one(connection, sql.SQL("SELECT coalesce(sum(quantity_on_hand), 0) FROM wms.stock"))
        inactive = connection.execute("SELECT name FROM wms.customer WHERE NOT is_active").fetchall()
        known = connection.execute(_QUANTITIES).fetchall()
    books = sum((on_hand for on_hand, _, _ in told.values()), Decimal(0))
    stale = sum(tuple(quantities) != told.get(key) for key, *quantities in known)
    return Counted(wms, quickbooks, shelves, books, stale, frozenset(name for (name,) in inactive))


def differences(before: Counted, after: Counted, waiting: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one sentence for everything that is not as promised.

    Args:
        before, after: what both sides held before and after the first run.
        waiting: the rows of quarantine.
    """
    promised = promise()
    found = [
        f"{name} has {held[kind]} {kind}s; the seed data promises {number}."
        for name, held, wanted in (
            ("The WMS", after.wms, promised.wms),
            ("QuickBooks", after.quickbooks, promised.quickbooks),
        )
        for kind, number in wanted.items()
        if held[kind] != number
    ]
    for label, name in names(promised.deactivated).items():
        if name not in after.inactive:
            found.append(f"'{name}' ({label}) was deleted in QuickBooks and is still active in the WMS.")
    if after.stale:
        found.append(f"{after.stale} items have other quantities in the WMS than QuickBooks tells.")
    return [*found, *_stock(before, after), *_waits(promised, waiting)]


def last_call(sandbox: Sandbox) -> int:
    """Return the number of the newest call in QuickBooks' own ledger."""
    return _control(sandbox).last_sequence()


def calls_since(sandbox: Sandbox, since: int) -> tuple[int, int]:
    """Return how many reads and how many writes QuickBooks' own ledger has after the call numbered `since`."""
    summary = _control(sandbox).summary(since=since)
    reads = sum(int(row["calls"]) for pattern, row in summary.items() if pattern.startswith(("GET ", "HEAD ")))
    return reads, sum(int(row["calls"]) for row in summary.values()) - reads


def _stock(before: Counted, after: Counted) -> list[str]:
    """The first meeting must leave all stock alone: what is there counts as agreed."""
    moves = (("the WMS", after.shelves - before.shelves), ("QuickBooks", after.books - before.books))
    return [f"The stock of {name} moved by {moved:f} at the first meeting." for name, moved in moves if moved]


def _waits(promised: Promise, waiting: Sequence[Mapping[str, Any]]) -> list[str]:
    wanted = Counter([*promised.quarantined.values(), *promised.conflicts.values(), *(_HELD for _ in promised.held)])
    actual = Counter(str(row["code"]) for row in waiting)
    return [
        f"{actual[code]} records wait with {code}; the seed data promises {wanted[code]}."
        for code in sorted(wanted | actual)
        if actual[code] != wanted[code]
    ]


def _quantities(item: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    on_hand, on_order, on_sales_order = (
        Decimal(str(item.get(name) or 0))
        for name in ("quantityOnHand", "quantityOnPurchaseOrder", "quantityOnSalesOrder")
    )
    return on_hand, on_order, on_sales_order


def _control(sandbox: Sandbox) -> ConductorControl:
    return ConductorControl(sandbox.quickbooks)


def _conninfo(sandbox: Sandbox) -> str:
    told = json.loads(sandbox.connections["AIRFLOW_CONN_WMS_DEFAULT"])
    return psycopg.conninfo.make_conninfo(host=told["host"], user=told["login"], dbname=told["schema"])


def _one(connection: psycopg.Connection[Any], query: sql.SQL | sql.Composed) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]
