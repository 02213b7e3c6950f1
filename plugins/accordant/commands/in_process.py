"""Runs a DAG in this process, task by task, without a scheduler."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from accordant.commands.airflow_home import engine
from accordant.commands.failures import Hint, failure_of
from accordant.commands.output import duration
from accordant.sync.errors import Misconfigured

_KEPT_LOGS = 50


class TaskEvents:
    """Hears from Airflow when a task starts or fails, in this process.

    Args:
        step: is told the name of each task that starts.
        note: is told, in a sentence, why a task waits to be tried again.
    """

    def __init__(self, step: Callable[[str], None], note: Callable[[str], None]) -> None:
        self._step, self._note = step, note
        self.error: BaseException | None = None
        self.failed_task = ""

    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Tell which task works."""
        self._step(task_instance.task_id)

    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
        """Keep the first error that ended a task, or say when it is tried again."""
        failure = failure_of(error) if isinstance(error, BaseException) else None
        sentence = failure.sentence if failure else str(error)
        name = task_instance.task_id
        if task_instance.state == "up_for_retry":
            delay = duration(_seconds_until_retry(task_instance))
            tries = f"try {task_instance.try_number + 1} of {task_instance.max_tries + 1}"
            self._note(f"{name}: {sentence} It is tried again in {delay} ({tries}).")
            self._step(f"{name}: waiting {delay} to try it again")
        elif self.error is None:
            self.error = error if isinstance(error, BaseException) else RuntimeError(sentence)
            self.failed_task = name

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Listen for a while."""
        from airflow.listeners import hookimpl
        from airflow.sdk.listener import get_listener_manager

        hookimpl(type(self).on_task_instance_running)
        hookimpl(type(self).on_task_instance_failed)
        manager: Any = get_listener_manager()
        manager.add_listener(self)
        try:
            yield
        finally:
            manager.pm.unregister(self)


def _seconds_until_retry(task_instance: Any) -> float:
    """Return how long Airflow waits before it tries a task again; with back-off that grows from try to try."""
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy.orm import Session

    with Session(engine()) as session:  # not Airflow's own session, which the run is using
        stored: Any = session.get(TaskInstance, task_instance.id)
        if stored is None or stored.end_date is None:
            return float(task_instance.task.retry_delay.total_seconds())
        stored.task = task_instance.task
        seconds: float = (stored.next_retry_datetime() - stored.end_date).total_seconds()
        return max(1.0, round(seconds))


@contextmanager
def output_in(log: Path) -> Iterator[Any]:
    """Send everything that this process prints to a file, and give what was stderr to the caller."""
    sys.stdout.flush()
    sys.stderr.flush()
    out, err = os.dup(1), os.dup(2)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        with os.fdopen(os.dup(err), "w", encoding="utf-8") as person:
            yield person
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.close(out)
        os.close(err)


def new_log(home: Path, dag_id: str) -> Path:
    """Return a new log file under AIRFLOW_HOME, and forget the oldest of many."""
    folder = home / "logs" / "accordant"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)[: -_KEPT_LOGS + 1]:
        old.unlink(missing_ok=True)
    safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in dag_id)
    return folder / f"{safe}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"


def find_dag(dag_id: str) -> Any:
    """Return a DAG of the configured folder.

    Raises:
        Misconfigured: there is none of that name.
        Hint: its file cannot be imported.
    """
    from airflow import settings
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=settings.DAGS_FOLDER)
    if dag_id in bag.dags:
        return bag.dags[dag_id]
    for file, trace in bag.import_errors.items():
        if dag_id in Path(file).stem or Path(file).stem in dag_id:
            reason = trace.strip().splitlines()[-1]
            raise Hint(f"{file} cannot be imported: {reason}", "Correct the file.", record=dag_id)
    there_are = ", ".join(sorted(bag.dags)) or "none"
    meant = " or ".join(dags_of(dag_id, bag.dags))
    hint = f" It is a flow: did you mean {meant}?" if meant else ""
    sentence = f"No DAG is named {dag_id}.{hint} In {settings.DAGS_FOLDER} there are: {there_are}."
    raise Misconfigured("DAG_UNKNOWN", sentence, record=dag_id)


def dags_of(flow: str, dags: Mapping[str, Any]) -> list[str]:
    """Return the DAGs that run a flow."""
    return sorted(dag_id for dag_id, dag in dags.items() if flow_of(dag) == flow)


def flow_of(dag: Any) -> str:
    """Return the flow that a DAG runs: its approval knows."""
    return next((str(task.flow_name) for task in dag.tasks if hasattr(task, "flow_name")), str(dag.dag_id))


def airflow_run_id(moment: datetime) -> str:
    """Return the id that Airflow will give to a run started by hand at `moment`."""
    from airflow.models.dagrun import DagRun
    from airflow.utils.types import DagRunType

    return str(DagRun.generate_run_id(run_type=DagRunType.MANUAL, logical_date=moment, run_after=moment))


def give_up_at_once(dag: Any) -> None:
    """Take the retries of a DAG's tasks away: the first passing fault ends the run."""
    for task in dag.tasks:
        task.retries = 0


def run_dag(dag: Any, conf: dict[str, Any], moment: datetime) -> str:
    """Run all tasks and return the state of the DAG run.

    Raises:
        Hint: `conf` does not fit the DAG's parameters.
    """
    from airflow.sdk.exceptions import ParamValidationError

    try:
        finished = dag.test(run_after=moment, logical_date=moment, run_conf=conf, use_executor=False)
    except ParamValidationError as error:
        reason = str(error).strip().splitlines()[0]
        raise Hint(f"--conf does not fit: {reason}", "Correct --conf.", record=dag.dag_id) from None
    return str(finished.state)
