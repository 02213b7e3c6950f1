"""`make env` lets a shell speak to the running demo: `accordant` to its systems, `airflow` to its Airflow."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from demo.command import main
from demo.environment import clean_environment
from demo.files import write_private
from demo.layout import CHECKOUT, Home
from demo.start import environment_of
from demo.state import State, load

SANDBOX = {
    "postgres": {"socket_dir": "/tmp/a folder"}, "environment": {"AIRFLOW_CONN_MIS_DEFAULT": "postgres://it's"},
    "inventree": {"base_url": "http://127.0.0.1:1", "token": "t"}, "conductor": {"port": 2},
    "quickbooks-online": {"base_url": "http://127.0.0.1:3"}, "printavo": {"base_url": "http://127.0.0.1:5"},
    "mongo": {"uri": "mongodb://127.0.0.1:4"},
}  # fmt: skip


@pytest.fixture
def told(home: Home, capsys: pytest.CaptureFixture[str]) -> str:
    """What `make env` prints while a demo runs in this home."""
    home.sandbox.mkdir()
    write_private(home.sandbox / "sandbox.json", SANDBOX)
    State(home, {"api": 1234, "task_logs": 5678}).add([])
    assert main(["--home", str(home.root), "env"]) == 0
    return capsys.readouterr().out


def shell(told: str, tmp_path: Path, command: str) -> list[str]:
    """Return the lines that a command prints in a shell that took these lines."""
    env = {**clean_environment(), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["sh", "-c", f'eval "$TOLD"; {command}'], env=env | {"TOLD": told}, cwd=CHECKOUT, check=True, text=True,
        capture_output=True, timeout=120,
    )  # fmt: skip
    return done.stdout.splitlines()


@pytest.mark.airflow
def test_airflows_own_command_speaks_to_the_demos_airflow(told: str, home: Home, tmp_path: Path) -> None:
    asked = ["database sql_alchemy_conn", "core dags_folder"]
    lines = shell(told, tmp_path, "; ".join(f"airflow config get-value {one}" for one in asked))
    assert lines == ["postgresql+psycopg2://postgres@/airflow?host=/tmp/a%20folder", str(CHECKOUT / "dags")]


def test_accordant_keeps_its_own_airflow_and_finds_the_demos_systems(told: str, tmp_path: Path) -> None:
    lines = shell(told, tmp_path, "env | grep ^AIRFLOW; command -v accordant")
    assert lines[0] == "AIRFLOW_CONN_MIS_DEFAULT=postgres://it's"
    assert len(lines) == 2
    assert Path(lines[1]).parent.name == "bin"


def test_the_command_has_the_settings_of_the_demos_scheduler(told: str, home: Home) -> None:
    from demo.sandbox_home import find

    state, sandbox = load(home), find(home)
    assert state is not None
    assert sandbox is not None
    for name, value in environment_of(home, state, sandbox).items():
        if name.startswith("AIRFLOW__") or name == "AIRFLOW_HOME":
            assert f"{name}={value}" in told.replace("'", ""), os.linesep + told


def test_a_demo_that_was_stopped_has_no_airflow_to_speak_to(
    told: str, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    home.state.unlink()
    assert main(["--home", str(home.root), "env"]) == 0
    assert "airflow()" not in capsys.readouterr().out
