"""Merging the lines of an order: matched by line id, then by item and position, and merged field by field.

A line is a mapping of its fields and `id`, the line's id on the side it was read from. A line of the base
carries both ids, as `ours` and `theirs`; '' where one is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accordant.sync.merge import FieldMerge, Policy, Resolution, Rule, Side, merge_field

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineKind:
    """What the merge must know of the lines of an object type.

    Attributes:
        fields: the fields that are compared.
        item: the field that says what the line is about.
        owners: fields that flow one way only.
    """

    fields: tuple[str, ...]
    item: str = "item"
    owners: Mapping[str, Side] = field(default_factory=dict)

    def values(self, line: Line) -> dict[str, Any]:
        """Return the compared fields of a line."""
        return {name: line[name] for name in self.fields}


class Trio(NamedTuple):
    """One line as the base, our side and the other side have it; None where it is not there."""

    base: Line | None
    ours: Line | None
    theirs: Line | None


@dataclass(slots=True)
class LinesMerge:
    """How all lines of one order are decided.

    Attributes:
        value: the lines as both sides shall have them, each with the ids it has on both sides.
        because: one sentence part per difference, with its rule.
        asked: a person must decide on one of the lines.
    """

    value: list[dict[str, Any]] = field(default_factory=list)
    because: list[tuple[str, Rule]] = field(default_factory=list)
    asked: list[FieldMerge] = field(default_factory=list)


def merge_lines(
    kind: LineKind, base: Sequence[Line] | None, ours: Sequence[Line], theirs: Sequence[Line], resolution: Resolution
) -> LinesMerge:
    """Merge the lines of one order; our order of lines comes first, then what only the other side has."""
    merged = LinesMerge()
    for number, trio in enumerate(_trios(kind, base, ours, theirs), start=1):
        _merge_line(kind, trio, number, resolution, merged)
    return merged


def _merge_line(kind: LineKind, trio: Trio, number: int, resolution: Resolution, merged: LinesMerge) -> None:
    if trio.ours is not None and trio.theirs is not None:
        merged.value.append(_fields(kind, trio, number, resolution, merged) | _ids(trio))
        return
    one = trio.ours if trio.ours is not None else trio.theirs
    if one is None:  # deleted on both sides
        return
    kept, rule = _only_one_has(kind, trio, resolution)
    label = f"line {number} ({shown_line(one, kind)})"
    if rule is Rule.PERSON_DECIDES:
        merged.asked.append(FieldMerge(label, trio.base, trio.ours, trio.theirs, trio.theirs, rule))
    merged.because.append((f"{label} {'added' if kept else 'removed'}", rule))
    if kept:
        merged.value.append(kind.values(one) | _ids(trio))


def _only_one_has(kind: LineKind, trio: Trio, resolution: Resolution) -> tuple[bool, Rule]:
    """Decide whether a line that one side has and the other has not is kept."""
    has = Side.OURS if trio.ours is not None else Side.THEIRS
    one = trio.ours if trio.ours is not None else trio.theirs
    assert one is not None
    if trio.base is None:  # added there
        return True, Rule.CHANGED_BY_US if has is Side.OURS else Rule.CHANGED_BY_THEM
    if kind.values(one) == kind.values(trio.base):  # unchanged there, deleted across
        return False, Rule.CHANGED_BY_THEM if has is Side.OURS else Rule.CHANGED_BY_US
    if resolution.policy is Policy.ASK:
        return True, resolution.rule
    return resolution.policy.value == has.value, resolution.rule


def _fields(kind: LineKind, trio: Trio, number: int, resolution: Resolution, merged: LinesMerge) -> dict[str, Any]:
    assert trio.ours is not None
    assert trio.theirs is not None
    value = kind.values(trio.ours)
    for name in kind.fields:
        if trio.ours[name] == trio.theirs[name]:
            continue
        owner = kind.owners.get(name)
        one = merge_field(name, trio.base, trio.ours[name], trio.theirs[name], resolution, owner)
        label = f"line {number} ({shown_line(trio.ours, kind)}) {name}"
        merged.because.append((label, one.rule))
        value[name] = one.value
        if one.rule is Rule.PERSON_DECIDES:
            merged.asked.append(one._replace(name=label))
    return value


def shown_line(line: Line, kind: LineKind) -> str:
    """Return what people call a line: its item, or its description."""
    return str(line.get(kind.item) or line.get("description") or "no item")


def _ids(trio: Trio) -> dict[str, str]:
    found = {"ours": "", "theirs": ""}
    if trio.base is not None:
        found = {"ours": trio.base["ours"], "theirs": trio.base["theirs"]}
    if trio.ours is not None:
        found["ours"] = trio.ours["id"]
    if trio.theirs is not None:
        found["theirs"] = trio.theirs["id"]
    if trio.ours is None:
        found["ours"] = ""
    if trio.theirs is None:
        found["theirs"] = ""
    return found


def _trios(kind: LineKind, base: Sequence[Line] | None, ours: Sequence[Line], theirs: Sequence[Line]) -> Iterator[Trio]:
    """Pair the lines of both sides through the base, then what is left by item and position."""
    ours_of = _paired(kind, base or (), ours, "ours")
    theirs_of = _paired(kind, base or (), theirs, "theirs")
    ours_known = {id(line): place for place, line in ours_of.items()}
    theirs_known = {id(line) for line in theirs_of.values()}
    free = [line for line in theirs if id(line) not in theirs_known]
    for line in ours:
        if id(line) in ours_known:
            place = ours_known[id(line)]
            yield Trio((base or ())[place], line, theirs_of.get(place))
        else:
            yield Trio(None, line, _taken(kind, line, free))
    for place, known in enumerate(base or ()):
        if place not in ours_of:
            yield Trio(known, None, theirs_of.get(place))
    yield from (Trio(None, None, line) for line in free)


def _paired(kind: LineKind, base: Sequence[Line], lines: Sequence[Line], side: str) -> dict[int, Line]:
    """Return {place in the base: line}, by id; lines whose id the base does not know by item, in order."""
    places = {line[side]: place for place, line in enumerate(base) if line[side]}
    found = {places[line["id"]]: line for line in lines if line["id"] in places}
    free = [line for line in lines if line["id"] not in places]
    for place, known in enumerate(base):
        if place not in found and not known[side] and (line := _taken(kind, known, free)) is not None:
            found[place] = line
    return found


def _taken(kind: LineKind, wanted: Line, free: list[Line]) -> Line | None:
    """Take the first free line that equals the wanted one, or else is about the same item."""
    for agrees in (_equal, _same_item):
        for place, line in enumerate(free):
            if agrees(kind, wanted, line):
                return free.pop(place)
    return None


def _equal(kind: LineKind, one: Line, other: Line) -> bool:
    return kind.values(one) == kind.values(other)


def _same_item(kind: LineKind, one: Line, other: Line) -> bool:
    return bool(one[kind.item] == other[kind.item])


def with_ids(lines: Iterable[Line], side: Side, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return merged lines with the ids that a side gave them, in the order they were sent."""
    return [{**line, side.value: given} for line, given in zip(lines, ids, strict=True)]
