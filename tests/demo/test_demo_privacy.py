"""Secrets are private, nothing of the person's own Airflow gets in, everything stays on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from demo.environment import airflow_environment, clean_environment
from demo.failure import DemoFailed
from demo.files import exclusive, read_json
from demo.layout import Home
from demo.ports import free_port
from demo.secrets import secrets_of


@pytest.fixture
def environment(home: Home) -> dict[str, str]:
    connections = {"AIRFLOW_CONN_MONGO_DEFAULT": "mongo://127.0.0.1"}
    return airflow_environment(
        home, secrets_of(home), "postgresql+psycopg2:///a", connections, {"api": 1234, "task_logs": 5678}
    )


def test_secrets_are_made_once_and_readable_by_their_owner_only(home: Home) -> None:
    first = secrets_of(home)
    assert secrets_of(home) == first
    assert read_json(home.passwords) == {"admin": first.password}
    for file in (home.secrets, home.passwords):
        assert file.stat().st_mode & 0o777 == 0o600


def test_two_demos_have_different_secrets(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    other.create()
    assert secrets_of(home).jwt_secret != secrets_of(other).jwt_secret


def test_a_damaged_secrets_file_is_made_anew(home: Home) -> None:
    home.secrets.write_text('{"password": "')
    assert secrets_of(home) == secrets_of(home)


def test_settings_of_the_persons_own_airflow_do_not_get_in() -> None:
    person = {
        "HOME": "/home/person",
        "AIRFLOW_HOME": "/home/person/airflow",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW_CONN_INVENTREE_DEFAULT": "the real one",
        "ACCORDANT_KILL_AT": "load",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    assert clean_environment(person) == {"HOME": "/home/person", "PYTHONUNBUFFERED": "1"}


def test_airflow_listens_on_loopback_and_asks_for_a_password(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    for name in ("AIRFLOW__API__BASE_URL", "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"):
        assert urlsplit(environment[name]).hostname == "127.0.0.1"
    assert environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "False"
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"


def test_every_secret_of_airflow_is_set(environment: dict[str, str], home: Home) -> None:
    made = json.loads(home.secrets.read_text())
    assert environment["AIRFLOW__CORE__FERNET_KEY"] == made["fernet_key"]
    assert environment["AIRFLOW__API_AUTH__JWT_SECRET"] == made["jwt_secret"]
    assert environment["AIRFLOW__API__SECRET_KEY"] == made["api_secret"]
    assert made["password"] not in environment.values()


def test_two_commands_cannot_work_in_one_home(home: Home) -> None:
    with exclusive(home.lock), pytest.raises(DemoFailed, match="Another"), exclusive(home.lock):
        pass
    with exclusive(home.lock):
        pass


def test_a_taken_port_is_avoided() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) != port
