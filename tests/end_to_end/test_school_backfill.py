"""Three years of history by `airflow backfill create`, four windows at a time, with a crash of the scheduler."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from sandbox.quickbooks_online.server import running_quickbooks_online
from sandbox.seed.mis.load import load_many
from tests.end_to_end.backfill_airflow import Airflow, is_known, running_airflow
from tests.end_to_end.school import School, school_at

ROOT = Path(__file__).parents[2]
DAG = "mis_invoices_to_qbo"
# In CI half years, so that it takes two minutes; with ACCORDANT_WHOLE_BACKFILL months, as the settings have it.
WHOLE = bool(os.environ.get("ACCORDANT_WHOLE_BACKFILL"))
WINDOWS, CRON = (36, "0 0 1 * *") if WHOLE else (6, "0 0 1 1,7 *")
INVOICES = 1_800


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for Airflow, the DAG file and the settings."""
    made = Path(tempfile.mkdtemp(prefix="accordant-backfill-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def school(store: str, mariadb: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    """A school on MariaDB with three years of invoices, and a company that keeps the vendor's limits."""
    with running_quickbooks_online() as qbo:
        qbo.control.enforce_limits()
        made = school_at("mariadb", mariadb, qbo, store, monkeypatch)
        load_many(made.mis.url, INVOICES, 120, date(2023, 1, 1), date(2026, 1, 1))
        yield made


@pytest.fixture
def airflow(folder: Path, postgres: Any, school: School) -> Iterator[Airflow]:
    """An Airflow with the DAG alone, whose tasks are tried again after seconds."""
    postgres.create_database(f"airflow_{folder.name[-8:].lower()}")
    database = f"airflow_{folder.name[-8:].lower()}"
    url = f"postgresql+psycopg2://postgres@/{database}?host={quote(str(postgres.socket_dir), safe='/')}"
    (folder / "dags").mkdir()
    text = (ROOT / "dags" / f"{DAG}.py").read_text()
    assert "timedelta(seconds=30)" in text
    (folder / "dags" / f"{DAG}.py").write_text(text.replace("timedelta(seconds=30)", "timedelta(seconds=3)"))
    shutil.copytree(ROOT / "include", folder / "include")
    path = folder / "include" / "settings" / "mis_invoices.yaml"
    settings = yaml.safe_load(path.read_text())
    settings["windows"]["cron"], settings["load"]["settle_seconds"] = CRON, 0.5
    path.write_text(yaml.safe_dump(settings))
    connections = {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW_CONN_")}
    with running_airflow(folder / "home", url, connections, folder / "dags", folder / "include") as made:
        made.until("the DAG", lambda: is_known(made, DAG))
        yield made


@pytest.mark.airflow
@pytest.mark.timeout(900)
def test_a_backfill_of_three_years_survives_a_crash_of_the_scheduler_and_doubles_nothing(
    airflow: Airflow, school: School
) -> None:
    airflow.command(
        "backfill", "create", "--dag-id", DAG, "--from-date", "2023-01-01", "--to-date", "2025-12-01",
        "--max-active-runs", "4", "--dag-run-conf", json.dumps({"wait_for_approval": False}),
    )  # fmt: skip
    airflow.api.must("PATCH", f"dags/{DAG}", {"is_paused": False})

    def at_once() -> int:
        return sum(run["state"] == "running" for run in airflow.runs(DAG))

    airflow.until("the first invoices", lambda: len(school.qbo.control.objects("Invoice")) > 0)
    most = at_once()
    airflow.crash("scheduler")
    sent = len(school.qbo.control.objects("Invoice"))
    assert 0 < sent < INVOICES, "it crashed in the middle"
    airflow.start("scheduler")

    def ended() -> bool:
        runs = [run for run in airflow.runs(DAG) if run["run_type"] == "backfill"]
        failed = [airflow.why(DAG, run["dag_run_id"]) for run in runs if run["state"] == "failed"]
        assert not failed, "\n".join(failed)
        return len(runs) == WINDOWS and all(run["state"] == "success" for run in runs)

    airflow.until("the end of the backfill", ended, seconds=800)
    assert most > 1, "several windows were at work at once"
    invoices = school.invoices()
    assert len(invoices) == INVOICES
    assert school.statuses() == [1] * INVOICES
    wanted = school.mis.sql("SELECT sum(dept) FROM tbl_imvoice")[0][0]
    assert school.total() == wanted
    assert len(school.customers()) == 120
    limits = {"per_minute": 500, "per_second": 10, "batches_per_minute": 40, "at_once": 10}
    assert all(number <= limits[name] for name, number in school.qbo.control.peaks().items())
