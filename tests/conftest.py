"""Real servers for all tests, each started once: Postgres, MongoDB protocol, InvenTree sandbox."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

# Before Airflow is imported anywhere: its home must never be the developer's own.
_HOME = Path(tempfile.mkdtemp(prefix="accordant-test-"))
os.environ["AIRFLOW_HOME"] = str(_HOME / "airflow")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "False"
os.environ["ACCORDANT_INCLUDE"] = str(_HOME / "include")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")

import hypothesis  # noqa: E402
import pytest  # noqa: E402
import yaml  # noqa: E402

from sandbox.inventree.server import InvenTreeThread, running_inventree  # noqa: E402
from sandbox.mariadb import program as mariadb_program  # noqa: E402
from sandbox.mariadb import running_mariadb  # noqa: E402
from sandbox.mongo import running_mongo  # noqa: E402
from sandbox.postgres import running_postgres  # noqa: E402
from sandbox.quickbooks_online.server import QuickBooksOnlineThread, running_quickbooks_online  # noqa: E402

_ROOT = Path(__file__).parents[1]
_LATE = "applied_within_seconds"


# No deadline: the machines are shared. CI looks at the same examples each time; a developer's runs look at new ones.
hypothesis.settings.register_profile("shared machine", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("shared machine")


def pytest_configure() -> None:
    """Give the tests the product's own include/, with waits short enough for a test."""
    shutil.copytree(_ROOT / "include", _HOME / "include")
    for path in (_HOME / "include" / "settings").glob("*.yaml"):
        settings = yaml.safe_load(path.read_text())
        load = settings.setdefault("load", {})
        load |= {"settle_seconds": 0.1} | dict.fromkeys(load.keys() & {_LATE}, 0.1)
        path.write_text(yaml.safe_dump(settings))


# Files with one long test that starts an Airflow of its own, and where among the files they go: early, so that none is
# left over when the others are done, and apart, so that no two begin together. By share of all files.
_LONG = {"test_demo_whole.py": 0.0, "test_school_backfill.py": 0.15, "test_real_airflow.py": 0.4}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let long files begin early."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    ordered = [path for path in files if path.name not in _LONG]
    for name, share in sorted(_LONG.items(), key=lambda one: one[1], reverse=True):
        ordered[round(share * len(ordered)) : 0] = [path for path in files if path.name == name]
    items[:] = [item for path in ordered for item in files[path]]


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A real Postgres for the whole session."""
    with running_postgres() as server:
        yield server


_NUMBERS = count(1)


@pytest.fixture(scope="session")
def migrated(postgres: Any) -> str:
    """The name of a database with the sync store's tables, of which every test gets a copy."""
    from accordant.store.migrate import migrate

    postgres.create_database("migrated")
    migrate(f"host={postgres.socket_dir} user=postgres dbname=migrated")
    return "migrated"


@pytest.fixture
def store(postgres: Any, migrated: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty sync store, and the Connection accordant_store that leads to it. Returns its connection string."""
    name = f"store_{next(_NUMBERS)}"
    postgres.create_database(name, like=migrated)
    connection = {
        "conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres", "schema": name,
    }  # fmt: skip
    monkeypatch.setenv("AIRFLOW_CONN_ACCORDANT_STORE", json.dumps(connection))
    return f"host={postgres.socket_dir} user=postgres dbname={name}"


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Any]:
    """A real MariaDB for the whole session."""
    if mariadb_program() is None:
        pytest.skip("no mariadbd is installed here; .ci/run installs Debian's mariadb-server")
    with running_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def mongo() -> Iterator[Any]:
    """A real server of the MongoDB protocol for the whole session."""
    with running_mongo() as server:
        yield server


@pytest.fixture(scope="session")
def conductor_server() -> Iterator[Any]:
    """The Conductor sandbox with a company file, for the whole session."""
    from sandbox.conductor.server import running_conductor

    with running_conductor() as server:
        yield server


@pytest.fixture
def conductor(conductor_server: Any) -> Any:
    """The Conductor sandbox, its company file emptied."""
    conductor_server.control.disarm()
    conductor_server.control.reset()
    return conductor_server


@pytest.fixture(scope="session")
def qbo_server() -> Iterator[QuickBooksOnlineThread]:
    """The QuickBooks Online sandbox for the whole session."""
    with running_quickbooks_online() as server:
        yield server


@pytest.fixture
def qbo(qbo_server: QuickBooksOnlineThread) -> QuickBooksOnlineThread:
    """The QuickBooks Online sandbox: emptied, no faults, no limits, default settings, fresh tokens."""
    qbo_server.control.settings(latency_ms=0, limit="")
    qbo_server.control.reset()
    return qbo_server


@pytest.fixture(scope="session")
def inventree_server() -> Iterator[InvenTreeThread]:
    """The InvenTree sandbox for the whole session."""
    with running_inventree() as server:
        yield server


@pytest.fixture
def inventree(inventree_server: InvenTreeThread) -> InvenTreeThread:
    """The InvenTree sandbox, emptied."""
    inventree_server.control.disarm()
    inventree_server.control.settings(latency_ms=0, limit="")
    inventree_server.control.reset()
    return inventree_server
