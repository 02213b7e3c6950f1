"""Whatever the network and the power supply do: every operation ends applied exactly once, or says why not.

The other system is simulated with every way in which a write can go wrong; the journal is a plain list that,
like the real one, survives the process. The real journal and real kills are tested in tests/end_to_end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.errors import AccordantError, OutcomeUnknown, RecordRejected, RetryLater
from accordant.sync.load import Load, LoadSettings
from accordant.sync.operations import Action, Operation, State
from accordant.sync.ports import Intent, Outcome, Receipt, References


class PowerCut(BaseException):
    """The process ends here."""


@dataclass
class Memory:
    """A journal that survives, in memory."""

    rows: dict[int, Intent]
    bound: dict[str, str] = field(default_factory=dict)
    outcomes: dict[int, list[State]] = field(default_factory=dict)

    def phases(self) -> list[int]:
        return sorted({row.operation.phase for row in self._open()})

    def _open(self) -> list[Intent]:
        states = (State.PLANNED, State.SENDING, State.UNKNOWN, State.HELD)
        return [row for _, row in sorted(self.rows.items()) if row.state in states]

    def groups(self, phase: int) -> Iterator[list[Intent]]:
        for row in self._open():
            if row.operation.phase == phase:
                yield [row]

    def begin(self, intent: Intent) -> bool:
        if intent.operation.key in self.bound:
            return False
        self._set(intent, State.SENDING, intent.attempts + 1)
        return True

    def link(self, intent: Intent, receipt: Receipt) -> bool:
        if not self.begin(intent):
            return False
        self.finish(intent, Outcome(State.APPLIED, receipt=receipt))
        return True

    def finish(self, intent: Intent, outcome: Outcome) -> None:
        self._set(intent, outcome.state, self.rows[intent.seq].attempts)
        if outcome.state is State.APPLIED:
            self.bound[intent.operation.key] = outcome.remote_id

    def _set(self, intent: Intent, state: State, attempts: int) -> None:
        self.rows[intent.seq] = Intent("run", intent.seq, intent.operation, state, attempts)
        self.outcomes.setdefault(intent.seq, []).append(state)

    def remote_id(self, object_type: str, key: str) -> str | None:
        return self.bound.get(key)

    def key_of(self, object_type: str, remote_id: str) -> str | None:
        return next((key for key, known in self.bound.items() if known == remote_id), None)

    def cancelled(self) -> bool:
        return False

    def waited(self, intent: Intent) -> float:
        return 99.0


FATES = st.sampled_from([
    "works", "lost after apply", "lost before apply", "refused connection", "throttled", "rejected",
    "killed before send", "killed after apply",
])  # fmt: skip


@dataclass
class Unreliable:
    """A system that applies writes, with a fate for each call; in the end it works."""

    fates: list[str]
    lookups: list[bool]
    records: list[str] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)

    def link(self, operation: Operation) -> Receipt:
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        fate = self.fates.pop(0) if self.fates else "works"
        if fate == "killed before send":
            raise PowerCut
        if fate in ("refused connection", "throttled"):
            raise RetryLater("SYSTEM_DOWN", fate)
        if fate == "rejected":
            self.rejected.add(operation.key)
            raise RecordRejected("REFUSED_BY_TARGET", fate)
        if fate == "lost before apply":
            raise OutcomeUnknown("OUTCOME_UNKNOWN", fate)
        self.records.append(operation.key)
        if fate == "lost after apply":
            raise OutcomeUnknown("OUTCOME_UNKNOWN", fate)
        if fate == "killed after apply":
            raise PowerCut
        return Receipt(f"id-{len(self.records)}")

    def find(self, operation: Operation, references: References) -> Receipt | None:
        if self.lookups and not self.lookups.pop(0):
            raise RetryLater("SYSTEM_DOWN", "the look-up failed too")
        return Receipt(f"id-of-{operation.key}") if operation.key in self.records else None


def operations(count: int) -> dict[int, Intent]:
    rows = {}
    for seq in range(1, count + 1):
        key = f"order {seq}"
        operation = Operation(seq % 2, key, "sales_order", key, Action.CREATE, "new", {"key": key})
        rows[seq] = Intent("run", seq, operation)
    return rows


@given(
    count=st.integers(1, 6),
    fates=st.lists(FATES, max_size=25),
    lookups=st.lists(st.booleans(), max_size=15),
    attempts=st.integers(1, 4),
)
def test_every_operation_is_applied_exactly_once_or_rejected(
    count: int, fates: list[str], lookups: list[bool], attempts: int
) -> None:
    journal = Memory(operations(count))
    system = Unreliable(fates, lookups)
    settings = LoadSettings(attempts=attempts, settle_seconds=0, faults_in_a_row=2)
    for _ in range(2 * (len(fates) + len(lookups)) + 2):
        try:
            Load(journal, system, settings, sleep=lambda _: None).run()
        except (PowerCut, AccordantError):
            continue
    assert sorted(system.records) == sorted(set(system.records)), "a record was written twice"
    for row in journal.rows.values():
        if row.operation.key in system.rejected:
            assert row.state is State.NOT_APPLIED
        else:
            assert row.state is State.APPLIED
            assert row.operation.key in system.records
            assert row.operation.key in journal.bound


@given(fates=st.lists(FATES, max_size=10))
def test_an_unknown_outcome_is_never_followed_by_a_second_send(fates: list[str]) -> None:
    """After `unknown`, the next state is an answer of the look-up: applied, planned, or refused."""
    journal = Memory(operations(3))
    system = Unreliable(fates, [])
    for _ in range(len(fates) + 2):
        try:
            Load(journal, system, LoadSettings(settle_seconds=0), sleep=lambda _: None).run()
        except (PowerCut, AccordantError):
            continue
    for states in journal.outcomes.values():
        followers = {after for before, after in pairwise(states) if before is State.UNKNOWN}
        assert State.SENDING not in followers


def test_an_old_plan_looks_before_it_creates() -> None:
    journal = Memory(operations(2))
    system = Unreliable([], [], records=["order 1"])
    Load(journal, system, LoadSettings(settle_seconds=0), look_first=True).run()
    assert system.records == ["order 1", "order 2"]
    assert journal.rows[1].state is State.REFUSED, "it comes back in the next plan and is linked there"


def test_a_system_that_is_down_stops_the_load_after_a_few_faults_in_a_row() -> None:
    journal = Memory(operations(6))
    system = Unreliable(["refused connection"] * 20, [])
    try:
        Load(journal, system, LoadSettings(settle_seconds=0, faults_in_a_row=3)).run()
        raised = None
    except RetryLater as error:
        raised = error
    assert raised is not None
    assert len(system.fates) == 17, "three writes were tried, not all six"
    assert all(row.state is State.PLANNED for row in journal.rows.values())
