"""`accordant mis batch`, `all` and `single`: what they ask of the DAG, and what they say of how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from accordant.commands import mis_runs
from accordant.commands.exits import ExitCode
from accordant.commands.mis_outcome import outcome_of
from accordant.commands.reports import nothing_known, run_report
from accordant.commands.run import Ended
from accordant.store.database import Database
from accordant.sync.errors import Misconfigured, RetryLater
from tests.cli.conftest import CHECKOUT
from tests.cli.mis_claims import claim
from tests.end_to_end.school import FLOW, STUDENT, School

Accordant = Callable[..., Result]
Answer = dict[str, Any]


def test_a_run_says_of_each_invoice_that_did_not_go_why(school: School, store: Database) -> None:
    school.enrol(STUDENT)
    school.bill(2)
    school.bill(dept="0.00")
    school.enter("Customer", DisplayName="Someone else")
    summary = school.run()
    assert outcome_of(store, summary["run"]) == {
        "run_id": summary["run"], "total_processed": 3, "successful": 2, "failed": 1,
        "errors": [{"invoice_id": 3, "error": "AMOUNT_NOT_POSITIVE: The amount '0.00' is not above zero."}],
    }  # fmt: skip


def ended(error: BaseException | None = None, state: str = "success", **report: Any) -> Ended:
    plain = {"run": "r", "plan": "abcdefabcdefabcdef", "plan_decision": "within_limits", "matches": True}
    return Ended({**plain, **report}, error, state, Path("a.log"), "accordant mis all")


DATA = {"run_id": "r", "dry_run": False, "total_processed": 3, "successful": 2, "failed": 1, "errors": []}


@pytest.mark.parametrize(
    ("how", "exit_code", "code"),
    [
        (ended(), ExitCode.AGREED, None),
        (ended(), ExitCode.NEEDS_PERSON, None),
        (ended(plan_decision="waiting", matches=None), ExitCode.NEEDS_PERSON, "PLAN_OVER_LIMITS"),
        (ended(plan_decision="rejected", matches=None), ExitCode.NEEDS_PERSON, "PLAN_REJECTED"),
        (ended(matches=False), ExitCode.NEEDS_PERSON, ""),
        (ended(RetryLater("SYSTEM_DOWN", "It is down."), "failed"), ExitCode.TRY_AGAIN, "SYSTEM_DOWN"),
        (ended(RetryLater("RUN_CANCELLED", "Stopped."), "failed"), ExitCode.CANCELLED, "RUN_CANCELLED"),
        (ended(Misconfigured("QBO_RECONNECT", "No."), "failed", run=None), ExitCode.FAILED, "QBO_RECONNECT"),
        (ended(), ExitCode.TRY_AGAIN, ""),
    ],
)
def test_refused_invoices_are_no_failure_of_a_run_and_all_else_is(how: Ended, exit_code: ExitCode, code: Any) -> None:
    told = mis_runs.document(how, exit_code, DATA)
    assert told["success"] == (code is None)
    assert told["data"] == DATA
    if code is None:
        assert told["message"] == "2 of 3 invoices synced, 1 failed."
    else:
        assert (told["error"]["code"], told["message"]) == (code, told["error"]["sentence"])


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"total_processed": 0, "successful": 0, "failed": 0}, "No open invoice was found."),
        ({"total_processed": 5}, "2 of 5 invoices synced, 1 failed, 2 not done yet."),
        ({"dry_run": True}, "Preview of 3 invoices: 2 would go, 1 would be refused. Nothing was written."),
    ],
)
def test_a_run_says_in_a_sentence_how_its_invoices_ended(numbers: Answer, message: str) -> None:
    assert mis_runs.message_of({**DATA, **numbers}) == message


@pytest.mark.parametrize(
    ("words", "conf", "again"),
    [
        ("batch", {"batch_size": 50, "max_batches": 1}, "batch --batch-size 50"),
        ("batch --batch-size 7 --preview", {"batch_size": 7, "max_batches": 1}, "batch --batch-size 7"),
        ("all", {}, "all"),
        ("all --max-batches 10", {"batch_size": 50, "max_batches": 10}, "all --batch-size 50 --max-batches 10"),
        ("single MIS-1 --no-wait", {"invoice_id": "1"}, "single 1"),
    ],
)
def test_a_command_asks_the_dag_for_its_invoices(
    school: School, answer: Any, monkeypatch: pytest.MonkeyPatch, words: str, conf: Answer, again: str
) -> None:
    school.bill()
    asked: list[Any] = []

    def run_here(*arguments: Any, **options: Any) -> Ended:
        asked.append((arguments, options))
        return ended(run=None, plan=None)

    monkeypatch.setattr(mis_runs, "run_here", run_here)
    told = answer(*words.split())
    options = {"preview": "--preview" in words, "no_wait": "--no-wait" in words}
    assert asked == [(("mis_invoices_to_qbo", conf, f"accordant mis {again}"), options)]
    assert told["data"]["dry_run"] == ("--preview" in words)


def test_people_read_which_invoices_did_not_go_and_what_to_do(
    school: School, store: Database, accordant: Accordant, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.enrol(STUDENT)
    school.bill()
    school.bill(dept="0.00")
    summary = school.run()

    def run_here(*_: Any, **__: Any) -> Ended:
        row = store.row("store/run_get", run=summary["run"])
        assert row is not None
        return Ended(run_report(store, row), None, "success", Path("a.log"), "accordant mis all")

    monkeypatch.setattr(mis_runs, "run_here", run_here)
    result = accordant("mis", "all")
    assert result.exit_code == ExitCode.NEEDS_PERSON
    assert "2        AMOUNT_NOT_POSITIVE: The amount '0.00' is not above zero." in result.stdout
    assert "accordant quarantine list --flow mis_invoices" in result.stdout
    assert result.stdout.endswith("1 of 2 invoices synced, 1 failed.\n")


def test_a_run_that_never_began_says_only_why(
    school: School, accordant: Accordant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_here(*_: Any, **__: Any) -> Ended:
        error = RetryLater("MIS_UNREACHABLE", "It does not answer.", record="mis_default")
        return Ended(nothing_known(FLOW), error, "failed", Path("a.log"), "accordant mis batch", "prepare")

    monkeypatch.setattr(mis_runs, "run_here", run_here)
    result = accordant("mis", "batch")
    assert result.exit_code == ExitCode.TRY_AGAIN
    assert "MIS_UNREACHABLE mis_default" in result.stderr
    assert "No open invoice" not in result.stdout
    assert result.stdout.splitlines()[-1].split() == ["next", "accordant", "mis", "batch"]


def test_a_single_invoice_that_is_synced_is_left_alone(school: School, answer: Any) -> None:
    school.bill()
    school.mis.set("id = 1", 1, "ann")
    told = answer("single", "1")
    assert told["data"] == {
        "run_id": None, "total_processed": 0, "successful": 0, "failed": 0, "errors": [], "dry_run": False
    }  # fmt: skip
    assert told["message"].startswith("Nothing to do: invoice MIS-1 is synced, by ann on ")


def test_a_single_invoice_that_somebody_is_at_work_on_has_to_wait(school: School, store: Database, answer: Any) -> None:
    school.bill()
    claim(school, store, "id = 1")
    told = answer("single", "1")
    assert told["exit_code"] == ExitCode.TRY_AGAIN
    assert (told["error"]["code"], told["error"]["record"]) == ("RUN_OVERLAPS", "invoice MIS-1")


@pytest.mark.parametrize(
    "words", ["batch --batch-size 0", "all --max-batches 0", "preview --limit 1001", "reset-stuck --all-older-than -1"]
)
def test_an_option_that_cannot_be_is_refused_before_anything_is_asked(accordant: Accordant, words: str) -> None:
    result = accordant("mis", *words.split())
    assert result.exit_code == ExitCode.FAILED
    assert words.split()[1] in result.stderr


# -- through Airflow


@pytest.mark.airflow
def test_a_batch_runs_the_dag_in_this_process_and_counts_what_it_did(school: School) -> None:
    """Everything else is tested without Airflow, which takes seconds for a run."""
    school.enrol(STUDENT)
    school.bill(3)
    school.bill(dept="0.00")
    school.bill(3)
    paths = os.pathsep.join([str(CHECKOUT / "plugins"), str(CHECKOUT)])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "accordant.cli", "mis", "batch", "--batch-size", "5", "--json"],
        env={**os.environ, "PYTHONPATH": paths, "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags")},
        cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert len(told["data"].pop("run_id")) == 36
    assert told == {
        "success": True,
        "data": {
            "total_processed": 5, "successful": 4, "failed": 1, "dry_run": False,
            "errors": [{"invoice_id": 4, "error": "AMOUNT_NOT_POSITIVE: The amount '0.00' is not above zero."}],
        },
        "message": "4 of 5 invoices synced, 1 failed.",
    }, done.stderr  # fmt: skip
    assert "extract ..." in done.stderr
    assert done.returncode == ExitCode.NEEDS_PERSON
    assert school.statuses() == [1, 1, 1, 2, 1, 0, 0]
