"""How a run ends: its summary, what a task does with each kind of failure, and what a person is asked."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from uuid import uuid4

import pytest
from airflow.sdk.exceptions import AirflowFailException

from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.store.certificates import store_certificate
from accordant.store.database import Database
from accordant.store.journal import Journal
from accordant.store.plans import decide, find_plan, give_answer
from accordant.store.quarantine import put_troubles
from accordant.store.runs import Run, open_run
from accordant.store.staging import stage
from accordant.sync.certificate import certificate_content
from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    NeedsPerson,
    OutcomeUnknown,
    RecordRejected,
    RetryLater,
)
from accordant.sync.load import Cancelled
from accordant.sync.operations import Severity, State, Trouble
from accordant.sync.ports import Outcome, Receipt
from accordant.tasks import steps
from accordant.tasks.approval import _question
from accordant.tasks.closing import close
from accordant.tasks.recovery import run_step
from tests.flows.shapes import document
from tests.store.operations import ORDER, intents, line, put

FLOW = "raw_data_to_inventree"


@pytest.fixture
def database(store: str) -> Iterator[Database]:
    """The store, open."""
    with Database(store, 4) as database:
        yield database


def opened(database: Database, *, preview: bool = False) -> Run:
    return open_run(
        database, flow=FLOW, ours="a", theirs="b", airflow_run_id=str(uuid4()), preview=preview, parameters={}
    )


def applied(database: Database, run: Run) -> None:
    journal = Journal(database, run)
    for place, intent in enumerate(intents(journal)):
        journal.begin(intent)
        journal.finish(intent, Outcome(State.APPLIED, receipt=Receipt(str(place + 1))))


# -- the summary


def test_a_run_in_which_all_was_agreed_has_succeeded(database: Database) -> None:
    run = opened(database)
    put(database, run, [ORDER, line(1)])
    decide(database, run.id, "within_limits", "limits")
    applied(database, run)
    certificate = store_certificate(
        database, run, certificate_content(flow=FLOW, ours="a", theirs="b", run_id=run.id, sides={}, differences=[])
    )
    summary = close(run.id, {"documents": 1})
    assert summary["state"] == "succeeded"
    assert summary["matches"] is True
    assert summary["certificate"] == certificate["id"]
    assert summary["object_types"]["sales_order"]["created"] == 1
    assert summary["documents"] == {"documents": 1}
    assert {"planned", "applied", "unchanged", "quarantined", "conflicts", "unknown"} <= set(
        summary["object_types"]["sales_order"]
    )


@pytest.mark.parametrize("severity", [Severity.REFUSED, Severity.CONFLICT])
def test_a_run_that_left_something_to_a_person_says_so(database: Database, severity: Severity) -> None:
    run = opened(database)
    stage(database, run.id, "ours", document_rows([document()]))
    database.execute("store/run_read", run_id=run.id)
    put(database, run, [])
    decide(database, run.id, "within_limits", "limits")
    put_troubles(database, run, [Trouble(severity, "sales_order", "o1", "STORNO_LINE", "s", source="d1")])
    assert close(run.id, {"documents": 1})["state"] == "needs_person"


@pytest.mark.parametrize("decision", ["waiting", "rejected"])
def test_a_plan_that_nobody_approved_needs_a_person(database: Database, decision: str) -> None:
    run = opened(database)
    put(database, run, [ORDER], ["too many"])
    decide(database, run.id, decision, "")
    summary = close(run.id, None)
    assert summary["state"] == "needs_person"
    assert summary["exceeded"] == ["too many"]


def test_a_certificate_that_does_not_match_needs_a_person(database: Database) -> None:
    run = opened(database)
    put(database, run, [])
    decide(database, run.id, "within_limits", "limits")
    content = certificate_content(flow=FLOW, ours="a", theirs="b", run_id=run.id, sides={}, differences=[])
    store_certificate(database, run, {**content, "matches": False})
    assert close(run.id, {"documents": 1})["state"] == "needs_person"


def test_a_run_that_was_killed_in_load_has_failed(database: Database) -> None:
    """Nobody could write down a reason; the DAG run must not be green."""
    run = opened(database)
    put(database, run, [ORDER])
    decide(database, run.id, "within_limits", "limits")
    summary = close(run.id, None)
    assert summary["state"] == "failed"
    assert "nothing is written twice" in summary["problem"]


def test_a_write_whose_outcome_is_unknown_is_no_success(database: Database) -> None:
    run = opened(database)
    put(database, run, [ORDER])
    decide(database, run.id, "within_limits", "limits")
    journal = Journal(database, run)
    (intent,) = intents(journal)
    journal.begin(intent)
    journal.finish(intent, Outcome(State.UNKNOWN))
    summary = close(run.id, None)
    assert summary["object_types"]["sales_order"]["unknown"] == 1
    assert summary["state"] != "succeeded"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_failed_before_keeps_its_state_and_its_reason(database: Database, state: str) -> None:
    run = opened(database)
    database.execute("store/run_fail", run_id=run.id, state=state, problem="why")
    summary = close(run.id, None)
    assert (summary["state"], summary["problem"]) == (state, "why")


def test_a_run_that_failed_before_its_plan_can_be_closed_too(database: Database) -> None:
    summary = close(opened(database).id, None)
    assert (summary["plan"], summary["certificate"], summary["matches"]) == (None, None, None)


def test_closing_twice_gives_the_same_summary(database: Database) -> None:
    run = opened(database)
    put(database, run, [ORDER])
    decide(database, run.id, "within_limits", "limits")
    applied(database, run)
    first, second = close(run.id, None), close(run.id, None)
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


# -- what a task does with a failure


@pytest.mark.parametrize("kind", [RecordRejected, NeedsPerson, Misconfigured, OutcomeUnknown, Cancelled])
def test_only_a_passing_fault_is_tried_again(kind: type[AccordantError]) -> None:
    def fails() -> None:
        raise kind("SYSTEM_DOWN", "what happened", record="order 7")

    with pytest.raises(AirflowFailException) as caught:
        run_step(fails)
    for part in ("SYSTEM_DOWN", "order 7", "what happened", "Next:"):
        assert part in str(caught.value)
    assert caught.value.__suppress_context__, "the log shows one sentence, not two tracebacks"


def test_a_passing_fault_goes_to_airflows_own_retries() -> None:
    def fails() -> None:
        raise RetryLater("SYSTEM_DOWN", "x")

    with pytest.raises(RetryLater):
        run_step(fails)


def test_a_step_gets_its_arguments_and_gives_its_counts() -> None:
    assert run_step(lambda *given: {"given": given}, FLOW, "run") == {"given": (FLOW, "run")}


@pytest.mark.parametrize("kind", [RetryLater, RecordRejected, NeedsPerson, Misconfigured, OutcomeUnknown, Cancelled])
def test_a_failure_survives_the_way_between_processes(kind: type[AccordantError]) -> None:
    error = pickle.loads(pickle.dumps(kind("SYSTEM_DOWN", "s", record="r", field="f")))
    assert type(error) is kind
    assert (error.code.code, error.sentence, error.record, error.field) == ("SYSTEM_DOWN", "s", "r", "f")


# -- approval


def test_a_plan_within_its_limits_passes_alone(database: Database) -> None:
    run = opened(database)
    put(database, run, [ORDER])
    assert steps.decide_alone(FLOW, run.id)["decision"] == "within_limits"
    assert find_plan(database, run.id)["decided_by"]


def test_a_larger_plan_waits_and_its_answer_is_taken_once(database: Database) -> None:
    first, second, third = opened(database), opened(database), opened(database)
    for run in (first, second, third):
        plan_id = put(database, run, [ORDER], ["1 operations are planned; 0 go without asking."])
    assert steps.decide_alone(FLOW, first.id)["decision"] == "waiting"
    give_answer(database, plan_id, "approved", "Ana")
    assert steps.decide_alone(FLOW, second.id)["decision"] == "approved"
    assert find_plan(database, second.id)["decided_by"] == "Ana"
    assert steps.decide_alone(FLOW, third.id)["decision"] == "waiting", "an answer serves one run"
    assert steps.decide_alone(FLOW, second.id)["decision"] == "approved", "a step tried again keeps its answer"


@pytest.mark.parametrize("exceeded", [[], ["too many"]])
def test_a_preview_decides_nothing_and_uses_up_no_answer(database: Database, exceeded: list[str]) -> None:
    run = opened(database, preview=True)
    plan_id = put(database, run, [ORDER], exceeded)
    give_answer(database, plan_id, "approved", "Ana")
    assert steps.decide_alone(FLOW, run.id)["decision"] == "open"
    assert database.row("store/approval_get", plan_id=plan_id) is not None


@pytest.mark.parametrize("decision", ["open", "waiting", "rejected"])
def test_a_plan_that_was_not_approved_is_never_loaded(database: Database, decision: str) -> None:
    run = opened(database)
    put(database, run, [ORDER], ["too many"])
    decide(database, run.id, decision, "")
    with pytest.raises(Misconfigured) as caught:
        steps.load(FLOW, run.id)
    assert caught.value.code.code == "PLAN_REJECTED"


@pytest.mark.parametrize(("approved", "decision"), [(True, "approved"), (False, "rejected")])
def test_a_persons_answer_is_kept_with_the_plan(database: Database, approved: bool, decision: str) -> None:
    run = opened(database)
    put(database, run, [ORDER], ["too many"])
    steps.decide_alone(FLOW, run.id)
    steps.record_answer(FLOW, run.id, find_plan(database, run.id)["id"], approved=approved, by="Ana")
    plan = find_plan(database, run.id)
    assert (plan["decision"], plan["decided_by"]) == (decision, "Ana")


def test_the_question_gives_the_reasons_the_counts_and_where_to_read_more() -> None:
    question = _question({
        "plan": "abcdef0123456789", "exceeded": ["9,000 operations are planned.", "5.00 would be written."],
        "counts": {"sales_order": {"create": 3, "update": 1}},
    })  # fmt: skip
    assert "- 9,000 operations are planned.\n- 5.00 would be written." in question
    assert "| sales_order | create | 3 |" in question
    assert "| sales_order | update | 1 |" in question
    assert "accordant plan show abcdef012345" in question


def test_an_answer_to_another_plan_approves_nothing(database: Database) -> None:
    """The run planned anew while the question stood: nobody has seen the new plan."""
    run = opened(database)
    put(database, run, [ORDER], ["too many"])
    steps.decide_alone(FLOW, run.id)
    with pytest.raises(NeedsPerson):
        steps.record_answer(FLOW, run.id, "f" * 64, approved=True, by="Ana")
    assert find_plan(database, run.id)["decision"] == "waiting"


def test_a_plan_that_a_later_run_has_overtaken_is_not_applied(database: Database) -> None:
    old, young = opened(database), opened(database)
    for run in (old, young):
        put(database, run, [ORDER])
        decide(database, run.id, "within_limits", "limits")
    close(young.id, {"documents": 1})
    with pytest.raises(NeedsPerson, match="PLAN_OVERTAKEN"):
        steps.load(FLOW, old.id)


def test_a_cancelled_run_stops_before_load(database: Database) -> None:
    run = opened(database)
    put(database, run, [ORDER])
    database.execute("store/run_cancel", run_id=run.id)
    with pytest.raises(Cancelled):
        steps.decide_alone(FLOW, run.id)
