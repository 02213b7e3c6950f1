"""The law of net change: whatever people and the power supply do, both sides end with the sum of all they did, once.

Two sides with documents and the levels that follow from them, real plans, the real Load, and a process that may die
before and after everything it does. At every run each side is told by its documents or by its levels, as it comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.qbd_inventory_adjustments.planning import FIRST_MEETING, Planner
from accordant.flows.qbd_inventory_adjustments.settings import Strategy
from accordant.flows.qbd_inventory_adjustments.stock import Counter, SideOrigin, SideStock, Sites, Stock
from accordant.sync.errors import AccordantError, OutcomeUnknown, RetryLater
from accordant.sync.load import Load, LoadSettings
from accordant.sync.merge import Side
from accordant.sync.net_change import (
    NOTHING,
    Amount,
    Place,
    changes,
    level_net,
    line_amount,
    moved_otherwise,
    net,
    origin_behind,
    totalled,
)
from accordant.sync.operations import Operation, State
from accordant.sync.ports import Intent, Outcome, Receipt, References
from accordant.sync.records import content_hash

PLACES = [Place(site, item) for site in ("", "annex") for item in ("bolt", "nut")]
SITES = Sites(kept=True, default="")
Lines = dict[Place, Decimal]


class PowerCut(BaseException):
    """The process ends here."""


@dataclass
class Warehouse:
    """One side: documents, and the levels that they and nothing else move."""

    began: Lines
    documents: dict[str, Lines] = field(default_factory=dict)
    by_us: set[str] = field(default_factory=set)
    people: Lines = field(default_factory=dict)  # what people changed, summed up as they did it
    numbers: Iterator[int] = field(default_factory=count)

    def does(self, action: str, which: int, place: Place, quantity: Decimal) -> None:
        """Let somebody make, edit, void or delete a document; also one of ours."""
        keys = sorted(self.documents)
        key = keys[which % len(keys)] if keys and action != "make" else f"d{next(self.numbers)}"
        before = self.documents.get(key, {})
        after = {"make": {place: quantity}, "edit": {**before, place: quantity}}.get(action, {})
        for one in {*before, *after}:
            self.people[one] = self.people.get(one, Decimal(0)) + after.get(one, 0) - before.get(one, 0)
        if action == "delete":
            self.documents.pop(key, None)
        else:
            self.documents[key] = after

    def total(self) -> dict[Place, Amount]:
        return totalled((place, Amount(q)) for lines in self.documents.values() for place, q in lines.items())

    def levels(self) -> Lines:
        """Return what is on hand; a place that was ever filled stays, be it with nothing."""
        found = dict.fromkeys(PLACES, Decimal(0)) | self.began
        for place, amount in self.total().items():
            found[place] = found.get(place, Decimal(0)) + amount.quantity
        return found


@dataclass
class World:
    """Both sides, the store, and a process that dies as it is told."""

    sides: dict[Side, Warehouse]
    fates: list[str] = field(default_factory=list)
    origin: dict[Side, SideOrigin] | None = None
    counters: dict[str, Counter] = field(default_factory=dict)
    passed: list[tuple[Place, Amount]] = field(default_factory=list)
    rows: list[Intent] = field(default_factory=list)  # the plan at work
    older: list[Intent] = field(default_factory=list)  # the one before it

    # -- a run

    def run(self, measures: Mapping[Side, Strategy]) -> None:
        """Settle, read, plan and load; a power cut may end it anywhere."""
        try:
            self.settle()
            self.fate()
            decisions = list(Planner(self.stock(measures), frozenset({"bolt", "nut"}), "a", 1).decisions())
            self.fate()
            self.older = self.rows
            self.rows = [Intent("run", seq, one) for seq, one in enumerate(decisions) if isinstance(one, Operation)]
            self._load()
        except (PowerCut, AccordantError):
            return

    def run_late(self) -> None:
        """Let the run before the last one go on with its plan, though another plan was made since."""
        self.rows, self.older = self.older, self.rows
        try:
            self.settle()
            self._load()
        except (PowerCut, AccordantError):
            return

    def _load(self) -> None:
        Load(self, Target(self), LoadSettings(settle_seconds=0), sleep=lambda _: None).run()

    def settle(self) -> None:
        for _ in range(2):
            for row in [row for row in self.rows if row.state in (State.SENDING, State.UNKNOWN)]:
                found = Target(self).find(row.operation, self)
                self.finish(row, Outcome(State.APPLIED if found else State.PLANNED, receipt=found))
            self.rows, self.older = self.older, self.rows

    def fate(self) -> str:
        fate = self.fates.pop(0) if self.fates else ""
        if fate == "killed":
            raise PowerCut
        return fate

    def stock(self, measures: Mapping[Side, Strategy]) -> Stock:
        """Return what a run reads."""
        sides = {
            side: SideStock(one.total(), one.levels(), dict.fromkeys(PLACES, (True, "2026-11-02")), fresh=True,
                            today="2026-11-03")
            for side, one in self.sides.items()
        }  # fmt: skip
        readable = frozenset(side for side in Side if measures[side] is Strategy.DOCUMENTS)
        known = {
            side: measures[side] if self.origin is None or self.origin[side].documents is not None else Strategy.LEVELS
            for side in Side
        }
        keys = {item: item for item in ("bolt", "nut")}
        return Stock(SITES, sides, self.origin, totalled(self.passed), keys, self.counters, known, readable)

    # -- the journal: a list that survives

    def phases(self) -> list[int]:
        return sorted({row.operation.phase for row in self._open()})

    def _open(self) -> list[Intent]:
        return [row for row in self.rows if row.state in (State.PLANNED, State.SENDING, State.UNKNOWN)]

    def groups(self, phase: int) -> Iterator[list[Intent]]:
        rows = [row for row in self._open() if row.operation.phase == phase]
        for group in dict.fromkeys(row.operation.group for row in rows):
            yield [row for row in rows if row.operation.group == group]

    def begin(self, intent: Intent) -> bool:
        """Refuse what was planned on another counter, or while a write of this counter has no outcome."""
        counter = self.counters.get(intent.operation.key)
        if (counter.base_hash if counter else "") != intent.operation.base_hash:
            return False
        self._set(intent, State.SENDING)
        self.fate()
        return True

    def link(self, intent: Intent, receipt: Receipt) -> bool:
        assert intent.operation.key == FIRST_MEETING
        self.fate()
        base = intent.operation.base
        self.origin = {side: SideOrigin.of(base[side.value], SITES) for side in Side}
        self._set(intent, State.APPLIED)
        return True

    def finish(self, intent: Intent, outcome: Outcome) -> None:
        self.fate()
        self._set(intent, outcome.state)
        if outcome.state is State.APPLIED:
            operation = intent.operation
            self.counters[operation.key] = Counter(operation.base["version"], content_hash(operation.base))
            self.passed += _lines(operation)
        self.fate()

    def _set(self, intent: Intent, state: State) -> None:
        row = self.rows[intent.seq]
        attempts = row.attempts + (state is State.SENDING)
        self.rows[intent.seq] = Intent("run", intent.seq, intent.operation, state, attempts)

    def cancelled(self) -> bool:
        return False

    def waited(self, intent: Intent) -> float:
        return 99.0

    def remote_id(self, object_type: str, key: str) -> str | None:
        return key

    def key_of(self, object_type: str, remote_id: str) -> str | None:
        return remote_id


@dataclass
class Target:
    """The sides as Load writes to them, with the world's fates."""

    world: World

    def link(self, operation: Operation) -> Receipt:
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        fate = self.world.fate()
        if fate == "down":
            raise RetryLater("SYSTEM_DOWN", fate)
        if fate == "lost":
            raise OutcomeUnknown("OUTCOME_UNKNOWN", fate)
        side, key = self.world.sides[operation.side], _key(operation)
        assert key not in side.by_us, "an adjustment is made twice"
        side.by_us.add(key)
        side.documents[key] = {place: amount.quantity for place, amount in _lines(operation)}
        if self.world.fate() == "lost":
            raise OutcomeUnknown("OUTCOME_UNKNOWN", fate)
        return Receipt(key)

    def find(self, operation: Operation, references: References) -> Receipt | None:
        if self.world.fate() == "down":
            raise RetryLater("SYSTEM_DOWN", "down")
        key = _key(operation)
        return Receipt(key) if key in self.world.sides[operation.side].by_us else None


