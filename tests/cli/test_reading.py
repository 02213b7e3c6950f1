"""What the command line tells of runs, plans, quarantine and certificates, and the answers it takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from syrupy.assertion import SnapshotAssertion
from typer.testing import Result

from accordant.store.database import Database
from accordant.store.plans import find_plan, take_answer
from accordant.store.quarantine import put_troubles, sources_to_retry
from accordant.store.runs import Run
from accordant.sync.records import StagedRow
from tests.cli import shop

Accordant = Callable[..., Result]


@pytest.fixture
def run(store: Database) -> Run:
    """A run of the shop whose plan is stored and within its limits."""
    run = shop.open_shop_run(store, "manual__1")
    shop.plan_shop(store, run, "within_limits")
    return run


def waiting_plan(store: Database, name: str = "manual__2") -> tuple[Run, str]:
    run = shop.open_shop_run(store, name)
    return run, shop.plan_shop(store, run, "waiting", ["3 operations are planned; 2 go without asking."])


def ended_plan(store: Database) -> tuple[Run, str]:
    """A plan beyond the limits whose run did not wait, as `accordant run` leaves it."""
    run, plan = waiting_plan(store)
    store.execute("store/run_fail", run_id=run.id, state="needs_person", problem="")
    return run, plan


def stable(text: str, run: Run) -> str:
    """Return output without what differs from run to run."""
    import re

    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2025-01-01 00:00:00", text.replace(run.id, "RUN-ID"))
    return "\n".join(line.rstrip() for line in text.splitlines())


# -- status and cancel


def test_status_of_an_empty_store_says_how_to_begin(store: Database, accordant: Accordant) -> None:
    assert "accordant run" in accordant("status").stdout
    assert json.loads(accordant("status", "--json").stdout) == []


def test_status_shows_live_numbers_while_a_run_works(store: Database, run: Run, accordant: Accordant) -> None:
    store.execute("store/run_step", run_id=run.id, step="load")
    (one,) = json.loads(accordant("status", "--json").stdout)
    assert (one["flow"], one["state"], one["step"]) == (shop.FLOW, "running", "load")
    assert one["progress"][1] == {"object_type": "order", "total": 2, "done": 0, "failed": 0, "open": 2}
    shop.apply_shop(store, run)
    (one,) = json.loads(accordant("status", "--json").stdout)
    assert one["progress"][1] == {"object_type": "order", "total": 2, "done": 2, "failed": 0, "open": 0}


def test_status_counts_what_waits_and_shows_the_last_errors(store: Database, run: Run, accordant: Accordant) -> None:
    put_troubles(store, run, [shop.REFUSED, shop.CONFLICT])
    (one,) = json.loads(accordant("status", "--flow", shop.FLOW, "--json").stdout)
    assert one["waiting"] == 2
    assert {error["code"] for error in one["last_errors"]} == {"QUANTITY_INVALID", "BOTH_CHANGED"}
    assert "The quantity is '3,5'." in accordant("status").stdout


def test_status_of_a_flow_that_never_ran_says_so(store: Database, accordant: Accordant) -> None:
    result = accordant("status", "--flow", "payroll")
    assert result.exit_code == 2
    assert "No run of 'payroll'" in result.stderr


def test_cancel_asks_a_running_run_to_stop(store: Database, run: Run, accordant: Accordant) -> None:
    assert accordant("cancel", shop.FLOW).exit_code == 0
    row = store.row("store/run_cancelled", run_id=run.id)
    assert row is not None
    assert row["cancelled"]


def test_cancel_of_a_finished_run_says_how_it_ended(store: Database, run: Run, accordant: Accordant) -> None:
    shop.close_shop(store, run, "succeeded", None)
    result = accordant("cancel", run.id)
    assert result.exit_code == 2
    assert "is not running: it is succeeded" in result.stderr


# -- plan


def test_an_accountant_reads_a_plan(store: Database, accordant: Accordant, snapshot: SnapshotAssertion) -> None:
    run, plan = waiting_plan(store)
    result = accordant("plan", "show", plan[:8])
    assert result.exit_code == 0
    assert stable(result.stdout, run) == snapshot


def test_a_long_plan_is_shown_in_part_and_says_so(store: Database, run: Run, accordant: Accordant) -> None:
    plan = find_plan(store, run.id)["id"]
    assert "... and 2 more; --most 3 shows all." in accordant("plan", "show", plan, "--most", "1").stdout
    shown = json.loads(accordant("plan", "show", plan, "--most", "2", "--json").stdout)
    assert (shown["operations"], shown["shown"], len(shown["records"])) == (3, 2, 2)
    assert shown["records"][1]["changes"] == [
        {"field": "target_date", "from": "2025-03-04", "to": "2025-03-05", "rule": ""}
    ]


def test_an_approval_serves_the_next_run_of_the_same_plan(store: Database, accordant: Accordant) -> None:
    run, plan = ended_plan(store)
    assert accordant("plan", "approve", plan[:8], "--by", "Ana").exit_code == 0
    assert json.loads(accordant("plan", "show", run.id, "--json").stdout)["answer"]["given_by"] == "Ana"
    answer = take_answer(store, plan)
    assert answer is not None
    assert (answer["decision"], answer["given_by"]) == ("approved", "Ana")


def test_a_plan_can_be_rejected_by_its_run(store: Database, accordant: Accordant) -> None:
    run, plan = ended_plan(store)
    assert json.loads(accordant("plan", "reject", run.id, "--json").stdout)["answer"] == "rejected"
    answer = take_answer(store, plan)
    assert answer is not None
    assert answer["decision"] == "rejected"


def test_a_plan_within_its_limits_takes_no_answer(store: Database, run: Run, accordant: Accordant) -> None:
    result = accordant("plan", "approve", run.id)
    assert result.exit_code == 2
    assert "needs no answer: it is within limits" in result.stderr


def test_an_unknown_plan_is_told_as_json_where_json_was_asked(store: Database, accordant: Accordant) -> None:
    result = accordant("plan", "show", "abcdef", "--json")
    assert result.exit_code == 2
    assert "No plan 'abcdef'" in json.loads(result.stdout)["error"]["sentence"]


# -- quarantine


def test_quarantine_says_why_who_acts_and_what_to_do(
    store: Database, run: Run, accordant: Accordant, snapshot: SnapshotAssertion
) -> None:
    put_troubles(store, run, [shop.REFUSED, shop.CONFLICT])
    assert stable(accordant("quarantine", "list").stdout, run) == snapshot
    refused, conflict = sorted(
        json.loads(accordant("quarantine", "list", "--json").stdout), key=lambda e: -ord(e["id"][0])
    )
    assert (refused["id"], refused["actor"]) == ("Q1", "the accountant")
    assert (conflict["id"], conflict["actor"]) == ("C1", "the accountant")
    assert json.loads(accordant("quarantine", "list", "--flow", "payroll", "--json").stdout) == []


@pytest.mark.parametrize("which", [["Q1"], ["--all"], ["q1", "--flow", shop.FLOW]])
def test_refused_records_are_tried_again_when_a_person_asks(
    store: Database, run: Run, accordant: Accordant, which: list[str]
) -> None:
    put_troubles(store, run, [shop.REFUSED])
    assert json.loads(accordant("quarantine", "retry", *which, "--json").stdout)["sources"] == 1
    assert sources_to_retry(store, run) == ["doc-3"]


@pytest.mark.parametrize(
    ("which", "sentence"),
    [(["Q77"], "No open entry"), (["C1"], "by itself"), ([], "--all"), (["Q1", "--all"], "--all")],
)
def test_a_retry_of_nothing_is_told(
    store: Database, run: Run, accordant: Accordant, which: list[str], sentence: str
) -> None:
    result = accordant("quarantine", "retry", *which)
    assert result.exit_code == 2
    assert sentence in result.stderr


# -- verify


@pytest.fixture
def certified(store: Database, run: Run) -> Run:
    """A run with a certificate, and with what it read back."""
    from accordant.store.staging import stage

    record = {"reference": "SO-1"}
    proof = {"ours": record, "theirs": record, "amount_ours": "10.5", "amount_theirs": "10.5"}
    stage(store, run.id, "proof", [StagedRow("order", "SERIE=A;NUMAR=1", proof, parent="SERIE=A;NUMAR=1")])
    shop.certify_shop(store, run)
    shop.close_shop(store, run, "succeeded", None)
    return run


def verified(accordant: Accordant, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = accordant("verify", *arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


def test_a_certificate_that_nobody_touched_holds(certified: Run, accordant: Accordant) -> None:
    code, said = verified(accordant)
    assert (code, said["holds"]) == (0, True)
    assert said["certificates"][0]["sides_recomputed"] is True
    shown = accordant("verify", certified.id).stdout
    assert "Both sides match, in the records that this run was about." in shown


def test_a_certificate_that_was_changed_does_not_hold(store: Database, certified: Run, accordant: Accordant) -> None:
    _change(store, "UPDATE accordant.certificate SET content = content || %s", Jsonb({"theirs": "elsewhere"}))
    code, said = verified(accordant, certified.id)
    assert (code, said["holds"]) == (1, False)
    assert "was changed after it was given" in said["certificates"][0]["broken"][0]


def test_a_record_that_was_changed_after_the_proof_does_not_hold(
    store: Database, certified: Run, accordant: Accordant
) -> None:
    changed = Jsonb({"theirs": {"reference": "SO-9"}})
    _change(store, "UPDATE accordant.staged_record SET content = content || %s", changed)
    code, said = verified(accordant)
    assert code == 1
    assert said["certificates"][0]["broken"] == ["order, theirs: the certificate does not say what was read back."]


def test_a_certificate_outlives_its_run(store: Database, certified: Run, accordant: Accordant) -> None:
    _change(store, "DELETE FROM accordant.run WHERE id = %s", certified.id)
    code, said = verified(accordant, certified.id)
    assert code == 0
    assert said["certificates"][0]["sides_recomputed"] is False


def test_a_run_without_a_certificate_proves_nothing(store: Database, run: Run, accordant: Accordant) -> None:
    result = accordant("verify", run.id)
    assert result.exit_code == 2
    assert "has no certificate" in result.stderr


def _change(store: Database, statement: Any, value: object) -> None:
    with store.transaction() as connection:
        connection.execute(statement, (value,))


def test_a_run_that_waits_in_airflow_is_answered_there(store: Database, accordant: Accordant) -> None:
    """An answer given here would serve another run, and this one would go on waiting."""
    _, plan = waiting_plan(store)
    result = accordant("plan", "approve", plan[:8])
    assert result.exit_code != 0
    assert "Required Actions" in result.stderr
    assert take_answer(store, plan) is None
