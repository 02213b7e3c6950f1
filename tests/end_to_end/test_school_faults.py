"""What becomes of a school's invoices when QuickBooks Online or the line to it fails: each is there once in the end.

Every fault strikes a batch of customers, a batch of invoices, the look-up before the plan, and the reading back after
it. The cells take turns on Postgres and MariaDB. ACCORDANT_WHOLE_MATRIX=1 plays all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from accordant.hooks.quickbooks_online import QuickBooksOnlineHook
from accordant.tasks import closing, steps
from tests.end_to_end.matrix import cells
from tests.end_to_end.school import FLOW, School, school_at

LINE = ["timeout_before_apply", "timeout_after_apply", "reset_before_apply", "reset_after_apply", "reset_mid_body",
        "truncated_answer", "garbage", "stop_answering"]  # fmt: skip
SERVER = ["error_500_before_apply", "error_500_after_apply", "bad_gateway", "unavailable", "throttle", "expired_token",
          "html_403"]  # fmt: skip
PARTIAL = ["partial_batch", "partial_batch_faults"]
BATCHES = {"customers": 0, "invoices": 1}  # so many batches of the run come before
QUERIES = {"look-up": 0, "reading back": 3}
APPLIED = ["timeout_after_apply", "reset_after_apply", "reset_mid_body", "truncated_answer", "error_500_after_apply"]
KINDS = ["postgres", "mariadb"]


def on_both(struck: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return the cells, on the two databases in turn."""
    return [(fault, where, KINDS[number % 2]) for number, (fault, where) in enumerate(struck)]


@pytest.fixture
def kind() -> str:
    """Say on which database."""
    return "postgres"


