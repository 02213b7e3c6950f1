"""Runs of DAGs from their start to their end, as a person follows them in the UI."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from rich.markup import escape

from demo.dag_runs import DagRun, Task
from demo.display import Say
from demo.failure import DemoFailed

_LONGEST_SECONDS = 600
_POLL_SECONDS = 1.0  # each question costs the api-server CPU that the tasks need
_MARKS = {
    "success": "[green]✓[/]",
    "skipped": "[dim]-[/]",
    "up_for_retry": "[yellow]↻[/]",
    "failed": "[red]✗[/]",
}
_AT_WORK = "…"
Progress = Callable[[], str]


def follow(run: DagRun, say: Say, alive: Callable[[], None], progress: Progress = str) -> None:
    """Report a run's tasks until it ends.

    Args:
        run: the run.
        say: gets a line whenever something changed.
        alive: raises when Airflow itself has died.
        progress: returns how far the operations are; slow, so it is asked in the background.

    Raises:
        DemoFailed: a task failed, waits for a person, or the time is over.
    """
    watcher = _Watcher(progress)

    def look() -> bool:
        state, tasks = run.state, run.tasks()
        ended = _has_ended(run, state, tasks)
        say(_line(tasks, _tried_again(run, tasks) or watcher.latest(asking=_loading(tasks))))
        return ended

    _until(look, alive)


def follow_all(runs: Sequence[DagRun], say: Say, alive: Callable[[], None]) -> None:
    """Report which of several runs have ended, until all have.

    Raises:
        DemoFailed: a task of one failed, waits for a person, or the time is over.
    """
    done: list[DagRun] = []

    def look() -> bool:
        for run in [run for run in runs if run not in done]:
            state = run.state
            if _has_ended(run, state, run.tasks()):
                done.append(run)
        say(" ".join(f"{_short(run.dag_id)} {_MARKS['success'] if run in done else _AT_WORK}" for run in runs))
        return len(done) == len(runs)

    _until(look, alive)


def _until(look: Callable[[], bool], alive: Callable[[], None]) -> None:
    deadline = time.monotonic() + _LONGEST_SECONDS
    while not look():
        alive()
        if time.monotonic() > deadline:
            raise DemoFailed(f"The run did not end within {_LONGEST_SECONDS} seconds.")
        time.sleep(_POLL_SECONDS)


def _loading(tasks: list[Task]) -> bool:
    return any(task["task_id"].endswith("load") and task["state"] == "running" for task in tasks)


def _line(tasks: list[Task], progress: str) -> str:
    begun = [task for task in tasks if task["start_date"] or task["state"] == "skipped"]
    steps = " ".join(f"{_short(task['task_id'])} {_MARKS.get(task['state'], _AT_WORK)}" for task in begun)
    return f"{steps} {progress}".strip() or "queued"


def _short(name: str) -> str:
    return name.rsplit(".", 1)[-1].removeprefix("qbd_")


def _has_ended(run: DagRun, state: str, tasks: list[Task]) -> bool:
    """Return whether it ended well.

    Raises:
        DemoFailed: it failed, or waits for a person.
    """
    waiting = [task["task_id"] for task in tasks if task["state"] == "awaiting_input"]
    if waiting:
        where = f"{run.api.url}/required_actions"
        raise DemoFailed(f"{', '.join(waiting)} waits for a person's answer at {where}; the demo's plan should not.")
    if state == "failed":
        failed = [task for task in tasks if task["state"] == "failed"]
        raise DemoFailed("\n".join([f"The run of {run.dag_id} failed.", *(_why(run, task) for task in failed)]))
    return state == "success"


def _why(run: DagRun, task: Task) -> str:
    """Return why a task failed, and the end of its log."""
    events = run.log(task)
    lines = [f"    {line}" for event in events[-15:] for line in [str(event.get("event", "")), *_errors(event)] if line]
    return "\n".join([f"  {task['task_id']}, attempt {task['try_number']}:", *lines])


def _errors(event: dict[str, object]) -> list[str]:
    """Return the exceptions that a log line carries."""
    details = event.get("error_detail")
    return [f"{error['exc_type']}: {error['exc_value']}" for error in details] if isinstance(details, list) else []


def _tried_again(run: DagRun, tasks: list[Task]) -> str:
    """Return why tasks wait for another attempt; they wait for half a minute and more."""
    waiting = [task for task in tasks if task["state"] == "up_for_retry"]
    reasons = [error for task in waiting for event in run.log(task) for error in _errors(event)]
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
