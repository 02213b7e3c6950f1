"""What a critical reviewer could do to a school's books, and no longer can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accordant.store.runs import lapsed_claims
from accordant.tasks import closing, push, steps
from accordant.tasks.workbench import open_store, workbench
from tests.end_to_end.school import FLOW, STUDENT, School, school_at


@pytest.fixture
def school(store: str, postgres: Any, qbo: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A school with a student."""
    made = school_at("postgres", postgres, qbo, store, monkeypatch)
    made.settings()
    made.enrol(STUDENT)
    yield made
    made.close()


def opened(school: School) -> str:
    """Open a run and claim what is open."""
    run_id = steps.prepare(FLOW, f"test {uuid4()}", {})
    steps.extract(FLOW, run_id)
    return run_id


def test_an_invoice_that_the_office_renumbered_is_not_made_a_second_time(school: School) -> None:
    (row,) = school.bill()
    school.run()
    invoice = school.invoices()[f"MIS-{row}"]
    school.qbo.control.edit("Invoice", invoice["Id"], DocNumber="2025-0001")
    school.mis.set(f"id = {row}", 0)
    school.run()
    assert list(school.invoices()) == ["2025-0001"]
    assert school.troubles() == {f"MIS-{row}": "DOCUMENT_DIFFERS"}
    assert school.statuses() == [2]


def test_a_look_up_that_fails_after_a_batch_leaves_the_others_of_the_batch_applied(school: School) -> None:
    school.hurry()
    rows = school.bill(3)
    run_id = school.plan()
    customer = school.enter("Customer", DisplayName="somebody else")
    item = school.enter("Item", Name="Something", Type="Service", IncomeAccountRef={"value": "1"})
    line = {"DetailType": "SalesItemLineDetail", "Amount": 5, "SalesItemLineDetail": {"ItemRef": {"value": item}}}
    school.enter("Invoice", DocNumber=f"MIS-{rows[1]}", CustomerRef={"value": customer}, Line=[line])
    school.qbo.control.arm("unavailable", path="/query/?$", times=50, skip=1)  # the income account is read
    steps.load(FLOW, run_id)
    states = [row["state"] for row in school.rows(
        "SELECT state FROM accordant.operation WHERE object_type = 'invoice' ORDER BY key"
    )]  # fmt: skip
    assert states == ["applied", "unknown", "applied"]
    school.qbo.control.disarm()
    closing.close(run_id, None)
    school.run()
    assert len(school.invoices()) == 3
    assert school.statuses() == [1, 2, 1]


def test_an_old_load_that_a_person_clears_writes_no_stale_amount(school: School) -> None:
    (row,) = school.bill(dept="100.00")
    run_id = school.plan()
    closing.close(run_id, None)  # the load failed; the row is open again
    school.mis.sql("UPDATE tbl_imvoice SET dept = 120")
    steps.load(FLOW, run_id)
    assert school.invoices() == {}
    school.run()
    assert float(school.invoices()[f"MIS-{row}"]["TotalAmt"]) == 120
    assert school.statuses() == [1]


def test_a_run_that_works_or_waits_for_its_retry_is_not_taken_for_dead(school: School) -> None:
    school.bill(3)
    run_id = opened(school)
    hour = timedelta(hours=1)
    with open_store() as database, workbench(FLOW, run_id, "extract") as bench:
        mark = bench.run.mark
        assert not lapsed_claims(database, FLOW, timedelta(0))(mark, None), "it holds its lock"
    with open_store() as database:
        assert not lapsed_claims(database, FLOW, hour)(mark, None), "it is between two of its tasks"
        database.execute("store/run_fail", run_id=run_id, state="failed", problem="a passing fault")
        assert not lapsed_claims(database, FLOW, hour)(mark, None), "Airflow will try the step again"
        assert lapsed_claims(database, FLOW, timedelta(0))(mark, None), "but not for ever"
        now = datetime.now(UTC)
        stranger = "accordant:00000000-0000"
        assert not lapsed_claims(database, FLOW, hour)(stranger, now), "another installation's run has its lease"
        assert lapsed_claims(database, FLOW, hour)(stranger, now - 2 * hour)
        closing.close(run_id, None)
        assert lapsed_claims(database, FLOW, hour)(mark, None), "a run that is closed holds nothing"
    assert school.statuses() == [0, 0, 0]


def test_a_run_at_work_is_not_called_abandoned_by_another(school: School) -> None:
    school.bill(2)
    run_id = opened(school)
    with workbench(FLOW, run_id, "validate") as bench, bench.database.transaction() as connection:
        connection.execute("UPDATE accordant.run SET active_at = now() - interval '1 day'")
        connection.commit()
        steps.prepare(FLOW, "another", {})
        (row,) = school.rows(f"SELECT state FROM accordant.run WHERE id = '{run_id}'")
        assert row["state"] == "running"


def test_a_push_whose_answer_was_lost_is_audited_too(school: School) -> None:
    school.hurry()
    (row,) = school.bill()
    school.qbo.control.arm("reset_after_apply", path="/batch/?$", skip=2, times=1)  # the item and the customer go
    school.run()
    pushes = school.rows(
        f"SELECT outcome, request, answer FROM accordant.audit WHERE key = 'MIS-{row}' ORDER BY id"
    )  # fmt: skip
    assert [push["outcome"] for push in pushes] == ["unknown", "applied"]
    assert pushes[0]["request"]["DocNumber"] == f"MIS-{row}"
    assert pushes[1]["answer"]["DocNumber"] == f"MIS-{row}"
    assert school.statuses() == [1]


def test_a_part_of_another_item_is_not_taken_for_the_item_of_that_name(school: School) -> None:
    old = school.enter("Item", Name="Old", Type="Service", IncomeAccountRef={"value": "1"})
    part = school.enter(
        "Item", Name="Tuition fees", Type="Service", IncomeAccountRef={"value": "1"}, SubItem=True,
        ParentRef={"value": old},
    )  # fmt: skip
    (row,) = school.bill(fee_category="Tuition")
    school.run()
    line = school.invoices()[f"MIS-{row}"]["Line"][0]
    assert line["SalesItemLineDetail"]["ItemRef"]["value"] != part


def test_a_rejected_or_failed_run_leaves_no_row_in_progress(school: School) -> None:
    school.bill(2)
    run_id = opened(school)
    assert school.statuses() == [3, 3]
    closing.close(run_id, None)
    assert school.statuses() == [0, 0]
    push.report(FLOW, run_id)  # a report that comes late changes nothing
    assert school.statuses() == [0, 0]
