"""kill -9 anywhere in a run of a school's invoices: whoever comes next finishes it, and nothing is there twice.

Each cell is a process of its own, ended by SIGKILL at the named point. Then comes either the same run once more, as
when somebody clears it in Airflow, or another run once the lease of the dead one has lapsed. The cells take turns on
Postgres and MariaDB. ACCORDANT_WHOLE_MATRIX=1 plays every point with every way and database.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from accordant.sync.errors import Misconfigured
from accordant.sync.failpoints import FAILPOINTS
from accordant.tasks import steps
from tests.end_to_end.killable import Killable
from tests.end_to_end.matrix import WHOLE, cells
from tests.end_to_end.school import FLOW, School, school_at

ONCE_A_RUN = ["extract.claimed", "extract.staged", "validate.quarantined", "diff.planned", "load.8.finished",
              "reconcile.1.read_back", "reconcile.2.sealed", "reconcile.3.certified", "report.1.before_write",
              "report.2.after_write", "token.1.before_refresh", "token.3.stored"]  # fmt: skip
ONCE_A_PHASE = ["load.1.before_intent", "load.2.after_intent", "load.3.after_send", "load.4.after_record",
                "load.5.after_phase"]  # fmt: skip
LOOK_UPS = ["load.6.before_settle", "load.7.after_settle"]
ITEMS, CUSTOMERS, INVOICES, MORE_INVOICES = 1, 2, 3, 4  # visits of a run whose batches hold two writes
VISITS = [f"{point}:{visit}" for point in ONCE_A_PHASE for visit in (ITEMS, CUSTOMERS, INVOICES, MORE_INVOICES)]
VISITS.remove(f"load.5.after_phase:{MORE_INVOICES}")
if not WHOLE:  # before the intent of a batch the same is committed as after the record of the one before
    VISITS = [one for one in VISITS if not one.startswith(("load.1", "load.4")) or one[-1] in f"{ITEMS}{INVOICES}"]
SAME, OTHER = "the same run again", "another run"
WAYS = [f"{way} on {kind}" for way in (SAME, OTHER) for kind in ("postgres", "mariadb")]
NAME = "the run that is killed"


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Where processes are killed."""
    with Killable() as found:
        yield found


@pytest.fixture
def way(request: pytest.FixtureRequest) -> str:
    """Say how it goes on, and on which database."""
    return str(request.param)


