"""Plans: stored operation by operation, shown, decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from accordant.include_dir import sql
from accordant.store.database import Connection, Database
from accordant.store.runs import Run
from accordant.sync.operations import Operation
from accordant.sync.plan import PlanDigest
from accordant.sync.records import canonical_json
from accordant.sync.text import storable

_COPY = (
    "COPY accordant.operation (run_id, seq, flow, ours, theirs, phase, grp, object_type, key, action, rule, "
    "before, after, base_hash, remote_id, source, agreed, shared, side, name, rules, revision, seen, follows, settles) "
    "FROM STDIN"
)


def store_operations(connection: Connection, run: Run, operations: Iterator[Operation]) -> None:
    """Stream a plan's operations into the store, in the plan's order."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for seq, op in enumerate(operations, start=1):
            copy.write_row((
                run.id, seq, run.flow, run.ours, run.theirs, op.phase, op.group, op.object_type, op.key,
                op.action.value, op.rule, None if op.before is None else canonical_json(op.before),
                canonical_json(op.after), op.base_hash, op.remote_id, op.source,
                None if op.agreed is None else canonical_json(op.agreed), op.shared, op.side.value, storable(op.name),
                canonical_json(op.rules), op.revision, op.seen, op.follows, op.settles,
            ))  # fmt: skip


def keep_operations(database: Database, run_id: str, object_type: str, keys: Iterable[str]) -> int:
    """Refuse the planned operations of a type that are not on one of these keys; return how many."""
    with database.transaction() as connection:
        connection.execute("CREATE TEMPORARY TABLE kept (key text PRIMARY KEY) ON COMMIT DROP")
        with connection.cursor() as cursor, cursor.copy("COPY kept FROM STDIN") as copy:
            for key in keys:
                copy.write_row((key,))
        return connection.execute(sql("store/operations_keep"), {"run_id": run_id, "object_type": object_type}).rowcount


def store_plan(
    connection: Connection,
    statement: str,
    run: Run,
    digest: PlanDigest,
    forecast: dict[str, Any],
    exceeded: list[str],
) -> None:
    """Store the head of a plan whose operations are stored."""
    connection.execute(statement, {
        "run_id": run.id, "id": digest.id, "operations": digest.operations, "counts": Jsonb(digest.table()),
        "forecast": Jsonb(forecast), "exceeded": Jsonb(exceeded),
    })  # fmt: skip


def find_plan(database: Database, plan: str) -> DictRow:
    """Return the plan of a run id, or the newest plan whose id begins with `plan`.

    Raises:
        LookupError: there is none.
    """
    prefix = plan.replace("%", "").replace("_", "")
    row = database.row("store/plan_get", plan=plan, prefix=f"{prefix}%" if len(prefix) >= 6 else "")
    if row is None:
        raise LookupError(f"No plan {plan!r} is in the sync store (give a run id or at least 6 digits of a plan id).")
    return row


def operations_of(database: Database, run_id: str, page: int = 500) -> Iterator[DictRow]:
    """Yield the operations of a run's plan, in order."""
    after = 0
    while rows := database.rows("store/operations_page", run_id=run_id, after=after, most=page):
        yield from rows
        after = rows[-1]["seq"]


def decide(database: Database, run_id: str, decision: str, by: str) -> None:
    """Store the decision on a run's plan: within_limits, waiting, approved or rejected."""
    database.execute("store/plan_decide", run_id=run_id, decision=decision, by=by)


def give_answer(database: Database, plan_id: str, decision: str, by: str) -> None:
    """Keep a person's answer to a plan for the next run that makes the same plan."""
    database.execute("store/approval_put", plan_id=plan_id, decision=decision, by=by)


def take_answer(database: Database, plan_id: str) -> DictRow | None:
    """Return the answer that a person gave to this plan, once."""
    return database.row("store/approval_take", plan_id=plan_id)
