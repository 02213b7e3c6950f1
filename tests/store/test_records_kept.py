"""Plans and answers, quarantine, certificates, the lock, retention: what the store keeps and for how long."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from accordant.store.bindings import Bindings
from accordant.store.certificates import broken_links, certificate_of, store_certificate
from accordant.store.database import Database
from accordant.store.journal import Journal
from accordant.store.plans import decide, find_plan, give_answer, operations_of, take_answer
from accordant.store.quarantine import ask_again, put_troubles, resolve_others, sources_to_retry, waiting
from accordant.store.runs import Run, exclusive, find_run
from accordant.sync.certificate import certificate_content, certificate_id
from accordant.sync.errors import AccordantError, Misconfigured, RetryLater
from accordant.sync.operations import Severity, State, Trouble
from accordant.sync.ports import Outcome, Receipt
from tests.store.operations import ORDER, intents, line, put

NewRun = Callable[..., Run]
STORNO = Trouble(
    Severity.REFUSED, "sales_order_line", "o1#1", "STORNO_LINE", "negative", field="cantitate", parent="o1", source="d1"
)
CONFLICT = Trouble(Severity.CONFLICT, "sales_order", "o1", "BOTH_CHANGED", "differs", field="date", source="d1")


def change(database: Database, statement: str, *values: Any) -> None:
    with database.transaction() as connection:
        connection.execute(statement, values)  # type: ignore[arg-type]


# -- runs


def test_a_run_tried_again_is_the_same_run(new_run: NewRun) -> None:
    assert new_run("scheduled__1").id == new_run("scheduled__1").id
    assert new_run("scheduled__1").id != new_run("scheduled__2").id


def test_a_run_is_found_by_its_id_and_by_airflows(database: Database, new_run: NewRun) -> None:
    run = new_run("manual__1")
    assert find_run(database, run.id) == find_run(database, "manual__1") == run
    with pytest.raises(LookupError, match="nobody"):
        find_run(database, "nobody")


# -- plans and answers


def test_an_answer_serves_one_run(database: Database) -> None:
    give_answer(database, "plan", "approved", "Ana")
    answer = take_answer(database, "plan")
    assert answer is not None
    assert (answer["decision"], answer["given_by"]) == ("approved", "Ana")
    assert take_answer(database, "plan") is None


def test_the_last_answer_counts_and_is_for_its_plan_alone(database: Database) -> None:
    give_answer(database, "plan", "approved", "Ana")
    give_answer(database, "plan", "rejected", "Dan")
    assert take_answer(database, "another") is None
    answer = take_answer(database, "plan")
    assert answer is not None
    assert answer["decision"] == "rejected"


def test_of_two_runs_that_ask_at_once_one_gets_the_answer(database: Database) -> None:
    give_answer(database, "plan", "approved", "Ana")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: take_answer(database, "plan"), range(4)))
    assert sum(answer is not None for answer in answers) == 1


def test_a_plan_made_again_must_be_approved_again(database: Database, run: Run) -> None:
    put(database, run, [ORDER])
    decide(database, run.id, "approved", "Ana")
    change(database, "DELETE FROM accordant.operation")
    put(database, run, [ORDER, line(1)])
    plan = find_plan(database, run.id)
    assert plan["decision"] == "open"
    assert plan["decided_by"] == "", "nobody has decided on this one"


@pytest.mark.parametrize("wrong", ["", "%", "_", "______", "abc", "nobody-here"])
def test_a_plan_is_found_by_run_or_by_the_beginning_of_its_id_and_never_by_chance(
    database: Database, run: Run, wrong: str
) -> None:
    plan_id = put(database, run, [ORDER])
    assert find_plan(database, run.id)["id"] == find_plan(database, plan_id[:6])["id"] == plan_id
    with pytest.raises(LookupError):
        find_plan(database, wrong)


def test_a_plans_operations_are_shown_in_order_page_by_page(database: Database, run: Run) -> None:
    put(database, run, [ORDER, *(line(n) for n in range(25))])
    assert [row["seq"] for row in operations_of(database, run.id, page=10)] == list(range(1, 27))


# -- quarantine and conflicts


def test_the_same_trouble_seen_again_is_the_same_entry(database: Database, new_run: NewRun) -> None:
    for _ in range(3):
        put_troubles(database, new_run(), [STORNO, CONFLICT])
    assert {row["code"] for row in waiting(database)} == {"STORNO_LINE", "BOTH_CHANGED"}
    assert len(waiting(database)) == 2


def test_the_entry_says_what_was_seen_last_and_when_it_was_seen_first(database: Database, new_run: NewRun) -> None:
    put_troubles(database, new_run(), [replace(STORNO, value="-1")])
    (first,) = waiting(database)
    put_troubles(database, new_run(), [replace(STORNO, value="-2", sentence="still negative")])
    (second,) = waiting(database)
    assert (second["id"], second["first_seen"]) == (first["id"], first["first_seen"])
    assert (second["value"], second["sentence"]) == ("-2", "still negative")
    assert second["last_seen"] > first["last_seen"]


def test_an_entry_says_who_acts_and_how(database: Database, run: Run) -> None:
    put_troubles(database, run, [STORNO, CONFLICT])
    for row in waiting(database):
        assert row["actor"] == "the accountant", row["code"]
        assert row["action"], row["code"]


def test_a_trouble_that_is_gone_is_resolved_and_comes_back_when_it_does(database: Database, new_run: NewRun) -> None:
    put_troubles(database, new_run(), [STORNO, CONFLICT])
    later = new_run()
    resolve_others(database, later, ["d1"])
    assert waiting(database) == []
    put_troubles(database, new_run(), [STORNO])
    assert len(waiting(database)) == 1


def test_a_source_that_was_not_read_keeps_its_troubles(database: Database, new_run: NewRun) -> None:
    put_troubles(database, new_run(), [STORNO])
    resolve_others(database, new_run(), ["d2"])
    assert len(waiting(database)) == 1


def test_what_this_run_still_sees_stays(database: Database, run: Run) -> None:
    put_troubles(database, run, [STORNO])
    resolve_others(database, run, ["d1"])
    assert len(waiting(database)) == 1


def test_a_run_against_a_test_server_does_not_resolve_the_real_ones_conflicts(
    database: Database, new_run: NewRun
) -> None:
    put_troubles(database, new_run(theirs="real"), [CONFLICT])
    resolve_others(database, new_run(theirs="test"), ["d1"])
    assert len(waiting(database)) == 1


def test_a_run_against_a_test_server_does_not_take_over_the_real_ones_conflict(
    database: Database, new_run: NewRun
) -> None:
    put_troubles(database, new_run(theirs="real"), [replace(CONFLICT, their_value="1")])
    put_troubles(database, new_run(theirs="test"), [replace(CONFLICT, their_value="2")])
    assert len(waiting(database)) == 2


def test_a_retry_names_the_source_once_until_it_is_seen_again(database: Database, new_run: NewRun) -> None:
    run = new_run()
    put_troubles(database, run, [STORNO, replace(STORNO, key="o1#2"), replace(STORNO, key="o9#1", source="d9")])
    ids = [row["id"] for row in waiting(database) if row["source"] == "d1"]
    assert ask_again(database, "f", ids) == 1
    assert sources_to_retry(database, run) == ["d1"]
    put_troubles(database, new_run(), [STORNO, replace(STORNO, key="o1#2")])
    assert sources_to_retry(database, run) == []


def test_a_conflict_can_be_retried_too(database: Database, run: Run) -> None:
    """Its own advice says: correct it there, then retry. The document has a status and is not read otherwise."""
    put_troubles(database, run, [CONFLICT])
    assert ask_again(database, "f", [waiting(database)[0]["id"]]) == 1
    assert sources_to_retry(database, run) == ["d1"]


def test_a_retry_of_nothing_named_means_all_of_the_flow(database: Database, run: Run) -> None:
    put_troubles(database, run, [STORNO, replace(STORNO, source="d2")])
    assert ask_again(database, "another flow", []) == 0
    assert ask_again(database, "f", []) == 2


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "🧾\\N\t"])
def test_any_text_can_be_quarantined(database: Database, run: Run, text: str) -> None:
    from accordant.sync.text import shortened

    put_troubles(database, run, [replace(STORNO, value=shortened(text), sentence=shortened(text))])
    assert len(waiting(database)) == 1


# -- certificates


def content(run: Run, **fields: Any) -> dict[str, Any]:
    return {**certificate_content(flow="f", ours="a", theirs="b", run_id=run.id, sides={}, differences=[]), **fields}


def test_certificates_are_chained_and_hold(database: Database, new_run: NewRun) -> None:
    runs = [new_run() for _ in range(3)]
    chain = [store_certificate(database, run, content(run)) for run in runs]
    assert [row["position"] for row in chain] == [1, 2, 3]
    assert [row["previous"] for row in chain] == ["", chain[0]["id"], chain[1]["id"]]
    assert broken_links(database, "f") == []


def test_the_same_certificate_of_the_same_run_is_stored_once(database: Database, run: Run) -> None:
    first = store_certificate(database, run, content(run))
    assert store_certificate(database, run, content(run))["id"] == first["id"]
    second = store_certificate(database, run, content(run, matches=False))
    assert second["position"] == 2
    stored = certificate_of(database, run.id)
    assert stored is not None
    assert stored["id"] == second["id"], "the last one counts"


def test_two_certificates_at_once_get_two_places(database: Database, new_run: NewRun) -> None:
    runs = [new_run() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda run: store_certificate(database, run, content(run)), runs))
    assert sorted(row["position"] for row in rows) == [1, 2, 3, 4]
    assert broken_links(database, "f") == []


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE accordant.certificate SET content = jsonb_set(content, '{matches}', 'false') WHERE position = 2",
        "UPDATE accordant.certificate SET matches = NOT matches WHERE position = 2",
        "UPDATE accordant.certificate SET run_id = gen_random_uuid() WHERE position = 2",
        "UPDATE accordant.certificate SET id = repeat('0', 64) WHERE position = 2",
        "UPDATE accordant.certificate SET previous = repeat('0', 64) WHERE position = 2",
        "UPDATE accordant.certificate SET position = 9 WHERE position = 3",
        "DELETE FROM accordant.certificate WHERE position = 1",
        "DELETE FROM accordant.certificate WHERE position = 2",
    ],
)
def test_a_certificate_that_was_changed_or_taken_out_is_found(
    database: Database, new_run: NewRun, tampering: str
) -> None:
    for run in [new_run() for _ in range(3)]:
        store_certificate(database, run, content(run))
    change(database, tampering)
    assert broken_links(database, "f") != []


def test_a_certificate_made_consistent_again_still_breaks_the_next(database: Database, new_run: NewRun) -> None:
    for run in [new_run() for _ in range(2)]:
        store_certificate(database, run, content(run))
    forged = content(new_run(), matches=True)
    change(database, "UPDATE accordant.certificate SET id = %s, content = %s WHERE position = 1",
           certificate_id("", forged), psycopg.types.json.Jsonb(forged))  # fmt: skip
    assert broken_links(database, "f") != []


# -- the lock


def test_a_second_run_of_the_same_accounts_waits_and_then_says_so(database: Database, run: Run) -> None:
    with exclusive(database, run.scope, 5):
        begun = time.monotonic()
        with pytest.raises(RetryLater) as caught, exclusive(database, run.scope, 1):
            pass
        assert 0.9 < time.monotonic() - begun < 5
    assert caught.value.code.code == "RUN_OVERLAPS"
    with exclusive(database, run.scope, 1):
        pass


def test_other_accounts_do_not_wait(database: Database, new_run: NewRun) -> None:
    with exclusive(database, new_run().scope, 1), exclusive(database, new_run(theirs="other").scope, 1):
        pass


def test_a_failure_gives_the_lock_back(database: Database, run: Run) -> None:
    with pytest.raises(ValueError, match="x"), exclusive(database, run.scope, 1):
        raise ValueError("x")
    with exclusive(database, run.scope, 1):
        pass


def test_the_lock_goes_with_a_killed_process(database: Database, run: Run) -> None:
    code = (
        "import sys, time\nfrom accordant.store.database import Database\nfrom accordant.store.runs import exclusive\n"
        f"with Database({database.conninfo!r}) as d, exclusive(d, {run.scope!r}, 5):\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RetryLater), exclusive(database, run.scope, 1):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with exclusive(database, run.scope, 5):
            pass


# -- retention


def age(database: Database, run: Run, days: int) -> None:
    change(database, "UPDATE accordant.run SET started_at = now() - make_interval(days => %s), "
           "active_at = now() - make_interval(days => %s) WHERE id = %s", days, days, run.id)  # fmt: skip


def test_old_runs_are_forgotten_but_not_what_was_agreed_proven_or_waits(database: Database, new_run: NewRun) -> None:
    old, young = new_run(), new_run()
    put(database, old, [ORDER])
    journal = Journal(database, old)
    (intent,) = intents(journal)
    journal.begin(intent)
    journal.finish(intent, Outcome(State.APPLIED, receipt=Receipt("101")))
    store_certificate(database, old, content(old))
    put_troubles(database, old, [STORNO])
    age(database, old, 31)
    age(database, young, 29)
    assert database.execute("store/forget", flow="f", days=30) == 1
    with pytest.raises(LookupError):
        find_run(database, old.id)
    assert find_run(database, young.id)
    assert Bindings(database, young).remote_id("sales_order", "o1") == "101"
    assert certificate_of(database, old.id) is not None
    assert broken_links(database, "f") == []
    assert len(waiting(database)) == 1


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_a_run_with_a_write_whose_outcome_is_unknown_is_never_forgotten(
    database: Database, run: Run, state: State
) -> None:
    put(database, run, [ORDER])
    journal = Journal(database, run)
    (intent,) = intents(journal)
    journal.begin(intent)
    if state is State.UNKNOWN:
        journal.finish(intent, Outcome(State.UNKNOWN))
    age(database, run, 400)
    assert database.execute("store/forget", flow="f", days=30) == 0
    assert len(journal.left_open()) == 1


def test_another_flows_runs_are_not_forgotten(database: Database, new_run: NewRun) -> None:
    other = new_run(flow="g")
    age(database, other, 400)
    assert database.execute("store/forget", flow="f", days=30) == 0


def test_an_old_run_that_is_cleared_and_done_again_is_not_forgotten_under_its_own_feet(
    database: Database, new_run: NewRun
) -> None:
    """`prepare` opens the run and then forgets the old ones: clearing a task of last month must work."""
    age(database, new_run("scheduled__1"), 40)
    again = new_run("scheduled__1")
    database.execute("store/forget", flow="f", days=30)
    assert find_run(database, again.id) == again


# -- the connection


def test_a_store_that_does_not_answer_is_a_passing_fault_without_a_password(tmp_path: Path) -> None:
    with Database(f"host={tmp_path} user=postgres password=hunter2 dbname=x") as database:
        database._pool.timeout = 0.5
        with pytest.raises(RetryLater) as caught:
            database.row("store/certificate_last", flow="f")
    assert caught.value.code.code == "STORE_UNREACHABLE"
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["user=nobody_here dbname=postgres", "user=postgres dbname=no_such_database"])
def test_a_refused_user_or_database_is_for_a_person_without_a_password(postgres: Any, wrong: str) -> None:
    with Database(f"host={postgres.socket_dir} password=hunter2 {wrong}") as database:
        database._pool.timeout = 0.5
        with pytest.raises(Misconfigured) as caught:
            database.row("store/certificate_last", flow="f")
    assert "hunter2" not in str(caught.value)


def test_the_lock_on_a_store_that_is_gone_is_an_error_of_the_catalogue(
    database: Database, run: Run, tmp_path: Path
) -> None:
    unreachable = Database(f"host={tmp_path} user=postgres password=hunter2 dbname=x")
    with unreachable as gone, pytest.raises(AccordantError), exclusive(gone, run.scope, 1):
        pass
