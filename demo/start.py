"""From nothing to a running Airflow and sandbox, or back to the ones that already run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from demo import airflow_server, dag_runs, sandbox_home
from demo.airflow_api import AirflowApi
from demo.display import Display
from demo.environment import airflow_environment
from demo.layout import EVERYTHING, PRINT_SHOP, RAW_DATA, SCHOOL, Home
from demo.ports import LOOPBACK, free_port
from demo.product import Accordant
from demo.sandbox_home import Sandbox
from demo.secrets import USER, Secrets, secrets_of
from demo.state import State, load, stop_all

_USUAL_PORT = 8080


@dataclass(frozen=True)
class Running:
    """Everything a walk through the demo needs."""

    sandbox: Sandbox
    api: AirflowApi
    accordant: Accordant
    secrets: Secrets
    alive: Callable[[], None]


def running_or_started(home: Home, display: Display) -> Running:
    """Return the demo that runs in this folder; start one afresh when there is none, or only parts of one."""
    home.create()
    state, sandbox = load(home), sandbox_home.find(home)
    if state and sandbox and state.all_alive and sandbox_home.is_running(home):
        running, _ = _described(home, state, sandbox)
        if airflow_server.is_healthy(running.api):
            display.line("  The demo is running already; this goes on with it.")
            return running
    return _started(home, display)


def _started(home: Home, display: Display) -> Running:
    if home.state.exists() or home.sandbox.exists():
        with display.phase("Clearing away an earlier demo"):
            _clear(home)
    with display.phase("Sandbox: InvenTree, QuickBooks Desktop and Online, Printavo, MongoDB, Postgres"):
        sandbox = sandbox_home.start(home)
    state = State(home, {"api": free_port(_USUAL_PORT), "task_logs": free_port()})
    running, env = _described(home, state, sandbox)
    _prepare(home, display, running, env)
    with display.phase("Airflow: api-server, scheduler, dag-processor"):
        state.add(airflow_server.start(home, env, airflow_server.COMPONENTS))
        airflow_server.wait_until(lambda: airflow_server.is_healthy(running.api), state.processes, "Airflow")
        state.add(airflow_server.start(home, env, airflow_server.HELPERS))
        airflow_server.create_pools(running.api)
        airflow_server.wait_until(lambda: _all_known(running.api), state.processes, "The DAGs")
    return running


def _all_known(api: AirflowApi) -> bool:
    return all(dag_runs.is_known(api, dag_id) for dag_id in (RAW_DATA, EVERYTHING, SCHOOL, PRINT_SHOP))


def _described(home: Home, state: State, sandbox: Sandbox) -> tuple[Running, dict[str, str]]:
    secrets, env = secrets_of(home), environment_of(home, state, sandbox)
    api = AirflowApi(f"http://{LOOPBACK}:{state.ports['api']}", USER, secrets.password)
    alive = _Alive(state)
    return Running(sandbox, api, Accordant(home, env), secrets, alive), env


def environment_of(home: Home, state: State, sandbox: Sandbox) -> dict[str, str]:
    """Return the environment of the processes of this demo's Airflow."""
    return airflow_environment(home, secrets_of(home), sandbox.metadata, sandbox.connections, state.ports)


def _prepare(home: Home, display: Display, running: Running, env: Mapping[str, str]) -> None:
    """Do what needs only the sandbox, side by side."""
    phases: dict[str, Callable[[], None]] = {
        "Airflow: database": lambda: airflow_server.migrate(home, env),
        "Sandbox: what every system holds before": lambda: sandbox_home.seed(home),
        "Sync store: schema": running.accordant.migrate_store,
    }

    def work(name: str) -> None:
        with display.phase(name):
            phases[name]()

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(work, name) for name in phases]:
            done.result()


def _clear(home: Home) -> None:
    """Stop what is left of an earlier demo and forget its data: every demo starts from the same seed."""
    stop_all(home)
    for folder in (home.sandbox, home.airflow, home.logs):
        shutil.rmtree(folder, ignore_errors=True)
    home.create()


@dataclass(frozen=True)
class _Alive:
    """Raises when one of Airflow's processes has ended."""

    state: State

    def __call__(self) -> None:
        airflow_server.fail_if_dead(self.state.processes)