@pytest.fixture
def school(
    way: str, request: pytest.FixtureRequest, store: str, qbo: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[School]:
    """Two new students with two invoices each, of one category; two writes go in a batch, one batch at a time."""
    kind = way.split()[-1]
    with contextlib.closing(school_at(kind, request.getfixturevalue(kind), qbo, store, monkeypatch)) as school:
        school.settings(batch_size=2, load={"parallel": {}})
        school.enrol("2023/001", "2023/002")
        for reg_no, amount in zip(["2023/001", "2023/002"] * 2, ["0.10", "99.99", "1000.00", "12.34"], strict=True):
            school.bill(reg_no=reg_no, dept=amount)
        yield school


def kill(school: School, killable: Killable, point: str) -> None:
    """Do a run that is killed at a point."""
    assert killable.run(FLOW, NAME, point, school.changed) == -signal.SIGKILL


def assert_goes_on(school: School, way: str) -> None:
    """Do one more run; check that all is there once, proven to the cent, and that nothing is left to do."""
    if way.startswith(OTHER):
        school.settings(lease_seconds=0)
    held = {number for number, (status, _) in school.mis.statuses().items() if status == 3}
    summary = school.finish(school.quick_plan(NAME if way.startswith(SAME) else ""))
    assert summary["matches"], summary
    assert summary["state"] == "succeeded", summary
    school.assert_all_is_there_once()
    number, total = school.sides(summary)["ours"] if held else (0, 0)
    assert number == len(held), "the certificate speaks of all rows that the dead run held"
    assert school.sides(summary).get("theirs", (0, 0)) == (number, total)
    school.assert_nothing_is_left_to_do()


@pytest.mark.parametrize(("point", "way"), cells([*ONCE_A_RUN, *VISITS], WAYS), indirect=["way"])
def test_a_run_killed_anywhere_is_finished_by_the_next(
    school: School, killable: Killable, point: str, way: str
) -> None:
    kill(school, killable, point)
    assert_goes_on(school, way)


LOST = [f"{fault} of batch {batch}" for batch in (CUSTOMERS, INVOICES) for fault in ("after", "before")]


@pytest.mark.parametrize("point", LOOK_UPS)
@pytest.mark.parametrize(("lost", "way"), cells(LOST, WAYS), indirect=["way"])
def test_a_kill_while_a_lost_answer_is_looked_up_loses_nothing(
    school: School, killable: Killable, point: str, way: str, lost: str
) -> None:
    when, *_, batch = lost.split()
    school.qbo.control.arm(f"reset_{when}_apply", path="/batch$", skip=int(batch) - 1, times=1)
    kill(school, killable, point)
    assert_goes_on(school, way)


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_so_is_one_whose_students_are_known_already(school: School, killable: Killable, way: str) -> None:
    """The plan that is made anew then begins with other invoices in the same places."""
    school.quick()
    school.bill(dept="7.77"), school.bill(3, reg_no="2023/002", dept="8.88")
    kill(school, killable, "load.3.after_send")
    assert_goes_on(school, way)


@pytest.mark.parametrize("way", WAYS[2:], indirect=True)
def test_one_run_after_the_other_may_be_killed(school: School, killable: Killable, way: str) -> None:
    """Each time by another run, which takes up what the one before held."""
    changed = {**school.changed, "lease_seconds": 0}
    points = ["load.3.after_send:2", "load.2.after_intent", "extract.staged", "load.3.after_send", "reconcile.2.sealed"]
    for number, point in enumerate(points):
        assert killable.run(FLOW, f"killed {number}", point, changed) == -signal.SIGKILL
    assert_goes_on(school, way)


@pytest.mark.parametrize("way", WAYS[:2], indirect=True)
def test_a_run_that_died_is_left_alone_until_its_lease_lapses(school: School, killable: Killable, way: str) -> None:
    kill(school, killable, "load.3.after_send:3")
    summary = school.quick()
    assert summary["state"] == "succeeded"
    assert school.statuses() == [3, 3, 3, 3], "it may only be between two of its tasks"
    assert_goes_on(school, way)


@pytest.mark.parametrize("way", WAYS[:2], indirect=True)
def test_the_task_that_was_killed_may_simply_be_tried_again(school: School, killable: Killable, way: str) -> None:
    """As Airflow does by itself: the same task of the same run."""
    kill(school, killable, "load.3.after_send:3")
    (run,) = school.rows("SELECT id::text FROM accordant.run")
    assert school.finish(run["id"])["matches"]
    school.assert_all_is_there_once()
    school.assert_nothing_is_left_to_do()


@pytest.mark.parametrize("way", WAYS[1:2], indirect=True)
def test_tokens_lost_by_a_kill_are_asked_of_a_person_in_one_sentence(
    school: School, killable: Killable, way: str
) -> None:
    """A refresh token that nobody kept is lost where the vendor takes the old one no more."""
    kill(school, killable, "token.2.refreshed_not_stored")
    with pytest.raises(Misconfigured, match=r"QBO_RECONNECT.*Authorise the app again.*`refresh_token`"):
        school.quick_plan()
    assert set(school.statuses()) <= {0, 3}
    school.connect(refresh_token=school.qbo.control.fresh_tokens())
    assert_goes_on(school, f"{OTHER} {way}")


@pytest.mark.parametrize("way", WAYS[1:2], indirect=True)
def test_tokens_that_stay_the_same_for_a_day_survive_the_kill(school: School, killable: Killable, way: str) -> None:
    school.qbo.control.settings(rotate="daily")
    kill(school, killable, "token.2.refreshed_not_stored")
    assert_goes_on(school, way)


def test_every_failpoint_of_the_flow_is_killed_at() -> None:
    killed = {*ONCE_A_RUN, *ONCE_A_PHASE, *LOOK_UPS, "token.2.refreshed_not_stored"}
    others = ("diff.folded", "load.9.sent_not_noted", "read.", "merge.", "files.")
    assert killed == {name for name in FAILPOINTS if not name.startswith(others)}
    assert steps.failpoint is not None
