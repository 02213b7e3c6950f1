"""Operations, their outcomes, and what stands in the way of a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accordant.sync.catalogue import CATALOGUE
from accordant.sync.errors import AccordantError
from accordant.sync.merge import Side
from accordant.sync.records import content_hash
from accordant.sync.text import shortened


class Action(StrEnum):
    """What an operation does to one record of one system."""

    CREATE = "create"
    UPDATE = "update"
    LINK = "link"  # writes only our binding: the record is there already
    DEACTIVATE = "deactivate"


class State(StrEnum):
    """Where an operation stands. The last five are outcomes."""

    PLANNED = "planned"
    SENDING = "sending"  # the intent is committed; the write may or may not have gone out
    APPLIED = "applied"
    NOT_APPLIED = "not_applied"
    UNKNOWN = "unknown"
    REFUSED = "refused"  # the record moved since the plan; it comes back in the next one
    HELD = "held"  # a record that it refers to is not agreed yet


@dataclass(slots=True)  # frozen would be right, but takes three times as long to make, in plans of 100,000s
class Operation:
    """One create, update, link or deactivate on one record of one side; never changed once made.

    Attributes:
        phase: phases are applied one after the other (customers before orders).
        group: operations of one group go in order, one at a time; groups may go in parallel.
        rule: the rule that decided, named for the accountant.
        before: the remote record as the plan saw it; None where there is none.
        after: the record as it will be.
        base_hash: the base that the plan was made on; '' where there is none. An operation whose base
            moved meanwhile is refused.
        source: where our side's record came from, e.g. the document's id.
        agreed: what both sides agree on afterwards, where that is not `after`: a field that a person changed
            in the target and that is kept there is not agreed.
        shared: several of our keys may lead to this one remote record.
        side: which side is written.
        name: what people call the record.
        rules: the rule that decided on each field, where fields were merged.
        revision: the written record's revision, where its system keeps one.
        seen: the hash of the written record as the plan saw it.
        follows: it goes after another operation of this plan on the same record, whose base is then the guard.
        settles: once it is applied, the record is agreed as a whole.
    """

    phase: int
    group: str
    object_type: str
    key: str
    action: Action
    rule: str
    after: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    base_hash: str = ""
    remote_id: str = ""
    source: str = ""
    agreed: Mapping[str, Any] | None = None
    shared: bool = False
    side: Side = Side.THEIRS
    name: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    revision: str = ""
    seen: str = ""
    follows: bool = False
    settles: bool = True

    @property
    def base(self) -> Mapping[str, Any]:
        """Return what both sides have agreed on once the operation is applied."""
        return self.after if self.agreed is None else self.agreed

    def content(self) -> dict[str, Any]:
        """Return what the plan's id is made of."""
        return {
            "phase": self.phase,
            "group": self.group,
            "object_type": self.object_type,
            "key": self.key,
            "action": self.action.value,
            "rule": self.rule,
            "before": self.before,
            "after": self.after,
            "base_hash": self.base_hash,
            "remote_id": self.remote_id,
            "agreed": self.agreed,
            "side": self.side.value,
            "rules": self.rules,
        }


def operation_hash(operation: Operation) -> str:
    """Return by which an operation is recognised when it is planned again: what it would write, and where."""
    return content_hash([operation.side, operation.action, operation.object_type, operation.key, operation.after])


class Severity(StrEnum):
    """How a trouble weighs."""

    REFUSED = "refused"  # quarantined: the record does not go
    CONFLICT = "conflict"  # waits for a person
    WARNING = "warning"  # the record goes; somebody should look
    HELD = "held"  # a record that it refers to is not agreed yet; it goes out by itself afterwards


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way of one record: a code of the catalogue, a field and a sentence.

    Attributes:
        operation_hash: which operation the other side refused, so that it is not sent again as it is.
    """

    severity: Severity
    object_type: str
    key: str
    code: str
    sentence: str
    field: str = ""
    value: str = ""
    parent: str = ""
    source: str = ""
    base_value: str | None = None
    our_value: str | None = None
    their_value: str | None = None
    operation_hash: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise KeyError(f"{self.code} is not in the catalogue of errors")

    @classmethod
    def refused(cls, error: AccordantError, operation: Operation, *, parent: str = "") -> Trouble:
        """Return the quarantine entry of a record that the other side refused."""
        return cls(
            Severity.REFUSED, operation.object_type, operation.key, error.code.code, shortened(error.sentence, 400),
            field=error.field, parent=parent, source=operation.source, operation_hash=operation_hash(operation),
        )  # fmt: skip
