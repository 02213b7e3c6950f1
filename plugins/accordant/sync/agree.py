"""The two-way planner: what brings one record into agreement on both sides, and by which rule. Pure.

Order of the operations on one record: it is linked first, then our side is written, then the other side.
Each one's base is what is agreed once it is applied, so that a run may die between any two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from accordant.sync.merge import Side
from accordant.sync.operations import Action, Operation, Severity, Trouble
from accordant.sync.pairs import Kind, Pair, Seen
from accordant.sync.patches import Differences, Patch, agreed_so_far, differences, patches_of
from accordant.sync.text import shortened

Decision = Operation | Trouble
# (side that is written, object type, reference) -> it cannot be referred to there yet
Held = Callable[[Side, str, str], bool]

# Looking a member up on its Enum costs five times as much as a name; these are needed for every record.
_OURS, _THEIRS, _UPDATE = Side.OURS, Side.THEIRS, Action.UPDATE

GONE = "gone"  # field of a base: on which side the record was deleted


def nothing_held(side: Side, object_type: str, reference: str) -> bool:
    """Hold nothing: every reference is agreed."""
    return False


def agree(pair: Pair, kind: Kind, held: Held = nothing_held) -> Iterator[Decision]:
    """Return the operations on one record in the order they must go, and what stands in the way."""
    if pair.ours is None or pair.theirs is None:
        return _one_sided(pair, kind, held)
    if pair.ours.gone or pair.theirs.gone or (pair.base is not None and GONE in pair.base):
        return _deleted(pair, kind, pair.ours, pair.theirs)
    return _both(pair, kind, pair.ours, pair.theirs, held)


def _one_sided(pair: Pair, kind: Kind, held: Held) -> Iterator[Decision]:
    has, seen = (Side.OURS, pair.ours) if pair.ours is not None else (Side.THEIRS, pair.theirs)
    if seen is None or seen.gone:
        return
    if pair.base is not None:  # agreed before, and no longer read: never a deletion
        sentence = f"{pair.name} was agreed before and could not be read from {_name(kind, has.other)}."
        yield _trouble(kind, pair, Severity.CONFLICT, "RECORD_GONE", sentence)
    elif has.other not in kind.creates:
        sentence = f"{pair.name} is only in {_name(kind, has)}; this flow never creates it in {_name(kind, has.other)}."
        yield _trouble(kind, pair, Severity.WARNING, "NOT_CREATED", sentence)
    elif waits := _waiting(kind, has.other, seen.content, held):
        yield _held(kind, pair, has.other, waits)
    else:
        yield _create(pair, kind, has, seen)


def _create(pair: Pair, kind: Kind, has: Side, seen: Seen) -> Operation:
    content = {name: seen.content[name] for name in kind.fields}
    if kind.lines is not None:
        ids = {has.other.value: ""}
        lines = seen.content["lines"]
        content["lines"] = [{**kind.lines.values(line), has.value: line["id"], **ids} for line in lines]
    rule = f"only in {_name(kind, has)}"
    return Operation(
        pair.phase, pair.group, kind.object_type, pair.group, Action.CREATE, rule, content,
        remote_id=pair.remote_id, side=has.other, name=pair.name,
    )  # fmt: skip


def _deleted(pair: Pair, kind: Kind, ours: Seen, theirs: Seen) -> Iterator[Decision]:
    """Retire what is left of a record that one side deleted; never delete it."""
    left = Side.THEIRS if ours.gone else Side.OURS
    seen = theirs if left is Side.THEIRS else ours
    base = {**(pair.base or {}), **kind.retired, GONE: left.other.value}
    was_gone = pair.base is not None and GONE in pair.base
    if seen.gone or kind.is_retired(seen.content):
        yield _link(pair, kind, f"deleted in {_name(kind, left.other)}", base)
    elif was_gone:
        sentence = f"{pair.name} is in use again in {_name(kind, left)}, but was deleted in {_name(kind, left.other)}."
        yield _trouble(kind, pair, Severity.CONFLICT, "RECORD_GONE", sentence)
    else:
        rule = f"deleted in {_name(kind, left.other)}: retired, never deleted"
        before = {name: seen.content.get(name) for name in kind.retired}
        patch = Patch(before, dict(kind.retired), dict.fromkeys(kind.retired, rule))
        yield _write(pair, kind, left, seen, patch, base)


def _both(pair: Pair, kind: Kind, ours: Seen, theirs: Seen, held: Held) -> Iterator[Decision]:
    for name in kind.fixed:
        if ours.content[name] != theirs.content[name]:
            yield _not_the_same(pair, kind, name, ours, theirs)
            return
    found = differences(pair, kind, ours, theirs)
    agreed = agreed_so_far(pair, kind, ours, found)
    if not found.fields and not found.lines_differ:
        yield _link(pair, kind, pair.how or "both sides came to agree", agreed)
        return
    if found.asked:
        yield _both_changed(pair, kind, found)
    if pair.base is None:
        yield _link(pair, kind, pair.how, agreed, settles=False)
    yield from _writes(pair, kind, found, agreed, held)


def _writes(pair: Pair, kind: Kind, found: Differences, agreed: dict[str, Any], held: Held) -> Iterator[Decision]:
    """Write our side, then the other; each with the base that holds once it is applied."""
    assert pair.ours is not None
    assert pair.theirs is not None
    follows, blocked = pair.base is None, bool(found.asked)
    mine, others = patches_of(kind, found, pair.ours, pair.theirs)
    for side, seen, patch in ((_OURS, pair.ours, mine), (_THEIRS, pair.theirs, others)):
        if not patch.after:
            continue
        if waits := _waiting(kind, side, patch.after, held):
            blocked = True
            yield _held(kind, pair, side, waits)
            continue
        agreed = {**agreed, **patch.after}
        settles = not blocked and (side is _THEIRS or not others.after)
        yield _write(pair, kind, side, seen, patch, agreed, follows=follows, settles=settles)
        follows = True


def _waiting(kind: Kind, side: Side, after: Mapping[str, Any], held: Held) -> list[str]:
    """Return the fields whose reference cannot be written on this side yet."""
    if kind.referring.isdisjoint(after):
        return []
    found = [
        name for name, object_type in kind.references.items()
        if after.get(name) and held(side, object_type, after[name])
    ]  # fmt: skip
    if kind.line_references:
        found += [
            name for line in after.get("lines") or () for name, object_type in kind.line_references.items()
            if line.get(name) and held(side, object_type, line[name])
        ]  # fmt: skip
    return list(dict.fromkeys(found))


def _write(
    pair: Pair, kind: Kind, side: Side, seen: Seen, patch: Patch, agreed: Mapping[str, Any], *,
    follows: bool = False, settles: bool = True,
) -> Operation:  # fmt: skip
    return Operation(
        pair.phase, pair.group, kind.object_type, pair.key, _action(kind, patch), _summed(patch.rules), patch.after,
        patch.before, pair.base_hash, pair.remote_id, agreed=agreed, side=side, name=pair.name, rules=patch.rules,
        revision=seen.revision, seen=seen.hash, follows=follows, settles=settles,
    )  # fmt: skip


def _action(kind: Kind, patch: Patch) -> Action:
    for name, value in kind.retired.items():
        if name in patch.after and patch.after[name] == value:
            return Action.DEACTIVATE
    return _UPDATE


def _summed(rules: Mapping[str, str]) -> str:
    return next(iter(rules.values())) if len(rules) == 1 else "; ".join(dict.fromkeys(rules.values()))


def _link(pair: Pair, kind: Kind, rule: str, agreed: Mapping[str, Any], *, settles: bool = True) -> Operation:
    return Operation(
        pair.phase, pair.group, kind.object_type, pair.key, Action.LINK, rule, {}, None, pair.base_hash,
        pair.remote_id, agreed=agreed, name=pair.name, settles=settles,
    )  # fmt: skip


def _held(kind: Kind, pair: Pair, side: Side, fields: list[str]) -> Trouble:
    what = ", ".join(fields)
    sentence = f"{pair.name} waits: its {what} is not agreed with {_name(kind, side)} yet."
    return _trouble(kind, pair, Severity.HELD, "WAITS_FOR_REFERENCE", sentence, field=fields[0])


def _not_the_same(pair: Pair, kind: Kind, name: str, ours: Seen, theirs: Seen) -> Trouble:
    values = [str(ours.content[name]), str(theirs.content[name])]
    sentence = (
        f"{pair.name}: its {name} is {values[0]} in {kind.names.ours} and {values[1]} in {kind.names.theirs}, "
        "and cannot be changed in either."
    )
    return Trouble(
        Severity.CONFLICT, kind.object_type, pair.group, "FIXED_FIELD_DIFFERS", sentence, field=name, source=pair.group,
        our_value=values[0], their_value=values[1],
    )  # fmt: skip


def _both_changed(pair: Pair, kind: Kind, found: Differences) -> Trouble:
    first = found.asked[0]
    sentence = "; ".join(
        f"{one.name} is {one.ours} in {kind.names.ours} and {one.theirs} in {kind.names.theirs}" for one in found.asked
    )
    shown = [None if value is None else shortened(value) for value in (first.base, first.ours, first.theirs)]
    return Trouble(
        Severity.CONFLICT, kind.object_type, pair.group, "BOTH_CHANGED", shortened(sentence, 400), field=first.name,
        source=pair.group, base_value=shown[0], our_value=shown[1], their_value=shown[2],
    )  # fmt: skip


def _trouble(kind: Kind, pair: Pair, severity: Severity, code: str, sentence: str, field: str = "") -> Trouble:
    return Trouble(severity, kind.object_type, pair.group, code, sentence, field=field, source=pair.group)


def _name(kind: Kind, side: Side) -> str:
    return kind.names.ours if side is Side.OURS else kind.names.theirs
