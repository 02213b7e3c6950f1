"""The write-ahead journal: one open intent per record, one transaction per outcome, whatever dies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from accordant.store.bindings import Bindings
from accordant.store.database import Database
from accordant.store.journal import Journal
from accordant.store.runs import Run
from accordant.sync.operations import Action, Severity, State, Trouble
from accordant.sync.ports import Intent, Outcome, Receipt
from accordant.sync.records import content_hash
from tests.store.operations import ORDER, intents, line, put

NewRun = Callable[..., Run]
APPLIED = Outcome(State.APPLIED, receipt=Receipt("101"))


def state_of(database: Database, intent: Intent) -> dict[str, Any]:
    with database.transaction() as connection:
        row = connection.execute(
            "SELECT * FROM accordant.operation WHERE run_id = %s AND seq = %s", (intent.run_id, intent.seq)
        ).fetchone()
    assert row is not None
    return row


def planned(database: Database, run: Run, *operations: Any) -> tuple[Journal, list[Intent]]:
    put(database, run, operations)
    journal = Journal(database, run)
    return journal, intents(journal)


def test_operations_come_back_group_by_group_in_the_plans_order(database: Database, run: Run) -> None:
    operations = [
        replace(ORDER, phase=0, group="c", key="c"),
        ORDER,
        line(1),
        line(2),
        replace(ORDER, group="o2", key="o2"),
    ]
    journal, _ = planned(database, run, *operations)
    assert journal.phases() == [0, 2]
    assert [[one.operation for one in group] for group in journal.groups(2)] == [operations[1:4], operations[4:]]


def test_an_operation_survives_the_store_as_it_was(database: Database, run: Run) -> None:
    nasty = replace(
        line(1), before={"notes": "a\t\\N 🧾", "price": None}, after={"notes": '"'}, base_hash="x", remote_id="7"
    )
    _, (intent,) = planned(database, run, nasty)
    assert intent.operation == nasty


def test_begin_commits_the_intent_before_anything_is_sent(database: Database, run: Run, store: str) -> None:
    journal, (intent,) = planned(database, run, ORDER)
    assert journal.begin(intent)
    with psycopg.connect(store) as other:
        assert other.execute("SELECT state, attempts FROM accordant.operation").fetchall() == [("sending", 1)]


def test_begin_refuses_a_record_that_was_bound_since_the_plan(database: Database, new_run: NewRun) -> None:
    journal, (intent,) = planned(database, new_run(), ORDER)
    other, (their_intent,) = planned(database, new_run(), ORDER)
    other.begin(their_intent)
    other.finish(their_intent, APPLIED)
    assert not journal.begin(intent)


def test_begin_refuses_a_record_whose_base_moved_since_the_plan(database: Database, new_run: NewRun) -> None:
    first, (made,) = planned(database, new_run(), ORDER)
    first.begin(made)
    first.finish(made, APPLIED)
    base = content_hash(ORDER.after)
    update = replace(ORDER, action=Action.UPDATE, before=ORDER.after, after={"date": "2026-02-02"}, base_hash=base)
    journal, (good,) = planned(database, new_run(), update)
    stale, (late,) = planned(database, new_run(), replace(update, after={"date": "2026-03-03"}))
    assert journal.begin(good)
    journal.finish(good, APPLIED)
    assert not stale.begin(late)


def test_the_database_allows_one_open_intent_per_record_across_runs(database: Database, new_run: NewRun) -> None:
    journals = [planned(database, new_run(), ORDER) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda pair: pair[0].begin(pair[1][0]), journals))
    assert sorted(begun) == [False, False, False, True]


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_a_write_without_outcome_keeps_every_other_run_away(database: Database, new_run: NewRun, state: State) -> None:
    first, (intent,) = planned(database, new_run(), ORDER)
    first.begin(intent)
    if state is State.UNKNOWN:
        first.finish(intent, Outcome(State.UNKNOWN, code="OUTCOME_UNKNOWN"))
    second, (other,) = planned(database, new_run(), ORDER)
    assert not second.begin(other)
    assert [one.seq for one in second.left_open()] == [intent.seq]
    first.finish(intent, Outcome(State.NOT_APPLIED))
    assert second.begin(other)


def test_the_same_key_between_other_accounts_is_another_record(database: Database, new_run: NewRun) -> None:
    first, (intent,) = planned(database, new_run(), ORDER)
    second, (other,) = planned(database, new_run(theirs="real inventree"), ORDER)
    assert first.begin(intent)
    assert second.begin(other)
    first.finish(intent, APPLIED)
    second.finish(other, APPLIED)
    assert first.remote_id("sales_order", "o1") == second.remote_id("sales_order", "o1") == "101"


def test_outcome_binding_base_and_trouble_are_one_transaction(database: Database, run: Run) -> None:
    journal, (intent,) = planned(database, run, ORDER)
    journal.begin(intent)
    with database.transaction() as connection:
        connection.execute("ALTER TABLE accordant.quarantine ADD CONSTRAINT broken CHECK (key <> 'o1') NOT VALID")
    trouble = Trouble(Severity.WARNING, "sales_order", "o1", "DETAILS_CUT", "s", source="d1")
    with pytest.raises(psycopg.errors.CheckViolation):
        journal.finish(intent, replace(APPLIED, trouble=trouble))
    assert state_of(database, intent)["state"] == "sending"
    assert journal.remote_id("sales_order", "o1") is None


def test_an_applied_operation_is_bound_with_its_base_parent_and_source(database: Database, run: Run) -> None:
    journal, (order, one) = planned(database, run, ORDER, line(1))
    journal.begin(order)
    journal.finish(order, APPLIED)
    journal.begin(one)
    journal.finish(one, Outcome(State.APPLIED, receipt=Receipt("201")))
    bindings = Bindings(database, run)
    bound = bindings.of("sales_order", ["o1"])["o1"]
    assert (bound.remote_id, bound.base, bound.base_hash) == ("101", dict(ORDER.after), content_hash(ORDER.after))
    assert (bound.parent, bound.source) == ("", "d1")
    assert [one.parent for one in bindings.of_parents("sales_order_line", ["o1"])] == ["o1"]


@pytest.mark.parametrize("state", [State.NOT_APPLIED, State.UNKNOWN, State.REFUSED, State.HELD, State.PLANNED])
def test_only_what_was_applied_is_bound(database: Database, run: Run, state: State) -> None:
    journal, (intent,) = planned(database, run, ORDER)
    journal.begin(intent)
    journal.finish(intent, Outcome(state, "101"))
    assert journal.remote_id("sales_order", "o1") is None


def test_a_held_operation_goes_once_its_reference_is_there(database: Database, run: Run) -> None:
    journal, (intent,) = planned(database, run, ORDER)
    journal.begin(intent)
    journal.finish(intent, Outcome(State.HELD, code="WAITS_FOR_REFERENCE"))
    assert intents(journal)[0].state is State.HELD
    assert journal.begin(intent)


@pytest.mark.parametrize("state", [State.APPLIED, State.NOT_APPLIED, State.REFUSED])
def test_a_finished_operation_is_never_begun_again(database: Database, run: Run, state: State) -> None:
    journal, (intent,) = planned(database, run, ORDER)
    journal.begin(intent)
    journal.finish(intent, Outcome(state, "101"))
    assert not journal.begin(intent)
    assert intents(journal) == []


def test_a_record_of_the_other_side_that_is_bound_already_is_refused_and_the_others_go_on(
    database: Database, new_run: NewRun
) -> None:
    """Two keys for one remote id: a plan may say so when a part was renamed there. It must not stop the load."""
    first, (intent,) = planned(database, new_run(), ORDER)
    first.begin(intent)
    first.finish(intent, APPLIED)
    link = replace(ORDER, key="o2", group="o2", action=Action.LINK, remote_id="101")
    second, (other,) = planned(database, new_run(), link)
    second.finish(other, Outcome(State.APPLIED, receipt=Receipt("101")))
    assert state_of(database, other)["state"] == "refused"
    assert state_of(database, other)["code"]
    assert second.remote_id("sales_order", "o2") is None


@pytest.mark.parametrize("detail", ["a\x00b", "half \ud800", "x" * 100_000, "%s {} \\"])
def test_the_words_of_the_other_system_never_keep_an_outcome_from_being_recorded(
    database: Database, run: Run, detail: str
) -> None:
    journal, (intent,) = planned(database, run, ORDER)
    journal.begin(intent)
    journal.finish(intent, Outcome(State.NOT_APPLIED, code="REFUSED_BY_TARGET", detail=detail))
    assert state_of(database, intent)["state"] == "not_applied"


def test_more_operations_than_a_page_are_all_given_once(database: Database, run: Run) -> None:
    journal, found = planned(database, run, ORDER, *(line(n) for n in range(1100)))
    assert [one.seq for one in found] == list(range(1, 1102))
    assert len(list(journal.groups(2))) == 1, "one group stays one"


def test_a_cancelled_run_is_seen_within_a_second(database: Database, run: Run) -> None:
    journal = Journal(database, run)
    assert not journal.cancelled()
    database.execute("store/run_cancel", run_id=run.id)
    journal._looked = 0.0
    assert journal.cancelled()


def test_progress_can_be_read_from_outside_while_it_works(database: Database, run: Run) -> None:
    journal, (one, two, three) = planned(database, run, ORDER, line(1), line(2))
    journal.begin(one)
    journal.finish(one, APPLIED)
    journal.begin(two)
    journal.finish(two, Outcome(State.NOT_APPLIED, code="REFUSED_BY_TARGET", detail="no"))
    rows = {row["object_type"]: row for row in database.rows("store/run_progress", run_id=run.id)}
    assert (rows["sales_order"]["applied"], rows["sales_order"]["open"]) == (1, 0)
    lines = rows["sales_order_line"]
    assert (lines["total"], lines["failed"], lines["open"]) == (2, 1, 1)
    (error,) = database.rows("store/run_last_errors", run_id=run.id, most=5)
    assert (error["key"], error["code"], error["sentence"]) == ("o1#1", "REFUSED_BY_TARGET", "no")
    assert three.state is State.PLANNED


# -- seals


def test_a_seal_is_withdrawn_with_every_change(database: Database, new_run: NewRun) -> None:
    run = new_run()
    journal, (intent,) = planned(database, run, ORDER)
    journal.begin(intent)
    journal.finish(intent, APPLIED)
    bindings = Bindings(database, run)
    bindings.seal("sales_order", {"o1": "hash"})
    assert bindings.of("sales_order", ["o1"])["o1"].sealed_hash == "hash"
    later = new_run()
    update = replace(ORDER, action=Action.UPDATE, after={"date": "x"}, base_hash=content_hash(ORDER.after))
    other, (change,) = planned(database, later, update)
    other.begin(change)
    other.finish(change, APPLIED)
    assert bindings.of("sales_order", ["o1"])["o1"].sealed_hash == ""


def test_a_batch_is_recorded_like_its_operations_one_by_one(database: Database, new_run: NewRun) -> None:
    """Whatever became of them: applied, refused for good, still to do."""

    def outcomes(several: list[Intent]) -> list[tuple[Intent, Outcome]]:
        refused = Trouble(Severity.REFUSED, "sales_order_line", "o1#3", "REFUSED_BY_TARGET", "no", source="d1")
        return [
            (several[0], Outcome(State.APPLIED, receipt=Receipt("101", base={"date": "2026-01-01", "note": None}))),
            (several[1], Outcome(State.APPLIED, receipt=Receipt("201"))),
            (several[2], Outcome(State.PLANNED, code="OUTCOME_UNKNOWN", detail="a\x00b")),
            (several[3], Outcome(State.NOT_APPLIED, code="REFUSED_BY_TARGET", detail="no", trouble=refused)),
        ]

    def recorded(theirs: str, *, at_once: bool) -> list[Any]:
        run = new_run(theirs=theirs)
        journal, several = planned(database, run, ORDER, line(1), line(2), line(3))
        assert journal.begin_all(several) == {one.seq for one in several}
        if at_once:
            journal.finish_all(outcomes(several))
        else:
            for one in outcomes(several):
                journal.finish(*one)
        with database.transaction() as connection:
            return [
                connection.execute(statement, {"theirs": theirs}).fetchall()  # type: ignore[call-overload]
                for statement in (
                    "SELECT seq, state, remote_id, code, detail, attempts FROM accordant.operation "
                    "WHERE theirs = %(theirs)s ORDER BY seq",
                    "SELECT object_type, key, remote_id, base, base_hash, parent, source, shared, ours_hash "
                    "FROM accordant.binding WHERE theirs = %(theirs)s ORDER BY 1, 2",
                    "SELECT key, code, sentence FROM accordant.quarantine WHERE theirs = %(theirs)s",
                )
            ]

    assert recorded("one", at_once=True) == recorded("two", at_once=False)


def test_of_two_records_of_a_batch_with_one_remote_id_the_second_is_refused(database: Database, run: Run) -> None:
    journal, several = planned(database, run, line(1), line(2))
    journal.begin_all(several)
    journal.finish_all([(one, Outcome(State.APPLIED, receipt=Receipt("201"))) for one in several])
    assert [state_of(database, one)["state"] for one in several] == ["applied", "refused"]
    assert journal.remote_ids("sales_order_line", ["o1#1", "o1#2", "o1#9"]) == {"o1#1": "201"}


def test_the_audit_keeps_what_was_sent_and_what_came_back(database: Database, run: Run) -> None:
    journal, several = planned(database, run, line(1), line(2))
    journal.begin_all(several)
    sent, came = {"Amount": Decimal("1250.50"), "Note": "ș"}, {"Id": "7", "TotalAmt": Decimal("1250.5")}
    applied = Outcome(State.APPLIED, receipt=Receipt("7"), request=sent, answer=came)
    lost = Outcome(State.UNKNOWN, code="OUTCOME_UNKNOWN", request=sent)
    journal.finish_all([(several[0], applied), (several[1], lost)])
    with database.transaction() as connection:
        rows = connection.execute("SELECT * FROM accordant.audit ORDER BY id").fetchall()
    assert [(row["key"], row["outcome"], row["remote_id"]) for row in rows] == [
        ("o1#1", "applied", "7"), ("o1#2", "unknown", ""),
    ]  # fmt: skip
    assert rows[0]["request"] == {"Amount": "1250.5", "Note": "ș"}
    assert rows[0]["answer"] == {"Id": "7", "TotalAmt": "1250.5"}
    assert rows[1]["answer"] is None
    assert {row["who"] for row in rows} == {run.asked_by}
