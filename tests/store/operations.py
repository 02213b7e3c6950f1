"""Small plans, stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from accordant.include_dir import sql
from accordant.store.database import Database
from accordant.store.journal import Journal
from accordant.store.plans import store_operations, store_plan
from accordant.store.runs import Run
from accordant.sync.operations import Action, Operation
from accordant.sync.plan import PlanDigest
from accordant.sync.ports import Intent

ORDER = Operation(
    2, "o1", "sales_order", "o1", Action.CREATE, "none there", {"key": "o1", "date": "2026-01-01"}, source="d1"
)


def line(number: int, **fields: Any) -> Operation:
    """A line of order o1."""
    return replace(ORDER, object_type="sales_order_line", key=f"o1#{number}", after={"quantity": str(number)}, **fields)


def put(database: Database, run: Run, operations: Sequence[Operation], exceeded: Sequence[str] = ()) -> str:
    """Store a plan of these operations; return its id."""
    digest = PlanDigest()
    for one in operations:
        digest.add(one)
    with database.transaction() as connection:
        store_operations(connection, run, iter(operations))
        store_plan(connection, sql("store/plan_put"), run, digest, {}, list(exceeded))
    return digest.id


def intents(journal: Journal) -> list[Intent]:
    """Return all open operations of a journal."""
    return [intent for phase in journal.phases() for group in journal.groups(phase) for intent in group]
