"""The checks of `accordant doctor`: each says whether one thing is in order and, if not, what to fix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from accordant.commands.failures import failure_of, redacted
from accordant.sync.errors import AccordantError, Misconfigured

STORE = "accordant_store"
# Each Connection, and what checks it: a function that takes the Connection's id, or a hook with test_connection.
CONNECTIONS: dict[str, tuple[str, str]] = {
    STORE: ("accordant.hooks.database", "test_connection"),
    "wms_default": ("accordant.hooks.wms", "WmsHook"),
    "mis_default": ("accordant.tasks.mis_rows", "test_connection"),
    "mongo_default": ("accordant.hooks.raw_data", "RawDataHook"),
    "inventree_default": ("accordant.hooks.inventree", "InvenTreeHook"),
    "conductor_default": ("accordant.hooks.conductor", "ConductorHook"),
    "qbo_default": ("accordant.tasks.quickbooks_online", "SharedQuickBooksOnlineHook"),
    "printavo_default": ("accordant.hooks.printavo", "PrintavoHook"),
    "shop_default": ("accordant.hooks.shop", "ShopHook"),
}


_SLOTS = {"quickbooks_desktop": 1, "printavo": 2, "sync_store": 8}  # pools that want other than 4


class Health(StrEnum):
    """How one thing is."""

    OK = "ok"
    NOT_CONFIGURED = "not configured"  # and nothing here needs it
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing.

    Attributes:
        needed_by: the flows that cannot work without it.
        fix: what to do about it; '' when nothing is.
    """

    kind: str
    name: str
    health: Health
    sentence: str
    fix: str = ""
    needed_by: tuple[str, ...] = ()


def findings() -> Iterator[Finding]:
    """Check everything, settings first: they say what the rest must provide."""
    yield _include_folder()
    flows = _flows()
    settings = [_settings(name) for name in flows]
    yield from settings
    yield from _settings_without_flow(flows)
    yield from _connections(flows)
    yield _schema()
    yield from _airflow(flows)


def _broken(kind: str, name: str, error: BaseException, needed_by: tuple[str, ...] = ()) -> Finding:
    failure = failure_of(error)
    return Finding(kind, name, Health.BROKEN, failure.sentence, failure.action, needed_by)


def _include_folder() -> Finding:
    from accordant.include_dir import include_dir

    try:
        return Finding("files", "include/", Health.OK, str(include_dir()))
    except Misconfigured as error:
        return _broken("files", "include/", error)


def _flows() -> list[str]:
    from accordant.flows.registry import flow_names

    return flow_names()


def _settings(flow: str) -> Finding:
    """Load a flow, which validates its settings."""
    from accordant.flows.registry import flow_named

    try:
        return Finding("settings", flow, Health.OK, f"every {flow_named(flow).settings.schedule or '(when asked)'}")
    except Exception as error:
        return _broken("settings", flow, error)


def _settings_without_flow(flows: Sequence[str]) -> Iterator[Finding]:
    from accordant.include_dir import include_dir

    for path in sorted((include_dir() / "settings").glob("*.y*ml")):
        if path.stem not in flows:
            fix = "Rename it like the flow, or remove it."
            yield Finding("settings", path.name, Health.WARNING, "No flow has this name, so nobody reads it.", fix)


def _connections(flows: Sequence[str]) -> list[Finding]:
    needed = _needed_by(flows)
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda conn_id: _connection(conn_id, tuple(needed.get(conn_id, ()))), CONNECTIONS)
        return list(found)


def _needed_by(flows: Sequence[str]) -> dict[str, list[str]]:
    """Return {Connection: the flows that need it}."""
    from accordant.flows.registry import flow_named

    needed: dict[str, list[str]] = {STORE: list(flows)}
    for name in flows:
        try:
            flow = flow_named(name)
        except Exception:  # noqa: S112 - its settings are reported as broken already
            continue
        for conn_id in (flow.source_connection, flow.target_connection):
            needed.setdefault(conn_id, []).append(name)
    return needed


def _connection(conn_id: str, needed_by: tuple[str, ...]) -> Finding:
    from accordant.hooks.endpoints import connection_of

    try:
        connection_of(conn_id)
        works, message = _test_of(conn_id)()
    except AccordantError as error:
        if error.code.code == "CONNECTION_MISSING":
            return _missing(conn_id, needed_by, error)
        return _broken("connection", conn_id, error, needed_by)
    except Exception as error:
        return _broken("connection", conn_id, error, needed_by)
    if works:
        return Finding("connection", conn_id, Health.OK, redacted(message), needed_by=needed_by)
    sentence, _, fix = redacted(message).partition(" Next: ")
    fix = fix or "Correct it in Admin > Connections or in its AIRFLOW_CONN_ variable."
    return Finding("connection", conn_id, Health.BROKEN, sentence, fix, needed_by)


