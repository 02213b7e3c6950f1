"""One run of a DAG, from the trigger to its end, as a person follows it in the UI."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from rich.markup import escape

from demo.airflow_api import AirflowApi
from demo.display import Say
from demo.failure import DemoFailed
from demo.layout import DAG_ID

_LONGEST_SECONDS = 300
_SCHEDULE_SECONDS = 5
_MARKS = {
    "success": "[green]✓[/]",
    "skipped": "[dim]-[/]",
    "running": "…",
    "up_for_retry": "[yellow]↻[/]",
    "failed": "[red]✗[/]",
}
Progress = Callable[[], str]


def is_known(api: AirflowApi) -> bool:
    """Return whether Airflow has read the DAG's file.

    Raises:
        DemoFailed: Airflow could not import it.
    """
    status, _ = api.call("GET", f"dags/{DAG_ID}")
    if status == 200:
        return True
    errors = api.must("GET", "importErrors")["import_errors"]
    if errors:
        raise DemoFailed(f"Airflow could not import {errors[0]['filename']}:\n{errors[0]['stack_trace']}")
    return False


def begin(api: AirflowApi) -> str:
    """Let the DAG's schedule begin and return its first run; trigger one where the schedule does not.

    Unpausing a DAG makes Airflow start the run of the last full interval at once.
    """
    if api.must("GET", f"dags/{DAG_ID}")["is_paused"]:
        api.must("PATCH", f"dags/{DAG_ID}", {"is_paused": False})
        deadline = time.monotonic() + _SCHEDULE_SECONDS
        while time.monotonic() < deadline:
            if found := api.must("GET", f"dags/{DAG_ID}/dagRuns")["dag_runs"]:
                return str(found[0]["dag_run_id"])
            time.sleep(0.3)
    return trigger(api)


def trigger(api: AirflowApi) -> str:
    """Start a run and return its id."""
    run = api.must("POST", f"dags/{DAG_ID}/dagRuns", {"logical_date": None, "conf": {}})
    return str(run["dag_run_id"])


def follow(api: AirflowApi, run_id: str, say: Say, progress: Progress, alive: Callable[[], None]) -> None:
    """Report a run's tasks until it ends.

    Args:
        api: where it runs.
        run_id: its id.
        say: gets a line whenever something changed.
        progress: returns how far the operations are; slow, so it is asked in the background.
        alive: raises when Airflow itself has died.

    Raises:
        DemoFailed: a task failed, waits for a person, or the time is over.
    """
    deadline = time.monotonic() + _LONGEST_SECONDS
    watcher = _Watcher(progress)
    while True:
        alive()
        tasks = _tasks(api, run_id)
        state = api.must("GET", f"dags/{DAG_ID}/dagRuns/{run_id}")["state"]
        again = _tried_again(api, run_id, tasks)
        say(_line(tasks, again or watcher.latest(asking=_loading(tasks))))
        if state == "success":
            return
        _fail_if_stuck(api, run_id, tasks, state)
        if time.monotonic() > deadline:
            raise DemoFailed(f"The run {run_id} did not end within {_LONGEST_SECONDS} seconds.")
        time.sleep(0.5)


def _tasks(api: AirflowApi, run_id: str) -> list[dict[str, Any]]:
    answer = api.must("GET", f"dags/{DAG_ID}/dagRuns/{run_id}/taskInstances?limit=100")
    return sorted(answer["task_instances"], key=lambda task: task.get("start_date") or "9999")


def _loading(tasks: list[dict[str, Any]]) -> bool:
    return any(task["task_id"].endswith("load") and task["state"] == "running" for task in tasks)


def _line(tasks: list[dict[str, Any]], progress: str) -> str:
    begun = [task for task in tasks if task["state"] in _MARKS]
    steps = " ".join(f"{task['task_id'].rsplit('.', 1)[-1]} {_MARKS[task['state']]}" for task in begun)
    return f"{steps} {progress}".strip() or "queued"


def _fail_if_stuck(api: AirflowApi, run_id: str, tasks: list[dict[str, Any]], state: str) -> None:
    waiting = [task["task_id"] for task in tasks if task["state"] == "awaiting_input"]
    if waiting:
        where = f"{api.url}/required_actions"
        raise DemoFailed(f"{', '.join(waiting)} waits for a person's answer at {where}; the demo's plan should not.")
    if state == "failed":
        failed = [task for task in tasks if task["state"] == "failed"]
        raise DemoFailed("\n".join(["The run failed.", *(_why(api, run_id, task) for task in failed)]))


def _why(api: AirflowApi, run_id: str, task: dict[str, Any]) -> str:
    """Return why a task failed, and the end of its log."""
    events = _log(api, run_id, task)
    lines = [f"    {line}" for event in events[-15:] for line in [str(event.get("event", "")), *_errors(event)] if line]
    return "\n".join([f"  {task['task_id']}, attempt {task['try_number']}:", *lines])


def _log(api: AirflowApi, run_id: str, task: dict[str, Any]) -> list[dict[str, Any]]:
    name, attempt = task["task_id"], task["try_number"]
    _, log = api.call("GET", f"dags/{DAG_ID}/dagRuns/{run_id}/taskInstances/{name}/logs/{attempt}")
    content = log.get("content", []) if isinstance(log, dict) else []
    return [event for event in content if isinstance(event, dict)]


def _errors(event: dict[str, Any]) -> list[str]:
    """Return the exceptions that a log line carries."""
    return [f"{error['exc_type']}: {error['exc_value']}" for error in event.get("error_detail") or []]


def _tried_again(api: AirflowApi, run_id: str, tasks: list[dict[str, Any]]) -> str:
    """Return why tasks wait for another attempt; they wait for half a minute and more."""
    waiting = [task for task in tasks if task["state"] == "up_for_retry"]
    reasons = [error for task in waiting for event in _log(api, run_id, task) for error in _errors(event)]
    return f"will be tried again: {escape(reasons[-1])}" if reasons else ""


class _Watcher:
    """Asks for progress in the background, one question at a time."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._answer = ""
        self._asking: threading.Thread | None = None

    def latest(self, *, asking: bool) -> str:
        """Return the last answer, and ask again, while `asking`; nothing otherwise."""
        if asking and (self._asking is None or not self._asking.is_alive()):
            self._asking = threading.Thread(target=self._ask, daemon=True)
            self._asking.start()
        return self._answer if asking else ""

    def _ask(self) -> None:
        self._answer = self._progress()
