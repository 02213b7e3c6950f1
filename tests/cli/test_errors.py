"""How the command line fails: a sentence, a code, an exit code; never a traceback, never a credential."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import Result

from accordant import docs
from accordant.commands.airflow_home import settle_home
from accordant.commands.exits import ExitCode, exit_of
from accordant.commands.failures import failure_of, redacted
from accordant.store.migrate import migrate
from accordant.sync.catalogue import CATALOGUE
from accordant.sync.errors import Misconfigured, NeedsPerson, OutcomeUnknown, RetryLater
from accordant.sync.failpoints import FAILPOINTS
from tests.cli.conftest import CHECKOUT, as_connection

Accordant = Callable[..., Result]


def test_a_store_that_is_not_configured_is_told(accordant: Accordant, environment: pytest.MonkeyPatch) -> None:
    environment.delenv("AIRFLOW_CONN_ACCORDANT_STORE")
    result = accordant("status")
    assert result.exit_code == ExitCode.FAILED
    assert "CONNECTION_MISSING accordant_store" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_store_that_is_down_is_a_passing_fault(accordant: Accordant, environment: pytest.MonkeyPatch) -> None:
    address = {"conn_type": "postgres", "host": "127.0.0.1", "port": 9, "login": "me", "password": "hunter2"}
    environment.setenv("AIRFLOW_CONN_ACCORDANT_STORE", json.dumps({**address, "schema": "x"}))
    result = accordant("migrate", "--json")
    assert result.exit_code == ExitCode.TRY_AGAIN
    assert json.loads(result.stdout)["error"]["code"] == "STORE_UNREACHABLE"
    assert "hunter2" not in result.stdout + result.stderr


def test_an_empty_store_says_how_to_prepare_it_and_migrate_does(
    accordant: Accordant, environment: pytest.MonkeyPatch, new_database: Callable[[], str]
) -> None:
    environment.setenv("AIRFLOW_CONN_ACCORDANT_STORE", as_connection(new_database()))
    assert "Run `accordant migrate`" in accordant("status").stderr
    assert accordant("migrate").exit_code == 0
    assert accordant("status").exit_code == 0


def test_a_store_newer_than_the_code_is_refused(
    accordant: Accordant, environment: pytest.MonkeyPatch, new_database: Callable[[], str]
) -> None:
    import psycopg

    conninfo = new_database()
    migrate(conninfo)
    with psycopg.connect(conninfo) as connection:
        connection.execute("UPDATE accordant.schema_version SET version_num = '9999'")
    environment.setenv("AIRFLOW_CONN_ACCORDANT_STORE", as_connection(conninfo))
    result = accordant("migrate")
    assert result.exit_code == ExitCode.FAILED
    assert "STORE_NEWER" in result.stderr
    assert str(conninfo_to_dict(conninfo)["dbname"]) not in result.stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RetryLater("SYSTEM_DOWN", "It answered 503."), 3),
        (OutcomeUnknown("OUTCOME_UNKNOWN", "No answer."), 3),
        (NeedsPerson("SEVERAL_MATCHES", "Two companies."), 1),
        (Misconfigured("SETTING_INVALID", "limits: too high."), 2),
        (RetryLater("RUN_CANCELLED", "Stopped."), 3),
        (ValueError("surprise"), 2),
    ],
)
def test_exit_codes_follow_how_to_recover(error: Exception, code: int) -> None:
    assert exit_of(error) == code


def test_the_error_behind_what_airflow_raised_is_told() -> None:
    with pytest.raises(RuntimeError) as raised:
        _raise_as_airflow_does()
    assert failure_of(raised.value).code == "CREDENTIALS_REFUSED"


def _raise_as_airflow_does() -> None:
    try:
        raise Misconfigured("CREDENTIALS_REFUSED", "The token was refused.", record="inventree_default")
    except Misconfigured as cause:
        raise RuntimeError(str(cause)) from None


@pytest.mark.parametrize(
    "text",
    ["password=geheim", "Authorization: geheim", "postgres://me:geheim@host/db", "{'token': geheim}", "api_key=geheim"],
)
def test_a_credential_is_never_shown(text: str) -> None:
    assert "geheim" not in redacted(text)


def test_failpoints_lists_every_place(accordant: Accordant) -> None:
    assert json.loads(accordant("failpoints", "--json").stdout) == FAILPOINTS
    assert all(name in accordant("failpoints").stdout for name in FAILPOINTS)


def test_help_needs_no_airflow() -> None:
    code = "import sys, accordant.cli; sys.exit(any(m in sys.modules for m in ('airflow', 'sqlalchemy', 'psycopg')))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT / "plugins", check=False)
    assert answer.returncode == 0


def test_without_an_airflow_home_the_checkout_has_one_of_its_own(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AIRFLOW_HOME", "AIRFLOW__CORE__DAGS_FOLDER"):
        environment.delenv(name)
    for name in ("AIRFLOW__CORE__LOAD_EXAMPLES", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "_AIRFLOW_PROCESS_CONTEXT"):
        environment.setenv(name, "")
        environment.delenv(name)
    environment.setenv("HOME", str(tmp_path))
    assert settle_home() == CHECKOUT / ".accordant" / "cli"
    import os

    assert os.environ["AIRFLOW__CORE__DAGS_FOLDER"] == str(CHECKOUT / "dags")
    assert os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].endswith("airflow.db?timeout=60")


# -- docs/errors.md


def test_the_generated_pages_are_what_the_code_says() -> None:
    assert docs.main(["--check"]) == 0, "docs/errors.md or docs/mappings.md is out of date: make docs"


def test_the_check_notices_a_page_that_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main([], tmp_path) == 0
    assert docs.main(["--check"], tmp_path) == 0
    (tmp_path / "errors.md").write_text("old", encoding="utf-8")
    assert docs.main(["--check"], tmp_path) == 1
    assert "make docs" in capsys.readouterr().err


def test_every_code_of_the_catalogue_is_on_the_page() -> None:
    page: Any = docs.errors_page()
    assert all(f"## {code}\n" in page for code in CATALOGUE)
