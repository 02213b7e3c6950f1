"""A sync store with runs in it, and an Airflow home with a migrated database, for the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner, Result

from accordant.cli import app
from accordant.store.database import Database
from accordant.store.migrate import migrate
from tests.end_to_end.school import School, school_at

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def new_database(postgres: Any) -> Callable[[], str]:
    """Make an empty database and return its conninfo."""

    def make() -> str:
        name = f"cli_{uuid.uuid4().hex[:8]}"
        postgres.create_database(name)
        return f"host={postgres.socket_dir} user=postgres dbname={name}"

    return make


@pytest.fixture(scope="session")
def store_address(new_database: Callable[[], str]) -> str:
    """The conninfo of a migrated sync store."""
    conninfo = new_database()
    migrate(conninfo)
    return conninfo


def as_connection(conninfo: str) -> str:
    """Return a conninfo as the JSON of an Airflow Connection."""
    parts = conninfo_to_dict(conninfo)
    login = {"host": parts["host"], "login": parts["user"], "schema": parts["dbname"]}
    return json.dumps({"conn_type": "postgres", **login})


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An AIRFLOW_HOME for this session."""
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, store_address: str, airflow_home: Path) -> pytest.MonkeyPatch:
    """The environment of a command: Connections, AIRFLOW_HOME, a terminal of 120 columns."""
    for name in [name for name in os.environ if name.startswith(("AIRFLOW", "ACCORDANT"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AIRFLOW_HOME", str(airflow_home))
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(Path(__file__).parent / "dags"))
    monkeypatch.setenv("AIRFLOW_CONN_ACCORDANT_STORE", as_connection(store_address))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TZ", "UTC")
    return monkeypatch


@pytest.fixture
def store(store_address: str) -> Iterator[Database]:
    """The sync store, empty."""
    with Database(store_address, connections=2) as database:
        with database.transaction() as connection:
            connection.execute(
                "TRUNCATE accordant.run, accordant.quarantine, accordant.conflict, accordant.certificate, "
                "accordant.approval, accordant.binding, accordant.side_record RESTART IDENTITY CASCADE"
            )
        yield database


@pytest.fixture
def accordant(environment: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Call a command in this process."""
    import airflow.settings  # noqa: F401 - it keeps the stdout it finds, which must not be the runner's

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), catch_exceptions=False)

    return call


@pytest.fixture
def process(environment: pytest.MonkeyPatch) -> Callable[..., subprocess.Popen[str]]:
    """Start a command as a process of its own."""

    def start(*arguments: str, **extra: str) -> subprocess.Popen[str]:
        paths = os.pathsep.join([str(CHECKOUT / "plugins"), os.environ.get("PYTHONPATH", "")])
        env: dict[str, Any] = {**os.environ, "PYTHONPATH": paths, **extra}
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "accordant.cli", *arguments],
            env=env, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


@pytest.fixture
def school(environment: pytest.MonkeyPatch, store: Database, store_address: str, postgres: Any, qbo: Any) -> School:
    """An empty school, whose Connections the commands find."""
    with store.transaction() as connection:
        connection.execute("TRUNCATE accordant.audit, accordant.token, accordant.permit")
    return school_at("postgres", postgres, qbo, store_address, environment)


@pytest.fixture
def answer(accordant: Callable[..., Result]) -> Callable[..., dict[str, Any]]:
    """Call a command of `accordant mis` with --json and return its document, with the exit code beside it."""

    def call(*arguments: str) -> dict[str, Any]:
        result = accordant("mis", *arguments, "--json")
        document: dict[str, Any] = json.loads(result.stdout)
        assert document["message"]
        assert document.pop("success") == (result.exit_code == 0)
        return {**document, "exit_code": result.exit_code}

    return call
