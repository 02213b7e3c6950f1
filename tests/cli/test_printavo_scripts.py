"""`accordant.printavo`: whole runs from a script, against the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from accordant.commands.exits import ExitCode
from accordant.printavo import sync_all, sync_company, verify
from accordant.store.database import Database
from accordant.sync.errors import Misconfigured, RetryLater
from sandbox.printavo.content import Content, generate
from sandbox.printavo.server import PrintavoThread, running_printavo
from tests.cli.conftest import CHECKOUT
from tests.end_to_end.print_shop import PrintShop


@cache
def small_account() -> Content:
    """Sixty orders, some of them of the key accounts."""
    return generate(60, 2026, open_share=0.5)


@pytest.fixture(scope="module")
def printavo_server() -> Iterator[PrintavoThread]:
    """The Printavo sandbox."""
    with running_printavo() as server:
        yield server


@pytest.fixture
def print_shop(
    postgres: Any, store: Database, printavo_server: PrintavoThread, tmp_path: Path, environment: pytest.MonkeyPatch
) -> Iterator[PrintShop]:
    """The shop, whose folder for files is empty."""
    printavo_server.control.reset()
    printavo_server.control.enforce_limits(False)
    printavo_server.account.fill(small_account())
    folder = tmp_path / "data_imports"
    folder.mkdir()
    environment.chdir(tmp_path)
    shop = PrintShop(postgres, printavo_server, folder, environment)
    yield shop
    shop.close()


@pytest.fixture(autouse=True)
def _without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the step validate out: Great Expectations takes seconds, and has tests of its own."""
    from accordant.tasks import validate

    monkeypatch.setattr(validate, "validate", lambda flow, run: {})


def test_a_script_previews_reads_everything_and_finds_the_tables_in_order(print_shop: PrintShop) -> None:
    previewed = sync_all(preview=True)
    assert (previewed.applied, previewed.preview, previewed.matches) == (False, True, None)
    assert previewed.sentence.endswith("changes are planned; nothing was written.")
    assert print_shop.counts()["orders"] == 0

    done = sync_all(full=True)
    assert (done.state, done.applied, done.matches, done.exceeded) == ("succeeded", True, True, ())
    assert print_shop.counts()["orders"] == 60
    assert (sync_company("imm").sentence, sync_company("harlestons").applied) == ("0 changes were made.", True)

    result = verify()
    assert result.holds, result.document()
    assert result.not_asked == 0
    assert {one.check.name for one in result.found if one.count} <= {
        "customers_same_name",
        "due_order",
        "orders_same_number",
    }


def test_what_the_certificate_counted_is_compared_until_another_run_was(print_shop: PrintShop) -> None:
    sync_all()
    print_shop.rows("INSERT INTO printavo.customer (id, company_name) VALUES ('x', 'Someone else')")
    assert [one["check"] for one in verify().document()["found"] if one["severity"] == "wrong"] == ["counts"]
    sync_company("imm")
    assert verify().holds


def test_a_plan_beyond_the_limits_is_not_applied_and_said_so(print_shop: PrintShop) -> None:
    print_shop.settings(limits={"operations": 10})
    summary = sync_all()
    assert (summary.state, summary.applied) == ("needs_person", False)
    assert "operations are planned; 10 go without asking." in summary.sentence
    assert summary.sentence.endswith(f"Next: accordant plan show {summary.plan[:12]}.")
    assert print_shop.counts()["orders"] == 0


def test_a_company_that_the_settings_do_not_have_is_refused_before_anything_begins(print_shop: PrintShop) -> None:
    with pytest.raises(Misconfigured, match="No company is named 'acme'; there are harlestons, imm"):
        sync_company("acme")


def test_a_run_that_fails_is_closed_and_its_error_is_raised(
    print_shop: PrintShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accordant.tasks import steps
    from accordant.tasks.connections import store_conninfo

    def broken(*_: object) -> None:
        raise RetryLater("SYSTEM_DOWN", "It is down.")

    monkeypatch.setattr(steps, "extract", broken)
    with pytest.raises(RetryLater):
        sync_all()
    with Database(store_conninfo()) as store:
        row = store.row("store/run_last", flow="printavo")
    assert row is not None
    assert (row["state"], row["finished_at"] is not None) == ("failed", True)


def test_repairs_are_shown_first_and_made_when_asked(print_shop: PrintShop) -> None:
    sync_all()
    print_shop.rows("UPDATE printavo.imm_orders SET nickname = 'typed over'")
    shown = verify(repair=True)
    assert (shown.preview, shown.holds, len(shown.repairs)) == (True, False, 1)
    done = verify(repair=True, preview=False)
    assert (done.preview, done.holds, done.repairs) == (False, True, shown.repairs)
    assert sync_all().sentence == "0 changes were made."


# -- through Airflow


@pytest.mark.airflow
def test_a_sync_runs_the_dag_in_this_process_and_keeps_its_log(print_shop: PrintShop, tmp_path: Path) -> None:
    paths = os.pathsep.join([str(CHECKOUT / "plugins"), str(CHECKOUT)])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "accordant.cli", "printavo", "sync", "imm", "--preview", "--json"],
        env={**os.environ, "PYTHONPATH": paths, "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags")},
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["preview"], told["exit_code"], done.returncode) == (True, ExitCode.AGREED, ExitCode.AGREED), (
        done.stderr
    )
    assert told["next"][1] == "accordant printavo sync imm"
    text = (tmp_path / told["day_log"]).read_text("utf-8")
    assert "accordant printavo sync imm --preview" in text
    assert "Plan " in text
    assert "\x1b" not in text
