"""The six steps of a run, and what comes before and after them, as plain functions.

What differs between the shapes of flows is in tasks/push.py, tasks/two_way.py and tasks/mirror.py.

Each takes a run id, does its work between two commits of the sync store, and returns counts. Any of them
may be killed and called again. tasks/dag.py makes Airflow tasks of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from accordant.flows.registry import flow_named
from accordant.include_dir import sql
from accordant.store.database import Connection
from accordant.store.migrate import migrate
from accordant.store.plans import decide, find_plan, store_operations, store_plan, take_answer
from accordant.store.quarantine import put_trouble
from accordant.store.runs import if_free, open_run, own_scope, runs_held
from accordant.store.staging import clear
from accordant.sync.errors import Misconfigured, NeedsPerson
from accordant.sync.failpoints import failpoint
from accordant.sync.load import Cancelled, settle_open_intents
from accordant.sync.load_batches import settle_open_batches
from accordant.sync.operations import Operation, Trouble
from accordant.sync.plan import PlanDigest
from accordant.sync.ports import BatchTarget, Intent
from accordant.tasks.connections import store_conninfo
from accordant.tasks.shapes import shape_of
from accordant.tasks.words import in_words
from accordant.tasks.workbench import Workbench, open_store, workbench

log = logging.getLogger(__name__)

Counts = dict[str, Any]


def prepare(flow_name: str, airflow_run_id: str, parameters: dict[str, Any]) -> str:
    """Migrate the store, open the run, and settle what a dead run left without an outcome.

    Returns:
        the run's id.
    """
    migrate(store_conninfo())
    flow = flow_named(flow_name)
    with open_store() as database:
        from accordant.tasks.systems import open_source, open_target

        run = open_run(
            database, flow=flow_name, ours=open_source(flow, _ignore).account,
            theirs=open_target(flow, _ignore).account, airflow_run_id=airflow_run_id,
            preview=bool(parameters.get("preview")), parameters=parameters,
        )  # fmt: skip
        forgotten = database.execute("store/forget", flow=flow_name, days=flow.settings.retention_days)
    with workbench(flow_name, run.id, "prepare") as bench:
        _settle(bench)
        at_work = runs_held(bench.database, flow_name, bench.database.rows("store/runs_running", flow=flow_name))
        lease = timedelta(seconds=flow.settings.lease_seconds)
        bench.database.execute("store/run_abandoned", flow=flow_name, run_id=run.id, at_work=at_work, lease=lease)
    log.info("Run %s: %s with %s. %d old runs forgotten.", run.id, run.ours, run.theirs, forgotten)
    return run.id


def _settle(bench: Workbench) -> None:
    """Settle writes that a dead process left without an answer; nothing is planned before that is known."""
    left = bench.journal.left_open()
    if not bench.flow.claims:
        _settle_intents(bench, left)
        return
    _settle_intents(bench, [intent for intent in left if intent.run_id == bench.run.id])
    for run_id in sorted({intent.run_id for intent in left} - {bench.run.id}):
        with if_free(bench.database, own_scope(bench.run.scope, run_id)) as free:
            if free:  # a run that holds its lock is at work, and settles its own; so look again under it
                _settle_intents(bench, [one for one in bench.journal.left_open() if one.run_id == run_id])


def _settle_intents(bench: Workbench, left: list[Intent]) -> None:
    if not left:
        return
    shape_of(bench.flow).recognise(bench)
    target, settings = bench.load_target, bench.flow.settings.load
    if isinstance(target, BatchTarget):
        applied = settle_open_batches(left, bench.journal, target, settings)
    else:
        applied = settle_open_intents(left, bench.journal, target, settings)
    log.info("Settled %d writes that were left without an answer; %d were applied.", len(left), applied)


def extract(flow_name: str, run_id: str) -> Counts:
    """Read what changed on both sides into staging."""
    with workbench(flow_name, run_id, "extract") as bench:
        for side in ("ours", "theirs", "proof"):
            clear(bench.database, run_id, side)
        bench.database.execute("store/run_read", run_id=run_id)
        return shape_of(bench.flow).extract(bench)


def diff(flow_name: str, run_id: str) -> Counts:
    """Match and merge, and store the plan."""
    with workbench(flow_name, run_id, "diff") as bench:
        _settle(bench)
        shape = shape_of(bench.flow)
        shape.before_plan(bench)
        digest, troubles = PlanDigest(), [0]
        with bench.database.transaction() as connection:
            connection.execute(sql("store/operations_clear"), {"run_id": run_id})
            with bench.database.transaction() as other:
                store_operations(connection, bench.run, _planned(bench, other, digest, troubles))
            connection.execute(sql("store/analyze_operations"))
            exceeded = bench.flow.settings.limits.exceeded_by(digest, shape.agreed(bench))
            store_plan(connection, sql("store/plan_put"), bench.run, digest, _forecast(digest), exceeded)
        shape.after_plan(bench)
        failpoint("diff.planned")
    log.info("Plan %s: %s.", digest.id[:12], _counted(digest.table()) or "nothing to do")
    for sentence in exceeded:
        log.warning("%s", sentence)
    return {"plan": digest.id, "operations": digest.operations, "troubles": troubles[0]}


def _planned(bench: Workbench, other: Connection, digest: PlanDigest, troubles: list[int]) -> Iterator[Operation]:
    """Pass the operations on, sum them up, and store what stands in the way beside them."""
    touched: list[str] = []
    for decision in shape_of(bench.flow).decisions(bench):
        if isinstance(decision, Trouble):
            put_trouble(other, bench.run, decision)
            troubles[0] += 1
        else:
            digest.add(decision, bench.flow.money_of(decision))
            if decision.object_type == bench.flow.root or decision.group != decision.key:
                touched.append(decision.group)
            yield decision
        if len(touched) >= 500:
            _unseal(bench, other, touched)
    _unseal(bench, other, touched)


def _forecast(digest: PlanDigest) -> dict[str, int]:
    """Return how many writes each side will get."""
    return {f"writes_{side}": count for side, count in sorted(digest.writes.items())}


def _unseal(bench: Workbench, connection: Connection, groups: list[str]) -> None:
    """Withdraw the seals of records that this plan changes: no old proof may vouch for them."""
    parameters = {**bench.run.scope, "object_type": bench.flow.root, "keys": groups}
    connection.execute(sql("store/binding_unseal"), parameters)
    groups.clear()


def decide_alone(flow_name: str, run_id: str) -> dict[str, Any]:
    """Decide on a plan that needs no person: within the limits, or answered before under the same id.

    Returns:
        {"plan", "decision": within_limits | approved | rejected | waiting, "exceeded": [...], "counts"};
        a preview leaves the decision open.
    """
    with workbench(flow_name, run_id, "approve", locked=False) as bench:
        if bench.journal.cancelled():
            raise Cancelled("RUN_CANCELLED", "A person asked to stop this run.")
        plan = find_plan(bench.database, run_id)
        decision, by = plan["decision"], plan["decided_by"]
        if bench.run.mode != "preview" and decision not in ("approved", "rejected"):
            decision, by = _decision(bench, plan)
            decide(bench.database, run_id, decision, by)
        return {"plan": plan["id"], "decision": decision, "exceeded": plan["exceeded"], "counts": plan["counts"]}


def _decision(bench: Workbench, plan: Any) -> tuple[str, str]:
    if not plan["exceeded"]:
        return "within_limits", "the limits of the flow"
    answer = take_answer(bench.database, plan["id"])
    return (answer["decision"], answer["given_by"]) if answer else ("waiting", "")


def record_answer(flow_name: str, run_id: str, plan_id: str, *, approved: bool, by: str) -> None:
    """Store a person's answer to the waiting plan of this run.

    Raises:
        NeedsPerson: the run made another plan since the question was asked.
    """
    with workbench(flow_name, run_id, "approve", locked=False) as bench:
        decision = "approved" if approved else "rejected"
        if not bench.database.execute("store/plan_answer", run_id=run_id, plan_id=plan_id, decision=decision, by=by):
            sentence = f"The answer was to plan {plan_id[:12]}, which this run no longer has."
            raise NeedsPerson("PLAN_OVER_LIMITS", sentence, record=run_id)


def load(flow_name: str, run_id: str) -> Counts:
    """Apply the plan, exactly as approved."""
    with workbench(flow_name, run_id, "load") as bench:
        plan = find_plan(bench.database, run_id)
        if plan["decision"] not in ("within_limits", "approved"):
            raise Misconfigured("PLAN_REJECTED", f"Plan {plan['id'][:12]} is {plan['decision']}.", record=run_id)
        newer = None if bench.flow.claims else bench.database.row("store/plan_newer", run_id=run_id)
        if newer is not None:
            sentence = f"Run {newer['run']} made and applied a later plan."
            raise NeedsPerson("PLAN_OVERTAKEN", sentence, record=f"plan {plan['id'][:12]}")
        shape = shape_of(bench.flow)
        shape.recognise(bench)
        try:
            shape.load(bench, plan)
        finally:
            shape.after_load(bench)
            progress = bench.database.rows("store/run_progress", run_id=run_id)
            for row in progress:
                log.info("%s", _progress_line(row))
        bench.database.execute("store/analyze_bindings")
        return {row["object_type"] + "." + row["action"]: row["applied"] for row in progress}


def _ignore(_: object) -> None:
    """Take a call that belongs to no run."""


def _counted(table: dict[str, dict[str, int]]) -> str:
    return ", ".join(f"{action} {n} {kind}" for kind, actions in table.items() for action, n in actions.items())


def _progress_line(row: Any) -> str:
    numbers = {name: row[name] for name in ("applied", "failed", "unknown", "held", "open") if row[name]}
    return f"{row['action']} {row['object_type']}: {row['total']} planned, {in_words(numbers) or 'none done'}"
