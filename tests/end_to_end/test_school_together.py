"""Several runs of a school's invoices at once, each a process of its own: every row goes with one of them, once."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.killable import Killable
from tests.end_to_end.matrix import WHOLE
from tests.end_to_end.school import FLOW, STUDENT, School, school_at

STUDENTS = [f"2023/{number:03}" for number in range(1, 9)]
MONTHS = [f"2025-{month:02}" for month in range(1, 7)]
# Windows that overlap, and everything: what a backfill, a person and the schedule may ask for at the same time.
ASKED: list[dict[str, Any]] = [
    {"since": "2025-01-01", "until": "2025-04-01"}, {"since": "2025-03-01", "until": "2025-06-01"},
    {"since": "2025-05-01", "failed_too": True}, {},
]  # fmt: skip


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Where processes run beside each other."""
    with Killable() as found:
        yield found


@pytest.fixture(params=["postgres", "mariadb"])
def school(request: pytest.FixtureRequest, store: str, qbo: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    """A school without rows."""
    server = request.getfixturevalue(request.param)
    with contextlib.closing(school_at(request.param, server, qbo, store, monkeypatch)) as school:
        yield school


def bill_all(school: School) -> None:
    """Give each of eight new students an invoice in each of six months."""
    school.enrol(*STUDENTS)
    for month in MONTHS:
        for student in STUDENTS:
            school.bill(reg_no=student, invoice_date=f"{month}-15", dept=f"{int(month[-2:])}.{student[-2:]}")


def at_once(school: School, killable: Killable, *asked: dict[str, Any], name: str = "") -> None:
    """Do runs at the same time, and let them end well."""
    runs = [
        {"flow": FLOW, "name": f"{name} {number}", "parameters": one, "settings": school.changed}
        for number, one in enumerate(asked)
    ]
    assert killable.together(*runs) == [0] * len(runs)


def assert_each_row_went_with_one_run(school: School) -> None:
    """Check that no row was sent by two runs, and that none is left in progress."""
    sent = school.rows("SELECT key FROM accordant.audit WHERE object_type = 'invoice' AND outcome = 'applied'")
    assert [key for key, times in Counter(row["key"] for row in sent).items() if times > 1] == []
    assert set(school.statuses()) <= {0, 1}, "what waits for a customer that another run makes is open again"
    assert {f"MIS-{row}" for row, (status, _) in school.mis.statuses().items() if status == 1} == set(school.invoices())
    assert set(school.customers()) == set(STUDENTS)


@pytest.mark.parametrize("round_", range(8 if WHOLE else 1))
def test_four_runs_with_the_same_new_students_make_each_invoice_and_customer_once(
    school: School, killable: Killable, round_: int
) -> None:
    school.settings(batch_size=5)
    school.qbo.control.settings(latency_ms=10 * round_ + 10)
    bill_all(school)
    at_once(school, killable, *ASKED)
    assert_each_row_went_with_one_run(school)
    school.quick()
    school.assert_all_is_there_once()
    school.assert_nothing_is_left_to_do()
    assert school.troubles() == {}


def test_a_customer_that_another_run_is_just_making_is_waited_for_by_coming_back(
    school: School, killable: Killable
) -> None:
    """Two windows of one new student; QuickBooks takes its time for the first batch."""
    school.enter_item("Tuition fees")
    school.enrol(STUDENT)
    school.bill(3, invoice_date="2025-01-15"), school.bill(3, invoice_date="2025-02-15")
    school.qbo.control.arm("slow", path="/batch$", times=1, seconds=1.5)
    at_once(school, killable, {"until": "2025-02-01"}, {"since": "2025-02-01"})
    assert sorted(Counter(school.statuses()).items()) in ([(0, 3), (1, 3)], [(1, 6)])
    assert set(school.customers()) == {STUDENT}
    summary = school.quick()
    assert summary["state"] == "succeeded"
    school.assert_all_is_there_once()


def test_a_plan_whose_customer_another_run_made_meanwhile_goes_on_with_that_customer(school: School) -> None:
    school.enrol(STUDENT)
    school.bill(2, invoice_date="2025-01-15"), school.bill(2, invoice_date="2025-02-15")
    first, second = school.quick_plan(until="2025-02-01"), school.quick_plan(since="2025-02-01")
    assert school.finish(first)["matches"]
    assert school.finish(second)["matches"]
    school.assert_all_is_there_once()
    school.assert_nothing_is_left_to_do()


def test_two_runs_at_work_never_exceed_what_the_vendor_allows(school: School, killable: Killable) -> None:
    """With the vendor's own limits in force; the whole matrix sends more batches than go in a minute."""
    school.changed.pop("quickbooks")
    school.settings(batch_size=1)
    school.qbo.control.enforce_limits()
    school.qbo.control.settings(latency_ms=150)
    school.enrol(*STUDENTS)
    for month in MONTHS[:2]:
        for student in STUDENTS:
            school.bill(3 if WHOLE else 1, reg_no=student, invoice_date=f"{month}-15", dept="10.00")
    school.qbo.control.clear_ledger()
    at_once(school, killable, {"until": "2025-02-01"}, {"since": "2025-02-01"})
    peaks = school.qbo.control.peaks()
    assert peaks["per_second"] <= 10
    assert peaks["at_once"] <= 10
    assert peaks["batches_per_minute"] <= 40
    assert peaks["per_minute"] <= 500
    assert peaks["per_second"] >= 8, "they were as fast as they may"
    assert school.qbo.control.entries(status=429) == []
    assert_each_row_went_with_one_run(school)
