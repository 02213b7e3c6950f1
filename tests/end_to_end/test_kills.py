"""kill -9 at every named point, then a plain re-run: one order per invoice, one line per article."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from accordant.sync.failpoints import FAILPOINTS
from tests.end_to_end.killable import Killable
from tests.end_to_end.world import FLOW, World, invoice, marker

PAPER, INK = ("Hârtie A4", 3, 21.5), ("Cerneală", 1, 99.9)
DOCUMENT = {"_id": "d1", "data": [invoice(1, PAPER, INK, PAPER), invoice(2, INK)]}

OF_OTHERS = {"load.9.sent_not_noted", "extract.claimed"}
LOAD_POINTS = [
    name for name in FAILPOINTS if name.startswith("load.") and "settle" not in name and name not in OF_OTHERS
]
OTHER_STEPS = ("extract.", "reconcile.", "report.")


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    """Where processes are killed."""
    with Killable() as found:
        yield found


def assert_all_is_there_once(world: World) -> None:
    assert set(world.orders()) == {marker(1), marker(2)}
    assert world.lines(marker(1)) == [("Hârtie A4", "3", "21.5"), ("Cerneală", "1", "99.9"), ("Hârtie A4", "3", "21.5")]
    assert world.lines(marker(2)) == [("Cerneală", "1", "99.9")]
    assert world.document("d1")["sync_status"] == 1


@pytest.mark.parametrize("visit", [1, 5])
@pytest.mark.parametrize("point", LOAD_POINTS)
def test_a_load_killed_anywhere_is_finished_by_the_next_run(
    world: World, killable: Killable, point: str, visit: int
) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    ended = killable.step("load", FLOW, run_id, kill_at=f"{point}:{visit}")
    visits = {"load.5.after_phase": 3, "load.8.finished": 1}.get(point, 9)
    assert ended == (-signal.SIGKILL if visit <= visits else 0)
    assert world.run(quick=True)["matches"]
    assert_all_is_there_once(world)


@pytest.mark.parametrize("point", ["load.2.after_intent", "load.3.after_send"])
def test_the_same_task_tried_again_goes_on_where_it_was_killed(world: World, killable: Killable, point: str) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    assert killable.step("load", FLOW, run_id, kill_at=f"{point}:5") == -signal.SIGKILL
    assert world.finish(run_id)["matches"]
    assert_all_is_there_once(world)


@pytest.mark.parametrize("point", ["load.6.before_settle", "load.7.after_settle"])
@pytest.mark.parametrize("fault", ["reset_after_apply", "reset_before_apply"])
def test_a_kill_while_a_lost_answer_is_looked_up_loses_nothing(
    world: World, killable: Killable, point: str, fault: str
) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    world.inventree.control.arm(fault, method="POST", path="/api/order/so/$", times=1)
    assert killable.step("load", FLOW, run_id, kill_at=point) == -signal.SIGKILL
    assert world.run(quick=True)["matches"]
    assert_all_is_there_once(world)


@pytest.mark.parametrize(
    ("step", "point"),
    [(name.partition(".")[0], name) for name in FAILPOINTS if name.startswith(OTHER_STEPS) and name not in OF_OTHERS],
)
def test_any_other_step_may_be_killed_too(world: World, killable: Killable, step: str, point: str) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    if step != "extract":
        assert killable.step("load", FLOW, run_id) == 0
    if step == "report":
        assert killable.step("reconcile", FLOW, run_id) == 0
    assert killable.step(step, FLOW, run_id, kill_at=point) == -signal.SIGKILL
    assert world.run(quick=True)["matches"]
    assert_all_is_there_once(world)
