"""The check of the shop's tables as an Airflow task, so that the DAG file holds no logic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import get_current_context, task

from accordant.tasks.dag import RETRIES, STORE_POOL


def verification() -> None:
    """Add the task `verify` to the current DAG; it fails where something is wrong."""

    @task(
        task_id="verify", pool=STORE_POOL, retries=RETRIES, retry_delay=timedelta(seconds=30),
        execution_timeout=timedelta(hours=1),
    )  # fmt: skip
    def verify() -> dict[str, Any]:
        from accordant.tasks.printavo_verify import verify_task
        from accordant.tasks.recovery import run_step

        repair = bool(get_current_context()["params"]["repair"])
        return dict(run_step(lambda: verify_task(repair=repair)))

    verify()