def _key(operation: Operation) -> str:
    return f"{operation.key}|{operation.base['version']}"


def _lines(operation: Operation) -> list[tuple[Place, Amount]]:
    site = operation.key.partition("|")[2]
    return [(Place(site, line["item"]), Amount(Decimal(line["quantity"]))) for line in operation.after["lines"]]


QUANTITIES = st.integers(-9, 9).map(Decimal)
EDITS = st.tuples(
    st.sampled_from(list(Side)), st.sampled_from(["make", "make", "edit", "void", "delete"]), st.integers(0, 99),
    st.sampled_from(PLACES), QUANTITIES,
)  # fmt: skip
MEASURES = st.fixed_dictionaries({side: st.sampled_from(Strategy) for side in Side})
# So many moments go well, and then this happens; up to three times in a run.
BLOWS = st.tuples(st.integers(0, 12), st.sampled_from(["killed", "killed", "lost", "down"]))
FATES = st.lists(BLOWS, max_size=3).map(lambda blows: [fate for calm, blow in blows for fate in [*[""] * calm, blow]])


@dataclass
class Run:
    """A run; where it died, another one may do its work before it goes on."""

    measures: dict[Side, Strategy]
    fates: list[str]
    goes_on_late: bool


RUNS = st.builds(Run, MEASURES, FATES, st.booleans())
STEPS = st.lists(st.one_of(EDITS, EDITS, RUNS), max_size=25)
BEGAN = st.fixed_dictionaries({side: st.dictionaries(st.sampled_from(PLACES), QUANTITIES) for side in Side})


