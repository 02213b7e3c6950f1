"""Airflow on this machine: its database, and each of its processes tracked by itself.

`airflow standalone` is not used: it leaves children behind when it is stopped.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from demo.airflow_api import AirflowApi
from demo.failure import DemoFailed
from demo.layout import Home
from demo.processes import Tracked

COMPONENTS: dict[str, tuple[str, ...]] = {
    "api-server": ("-m", "airflow", "api-server"),
    "scheduler": ("-m", "demo.scheduler"),
    "dag-processor": ("-m", "airflow", "dag-processor"),
}
# What is needed a little later: qbd_everything waits in the triggerer for the flows that it starts.
HELPERS: dict[str, tuple[str, ...]] = {
    "task-logs": ("-m", "demo.task_logs"),
    "triggerer": ("-m", "airflow", "triggerer", "--skip-serve-logs"),
}
_HEALTHY = ("metadatabase", "scheduler", "dag_processor")

# One slot per call that a system takes at once; the compose file creates the same pools.
POOLS = {
    "raw_data": (4, "readers and writers of the raw documents in MongoDB"),
    "inventree": (4, "connections to InvenTree"),
    "quickbooks_desktop": (1, "QuickBooks Desktop answers one request at a time"),
    "quickbooks_online": (4, "runs that speak to QuickBooks Online, which share its limits"),
    "printavo": (2, "runs that read Printavo, which share its limits"),
    "sync_store": (8, "steps that work in the sync store alone"),
}


def migrate(home: Home, env: Mapping[str, str]) -> None:
    """Bring the metadata database to this Airflow's version.

    Raises:
        DemoFailed: with the end of the log.
    """
    log = home.logs / "airflow-migrate.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=dict(env),
            cwd=home.airflow,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise DemoFailed(f"`airflow db migrate` ended with {done.returncode}.", log)


def start(home: Home, env: Mapping[str, str], components: Mapping[str, Sequence[str]]) -> list[Tracked]:
    """Start processes of Airflow; they are not ready yet."""
    return [
        Tracked.start(name, [sys.executable, *words], env, home.airflow, home.logs / f"{name}.log")
        for name, words in components.items()
    ]


def fail_if_dead(processes: Sequence[Tracked]) -> None:
    """Do nothing while all run.

    Raises:
        DemoFailed: one ended; with the end of its log.
    """
    for process in processes:
        if not process.alive:
            raise DemoFailed(f"Airflow's {process.name} stopped.", Path(process.log))


def wait_until(ready: Callable[[], bool], processes: Sequence[Tracked], what: str, seconds: float = 120) -> None:
    """Poll `ready` until it is true.

    Raises:
        DemoFailed: a process died, or the time is over.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        fail_if_dead(processes)
        if time.monotonic() > deadline:
            raise DemoFailed(f"{what} did not come within {seconds:.0f} seconds. Logs: {processes[0].log}")
        time.sleep(0.3)


def is_healthy(api: AirflowApi) -> bool:
    """Return whether all components that the demo needs report to be well."""
    status = api.healthy()
    return all(status.get(name) == "healthy" for name in _HEALTHY)


def create_pools(api: AirflowApi) -> None:
    """Create the pools that the DAGs' tasks run in; existing ones are left as they are."""
    for name, (slots, description) in POOLS.items():
        status, _ = api.call("GET", f"pools/{name}")
        if status == 404:
            body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
            api.must("POST", "pools", body)