@pytest.fixture
def school(
    kind: str, request: pytest.FixtureRequest, store: str, qbo: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[School]:
    """Two new students with three invoices each, of a category that QuickBooks has."""
    with contextlib.closing(school_at(kind, request.getfixturevalue(kind), qbo, store, monkeypatch)) as school:
        school.hurry()
        school.enter_item("Tuition fees")
        school.enrol("2023/001", "2023/002")
        school.bill(3, reg_no="2023/001", dept="0.10"), school.bill(3, reg_no="2023/002", dept="333.33")
        yield school


def strike(school: School, fault: str, where: str) -> None:
    """Arm a fault for one call of the coming run."""
    once: dict[str, Any] = {} if fault == "stop_answering" else {"times": 1}
    if fault.startswith("timeout"):
        school.connect(read_timeout=0.5)
        once |= {"seconds": 2}
    path, before = ("/batch$", BATCHES[where]) if where in BATCHES else ("/query$", QUERIES[where])
    school.qbo.control.arm(fault, path=path, skip=before, **once)


def assert_nothing_is_said_that_is_not_so(school: School) -> None:
    """Check that who is said to be synced is there, and that only what is not known stays in progress."""
    there = set(school.invoices())
    unknown = {row["key"] for row in school.rows("SELECT key FROM accordant.operation WHERE state = 'unknown'")}
    for row, (status, _) in school.mis.statuses().items():
        assert status != 1 or f"MIS-{row}" in there
        assert status != 3 or f"MIS-{row}" in unknown
        assert status != 2, "a passing fault is nobody's fault"


def assert_gets_done(school: School, runs: int) -> dict[str, Any]:
    """Do so many more runs at the most; check that all is there once then. The summary of the last one that did it."""
    summary: dict[str, Any] = {}
    for _ in range(runs):
        if set(school.statuses()) == {1}:
            break
        summary, _ = school.attempt(quick=True)
        assert_nothing_is_said_that_is_not_so(school)
    school.assert_all_is_there_once()
    school.assert_nothing_is_left_to_do()
    return summary


@pytest.mark.parametrize(
    ("fault", "where", "kind"),
    on_both([*cells([*LINE, *SERVER], [*BATCHES, *QUERIES]), *cells(PARTIAL, list(BATCHES))]),
)
def test_whatever_fails_each_row_is_one_invoice_in_the_end(school: School, fault: str, where: str) -> None:
    strike(school, fault, where)
    summary, error = school.attempt(quick=True)
    assert [armed["struck"] > 0 for armed in school.qbo.control.faults()] == [True]
    assert_nothing_is_said_that_is_not_so(school)
    school.qbo.control.disarm()
    if fault in APPLIED and where in BATCHES:
        rows = school.rows(f"SELECT state, attempts FROM accordant.operation WHERE object_type = '{where[:-1]}'")
        assert {(row["state"], row["attempts"]) for row in rows} == {("applied", 1)}, "looked up, not sent again"
    if error is None and summary["state"] != "incomplete":
        assert summary["matches"], summary
    last = assert_gets_done(school, 2) or summary
    if last["certificate"] is not None:  # none where reading back is what failed
        assert last["matches"], "both sides are equal to the cent"
        assert school.sides(last)["ours"] == school.sides(last)["theirs"]


@pytest.mark.parametrize("kind", KINDS)
def test_faults_without_end_are_left_to_the_next_run_with_all_rows_open(school: School) -> None:
    """Three tries, and none was applied: the rows are open again."""
    school.qbo.control.arm("error_500_before_apply", path="/batch$", times=None)
    _, error = school.attempt(quick=True)
    assert error is not None
    assert error.code.code == "SYSTEM_DOWN"
    assert len(school.qbo.control.entries(method="POST", path="/batch$")) == 3
    assert set(school.statuses()) == {0}
    school.qbo.control.disarm()
    assert assert_gets_done(school, 1)["matches"]


@pytest.mark.parametrize("kind", KINDS)
def test_customers_and_invoices_without_an_answer_are_both_looked_up_by_the_next_run(school: School) -> None:
    """The answers to both are lost, and nothing can be asked until that run is over."""
    school.quick(invoice_id="4")
    school.bill(reg_no="2023/002", dept="5.55")
    run_id = school.quick_plan()
    school.qbo.control.arm("reset_after_apply", path="/batch$", times=2)
    school.qbo.control.arm("stop_answering", path="/query$")
    with pytest.raises(Exception, match="SYSTEM_DOWN"):
        steps.load(FLOW, run_id)
    closing.close(run_id, None)
    lost = school.rows("SELECT DISTINCT object_type FROM accordant.operation WHERE state = 'unknown' ORDER BY 1")
    assert [row["object_type"] for row in lost] == ["customer", "invoice"]
    assert_nothing_is_said_that_is_not_so(school)
    school.qbo.control.disarm()
    assert assert_gets_done(school, 1)["matches"]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_that_repeat_rows_make_nothing_twice(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = QuickBooksOnlineHook.query.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "page", 4)
    school.qbo.control.arm("duplicate_page")
    summary = school.quick()
    assert summary["matches"]
    before = school.writes()
    school.reopen(*school.mis.statuses())
    assert school.quick()["matches"]
    assert school.writes() == before
    assert [armed["struck"] > 0 for armed in school.qbo.control.faults()] == [True]
    school.assert_all_is_there_once()


@pytest.mark.parametrize(
    ("when", "kind"), [("at first", "postgres"), ("at first", "mariadb"), ("in the middle", "postgres"),
                       ("before a look-up", "mariadb")],
)  # fmt: skip
def test_a_connection_that_was_withdrawn_is_asked_for_in_one_sentence_and_then_all_goes(
    school: School, when: str
) -> None:
    if when == "at first":
        school.qbo.control.revoke()
    else:
        school.quick_plan(preview=True)  # which has tokens
        struck = {"path": "/batch$"} if when == "in the middle" else {"path": "/query$", "skip": 3}
        school.qbo.control.arm("expired_token", times=None, **struck)
        school.qbo.control.arm("invalid_grant", times=None)
    if when == "before a look-up":
        school.qbo.control.arm("reset_after_apply", path="/batch$", skip=1, times=1)
    summary, error = school.attempt(quick=True)
    assert error is not None
    assert error.code.code == "QBO_RECONNECT"
    assert "Authorise the app again" in error.sentence
    assert "`refresh_token` of the Connection qbo_default" in error.sentence
    assert summary["state"] == "failed"
    assert "QBO_RECONNECT" in summary["problem"]
    assert_nothing_is_said_that_is_not_so(school)
    if when != "before a look-up":
        assert set(school.statuses()) == {0}
    school.qbo.control.disarm()
    school.connect(refresh_token=school.qbo.control.fresh_tokens())
    assert assert_gets_done(school, 1)["matches"]


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_that_expire_between_all_calls_are_renewed_without_a_word(school: School) -> None:
    school.qbo.control.arm("expired_token", times=None, probability=0.5, seed=7)
    _, error = school.attempt(quick=True)
    school.qbo.control.disarm()
    assert error is None or error.code.code == "CREDENTIALS_REFUSED"
    assert_nothing_is_said_that_is_not_so(school)
    assert_gets_done(school, 2)