def world_after(began: dict[Side, Lines], steps: list[Any], first: dict[Side, Strategy]) -> World:
    """Return a world in which all of this happened after the first meeting; nobody was dropped on the way."""
    world = World({side: Warehouse(began[side]) for side in Side})
    for side in Side:
        world.sides[side].does("make", 0, PLACES[0], Decimal(7))  # there before anybody met
        world.sides[side].people.clear()
    while world.origin is None:
        world.run(first)
    for step in steps:
        if isinstance(step, Run):
            world.fates = list(step.fates)
            world.run(step.measures)
            if step.goes_on_late:
                world.fates = []
                world.run(step.measures)
                world.run_late()
        else:
            side, *what = step
            world.sides[side].does(*what)
    world.fates = []
    return world


@given(began=BEGAN, steps=STEPS, first=MEASURES, last=MEASURES)
def test_both_sides_end_with_the_sum_of_what_people_did(
    began: dict[Side, Lines], steps: list[Any], first: dict[Side, Strategy], last: dict[Side, Strategy]
) -> None:
    world = world_after(began, steps, first)
    origin = {side: {**began[side]} for side in Side}
    for side in Side:
        origin[side][PLACES[0]] = origin[side].get(PLACES[0], Decimal(0)) + 7
    for _ in range(3):
        world.run(last)
    for side in Side:
        for place in PLACES:
            did = sum(one.people.get(place, Decimal(0)) for one in world.sides.values())
            assert world.sides[side].levels().get(place, 0) == origin[side].get(place, 0) + did, (side, place)
    documents = sum(len(one.documents) for one in world.sides.values())
    world.run(last)
    assert sum(len(one.documents) for one in world.sides.values()) == documents, "a second run plans nothing"


@given(began=BEGAN, steps=STEPS, first=MEASURES)
def test_documents_and_levels_tell_the_same_change(
    began: dict[Side, Lines], steps: list[Any], first: dict[Side, Strategy]
) -> None:
    world = world_after(began, steps, first)
    world.settle()
    by = {}
    for strategy in Strategy:
        stock = world.stock(dict.fromkeys(Side, strategy))
        by[strategy] = {side: list(changes(stock.net(side), stock.agreed)) for side in Side}
    assert by[Strategy.DOCUMENTS] == by[Strategy.LEVELS]


@given(began=BEGAN, steps=STEPS, first=MEASURES)
def test_levels_that_only_adjustments_move_are_never_found_astray(
    began: dict[Side, Lines], steps: list[Any], first: dict[Side, Strategy]
) -> None:
    world = world_after(began, steps, first)
    world.settle()
    assert world.origin is not None
    agreed = totalled(world.passed)
    for side in Side:
        one, origin = world.sides[side], world.origin[side]
        if origin.documents is not None and origin.levels is not None:
            by_documents = net(one.total(), origin.documents)
            assert moved_otherwise(by_documents, level_net(one.levels(), origin.levels, agreed)) == []


# -- parts of the law


def test_a_value_beside_a_quantity_is_the_systems_own_business() -> None:
    assert line_amount(Decimal(2), Decimal("12.50")) == Amount(Decimal(2))
    assert line_amount(Decimal(0), Decimal("12.50")) == Amount(Decimal(0), Decimal("12.50"))
    assert line_amount(None, None) == NOTHING


def test_what_neither_system_can_hold_waits_until_it_adds_up() -> None:
    place = PLACES[0]
    assert list(changes({place: Amount(Decimal("0.000004"))}, {})) == []
    assert list(changes({place: Amount(Decimal("0.000014"))}, {})) == [(place, Amount(Decimal("0.00001")))]


def test_a_level_that_is_no_longer_told_is_not_emptied() -> None:
    place = PLACES[0]
    agreed = {place: Amount(Decimal(3))}
    assert list(changes(level_net({}, {place: Decimal(10)}, agreed), agreed)) == []


@given(total=st.dictionaries(st.sampled_from(PLACES), QUANTITIES.map(Amount)),
       known=st.dictionaries(st.sampled_from(PLACES), QUANTITIES.map(Amount)))  # fmt: skip
def test_a_total_read_for_the_first_time_tells_what_the_other_one_told(
    total: dict[Place, Amount], known: dict[Place, Amount]
) -> None:
    found = net(total, origin_behind(total, known))
    assert {place: amount for place, amount in found.items() if amount != NOTHING} == {
        place: amount for place, amount in known.items() if amount != NOTHING
    }
