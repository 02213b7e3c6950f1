"""kill -9 anywhere in a two-way run, then one plain re-run: nothing is lost, nothing is there twice, nothing is stuck.

Every object type, in every direction: created in QuickBooks, created in the WMS, updated in QuickBooks, updated in the
WMS, linked. Each cell is a process of its own, ended by SIGKILL at the named point. ACCORDANT_WHOLE_MATRIX=1 plays all,
every object type at every point; without it each type and each point comes up.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from accordant.sync.failpoints import FAILPOINTS
from accordant.tasks import steps
from sandbox.conductor.server import running_conductor
from tests.end_to_end.conftest import office_at
from tests.end_to_end.killable import Killable
from tests.end_to_end.matrix import cells, turns
from tests.end_to_end.office import Office
from tests.end_to_end.office_records import OBJECT_TYPES, ObjectType, prepared

ONCE_A_RUN = ["diff.folded", "diff.planned", "load.8.finished", "reconcile.1.read_back", "reconcile.2.sealed",
              "reconcile.3.certified"]  # fmt: skip
ONCE_A_WRITE = ["load.1.before_intent", "load.2.after_intent", "load.3.after_send", "load.4.after_record"]
LOOK_UPS = ["load.6.before_settle", "load.7.after_settle"]
_NUMBERS = count(1)


def edited(kind: ObjectType) -> tuple[str, str]:
    """Return the names of the records that are agreed and edited again and again, in the WMS and in QuickBooks."""
    return f"wms {kind.name[:4]}", f"qbd {kind.name[:4]}"


@dataclass
class Scene:
    """One object type with a record in each direction, waiting for a run.

    Attributes:
        expected: {name: the value both sides must have in the end}.
    """

    office: Office
    killable: Killable
    kind: ObjectType
    expected: dict[str, str]

    @classmethod
    def of(cls, office: Office, killable: Killable, kind: ObjectType) -> Scene:
        """Make new records and edit two that are agreed."""
        number = next(_NUMBERS)
        ours, books, both = f"ours {number}", f"books {number}", f"both {number}"
        edited_in_wms, edited_in_books = edited(kind)
        expected = {books: "12", both: "15", edited_in_books: str(number + 1000)}
        kind.make_theirs(office, books, "12")
        kind.edit_theirs(office, edited_in_books, str(number + 1000))
        kind.make_theirs(office, both, "15")
        kind.make_ours(office, both, "15")
        if kind.pushed:
            kind.make_ours(office, ours, "11")
            kind.edit_ours(office, edited_in_wms, str(number + 2000))
            expected |= {ours: "11", edited_in_wms: str(number + 2000)}
        return cls(office, killable, kind, expected)

    def killed_at(self, point: str, visit: int = 1) -> bool:
        """Do a run that is killed; tell whether it came so far."""
        ended = self.killable.run(self.kind.flow, f"killed {next(_NUMBERS)}", f"{point}:{visit}")
        assert ended in (0, -signal.SIGKILL)
        return ended != 0

    def re_run(self) -> None:
        """Do one plain run, and check that both sides have each record once, bound, with the expected value."""
        kind, office = self.kind, self.office
        steps.load(kind.flow, office.quick_plan(kind.flow))
        for name, value in self.expected.items():
            ids = kind.ids_theirs(office, name)
            assert len(ids) == 1, f"QuickBooks has {name} {len(ids)} times"
            assert kind.ids_ours(office, name) == ids, f"the WMS does not have {name} once"
            assert (kind.value_ours(office, name), kind.value_theirs(office, name)) == (value, value), name
        assert office.made_twice() == []
        assert office.stuck() == []

    def assert_nothing_is_left_to_do(self) -> None:
        """Check that a further run plans nothing, writes nothing and finds that both sides match."""
        mark = self.office.mark()
        run_id = self.office.quick_plan(self.kind.flow)
        assert self.office.outcomes(run_id) == []
        assert self.office.finish(self.kind.flow, run_id)["matches"]
        assert self.office.writes(mark) == 0


@pytest.fixture(scope="module")
def office(postgres: Any) -> Iterator[Office]:
    """An office whose books go on through all tests of this file."""
    with pytest.MonkeyPatch.context() as monkeypatch, running_conductor() as server:
        found = office_at(postgres, server, monkeypatch)
        prepared(found)
        for kind in OBJECT_TYPES.values():
            for name in edited(kind):
                kind.make_theirs(found, name, "10")
            assert found.quick(kind.flow)["matches"]
        yield found


@pytest.fixture(scope="module")
def killable(office: Office) -> Iterator[Killable]:
    """Where processes are killed."""
    with Killable() as found:
        yield found


@pytest.fixture
def scene(office: Office, killable: Killable, kind: str) -> Scene:
    """A record of an object type in each direction."""
    return Scene.of(office, killable, OBJECT_TYPES[kind])


PUSHED = [kind for kind, what in OBJECT_TYPES.items() if what.pushed]


@pytest.mark.parametrize(("kind", "point"), cells(list(OBJECT_TYPES), ONCE_A_RUN))
def test_a_run_killed_between_its_steps_is_finished_by_a_plain_re_run(scene: Scene, point: str) -> None:
    """With a record in each direction in the one plan."""
    assert scene.killed_at(point)
    scene.re_run()
    scene.assert_nothing_is_left_to_do()


@pytest.mark.parametrize("visit", [1, 2])
@pytest.mark.parametrize(("kind", "point"), cells(list(OBJECT_TYPES), ["extract.staged", "load.5.after_phase"]))
def test_so_is_one_killed_between_sides_or_phases(scene: Scene, point: str, visit: int) -> None:
    assert scene.killed_at(point, visit)
    scene.re_run()


@pytest.mark.parametrize(("kind", "point"), cells(list(OBJECT_TYPES), ONCE_A_WRITE))
def test_a_run_killed_at_any_of_its_writes_is_finished_by_a_plain_re_run(
    office: Office, killable: Killable, kind: str, point: str
) -> None:
    """One run per write of the plan, each killed at that write: both creates and both updates are struck.

    Before the intent of a write the same is committed as after the record of the write before it.
    """
    what = OBJECT_TYPES[kind]
    writes = 4 if what.pushed else 2
    first = [*OBJECT_TYPES].index(kind) % writes
    for write in [1] if point == "load.1.before_intent" else turns(first, range(1, writes + 1)):
        scene = Scene.of(office, killable, what)
        assert scene.killed_at(point, write)
        scene.re_run()
    scene.assert_nothing_is_left_to_do()


@pytest.mark.parametrize("kind", PUSHED)
def test_a_run_killed_before_the_wms_noted_what_quickbooks_did_is_finished_too(
    office: Office, killable: Killable, kind: str
) -> None:
    for write in (1, 2):
        scene = Scene.of(office, killable, OBJECT_TYPES[kind])
        assert scene.killed_at("load.9.sent_not_noted", write)
        scene.re_run()
    scene.assert_nothing_is_left_to_do()


@pytest.mark.parametrize(("kind", "fault"), cells(PUSHED, ["reset_after_apply", "reset_before_apply"]))
def test_a_kill_while_a_lost_answer_is_looked_up_loses_nothing(scene: Scene, fault: str) -> None:
    """The answers to the create and to the update are lost, and the run dies before and after it looks them up."""
    for point in LOOK_UPS:
        armed = scene.office.conductor.control.arm(fault, method="POST", path=f"/{scene.kind.resource}", times=1)
        assert scene.killed_at(point)
        scene.office.conductor.control.disarm(armed)
    scene.re_run()
    scene.assert_nothing_is_left_to_do()


@pytest.mark.parametrize("kind", ["sales order"])
def test_so_is_one_killed_in_validate(scene: Scene) -> None:
    assert scene.killed_at("validate.quarantined")
    scene.re_run()
    scene.assert_nothing_is_left_to_do()


def test_every_failpoint_of_a_two_way_run_is_killed_at() -> None:
    killed = {*ONCE_A_RUN, *ONCE_A_WRITE, *LOOK_UPS, "extract.staged", "load.5.after_phase", "load.9.sent_not_noted",
              "validate.quarantined"}  # fmt: skip
    others = ("report.", "token.", "extract.claimed", "read.", "merge.", "files.")
    assert killed == {name for name in FAILPOINTS if not name.startswith(others)}
