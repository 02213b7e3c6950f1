"""One run of a DAG, as Airflow's REST API tells of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from demo.airflow_api import AirflowApi
from demo.failure import DemoFailed

_SCHEDULE_SECONDS = 5

Task = dict[str, Any]


@dataclass(frozen=True)
class DagRun:
    """A run that was started."""

    api: AirflowApi
    dag_id: str
    run_id: str

    @property
    def state(self) -> str:
        """How it is: queued, running, success or failed."""
        return str(self.api.must("GET", self._path)["state"])

    def tasks(self) -> list[Task]:
        """Return its tasks in the order in which they started."""
        answer = self.api.must("GET", f"{self._path}/taskInstances?limit=100")
        return sorted(answer["task_instances"], key=lambda task: task.get("start_date") or "9999")

    def told(self, task_id: str, key: str = "return_value") -> Any:
        """Return what a task left for others (XCom)."""
        return self.api.must("GET", f"{self._path}/taskInstances/{task_id}/xcomEntries/{key}")["value"]

    def log(self, task: Task) -> list[dict[str, Any]]:
        """Return the log of a task's last attempt."""
        name, attempt = task["task_id"], task["try_number"]
        _, log = self.api.call("GET", f"{self._path}/taskInstances/{name}/logs/{attempt}")
        content = log.get("content", []) if isinstance(log, dict) else []
        return [event for event in content if isinstance(event, dict)]

    @property
    def _path(self) -> str:
        return f"dags/{self.dag_id}/dagRuns/{self.run_id}"


def is_known(api: AirflowApi, dag_id: str) -> bool:
    """Return whether Airflow has read the DAG's file.

    Raises:
        DemoFailed: Airflow could not import it.
    """
    status, _ = api.call("GET", f"dags/{dag_id}")
    if status == 200:
        return True
    errors = api.must("GET", "importErrors")["import_errors"]
    if errors:
        raise DemoFailed(f"Airflow could not import {errors[0]['filename']}:\n{errors[0]['stack_trace']}")
    return False


def switch_on(api: AirflowApi, dag_id: str) -> bool:
    """Switch a DAG on, and return whether it was off."""
    was_off = bool(api.must("GET", f"dags/{dag_id}")["is_paused"])
    if was_off:
        api.must("PATCH", f"dags/{dag_id}", {"is_paused": False})
    return was_off


def begin(api: AirflowApi, dag_id: str) -> DagRun:
    """Let the DAG's schedule begin and return its first run; trigger one where the schedule does not.

    Unpausing a DAG makes Airflow start the run of the last full interval at once.
    """
    if switch_on(api, dag_id):
        deadline = time.monotonic() + _SCHEDULE_SECONDS
        while time.monotonic() < deadline:
            if found := api.must("GET", f"dags/{dag_id}/dagRuns")["dag_runs"]:
                return DagRun(api, dag_id, str(found[0]["dag_run_id"]))
            time.sleep(0.3)
    return trigger(api, dag_id)


def trigger(api: AirflowApi, dag_id: str, **parameters: bool) -> DagRun:
    """Start a run."""
    run = api.must("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None, "conf": parameters})
    return DagRun(api, dag_id, str(run["dag_run_id"]))
