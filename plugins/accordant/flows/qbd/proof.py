"""The proof: both sides of every record that the run touched, compared as they were read after it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from accordant.flows.base import Proof, ProvenRecord, Row, TwoWayView
from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.flows.qbd.pairing import References, pair_of
from accordant.sync.agree import GONE
from accordant.sync.certificate import Difference
from accordant.sync.pairs import Kind, Pair


def proofs(view: TwoWayView, mapping: RecordMapping, kind: Kind, money: str) -> Iterator[list[Proof]]:
    """Yield the touched records, compared; `money` is the field that is summed up, '' for none."""
    for rows in view.touched_pairs(mapping.object_type):
        known = References(view, mapping, rows, {})
        yield [_proof(row, pair_of(row, mapping, known.resolve, phase=0), kind, money) for row in rows]


def _proof(row: Row, pair: Pair, kind: Kind, money: str) -> Proof:
    if pair.ours is None or pair.theirs is None or pair.ours.gone or pair.theirs.gone or GONE in (pair.base or {}):
        sentence = f"{pair.name} was deleted on one side; the other is retired."
        retired = Difference(kind.object_type, pair.key, sentence, "RECORD_DELETED")
        return Proof(pair.key, [], [retired], remote_id=pair.remote_id)
    ours, theirs = comparable(kind, pair.ours.content), comparable(kind, pair.theirs.content)
    if ours == theirs:
        record = ProvenRecord(kind.object_type, pair.key, ours, theirs, _amount(ours, money), _amount(theirs, money))
        return Proof(pair.key, [record], [], remote_id=pair.remote_id)
    moved = (row["ours_hash"], row["theirs_hash"]) != (row["agreed_ours"], row["agreed_theirs"])
    fields = ", ".join(name for name in ours if ours[name] != theirs[name])
    sentence = f"{pair.name} differs in {fields}."
    excuse = "CHANGED_SINCE" if moved else ""
    return Proof(pair.key, [], [Difference(kind.object_type, pair.key, sentence, excuse)], remote_id=pair.remote_id)


def comparable(kind: Kind, content: Json) -> dict[str, Any]:
    """Return what both sides must have in common; lines without their ids and in one order."""
    found = {name: content[name] for name in kind.fields}
    if kind.lines is not None:
        lines = [kind.lines.values(line) for line in content["lines"]]
        found["lines"] = sorted(lines, key=repr)
    return found


def _amount(content: Json, money: str) -> Decimal:
    return Decimal(content.get(money) or 0) if money else Decimal(0)
