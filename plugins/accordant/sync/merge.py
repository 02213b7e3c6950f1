"""Three-way merge of one record, field by field: ours, theirs, and the base both last agreed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple


class Side(StrEnum):
    """One of the two systems of a flow."""

    OURS = "ours"
    THEIRS = "theirs"

    @property
    def other(self) -> Side:
        """Return the side across."""
        return Side.THEIRS if self is Side.OURS else Side.OURS


class Policy(StrEnum):
    """Who decides when both sides changed one field differently."""

    OURS = "ours"  # our side is the authority
    THEIRS = "theirs"  # the other side is
    ASK = "ask"  # a person decides


class Names(NamedTuple):
    """How people call the two systems."""

    ours: str
    theirs: str


class Rule(StrEnum):
    """Why a field has the value it has. `words` names the systems, for the accountant."""

    EQUAL = "both sides agree"
    FILLED = "empty in {theirs}: filled in"
    FILLED_HERE = "empty in {ours}: filled in"
    CHANGED_BY_US = "changed in {ours} only"
    CHANGED_BY_THEM = "changed in {theirs} only"
    OURS_OWNS = "{ours} owns this field"
    THEIRS_OWNS = "{theirs} owns this field"
    OURS_DECIDES = "changed on both sides: {ours} decides"
    THEIRS_DECIDES = "changed on both sides: {theirs} decides"
    OURS_LATER = "changed on both sides: {ours} later"
    THEIRS_LATER = "changed on both sides: {theirs} later"
    OURS_CLOSE = "changed on both sides within the clocks' difference: {ours} decides the tie"
    THEIRS_CLOSE = "changed on both sides within the clocks' difference: {theirs} decides the tie"
    PERSON_DECIDES = "changed on both sides: a person decides"

    def words(self, names: Names) -> str:
        """Return the rule with the systems called by their names."""
        return _words(self, names)


@cache
def _words(rule: Rule, names: Names) -> str:
    return rule.value.format(ours=names.ours, theirs=names.theirs)


class Resolution(NamedTuple):
    """How a field that both sides changed is decided, and by which rule."""

    policy: Policy
    rule: Rule


OURS_DECIDES = Resolution(Policy.OURS, Rule.OURS_DECIDES)
THEIRS_DECIDES = Resolution(Policy.THEIRS, Rule.THEIRS_DECIDES)
PERSON_DECIDES = Resolution(Policy.ASK, Rule.PERSON_DECIDES)
BY_POLICY = {Policy.OURS: OURS_DECIDES, Policy.THEIRS: THEIRS_DECIDES, Policy.ASK: PERSON_DECIDES}

_OWNED = {Side.OURS: Rule.OURS_OWNS, Side.THEIRS: Rule.THEIRS_OWNS}
_KEPT = frozenset({Rule.CHANGED_BY_THEM, Rule.THEIRS_DECIDES, Rule.FILLED_HERE})
_EMPTY: tuple[Any, ...] = ("", None, {}, [])
_UNKNOWN = object()
# Looking a member up on its Enum costs five times as much as a name, and these are needed for every field.
_OURS, _OURS_AUTHORITY = Side.OURS, Policy.OURS
_CHANGED_BY_US, _CHANGED_BY_THEM = Rule.CHANGED_BY_US, Rule.CHANGED_BY_THEM


class FieldMerge(NamedTuple):
    """The decision on one field."""

    name: str
    base: Any
    ours: Any
    theirs: Any
    value: Any
    rule: Rule

    @property
    def keeps_theirs(self) -> bool:
        """Tell whether the sides differ from here on, where only the other side may be written."""
        return self.rule in _KEPT

    @property
    def writes_theirs(self) -> bool:
        """Tell whether the other side must change."""
        return bool(self.value != self.theirs) and self.rule is not Rule.PERSON_DECIDES

    @property
    def writes_ours(self) -> bool:
        """Tell whether our side must change."""
        return bool(self.value != self.ours) and self.rule is not Rule.PERSON_DECIDES


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
    resolution = BY_POLICY[policy]
    return [merge_field(name, base, ours[name], theirs[name], resolution) for name in fields]


def differing(
    fields: Iterable[str],
    *,
    base: Mapping[str, Any] | None,
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    owners: Mapping[str, Side],
    resolution: Resolution,
) -> list[FieldMerge]:
    """Merge the fields on which the two sides differ now; the others need no decision."""
    return [
        _different(name, base, ours[name], theirs[name], resolution, owners.get(name))
        for name in fields
        if ours[name] != theirs[name]
    ]


def merge_field(
    name: str, base: Mapping[str, Any] | None, ours: Any, theirs: Any, resolution: Resolution,
    owner: Side | None = None,
) -> FieldMerge:  # fmt: skip
    """Decide on one field; an owned field flows one way only."""
    if ours == theirs:
        return FieldMerge(name, None if base is None else base.get(name), ours, theirs, ours, Rule.EQUAL)
    return _different(name, base, ours, theirs, resolution, owner)


def _different(
    name: str, base: Mapping[str, Any] | None, ours: Any, theirs: Any, resolution: Resolution, owner: Side | None
) -> FieldMerge:
    known = _UNKNOWN if base is None else base.get(name, _UNKNOWN)
    shown = None if known is _UNKNOWN else known
    if owner is not None:
        return FieldMerge(name, shown, ours, theirs, ours if owner is _OURS else theirs, _OWNED[owner])
    value, rule = _decided(known, ours, theirs, resolution)
    return FieldMerge(name, shown, ours, theirs, value, rule)


def _decided(known: Any, ours: Any, theirs: Any, resolution: Resolution) -> tuple[Any, Rule]:
    if known is _UNKNOWN:
        if theirs in _EMPTY:
            return ours, Rule.FILLED
        if ours in _EMPTY:
            return theirs, Rule.FILLED_HERE
    elif theirs == known:
        return ours, _CHANGED_BY_US
    elif ours == known:
        return theirs, _CHANGED_BY_THEM
    return ours if resolution.policy is _OURS_AUTHORITY else theirs, resolution.rule
