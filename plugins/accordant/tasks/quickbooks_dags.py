"""The DAGs of the QuickBooks Desktop family: one per object type, and qbd_everything, which runs them in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, Param

from accordant.flows.base import Flow
from accordant.flows.registry import flow_named
from accordant.tasks.dag import STORE_POOL, agreement
from accordant.tasks.everything import RunFlow, summary
from accordant.tasks.pages import everything_page, object_type_page

POOL = "quickbooks_desktop"
EVERYTHING = "qbd_everything"

PARAMS = {
    "preview": Param(False, type="boolean", title="Preview", description="Make the plan and write nothing."),
    "full": Param(
        False,
        type="boolean",
        title="Full compare",
        description="Read both sides as a whole, not only what changed since the last run.",
    ),
    "wait_for_approval": Param(
        True,
        type="boolean",
        title="Wait for approval",
        description="Let a plan beyond the limits wait in Required Actions; otherwise the run ends there.",
    ),
}
_COMMON: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "params": PARAMS,
}
_TASKS: dict[str, Any] = {
    "owner": "accordant",
    "pool": POOL,
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
}


def quickbooks_dag(
    flow_name: str, *, not_for: str, announces: Asset | None = None, follows: Sequence[Asset] = ()
) -> str:
    """Make the DAG of one object type.

    Args:
        flow_name: the flow, which is also the DAG's id.
        not_for: what its page says first, after "Do not use it".
        announces: the asset that scheduled runs announce when they agreed its records.
        follows: it runs when all of these were announced, and at its own time whether they were or not.

    Returns:
        the flow's name.
    """
    flow = flow_named(flow_name)
    title = _title(flow)
    with DAG(
        dag_id=flow_name,
        dag_display_name=f"QuickBooks Desktop: {title}",
        description=f"{title.capitalize()} of {flow.names.ours} and of {flow.names.theirs} Desktop, in agreement.",
        schedule=_schedule(flow.settings.schedule, follows),
        default_args=_TASKS,
        tags=["accordant", "quickbooks-desktop", "wms", title.replace(" ", "-")],
        doc_md=object_type_page(
            flow, f"QuickBooks Desktop: {title}", not_for, _when(flow.settings.schedule, follows),
            announces.name if announces else "",
        ),
        **_COMMON,
    ):  # fmt: skip
        agreement(flow_name, announces)
    return flow_name


def everything_dag(flow_names: Sequence[str]) -> None:
    """Make the DAG that runs all flows, each after those whose records its own refer to, and the items once more."""
    flows = {name: flow_named(name) for name in flow_names}
    with DAG(
        dag_id=EVERYTHING,
        dag_display_name="QuickBooks Desktop: everything, in order",
        description="Runs the flows of QuickBooks Desktop one after the other, as their references need it.",
        schedule=None,
        default_args=_TASKS | {"pool": STORE_POOL, "retries": 1},
        tags=["accordant", "quickbooks-desktop", "wms", "everything"],
        doc_md=everything_page([(name, _title(flow), sorted(_needs(flow))) for name, flow in flows.items()]),
        render_template_as_native_obj=True,  # parameters are passed on as what they are
        **_COMMON,
    ):
        runs = {name: _run(name, name) for name in flows}
        for name, flow in flows.items():
            for needed in _needs(flow) & set(flows):
                runs[needed] >> runs[name]
        again = _run("qbd_items_again", "qbd_items", full=True)  # moved quantities give an item no new timestamp
        [run for run in runs.values() if not run.downstream_task_ids] >> again >> summary([*runs, again.task_id])


def _run(task_id: str, flow_name: str, **fixed: Any) -> RunFlow:
    """Return the task that runs a flow with this run's parameters, but for those that are fixed."""
    passed_on = {name: f"{{{{ params.{name} }}}}" for name in PARAMS}
    return RunFlow(task_id=task_id, flow_name=flow_name, parameters=passed_on | fixed)


def _needs(flow: Flow) -> set[str]:
    """Return the flows whose records this one's refer to."""
    kinds = set(flow.references.values()) - {flow.root}
    return {flow.owners[kind] for kind in kinds if kind in flow.owners}


def _title(flow: Flow) -> str:
    return flow.name.removeprefix("qbd_").replace("_", " ")


def _schedule(cron: str | None, follows: Sequence[Asset]) -> Any:
    if not follows:
        return cron
    if cron is None:
        return list(follows)
    return AssetOrTimeSchedule(timetable=CronTriggerTimetable(cron, timezone="UTC"), assets=list(follows))


def _when(cron: str | None, follows: Sequence[Asset]) -> str:
    """Return the schedule in words."""
    return "; ".join(_moments(cron, follows)) or "only when asked"


def _moments(cron: str | None, follows: Sequence[Asset]) -> Iterator[str]:
    if follows:
        yield f"as soon as {' and '.join(f'`{asset.name}`' for asset in follows)} are announced"
    if cron:
        even = " in any case; what the earlier of the two did, the later finds done" if follows else ""
        yield f"at `{cron}` (UTC){even}"
