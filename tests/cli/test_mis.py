"""`accordant mis`: looking at a school's invoices and mending them, on the real store, MIS and QuickBooks sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from accordant.commands.exits import ExitCode
from accordant.commands.mis_outcome import outcome_of
from accordant.commands.mis_rules import sayings
from accordant.store.database import Database
from accordant.tasks import closing
from tests.cli.mis_claims import account, claim
from tests.end_to_end.school import STUDENT, School

Accordant = Callable[..., Result]

TROUBLED: list[dict[str, Any]] = [
    {"dept": "0.00"}, {"dept": "-5.00"}, {"dept": None}, {"credit": "10.00"}, {"reg_no": "2099/999"}, {"reg_no": ""},
    {"invoice_date": None}, {"invoice_date": "1999-12-31"}, {"comment": "x" * 4001},
    {"dept": "0", "invoice_date": None}, {"reg_no": "2023/002"},  # a bad e-mail address: a warning
]  # fmt: skip


# -- analyze


def test_analyze_counts_what_became_of_the_invoices(school: School, accordant: Accordant, answer: Any) -> None:
    school.bill(7)
    for ids, status in {"id IN (1, 2, 3)": 1, "id = 4": 2, "id = 5": 3}.items():
        school.mis.set(ids, status, "somebody")
    assert answer("analyze") == {
        "data": {"total": 7, "synced": 3, "not_synced": 2, "failed": 1, "in_progress": 1, "progress": 42.9},
        "message": "3 of 7 invoices are synced: 42.9 %.",
        "exit_code": 0,
    }
    shown = accordant("mis", "analyze").stdout
    assert [line.split() for line in shown.splitlines()[1:-1]] == [
        ["synced", "3"], ["not", "synced", "2"], ["failed", "1"], ["in", "progress", "1"], ["total", "7"]
    ]  # fmt: skip


def test_analyze_counts_the_invoices_of_some_days(school: School, answer: Any) -> None:
    for day in ("2024-12-31", "2025-01-01", "2025-01-31", "2025-02-01"):
        school.bill(invoice_date=day)
    assert answer("analyze", "--since", "2025-01-01", "--until", "2025-02-01")["data"]["total"] == 2


def test_a_day_that_is_none_is_told_with_its_code(school: School, answer: Any) -> None:
    told = answer("analyze", "--since", "31.12.2024")
    assert told["exit_code"] == ExitCode.FAILED
    assert (told["error"]["code"], told["error"]["record"]) == ("PARAMETER_INVALID", "run")
    assert told["message"] == told["error"]["sentence"] == "`since` is no date: '31.12.2024'. Write it as 2026-08-31."


# -- preview


def test_a_preview_shows_each_invoice_as_it_would_go_and_asks_quickbooks_nothing(
    school: School, accordant: Accordant, answer: Any
) -> None:
    school.enrol(STUDENT, surname="Okello", first_name="Ann", other_names="M.")
    school.bill(3, dept="1250.50", invoice_date="2025-02-03", fee_category="Tuition")
    calls = school.qbo.control.summary()
    told = answer("preview", "--limit", "1", "--offset", "1")
    assert told["data"] == {
        "total_open": 3, "limit": 1, "offset": 1, "unchecked_rules": 0,
        "invoices": [{
            "invoice_id": 2, "number": "MIS-2", "student": "Ann M. Okello", "customer": STUDENT, "amount": "1250.5",
            "date": "2025-02-03", "item": "Tuition fees", "goes": True, "says": [],
        }],
    }  # fmt: skip
    assert "MIS-2" in accordant("mis", "preview").stdout
    assert school.qbo.control.summary() == calls
    assert school.statuses() == [0, 0, 0]
    assert school.rows("SELECT 1 FROM accordant.run") == []


def test_a_preview_says_of_every_trouble_what_a_run_would(school: School, store: Database, answer: Any) -> None:
    school.enrol(STUDENT)
    school.enrol("2023/002", email="nobody at all", phone="none")
    for fields in TROUBLED:
        school.bill(**fields)
    previewed = answer("preview")["data"]
    run_id = school.plan(preview=True)
    told = school.rows("SELECT key, code, field, sentence, severity FROM accordant.quarantine ORDER BY key, field")
    said = [{"key": one["number"], **said} for one in previewed["invoices"] for said in one["says"]]
    assert sorted(said, key=lambda one: (one["key"], one["field"])) == told
    assert previewed["unchecked_rules"] == 0
    refused = {row["key"] for row in told if row["severity"] == "refused"}
    assert {one["number"] for one in previewed["invoices"] if not one["goes"]} == refused
    assert len(refused) == len(TROUBLED) - 1
    outcome = outcome_of(store, run_id)
    assert (outcome["total_processed"], outcome["successful"], outcome["failed"]) == (len(TROUBLED), 1, len(refused))
    assert {f"MIS-{one['invoice_id']}" for one in outcome["errors"]} == refused


def test_a_rule_that_is_not_plain_is_left_to_a_run(
    school: School, store: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from accordant.commands import mis_rules
    from accordant.include_dir import include_dir

    (tmp_path / "expectations").mkdir()
    suite = json.loads((include_dir() / "expectations" / "mis_invoices.invoice.json").read_text())
    suite["expectations"][0]["kwargs"]["mostly"] = 0.9
    suite["expectations"][1]["type"] = "expect_column_values_to_be_unique"
    (tmp_path / "expectations" / "mis_invoices.invoice.json").write_text(json.dumps(suite))
    monkeypatch.setattr(mis_rules, "include_dir", lambda: tmp_path)
    assert sayings(store, []) == ({}, 2)


def test_an_unknown_invoice_is_told_and_nothing_is_changed(school: School, answer: Any, accordant: Accordant) -> None:
    school.bill()
    school.mis.set("id = 1", 2, "ann")
    for words in (["single", "77"], ["retry", "1", "77"], ["audit", "77"], ["single", "x"], ["retry", "MIS-77"]):
        told = answer(*words)
        assert told["exit_code"] == ExitCode.FAILED
        name = words[-1].removeprefix("MIS-")
        assert told["message"].endswith(f"has no invoice with the id {name}. Nothing was changed.")
    assert school.statuses() == [2]
    assert "Give the `id` of a row" in accordant("mis", "audit", "77").stderr


# -- the MIS as it is found


@pytest.fixture
def unprepared(school: School) -> School:
    """A school whose MIS has no tracking columns yet."""
    school.mis.sql("DROP INDEX ix_accordant_status")
    for column in ('"QuickBk_Status"', "pushed_by", "pushed_date"):
        school.mis.sql(f"ALTER TABLE tbl_imvoice DROP COLUMN {column}")
    return school


def test_a_mis_that_is_not_prepared_says_what_to_run(unprepared: School, answer: Any) -> None:
    for words in ("analyze", "preview", "retry", "reset-stuck", "status", "single 1"):
        told = answer(*words.split())
        assert told["exit_code"] == ExitCode.FAILED
        assert told["error"]["code"] == "MIS_NOT_PREPARED"
        assert "accordant mis prepare" in told["error"]["action"]


def test_prepare_shows_its_statements_and_runs_them_once(unprepared: School, accordant: Accordant, answer: Any) -> None:
    shown = answer("prepare", "--dry-run")["data"]
    assert shown["dry_run"] is True
    assert len(shown["statements"]) == 4
    assert answer("analyze")["exit_code"] == ExitCode.FAILED
    told = accordant("mis", "prepare").stdout
    assert all(f"{statement};" in told for statement in shown["statements"])
    assert answer("analyze")["exit_code"] == ExitCode.AGREED
    assert answer("prepare") == {
        "data": {"statements": [], "dry_run": False}, "message": "The MIS is prepared already.", "exit_code": 0
    }  # fmt: skip


def test_a_mis_that_is_down_is_a_passing_fault_and_status_shows_the_rest(
    school: School, store: Database, accordant: Accordant, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim(school, store, "id = 0")
    address = {"conn_type": "postgres", "host": "127.0.0.1", "port": 9, "login": "me", "password": "hunter2"}
    monkeypatch.setenv("AIRFLOW_CONN_MIS_DEFAULT", json.dumps({**address, "schema": "x"}))
    assert answer("analyze")["error"]["code"] == "MIS_UNREACHABLE"
    told = answer("status")
    assert told["exit_code"] == ExitCode.TRY_AGAIN
    assert told["data"]["in_progress"] is None
    assert [run["state"] for run in told["data"]["runs"]] == ["running"]
    result = accordant("mis", "status")
    assert "manual__" not in result.stderr
    assert "MIS_UNREACHABLE" in result.stderr
    assert "hunter2" not in result.stdout + result.stderr


# -- status


def test_status_of_an_empty_store_says_how_to_begin(school: School, accordant: Accordant, answer: Any) -> None:
    assert answer("status")["data"] == {"runs": [], "in_progress": [], "waiting": 0, "certificate": None}
    assert "accordant mis batch" in accordant("mis", "status").stdout


def test_status_shows_runs_holders_what_waits_and_the_proof(
    school: School, store: Database, accordant: Accordant, answer: Any
) -> None:
    school.enrol(STUDENT)
    school.bill(6)
    school.bill(dept="0.00")
    school.mis.set("id IN (3, 4)", 3, "accordant:00000000-0000")
    school.mis.set("id = 5", 3, "the earlier tool")
    summary = school.run(since="2026-01-01")
    at_work = claim(school, store, "id IN (1, 2)")
    data = answer("status")["data"]
    working, last = data["runs"]
    assert (working["run_id"], working["state"], working["synced"]) == (at_work, "running", None)
    assert (last["run_id"], last["state"], last["synced"], last["failed"]) == (summary["run"], "succeeded", 0, 0)
    held = {one["pushed_by"]: one for one in data["in_progress"]}
    assert {name: (one["rows"], one["at_work"], one["run_id"]) for name, one in held.items()} == {
        f"accordant:{at_work[:13]}": (2, True, at_work),
        "accordant:00000000-0000": (2, False, None),
        "the earlier tool": (1, False, None),
    }
    assert data["certificate"]["certificate"] == summary["certificate"]
    shown = accordant("mis", "status").stdout
    assert f"run {at_work} (manual__id IN (1, 2)) is at work, in step prepare." in shown
    assert "another program (the earlier tool) has been silent for too long." in shown
    assert "accordant mis reset-stuck" in shown


def test_status_says_what_a_preview_planned_and_where_to_read_it(
    school: School, accordant: Accordant, answer: Any
) -> None:
    school.enrol(STUDENT)
    school.bill(3)
    run_id = school.quick_plan(preview=True)
    closing.close(run_id, None)
    (run,) = answer("status")["data"]["runs"]
    assert (run["dry_run"], run["planned"], run["synced"]) == (True, 3, None)
    assert f"accordant plan show {run_id}" in accordant("mis", "status").stdout
    assert "3 invoice to create" in accordant("plan", "show", run_id).stdout


# -- retry


def test_failed_invoices_are_opened_again_and_go_once_they_are_mended(
    school: School, store: Database, answer: Any
) -> None:
    school.enrol(STUDENT)
    school.bill(2, dept="0.00")
    school.bill()
    school.run()
    assert school.statuses() == [2, 2, 1]
    school.mis.sql("UPDATE tbl_imvoice SET dept = 5")
    assert answer("retry", "MIS-1", "3")["data"] == {
        "retried": 1, "entries": 1, "not_failed": [{"invoice_id": 3, "status": 1}]
    }  # fmt: skip
    assert school.statuses() == [0, 2, 1]
    assert answer("retry")["data"] == {"retried": 1, "entries": 2, "not_failed": []}
    assert school.statuses() == [0, 0, 1]
    school.run()
    assert school.statuses() == [1, 1, 1]
    assert answer("retry")["data"] == {"retried": 0, "entries": 0, "not_failed": []}
    told = answer("retry", "1", "2")
    assert told["exit_code"] == ExitCode.FAILED
    assert told["message"] == "None of these invoices failed: 1 is synced; 2 is synced."


# -- reset-stuck


def test_only_what_nobody_is_at_work_on_is_opened_again(
    school: School, store: Database, accordant: Accordant, answer: Any
) -> None:
    school.bill(6)
    at_work = claim(school, store, "id IN (1, 2)")
    ended_run = claim(school, store, "id = 3")
    with store.transaction() as connection:  # it was killed an hour ago
        connection.execute("UPDATE accordant.run SET active_at = now() - interval '1 hour' WHERE id = %s", (ended_run,))
    school.mis.set("id = 4", 3, "the earlier tool")
    school.mis.sql(
        "UPDATE tbl_imvoice SET \"QuickBk_Status\" = 3, pushed_by = 'the office', pushed_date = now() WHERE id = 5"
    )
    told = answer("reset-stuck")
    assert told["data"]["reset"] == 2
    left = {one["pushed_by"]: (one["rows"], one["run_id"]) for one in told["data"]["still_in_progress"]}
    assert left == {f"accordant:{at_work[:13]}": (2, at_work), "the office": (1, None)}
    assert school.statuses() == [3, 3, 0, 0, 3, 0]
    assert answer("reset-stuck", "--all-older-than", "0")["data"]["reset"] == 1
    assert school.statuses() == [3, 3, 0, 0, 0, 0]
    assert f"run {at_work}" in accordant("mis", "reset-stuck").stdout


def test_a_young_claim_of_another_program_can_be_given_longer(school: School, answer: Any) -> None:
    school.bill()
    school.mis.set("id = 1", 3, "the earlier tool")  # an hour ago
    assert answer("reset-stuck", "--all-older-than", "90")["data"]["reset"] == 0
    assert answer("reset-stuck", "--all-older-than", "30")["data"]["reset"] == 1


# -- audit


def test_audit_shows_who_sent_what_and_what_came_back(school: School, accordant: Accordant, answer: Any) -> None:
    school.enrol(STUDENT)
    school.bill(2)
    assert answer("audit", "2")["message"] == "Invoice MIS-2 was never sent to QuickBooks."
    summary = school.run()
    told = answer("audit", "MIS-2")
    assert (told["data"]["invoice_id"], told["data"]["number"]) == ("2", "MIS-2")
    (push,) = told["data"]["pushes"]
    invoice = school.invoices()["MIS-2"]
    assert (push["run_id"], push["action"], push["outcome"]) == (summary["run"], "create", "applied")
    assert push["who"].startswith("test ")
    assert push["remote_id"] == push["answer"]["Id"] == invoice["Id"]
    assert push["request"]["DocNumber"] == "MIS-2"
    assert push["mis"] == account(school)
    shown = accordant("mis", "audit", "2").stdout
    assert f"create: applied as {invoice['Id']}" in shown
    assert "Invoice MIS-2 was sent 1 time." in shown


def test_an_invoice_that_was_only_linked_says_so(school: School, answer: Any) -> None:
    school.bill()
    school.mis.set("id = 1", 1, "ann")
    assert answer("audit", "1")["message"].endswith("QuickBooks had it, and it was linked.")
