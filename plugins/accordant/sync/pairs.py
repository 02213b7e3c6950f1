"""What the two-way planner is given: a record of each side, and what both last agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from accordant.sync.lines import LineKind
from accordant.sync.merge import Names, Rule, Side
from accordant.sync.policy import MergePolicy
from accordant.sync.timing import Clocks

UNBOUND = "@"  # before the other side's id of a record that has no key of ours yet


class Seen(NamedTuple):
    """A record as a side last showed it.

    Attributes:
        key: its key on that side.
        content: the compared fields in canonical form; references are our keys, or UNBOUND and their id.
        hash: of the content as read, references unresolved.
        revision: the system's own mark of this version, where it has one.
        changed_at: when it last changed, by that side's clock.
        gone: it was deleted there.
    """

    key: str
    content: Mapping[str, Any]
    hash: str = ""
    revision: str = ""
    changed_at: datetime | None = None
    gone: bool = False


@dataclass(slots=True)
class Pair:
    """One record on both sides; None where a side does not have it.

    Attributes:
        key: our key; '' while only the other side has it.
        base: what both last agreed on; None before the first time.
        base_hash: the mark of that agreement in the store.
        how: at first meeting, by what they were found to be one record.
    """

    key: str
    remote_id: str
    name: str
    ours: Seen | None
    theirs: Seen | None
    base: Mapping[str, Any] | None = None
    base_hash: str = ""
    how: str = ""
    phase: int = 0

    @property
    def group(self) -> str:
        """Return the key under which its operations go, one after the other."""
        return self.key or UNBOUND + self.remote_id


@dataclass(frozen=True)
class Kind:
    """What the planner must know of an object type.

    Attributes:
        fields: the fields both sides agree on, in the order people read them.
        names: how people call the two systems.
        retired: what a record's fields become when the other side deleted it, e.g. {"is_active": False}.
        references: {field: object type} of fields that refer to other records.
        line_references: the same of the lines' fields.
        creates: sides on which a missing record is created.
        clocks: how far the two sides' clocks are apart.
        fixed: fields that neither side can change; where they differ a person must decide which record is meant.
    """

    object_type: str
    fields: tuple[str, ...]
    policy: MergePolicy
    names: Names
    retired: Mapping[str, Any]
    lines: LineKind | None = None
    references: Mapping[str, str] = field(default_factory=dict)
    line_references: Mapping[str, str] = field(default_factory=dict)
    creates: frozenset[Side] = frozenset(Side)
    clocks: Clocks = field(default_factory=Clocks)
    fixed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        every = self.fields if self.lines is None else (*self.fields, "lines")
        object.__setattr__(self, "all_fields", every)
        object.__setattr__(self, "owners", self.policy.owners(self.fields))
        object.__setattr__(self, "first_owners", self.policy.owners(self.fields, first_meeting=True))
        object.__setattr__(self, "words", {rule: rule.words(self.names) for rule in Rule})
        object.__setattr__(
            self, "referring", frozenset(self.references) | ({"lines"} if self.line_references else set())
        )

    all_fields: tuple[str, ...] = field(init=False, repr=False)
    owners: Mapping[str, Side] = field(init=False, repr=False)
    first_owners: Mapping[str, Side] = field(init=False, repr=False)
    words: Mapping[Rule, str] = field(init=False, repr=False)
    referring: frozenset[str] = field(init=False, repr=False)

    def compared(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields both sides agree on, of a record that has them all; most records have no others."""
        if len(content) == len(self.all_fields):
            return dict(content)
        return {name: content[name] for name in self.all_fields}

    def is_retired(self, content: Mapping[str, Any]) -> bool:
        """Tell whether a record is already what a deletion makes of it."""
        return all(content.get(name) == value for name, value in self.retired.items())
