"""The six steps as Airflow tasks: `agreement(flow)` wires a whole DAG, so that a DAG file holds no logic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, chain, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from accordant.flows.registry import flow_named
from accordant.tasks.recovery import run_step

RETRIES = 3  # of each step, for passing faults; every step may be called again
STEP_HOURS = 6


def agreement(flow_name: str) -> None:
    """Add the tasks of a flow to the current DAG: prepare, the six steps, report and close."""
    settings = flow_named(flow_name).settings

    @task(task_id="prepare", retries=RETRIES)
    def prepare() -> str:
        from accordant.tasks import steps

        context = get_current_context()
        return str(run_step(steps.prepare, flow_name, context["run_id"], dict(context["params"])))

    @task(task_id="close", trigger_rule=TriggerRule.ALL_DONE, retries=1)
    def close(store_run: Any) -> dict[str, Any]:
        from accordant.tasks.closing import close as close_run

        if store_run is None:
            raise AirflowFailException("The run was not opened; the reason is in the log of `prepare`.")
        context = get_current_context()
        summary = close_run(store_run, context["ti"].xcom_pull(task_ids="report"))
        if summary["state"] in ("failed", "cancelled"):
            raise AirflowFailException(f"The run {summary['state']}: {summary['problem']}")
        return summary

    from accordant.tasks.approval import ApprovePlan

    store_run = prepare()
    approve = ApprovePlan(
        task_id="approve", flow_name=flow_name, wait_hours=settings.approval_hours, retries=RETRIES,
        store_run="{{ ti.xcom_pull(task_ids='prepare') }}",
    )  # fmt: skip
    chain(
        store_run,
        _task("extract", flow_name, "steps")(store_run),
        _task("validate", flow_name, "validate")(store_run),
        _task("diff", flow_name, "steps")(store_run),
        approve,
        _task("load", flow_name, "steps")(store_run),
        _task("reconcile", flow_name, "proof")(store_run),
        _task("report", flow_name, "steps")(store_run),
        close(store_run),
    )


def _task(name: str, flow_name: str, module: str) -> Any:
    """Return a step as an Airflow task; what it needs is imported when it runs."""

    @task(
        task_id=name,
        retries=RETRIES,
        retry_delay=timedelta(seconds=30),
        execution_timeout=timedelta(hours=STEP_HOURS),
    )
    def step(store_run: str) -> Any:
        from importlib import import_module

        return run_step(getattr(import_module(f"accordant.tasks.{module}"), name), flow_name, store_run)

    return step
