"""A whole Airflow of its own, to backfill on and to crash: api-server, scheduler and dag-processor on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from demo import airflow_server, dag_runs
from demo.airflow_api import AirflowApi
from demo.environment import airflow_environment
from demo.layout import CHECKOUT, Home
from demo.ports import LOOPBACK, free_port
from demo.processes import Tracked, stop
from demo.secrets import USER, secrets_of

# A crash is noticed after minutes in production; here after seconds.
_SOON = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "10",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "3",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
    "AIRFLOW__SCHEDULER__TASK_QUEUED_TIMEOUT": "30",
}


@dataclass
class Airflow:
    """A running Airflow with one DAG file."""

    home: Home
    env: Mapping[str, str]
    api: AirflowApi
    running: dict[str, Tracked] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start components, and wait until all is well."""
        components = {name: airflow_server.COMPONENTS[name] for name in names}
        self.running |= {one.name: one for one in airflow_server.start(self.home, self.env, components)}
        airflow_server.wait_until(lambda: airflow_server.is_healthy(self.api), [*self.running.values()], "Airflow")

    def crash(self, name: str) -> None:
        """kill -9 a component with every process that it started, as a power cut would."""
        process = psutil.Process(self.running.pop(name).pid)
        for one in [process, *process.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                os.kill(one.pid, signal.SIGKILL)
        process.wait(10)

    def command(self, *words: str) -> str:
        """Run a command of Airflow and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *words], env=dict(self.env), cwd=self.home.airflow,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the DAG's runs."""
        found: list[dict[str, Any]] = self.api.must("GET", f"dags/{dag_id}/dagRuns?limit=100")["dag_runs"]
        return found

    def why(self, dag_id: str, run_id: str) -> str:
        """Return the end of the logs of a run's failed tasks."""
        run, told = dag_runs.DagRun(self.api, dag_id, run_id), [run_id]
        for task in run.tasks():
            if task["state"] == "failed":
                events = "\n".join(str(event) for event in run.log(task)[-12:])
                told.append(f"{task['task_id']}, attempt {task['try_number']}:\n{events}")
        return "\n".join(told)

    def until(self, what: str, true: Any, seconds: float = 240) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"{what} did not come within {seconds:.0f} s"
            time.sleep(0.5)


@contextmanager
def running_airflow(
    folder: Path, database: str, connections: Mapping[str, str], dags: Path, include: Path
) -> Iterator[Airflow]:
    """Run an Airflow on an empty metadata database, and stop all of it at the end."""
    home = Home(folder)
    home.create()
    secrets, ports = secrets_of(home), {"api": free_port(), "task_logs": free_port()}
    env = airflow_environment(home, secrets, database, connections, ports) | _SOON
    env |= {"AIRFLOW__CORE__DAGS_FOLDER": str(dags), "ACCORDANT_INCLUDE": str(include), "PYTHONPATH": str(CHECKOUT)}
    airflow_server.migrate(home, env)
    airflow = Airflow(home, env, AirflowApi(f"http://{LOOPBACK}:{ports['api']}", USER, secrets.password))
    try:
        airflow.start(*airflow_server.COMPONENTS)
        airflow_server.create_pools(airflow.api)
        yield airflow
    finally:
        stop(list(airflow.running.values()))


def is_known(airflow: Airflow, dag_id: str) -> bool:
    """Tell whether the dag-processor has read the DAG."""
    return dag_runs.is_known(airflow.api, dag_id)
