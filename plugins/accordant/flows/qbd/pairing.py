"""From the store's rows to pairs of records, and from pairs to a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from accordant.flows.base import Row, TwoWayView
from accordant.flows.qbd.mapping import RecordMapping
from accordant.flows.qbd.resolving import Resolve, references_in, resolved
from accordant.sync.agree import Decision, agree
from accordant.sync.merge import Side
from accordant.sync.operations import Action, Operation, Severity, Trouble
from accordant.sync.pairs import UNBOUND, Kind, Pair, Seen

# {reference: our key} of records that this plan binds and that others of the same type may refer to
Planned = dict[str, str]

_LAST = 50  # phase of records that are bound already: after new ones, which they may refer to


def decide(view: TwoWayView, mapping: RecordMapping, kind: Kind) -> Iterator[Decision]:
    """Yield the plan in its order, with what stands in the way; memory holds a few hundred records."""
    planned: Planned = {}
    for rows in view.unbound_pairs(mapping.object_type):
        known = References(view, mapping, rows, planned)
        for row in rows:
            for decision in _unbound(row, mapping, kind, known):
                if _binds(decision) and not view.was_refused(decision):
                    planned |= {decision.key: decision.key, UNBOUND + decision.remote_id: decision.key}
                yield decision
    for rows in view.changed_pairs(mapping.object_type):
        known = References(view, mapping, rows, planned)
        for row in rows:
            yield from agree(pair_of(row, mapping, known.resolve, phase=_LAST), kind, known.held)


def _binds(decision: Decision) -> TypeGuard[Operation]:
    return isinstance(decision, Operation) and decision.action in (Action.CREATE, Action.LINK)


class References:
    """What the records of some rows refer to, looked up together."""

    def __init__(self, view: TwoWayView, mapping: RecordMapping, rows: Sequence[Row], planned: Planned) -> None:
        ours: dict[str, set[str]] = defaultdict(set)
        theirs: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for found, side in ((ours, row["ours"]), (theirs, row["theirs"])):
                for object_type, reference in references_in(mapping, side or {}):
                    found[object_type].add(reference)
        self._own, self._planned = mapping.object_type, planned
        self._keys = {
            (object_type, remote_id): key
            for object_type, ids in theirs.items()
            for remote_id, key in view.bound_ids(object_type, sorted(ids)).items()
        }
        self._bound = {(object_type, key) for (object_type, _), key in self._keys.items()}
        for object_type, keys in ours.items():
            self._bound |= {(object_type, key) for key in view.bound_keys(object_type, sorted(keys))}

    def resolve(self, object_type: str, remote_id: str) -> str:
        """Return our key of a QuickBooks id, bound or linked by this plan, else UNBOUND and the id."""
        found = self._keys.get((object_type, remote_id))
        if found is None and object_type == self._own:
            found = self._planned.get(UNBOUND + remote_id)
        return found or UNBOUND + remote_id

    def held(self, side: Side, object_type: str, reference: str) -> bool:
        """Tell whether a reference cannot be written on a side yet."""
        if object_type == self._own and reference in self._planned:
            return False
        if side is Side.OURS:
            return reference.startswith(UNBOUND)
        return (object_type, reference) not in self._bound


def pair_of(row: Row, mapping: RecordMapping, resolve: Resolve, *, phase: int) -> Pair:
    """Return a row of the store as the pair that the planner takes."""
    ours = theirs = None
    if row["ours"] is not None:
        ours = Seen(row["key"], row["ours"], row["ours_hash"], "", row["ours_changed_at"], row["ours_gone"])
    if row["theirs"] is not None:
        content = resolved(mapping, row["theirs"], resolve)
        theirs = Seen(row["remote_id"], content, row["theirs_hash"], row["revision"], row["theirs_changed_at"],
                      row["theirs_gone"])  # fmt: skip
    name = row["ours_name"] or row["theirs_name"] or row["key"] or row["remote_id"]
    return Pair(row["key"], row["remote_id"], name, ours, theirs, row["base"], row["base_hash"],
                row.get("how") or "", phase)  # fmt: skip


def _unbound(row: Row, mapping: RecordMapping, kind: Kind, known: References) -> Iterator[Decision]:
    """Link what matches one to one; report what several share; create what only one side has."""
    pair = pair_of(row, mapping, known.resolve, phase=1 + int(row["rank"]))
    pair.how = f"same {mapping.key_words}" if row["how"] == "natural key" else f"same record by {row['how']}"
    if max(row["mine"], row["others"]) > 1 and (mapping.is_unique or (row["mine"] and row["others"])):
        sentence = (
            f"{pair.name}: {row['mine']} in {kind.names.ours} and {row['others']} in {kind.names.theirs} "
            f"have the same {mapping.key_words}."
        )
        yield _several(mapping, pair, sentence)
    elif pair.theirs is None and row["link"]:
        sentence = f"{pair.name} keeps the id {row['link']} of {kind.names.theirs}, where there is no such record."
        yield Trouble(Severity.CONFLICT, mapping.object_type, pair.group, "RECORD_GONE", sentence, source=pair.group)
    elif row["taken_by"]:
        sentence = f"{pair.name} has the same {mapping.key_words} as {row['taken_by']}, which is agreed already."
        yield _several(mapping, pair, sentence)
    else:
        yield from agree(pair, kind, known.held)


def _several(mapping: RecordMapping, pair: Pair, sentence: str) -> Trouble:
    return Trouble(Severity.CONFLICT, mapping.object_type, pair.group, "SEVERAL_MATCHES", sentence, source=pair.group)
