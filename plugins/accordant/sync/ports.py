"""What the engine needs from the outside: a journal that survives, and a system to write to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from accordant.sync.errors import AccordantError
from accordant.sync.merge import Side
from accordant.sync.operations import Operation, State, Trouble
from accordant.sync.records import Binding, StagedRow


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation with its place in the journal.

    Attributes:
        seq: place in the plan.
        state: where it stood when it was read.
        attempts: how often it was sent.
        changed_at: when the state last changed, by the clock of the store; None if it never did.
    """

    run_id: str
    seq: int
    operation: Operation
    state: State = State.PLANNED
    attempts: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a system gave back for an operation that it applied.

    Attributes:
        id: the id of the written record on the side that was written.
        base: what both sides agree on now, where the answer knows better than the plan.
        seen: both or one of the sides' records as they are now, ready for the sync store.
        settles: False when the answer is not what was written, so the record must be looked at again.
        bound: what is agreed now, where that is not the operation's own record under its own key.
    """

    id: str
    base: Mapping[str, Any] | None = None
    seen: Mapping[Side, StagedRow] = field(default_factory=dict)
    settles: bool = True
    bound: Sequence[Binding] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an operation ended.

    Attributes:
        state: PLANNED means proven not applied by a passing fault, and still to do.
        receipt: what the system gave back, where it was applied.
        void: (object type, key) of a binding that turned out to lead nowhere.
        request, answer: what was sent for this record and what came back, where the audit keeps it.
    """

    state: State
    code: str = ""
    detail: str = ""
    trouble: Trouble | None = None
    void: tuple[str, str] | None = None
    receipt: Receipt | None = None
    request: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None

    @property
    def remote_id(self) -> str:
        """Return the id of the written record; '' where nothing was written."""
        return self.receipt.id if self.receipt is not None else ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one operation of a batch.

    Attributes:
        result: the receipt, the error, or None: not sent, since a record that it refers to is not agreed yet; of a
            look-up, None: it certainly was not applied.
        request, answer: the operation's part of what was sent and of what came back.
    """

    result: Receipt | AccordantError | None
    request: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None


class References(Protocol):
    """Remote ids of records that are agreed."""

    def remote_id(self, object_type: str, key: str) -> str | None:
        """Return the remote id that our key is bound to, or None."""

    def remote_ids(self, object_type: str, keys: Collection[str]) -> Mapping[str, str]:
        """Return {our key: remote id} of those of these keys that are bound."""

    def key_of(self, object_type: str, remote_id: str) -> str | None:
        """Return our key that a remote id is bound to, or None."""


class Journal(References, Protocol):
    """The write-ahead journal of operations, in the sync store."""

    def phases(self) -> Sequence[int]:
        """Return the phases that still have open operations, in order."""

    def groups(self, phase: int) -> Iterator[list[Intent]]:
        """Yield the open operations of a phase group by group, in the plan's order."""

    def begin(self, intent: Intent) -> bool:
        """Commit the intent to send. False when the record moved since the plan."""

    def link(self, intent: Intent, receipt: Receipt) -> bool:
        """Bind a record that is there already, in one transaction. False when it moved since the plan."""

    def finish(self, intent: Intent, outcome: Outcome) -> None:
        """Record outcome, binding and new base in one transaction."""

    def cancelled(self) -> bool:
        """Tell whether a person asked to stop."""

    def waited(self, intent: Intent) -> float:
        """Return for how many seconds the intent's state has stood, by the clock of the store."""


class Target(Protocol):
    """The systems of a flow, as the engine writes to them."""

    def link(self, operation: Operation) -> Receipt:
        """Note a link where the systems themselves keep it; may be repeated.

        Raises:
            RetryLater: a system cannot be reached now.
        """

    def send(self, operation: Operation, references: References) -> Receipt | None:
        """Send the write exactly once; None when a reference is not agreed yet.

        Raises:
            RecordRejected: the system refused this record.
            NeedsPerson: the record is no longer as the plan saw it.
            RetryLater: a passing fault, proven not to have applied anything.
            OutcomeUnknown: no readable answer came.
            Misconfigured: nothing of this kind can succeed.
        """

    def find(self, operation: Operation, references: References) -> Receipt | None:
        """Return a receipt if the operation's effect is there, None if it certainly is not.

        Raises:
            NeedsPerson: what is there is neither the effect nor the state before it.
            RetryLater: it could not be read now.
        """


class BatchJournal(Journal, Protocol):
    """A journal that takes many operations at once."""

    def quiet(self, intents: Sequence[Intent]) -> float:
        """Return for how many seconds nobody can have sent these writes: their runs gave no sign of life."""

    def begin_all(self, intents: Sequence[Intent]) -> set[int]:
        """Commit the intents to send; return the places in the plan of those whose record did not move since."""

    def finish_all(self, outcomes: Sequence[tuple[Intent, Outcome]]) -> None:
        """Record outcomes, bindings and new bases in one transaction."""


@runtime_checkable
class BatchTarget(Target, Protocol):
    """Systems of which one takes many writes in one call, each of which stands alone."""

    @property
    def batch_size(self) -> int:
        """How many writes go in one call at the most."""

    def send_all(self, operations: Sequence[Operation], references: References, name: str) -> Sequence[Sent]:
        """Send the writes in one call, exactly once; return what became of each, in their order.

        Args:
            name: the same whenever the same writes of a plan are sent once more because no answer came.

        Raises:
            RetryLater, OutcomeUnknown, Misconfigured: it holds for all of them.
            RecordRejected: they were refused as a whole, and none was applied.
        """

    def find_all(self, operations: Sequence[Operation], references: References) -> Sequence[Sent]:
        """Return of each write, in their order, a receipt if its effect is there, None if it certainly is not.

        Raises:
            RetryLater: they could not be read now.
        """
