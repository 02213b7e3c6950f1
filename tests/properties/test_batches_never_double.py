"""Whatever becomes of a batch, or of single parts of it: every operation ends applied exactly once, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.errors import AccordantError, Misconfigured, OutcomeUnknown, RecordRejected, RetryLater
from accordant.sync.load import LoadSettings
from accordant.sync.load_batches import BatchLoad, settle_open_batches
from accordant.sync.operations import Action, Operation, State
from accordant.sync.ports import Intent, Outcome, Receipt, References, Sent
from tests.properties.test_load_never_doubles import Memory, PowerCut

WHOLE = st.sampled_from([
    "works", "works", "lost after apply", "lost before apply", "lost in the middle", "throttled",
    "killed before send", "killed after apply", "killed in the middle",
])  # fmt: skip
PART = st.sampled_from(["works", "works", "works", "rejected", "throttled", "missing, applied", "missing, not applied"])


@dataclass
class BatchMemory(Memory):
    """A journal that takes many operations at once."""

    def begin_all(self, intents: Sequence[Intent]) -> set[int]:
        return {intent.seq for intent in intents if self.begin(intent)}

    def quiet(self, intents: Sequence[Intent]) -> float:
        return 0.0

    def finish_all(self, outcomes: Sequence[tuple[Intent, Outcome]]) -> None:
        for intent, outcome in outcomes:
            self.finish(intent, outcome)


@dataclass
class UnreliableBatches:
    """A system that takes batches, with a fate for each call and for each part; in the end it works."""

    whole: list[str]
    parts: list[str]
    lookups: list[bool] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    rejected: set[str] = field(default_factory=set)
    calls: list[tuple[str, ...]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    batch_size: int = 3

    def send_all(self, operations: Sequence[Operation], references: References, name: str) -> list[Sent]:
        self.calls.append(tuple(operation.key for operation in operations))
        self.names.append(name)
        assert len(operations) <= self.batch_size
        fate = self.whole.pop(0) if self.whole else "works"
        if fate == "killed before send":
            raise PowerCut
        if fate == "throttled":
            raise RetryLater("THROTTLED", fate)
        if fate == "lost before apply":
            raise OutcomeUnknown("OUTCOME_UNKNOWN", fate)
        reached = operations[: len(operations) // 2] if "middle" in fate else operations
        answers = [self._part(operation) for operation in reached]
        if fate.startswith("killed"):
            raise PowerCut
        if fate.startswith("lost"):
            raise OutcomeUnknown("OUTCOME_UNKNOWN", fate)
        return answers

    def _part(self, operation: Operation) -> Sent:
        fate = self.parts.pop(0) if self.parts else "works"
        if fate == "rejected" or operation.key in self.rejected:  # what is wrong with a record stays wrong
            self.rejected.add(operation.key)
            return Sent(RecordRejected("REFUSED_BY_TARGET", fate), {"asked": operation.key})
        if fate == "throttled":
            return Sent(RetryLater("THROTTLED", fate))
        if fate != "missing, not applied":
            self.records.append(operation.key)
        if fate.startswith("missing"):
            return Sent(OutcomeUnknown("OUTCOME_UNKNOWN", fate))
        return Sent(Receipt(f"id-of-{operation.key}"))

    def find_all(self, operations: Sequence[Operation], references: References) -> list[Sent]:
        assert len({operation.object_type for operation in operations}) == 1, "each type has its own look-up"
        if self.lookups and not self.lookups.pop(0):
            raise RetryLater("SYSTEM_DOWN", "the look-up failed too")
        return [
            Sent(Receipt(f"id-of-{operation.key}") if operation.key in self.records else None)
            for operation in operations
        ]

    def link(self, operation: Operation) -> Receipt:
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        raise AssertionError("a system that takes batches is sent batches")

    def find(self, operation: Operation, references: References) -> Receipt | None:
        raise AssertionError("a system that takes batches is looked up in batches")


def journal_of(count: int) -> BatchMemory:
    rows = {}
    for seq in range(1, count + 1):
        key = f"invoice {seq}"
        operation = Operation(0 if seq <= count // 3 else 1, key, "invoice", key, Action.CREATE, "new", {"key": key})
        rows[seq] = Intent("run", seq, operation)
    return BatchMemory(rows)


@given(
    count=st.integers(1, 10),
    whole=st.lists(WHOLE, max_size=15),
    parts=st.lists(PART, max_size=30),
    lookups=st.lists(st.booleans(), max_size=10),
    attempts=st.integers(1, 4),
    workers=st.integers(1, 3),
)
def test_every_operation_of_every_batch_is_applied_exactly_once_or_rejected(
    count: int, whole: list[str], parts: list[str], lookups: list[bool], attempts: int, workers: int
) -> None:
    journal, system = journal_of(count), UnreliableBatches(whole, parts, lookups)
    settings = LoadSettings(
        attempts=attempts, settle_seconds=0, retry_seconds=0, faults_in_a_row=2, parallel={0: workers, 1: workers}
    )
    for _ in range(2 * (len(whole) + len(parts) + len(lookups)) + 2):
        try:
            left = [row for row in journal.rows.values() if row.state in (State.SENDING, State.UNKNOWN)]
            settle_open_batches(left, journal, system, settings)
            BatchLoad(journal, system, settings, sleep=lambda _: None).run()
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


@given(whole=st.lists(WHOLE, max_size=6), parts=st.lists(PART, max_size=12))
def test_what_got_no_answer_is_looked_up_before_it_is_sent_again(whole: list[str], parts: list[str]) -> None:
    journal, system = journal_of(7), UnreliableBatches(whole, parts)
    for _ in range(len(whole) + len(parts) + 2):
        try:
            BatchLoad(journal, system, LoadSettings(settle_seconds=0, retry_seconds=0), sleep=lambda _: None).run()
        except (PowerCut, AccordantError):
            continue
    for states in journal.outcomes.values():
        followers = {after for before, after in pairwise(states) if before is State.UNKNOWN}
        assert State.SENDING not in followers


def test_one_refused_part_does_not_stop_the_others() -> None:
    journal, system = journal_of(3), UnreliableBatches([], ["works", "rejected", "works"], batch_size=30)
    BatchLoad(journal, system, LoadSettings(settle_seconds=0), sleep=lambda _: None).run()
    assert [row.state for row in journal.rows.values()] == [State.APPLIED, State.NOT_APPLIED, State.APPLIED]


def test_a_record_that_spoils_its_whole_batch_is_found_and_refused_alone() -> None:
    class Spoilt(UnreliableBatches):
        def send_all(self, operations: Sequence[Operation], references: References, name: str) -> list[Sent]:
            if any(operation.key == "invoice 4" for operation in operations):
                self.calls.append(tuple(operation.key for operation in operations))
                raise RecordRejected("REFUSED_BY_TARGET", "this is no batch")
            return super().send_all(operations, references, name)

    journal, system = journal_of(9), Spoilt([], [], batch_size=30)
    BatchLoad(journal, system, LoadSettings(settle_seconds=0), sleep=lambda _: None).run()
    states = {row.operation.key: row.state for row in journal.rows.values()}
    assert states.pop("invoice 4") is State.NOT_APPLIED
    assert set(states.values()) == {State.APPLIED}
    assert len(system.records) == len(set(system.records)) == 8


def test_a_throttled_batch_is_sent_three_times_five_seconds_apart_and_then_left_for_the_next_run() -> None:
    waits: list[float] = []
    journal, system = journal_of(2), UnreliableBatches(["throttled"] * 9, [], batch_size=30)
    with pytest.raises(RetryLater):
        BatchLoad(journal, system, LoadSettings(settle_seconds=0), sleep=waits.append).run()
    assert [wait for wait in waits if wait] == [5.0, 5.0]
    assert len(system.calls) == 3
    assert {row.state for row in journal.rows.values()} == {State.PLANNED}, "nothing was applied: it may go later"


def test_a_batch_without_an_answer_keeps_its_name_and_one_that_was_answered_does_not() -> None:
    """Under a name that was answered a system may give that answer again, and do nothing."""
    journal, system = journal_of(1), UnreliableBatches(["lost before apply", "works", "works"], ["throttled"])
    BatchLoad(journal, system, LoadSettings(settle_seconds=0, retry_seconds=0), plan="this one").run()
    silent, throttled, done = system.names
    assert silent == throttled
    assert done != throttled


def test_another_plan_of_the_same_run_has_other_names() -> None:
    names = []
    for plan in ("first", "second"):
        journal, system = journal_of(2), UnreliableBatches([], [], batch_size=30)
        BatchLoad(journal, system, LoadSettings(settle_seconds=0), plan=plan).run()
        names.append(system.names)
    assert not set(names[0]) & set(names[1])


def test_a_system_that_loses_every_write_counts_as_down() -> None:
    journal, system = journal_of(2), UnreliableBatches(["lost before apply"] * 9, [], batch_size=30)
    with pytest.raises(RetryLater):
        BatchLoad(journal, system, LoadSettings(settle_seconds=0, retry_seconds=0)).run()
    assert {row.state for row in journal.rows.values()} == {State.PLANNED}


def test_what_a_dead_run_left_is_looked_up_type_by_type() -> None:
    journal = journal_of(6)
    for seq, row in journal.rows.items():
        kind = "customer" if seq % 2 else "invoice"
        journal.rows[seq] = replace(row, state=State.SENDING, operation=replace(row.operation, object_type=kind))
    system = UnreliableBatches([], [], records=["invoice 1", "invoice 2"])
    assert settle_open_batches(list(journal.rows.values()), journal, system, LoadSettings(settle_seconds=0)) == 2
    assert [row.state for row in journal.rows.values()] == [State.APPLIED] * 2 + [State.PLANNED] * 4


def test_a_misconfigured_system_leaves_everything_planned() -> None:
    class Closed(UnreliableBatches):
        def send_all(self, operations: Sequence[Operation], references: References, name: str) -> list[Sent]:
            raise Misconfigured("CREDENTIALS_REFUSED", "no")

    journal = journal_of(4)
    with pytest.raises(Misconfigured):
        BatchLoad(journal, Closed([], []), LoadSettings(settle_seconds=0)).run()
    assert {row.state for row in journal.rows.values()} == {State.PLANNED}


def test_an_old_plan_looks_before_it_creates() -> None:
    journal, system = journal_of(2), UnreliableBatches([], [], records=["invoice 1"])
    BatchLoad(journal, system, LoadSettings(settle_seconds=0), look_first=True).run()
    assert system.records == ["invoice 1", "invoice 2"]
    assert journal.rows[1].state is State.REFUSED, "it comes back in the next plan and is linked there"


def test_what_a_slow_server_applies_after_the_first_look_up_is_not_sent_again() -> None:
    """The vendor works on a call for up to two minutes; a gateway gives up long before."""

    class Slow(UnreliableBatches):
        late: tuple[Operation, ...] = ()

        def send_all(self, operations: Sequence[Operation], references: References, name: str) -> list[Sent]:
            self.calls.append(tuple(operation.key for operation in operations))
            self.late = tuple(operations)
            raise OutcomeUnknown("OUTCOME_UNKNOWN", "502")

    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if sum(waits) >= 60:
            system.records += [operation.key for operation in system.late if operation.key not in system.records]

    journal, system = journal_of(2), Slow([], [], batch_size=30)
    journal.waited = lambda intent: 0.0  # type: ignore[method-assign]
    settings = LoadSettings(settle_seconds=5, applied_within_seconds=120)
    BatchLoad(journal, system, settings, sleep=sleep).run()
    assert [wait for wait in waits if wait] == [5.0, 115.0]
    assert len(system.calls) == 1
    assert {row.state for row in journal.rows.values()} == {State.APPLIED}


def test_an_old_plan_whose_batch_was_applied_before_a_crash_is_simply_done() -> None:
    journal, system = journal_of(2), UnreliableBatches([], [], records=["invoice 1", "invoice 2"], batch_size=30)
    for seq, row in journal.rows.items():
        journal.rows[seq] = Intent("run", seq, row.operation, State.SENDING, 1)
    BatchLoad(journal, system, LoadSettings(settle_seconds=0), look_first=True).run()
    assert {row.state for row in journal.rows.values()} == {State.APPLIED}
    assert not system.calls