def _missing(conn_id: str, needed_by: tuple[str, ...], error: AccordantError) -> Finding:
    """Airflow says "not defined" of a variable that it cannot read, too."""
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    if os.environ.get(variable):
        sentence, fix = f"{variable} is set but cannot be read.", "Write it as a URI or as one JSON object."
        return Finding("connection", conn_id, Health.BROKEN, sentence, fix, needed_by)
    if needed_by:
        return _broken("connection", conn_id, error, needed_by)
    return Finding("connection", conn_id, Health.NOT_CONFIGURED, "Not defined; no flow here needs it.")


def _words(error: BaseException) -> str:
    return redacted(str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__)


def _test_of(conn_id: str) -> Callable[[], tuple[bool, str]]:
    """Return what checks a Connection."""
    module_name, name = CONNECTIONS[conn_id]
    try:
        found: Any = getattr(import_module(module_name), name)
    except ModuleNotFoundError as error:
        if error.name != module_name:
            raise
        return lambda: (True, "Defined; this version has no check for it.")
    if isinstance(found, type):
        hook: Any = found(conn_id)
        return partial(_asked, hook.test_connection)
    return partial(_asked, found, conn_id)


def _asked(test: Callable[..., Any], *arguments: str) -> tuple[bool, str]:
    works, message = test(*arguments)
    return bool(works), str(message)


def _schema() -> Finding:
    """Compare the sync store's schema with the version of this code; changes nothing."""
    import psycopg
    from alembic.script import ScriptDirectory

    from accordant.store import migrate
    from accordant.tasks.connections import store_conninfo

    head = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations")).get_current_head()
    try:
        with psycopg.connect(store_conninfo(), connect_timeout=5) as store:
            row = store.execute("SELECT version_num FROM accordant.schema_version").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        fix = "Run `accordant migrate`; the first step of every DAG does it too."
        return Finding("store", "schema", Health.WARNING, f"It is empty; this code needs {head}.", fix)
    except Exception as error:
        return Finding("store", "schema", Health.BROKEN, "The store cannot be read.", f"See {STORE}: {_words(error)}")
    version = row[0] if row else None
    if version == head:
        return Finding("store", "schema", Health.OK, f"version {version}")
    fix = "Run `accordant migrate`. If that says the store is newer, update this installation."
    return Finding("store", "schema", Health.WARNING, f"version {version}; this code needs {head}.", fix)


def _airflow(flows: Sequence[str]) -> Iterator[Finding]:
    """Check that every flow has a DAG that can be imported, and the pools that the DAGs name."""
    from airflow import settings
    from airflow.dag_processing.dagbag import DagBag

    from accordant.commands.in_process import flow_of

    bag = DagBag(dag_folder=settings.DAGS_FOLDER)
    for file, trace in bag.import_errors.items():
        fix = "Correct the file; `airflow dags list-import-errors` shows the whole error."
        yield Finding("dag", Path(file).name, Health.BROKEN, trace.strip().splitlines()[-1], fix)
    for dag_id, dag in sorted(bag.dags.items()):
        yield Finding("dag", str(dag_id), Health.OK, f"{len(dag.tasks)} tasks")
    for name in sorted({*flows} - {flow_of(dag) for dag in bag.dags.values()}):
        fix = "Set AIRFLOW__CORE__DAGS_FOLDER to the folder dags/ of this installation."
        yield Finding("dag", name, Health.BROKEN, f"It is not in {settings.DAGS_FOLDER}.", fix)
    yield from _pools({task.pool for dag in bag.dags.values() for task in dag.tasks})


def _pools(named: set[str]) -> Iterator[Finding]:
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session

    from accordant.commands.airflow_home import is_own_home, metadata_exists

    if is_own_home():
        sentence = "The command line's own, which needs no pools; AIRFLOW_HOME names a scheduler's."
        yield Finding("airflow", "database", Health.NOT_CONFIGURED, sentence)
        return
    if not metadata_exists():
        sentence = f"None in {os.environ['AIRFLOW_HOME']} yet; `accordant run` makes it."
        yield Finding("airflow", "database", Health.NOT_CONFIGURED, sentence)
        return
    with create_session() as session:
        existing = {pool.pool for pool in Pool.get_pools(session=session)}
    for name in sorted(named):
        if name in existing:
            yield Finding("pool", name, Health.OK, "exists")
        else:
            slots = _SLOTS.get(name, 4)
            fix = f"airflow pools set {name} {slots} 'Accordant' (a scheduler needs it; `accordant run` does not)."
            yield Finding("pool", name, Health.WARNING, "Airflow has no such pool, so its tasks never start.", fix)
