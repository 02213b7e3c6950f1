"""Three-way merge of one record, field by field: ours, theirs, and the base both last agreed on.

The push flows use the policies AUTHORITY and ASK. The two-way flows add theirs to `Policy`; the walk over
the fields stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Policy(StrEnum):
    """Who decides when both sides changed one field differently."""

    OURS = "ours"  # our side is the authority
    THEIRS = "theirs"  # the other side is
    ASK = "ask"  # a person decides


class Rule(StrEnum):
    """Why a field has the value it has; shown to the accountant."""

    EQUAL = "both sides agree"
    FILLED = "empty in the target: filled in"
    CHANGED_BY_US = "changed in the source only"
    CHANGED_BY_THEM = "changed in the target only: kept"
    OURS_DECIDES = "changed on both sides: the source decides"
    THEIRS_DECIDES = "changed on both sides: the target decides"
    PERSON_DECIDES = "changed on both sides: a person decides"


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """The decision on one field."""

    name: str
    base: Any
    ours: Any
    theirs: Any
    value: Any
    rule: Rule

    @property
    def keeps_theirs(self) -> bool:
        """Tell whether the sides differ from here on, because the other side's value was kept."""
        return self.rule in (Rule.CHANGED_BY_THEM, Rule.THEIRS_DECIDES)

    @property
    def writes_theirs(self) -> bool:
        """Tell whether the other side must change."""
        return bool(self.value != self.theirs) and self.rule is not Rule.PERSON_DECIDES


def merge(
    fields: Iterable[str],
    *,
    base: Mapping[str, Any] | None,
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    policy: Policy,
) -> list[FieldMerge]:
    """Merge the named fields.

    Without a base every difference counts as changed on both sides, except that what is empty is filled in.
    """
    return [_merge_field(name, base, ours[name], theirs[name], policy) for name in fields]


def _merge_field(name: str, base: Mapping[str, Any] | None, ours: Any, theirs: Any, policy: Policy) -> FieldMerge:
    known = None if base is None else base.get(name)
    if ours == theirs:
        return FieldMerge(name, known, ours, theirs, ours, Rule.EQUAL)
    if base is None and theirs in ("", None):
        return FieldMerge(name, known, ours, theirs, ours, Rule.FILLED)
    if base is not None and theirs == known:
        return FieldMerge(name, known, ours, theirs, ours, Rule.CHANGED_BY_US)
    if base is not None and ours == known:
        return FieldMerge(name, known, ours, theirs, theirs, Rule.CHANGED_BY_THEM)
    value, rule = {
        Policy.OURS: (ours, Rule.OURS_DECIDES),
        Policy.THEIRS: (theirs, Rule.THEIRS_DECIDES),
        Policy.ASK: (theirs, Rule.PERSON_DECIDES),
    }[policy]
    return FieldMerge(name, known, ours, theirs, value, rule)
