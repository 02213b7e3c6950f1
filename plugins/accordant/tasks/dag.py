"""The six steps as Airflow tasks: `agreement(flow)` wires a whole DAG, so that a DAG file holds no logic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, AssetAlias, TriggerRule, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from accordant.flows.base import PushFlow
from accordant.flows.registry import flow_named
from accordant.tasks.recovery import run_step

RETRIES = 3  # of each step, for passing faults; every step may be called again
STEP_HOURS = 6
STORE_POOL = "sync_store"  # of the steps that ask no outside system, so that they keep nobody from asking one


def agreement(flow_name: str, announces: Asset | None = None, *, named: str = "", windows: bool = False) -> None:
    """Add the tasks of a flow to the current DAG: prepare, the six steps, report where there are documents, close.

    Args:
        flow_name: the flow.
        announces: the asset that tells other DAGs that a scheduled run agreed its records.
        windows: scheduled and backfilled runs are for the interval of their timetable.
        named: goes before the name of each run, where a flow has a second DAG: Airflow may name runs of both alike.
    """
    flow = flow_named(flow_name)
    settings, has_report = flow.settings, isinstance(flow, PushFlow)

    @task(task_id="prepare", retries=RETRIES, pool=STORE_POOL)
    def prepare() -> str:
        from accordant.tasks import steps

        context = get_current_context()
        parameters = {**context["params"], **(_window(context["dag_run"]) if windows else {})}
        return str(run_step(steps.prepare, flow_name, named + context["run_id"], parameters))

    from accordant.tasks.approval import ApprovePlan

    store_run = prepare()
    approve = ApprovePlan(
        task_id="approve", flow_name=flow_name, wait_hours=settings.approval_hours, retries=RETRIES,
        store_run="{{ ti.xcom_pull(task_ids='prepare') }}", pool=STORE_POOL,
    )  # fmt: skip
    reports = [_task("report", flow_name, "push")(store_run)] if has_report else []
    chain(
        store_run,
        _task("extract", flow_name, "steps")(store_run),
        _task("validate", flow_name, "validate", pool=STORE_POOL)(store_run),
        _task("diff", flow_name, "steps", pool=STORE_POOL)(store_run),
        approve,
        _task("load", flow_name, "steps")(store_run),
        _task("reconcile", flow_name, "proof")(store_run),
        *reports,
        _close(store_run, "report" if has_report else "reconcile", announces),
    )


def _window(dag_run: Any) -> dict[str, list[str]]:
    """Return the interval that a scheduled or backfilled run is for, if its timetable has intervals."""
    since, until = dag_run.data_interval_start, dag_run.data_interval_end
    if dag_run.run_type not in ("scheduled", "backfill") or not since or not until or since >= until:
        return {}
    return {"data_interval": [since.isoformat(), until.isoformat()]}


def _task(name: str, flow_name: str, module: str, **arguments: Any) -> Any:
    """Return a step as an Airflow task; what it needs is imported when it runs."""

    @task(
        task_id=name,
        retries=RETRIES,
        retry_delay=timedelta(seconds=30),
        execution_timeout=timedelta(hours=STEP_HOURS),
        **arguments,
    )
    def step(store_run: str) -> Any:
        from importlib import import_module

        return run_step(getattr(import_module(f"accordant.tasks.{module}"), name), flow_name, store_run)

    return step


def _close(store_run: Any, last: str, announces: Asset | None) -> Any:
    """Return the task that sums the run up, whatever became of it; `last` is the step before it."""
    alias = AssetAlias(f"{announces.name} of a scheduled run") if announces else None

    @task(
        task_id="close", trigger_rule=TriggerRule.ALL_DONE, retries=1, outlets=[alias] if alias else [], pool=STORE_POOL
    )
    def close(store_run: Any) -> dict[str, Any]:
        from accordant.tasks.closing import close as close_run

        if store_run is None:
            raise AirflowFailException("The run was not opened; the reason is in the log of `prepare`.")
        context = get_current_context()
        summary = close_run(store_run, context["ti"].xcom_pull(task_ids=last), reported=last == "report")
        if summary["state"] in ("failed", "cancelled"):
            raise AirflowFailException(f"The run {summary['state']}: {summary['problem']}")
        if alias and announces and _is_news(context, summary):
            context["outlet_events"][alias].add(announces, extra={"run": store_run})
        return summary

    return close(store_run)


def _is_news(context: Any, summary: dict[str, Any]) -> bool:
    """Tell whether other DAGs should start: a schedule agreed the records, no preview and nobody by hand."""
    agreed = summary["decision"] in ("within_limits", "approved")
    return agreed and context["dag_run"].run_type == "scheduled"
