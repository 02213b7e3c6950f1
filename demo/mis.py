"""Whether the MIS and QuickBooks Online ended as the seed promises: counted in the systems themselves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg

from demo.sandbox_home import Sandbox
from sandbox.quickbooks_online.client import QuickBooksOnlineControl
from sandbox.seed.mis.promises import promise

_COUNTED = 'SELECT coalesce("QuickBk_Status", 0), count(*) FROM tbl_imvoice GROUP BY 1'
_STATUSES = ("not synced", "synced", "failed", "in progress")
_ENTITIES = {"Invoice": "invoices", "Customer": "customers", "Item": "items"}
_READS = ("/query", "/oauth2")


@dataclass(frozen=True)
class Counted:
    """What both sides hold.

    Attributes:
        statuses: rows of the MIS by status, in words.
        entities: how many invoices, customers and items QuickBooks has.
        amount: the sum of its invoices.
    """

    statuses: Mapping[str, int]
    entities: Mapping[str, int]
    amount: Decimal


def count(sandbox: Sandbox) -> Counted:
    """Ask the MIS's database and QuickBooks."""
    with psycopg.connect(_conninfo(sandbox)) as connection:
        rows: dict[int, int] = dict(connection.execute(_COUNTED).fetchall())
    held = {entity: _control(sandbox).objects(entity) for entity in _ENTITIES}
    return Counted(
        {name: rows.get(status, 0) for status, name in enumerate(_STATUSES)},
        {_ENTITIES[entity]: len(found) for entity, found in held.items()},
        sum((Decimal(str(one["TotalAmt"])) for one in held["Invoice"]), Decimal(0)),
    )


def differences(before: Counted, after: Counted, waiting: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one sentence for everything that is not as promised.

    Args:
        before, after: what both sides held before and after the first run.
        waiting: the rows of quarantine.
    """
    promised = promise()
    found = [
        f"{number} rows of the MIS are {name} {when}; the seed data promises {analysis[name.replace(' ', '_')]:.0f}."
        for when, counted, analysis in (("before", before, promised.before), ("after", after, promised.after))
        for name, number in counted.statuses.items()
        if number != analysis[name.replace(" ", "_")]
    ]
    for name, number in after.entities.items():
        wanted = getattr(promised, name)
        if number != wanted:
            found.append(f"QuickBooks Online has {number} {name}; the seed data promises {wanted}.")
    if after.amount != promised.amount:
        found.append(f"The invoices amount to {after.amount:,.2f}; the seed data promises {promised.amount:,.2f}.")
    if sum(before.statuses.values()) != sum(after.statuses.values()):
        found.append("Rows of the MIS appeared or vanished.")
    actual = Counter(str(row["code"]) for row in waiting if row["object_type"] == "invoice")
    return found + [
        f"{actual[code]} invoices wait with {code}; the seed data promises {len(ids)}."
        for code, ids in promised.quarantine.items()
        if actual[code] != len(ids)
    ]


def last_call(sandbox: Sandbox) -> int:
    """Return the number of the newest call in QuickBooks Online's own ledger."""
    return _control(sandbox).last_sequence()


def calls_since(sandbox: Sandbox, since: int) -> tuple[int, int]:
    """Return how many reads and how many writes QuickBooks Online's own ledger has after the call numbered `since`."""
    summary = _control(sandbox).summary(since=since)
    calls = sum(int(row["calls"]) for row in summary.values())
    reads = sum(
        int(row["calls"])
        for pattern, row in summary.items()
        if pattern.startswith("GET ") or any(path in pattern for path in _READS)
    )
    return reads, calls - reads


def _control(sandbox: Sandbox) -> QuickBooksOnlineControl:
    return QuickBooksOnlineControl(sandbox.quickbooks_online)


def _conninfo(sandbox: Sandbox) -> str:
    told = json.loads(sandbox.connections["AIRFLOW_CONN_MIS_DEFAULT"])
    return psycopg.conninfo.make_conninfo(host=told["host"], user=told["login"], dbname=told["schema"])
