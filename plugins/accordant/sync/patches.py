"""All differences of one record that both sides have, decided, and what must change on each side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from accordant.sync.lines import LinesMerge, merge_lines
from accordant.sync.merge import FieldMerge, Policy, Rule, Side, differing
from accordant.sync.pairs import Kind, Pair, Seen

_PERSON_DECIDES = Rule.PERSON_DECIDES


class Patch(NamedTuple):
    """What changes on one side: the values before and after, and the rule of each field."""

    before: dict[str, Any]
    after: dict[str, Any]
    rules: dict[str, str]


class Differences(NamedTuple):
    """The fields and lines on which both sides differ.

    Attributes:
        lines: all lines as both sides shall have them; None for an object type without lines.
        asked: what a person must decide.
    """

    fields: Sequence[FieldMerge]
    lines: LinesMerge | None
    asked: Sequence[FieldMerge]

    @property
    def lines_differ(self) -> bool:
        """Tell whether a line differs."""
        return self.lines is not None and bool(self.lines.because)


def differences(pair: Pair, kind: Kind, ours: Seen, theirs: Seen) -> Differences:
    """Merge a record three ways by the policy of its object type."""
    resolution = kind.policy.resolution(kind.clocks, ours.changed_at, theirs.changed_at)
    owners = kind.first_owners if pair.base is None else kind.owners
    fields = differing(
        kind.fields, base=pair.base, ours=ours.content, theirs=theirs.content, owners=owners, resolution=resolution
    )
    asked = [one for one in fields if one.rule is Rule.PERSON_DECIDES] if resolution.policy is Policy.ASK else []
    if kind.lines is None:
        return Differences(fields, None, asked)
    base = None if pair.base is None else pair.base.get("lines")
    lines = merge_lines(kind.lines, base, ours.content["lines"], theirs.content["lines"], resolution)
    return Differences(fields, lines, [*asked, *lines.asked])


def agreed_so_far(pair: Pair, kind: Kind, ours: Seen, found: Differences) -> dict[str, Any]:
    """Return the base before anything is written: where the sides differ the old base stands, or nothing."""
    agreed = kind.compared(ours.content)
    if found.lines is not None:
        agreed["lines"] = found.lines.value
    old = pair.base or {}
    differ = [one.name for one in found.fields]
    for name in [*differ, "lines"] if found.lines_differ else differ:
        if name in old:
            agreed[name] = old[name]
        else:
            del agreed[name]
    return agreed


def patches_of(kind: Kind, found: Differences, ours: Seen, theirs: Seen) -> tuple[Patch, Patch]:
    """Return what must change on our side and on the other; a merged value is one side's, so the other changes."""
    mine, others = Patch({}, {}, {}), Patch({}, {}, {})
    words = kind.words
    for name, _, our_value, their_value, value, rule in found.fields:
        if rule is _PERSON_DECIDES:
            continue
        if value == our_value:
            (before, after, rules), now = others, their_value
        else:
            (before, after, rules), now = mine, our_value
        before[name], after[name], rules[name] = now, value, words[rule]
    if found.lines_differ:
        _patch_lines(kind, found, Side.OURS, ours, mine)
        _patch_lines(kind, found, Side.THEIRS, theirs, others)
    return mine, others


def _patch_lines(kind: Kind, found: Differences, side: Side, seen: Seen, patch: Patch) -> None:
    """Add all lines to a patch, unless a person must decide on one, or the side has exactly these."""
    lines = found.lines
    assert lines is not None
    if lines.asked or _has_lines(kind, lines, side, seen):
        return
    patch.before["lines"], patch.after["lines"] = seen.content["lines"], lines.value
    patch.rules["lines"] = "; ".join(f"{label}: {kind.words[rule]}" for label, rule in lines.because)


def _has_lines(kind: Kind, merged: LinesMerge, side: Side, seen: Seen) -> bool:
    """Tell whether a side has exactly the merged lines already."""
    assert kind.lines is not None
    by_id = {line["id"]: line for line in seen.content["lines"]}
    return len(merged.value) == len(by_id) and all(
        (found := by_id.get(line[side.value])) is not None and kind.lines.values(line) == kind.lines.values(found)
        for line in merged.value
    )
