"""Both sides as load writes to them. After QuickBooks is written, the WMS keeps its id and what it computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accordant.flows.qbd.bodies import our_patch
from accordant.flows.qbd.fields import Written
from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.flows.qbd.quickbooks import QuickBooksWriter
from accordant.flows.qbd.resolving import resolve_with, resolved
from accordant.flows.qbd.warehouse import WarehouseWriter
from accordant.sync.agree import GONE
from accordant.sync.errors import OutcomeUnknown, RetryLater
from accordant.sync.failpoints import failpoint
from accordant.sync.lines import merge_lines
from accordant.sync.merge import OURS_DECIDES, Side
from accordant.sync.operations import Operation
from accordant.sync.pairs import UNBOUND, Kind
from accordant.sync.ports import Receipt, References
from accordant.sync.records import StagedRow


@dataclass
class BothSides:
    """The target of a two-way flow."""

    mapping: RecordMapping
    kind: Kind
    warehouse: WarehouseWriter
    quickbooks: QuickBooksWriter

    @property
    def skew(self) -> float | None:
        """Return by how many seconds QuickBooks' PC was ahead at the last write; None before one."""
        return self.quickbooks.skew

    def link(self, operation: Operation) -> Receipt:
        """Let the WMS keep QuickBooks' ids of a record that both sides have."""
        if _is_gone_here(operation):
            return Receipt(operation.remote_id)
        theirs = StagedRow(operation.object_type, operation.remote_id, {})
        lines = [(line["ours"], line["theirs"]) for line in (operation.agreed or {}).get("lines", ())]
        self.warehouse.stamp(operation.key, theirs, self._kept(lines))
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        """Send the write exactly once; None when a reference is not agreed yet."""
        if operation.side is Side.OURS:
            ours = self.warehouse.send(operation, references)
            return None if ours is None else self._ours_written(operation, ours)
        if not _is_gone_here(operation):
            self.warehouse.require_as_planned(operation)
        theirs = self.quickbooks.send(operation, references)
        if theirs is None:
            return None
        failpoint("load.9.sent_not_noted")
        try:
            return self._theirs_written(operation, theirs, references)
        except RetryLater as error:
            # QuickBooks has it; until the WMS has noted that, the outcome stays open and is looked up again.
            raise OutcomeUnknown("OUTCOME_UNKNOWN", error.sentence, record=operation.name) from error

    def find(self, operation: Operation, references: References) -> Receipt | None:
        """Return a receipt if the operation's effect is there, None if it certainly is not."""
        if operation.side is Side.OURS:
            ours = self.warehouse.find(operation, references)
            return None if ours is None else self._ours_written(operation, ours)
        theirs = self.quickbooks.find(operation, references)
        return None if theirs is None else self._theirs_written(operation, theirs, references)

    # -- what is agreed after a write

    def _ours_written(self, operation: Operation, ours: StagedRow) -> Receipt:
        base = dict(operation.base)
        base |= {name: ours.content[name] for name in operation.after if name in self.kind.references}
        if self.kind.lines is not None and "lines" in base:
            base["lines"] = _numbered(base["lines"], "ours", ours.content["lines"], self.kind.line_references)
        return Receipt(ours.key, base, {Side.OURS: ours}, settles=GONE in base or self._is(base, ours.content))

    def _is(self, base: Json, ours: Json) -> bool:
        """Tell whether our record is what both sides agree on: neither rounded, nor edited by somebody since."""
        if any(name in base and ours[name] != base[name] for name in self.kind.fields):
            return False
        if self.kind.lines is None or "lines" not in base:
            return True
        return [self.kind.lines.values(line) for line in ours["lines"]] == [
            self.kind.lines.values(line) for line in base["lines"]
        ]

    def _theirs_written(self, operation: Operation, theirs: StagedRow, references: References) -> Receipt:
        """Let the WMS keep ids and computed values; what is equal on both sides then is agreed."""
        if _is_gone_here(operation):
            return Receipt(theirs.key, operation.base, {Side.THEIRS: theirs})
        now = resolved(self.mapping, theirs.content, resolve_with(references))
        base = dict(operation.base)
        lines = _numbered(base.get("lines", ()), "theirs", now.get("lines", ()))
        kept = self._kept([(line["ours"], line["theirs"]) for line in lines])
        ours = self.warehouse.stamp(operation.key, theirs, kept, lambda ours: self._echo(operation, ours, now))
        agreed, equal = self._agreed(base, ours.content, now)
        return Receipt(theirs.key, agreed, {Side.OURS: ours, Side.THEIRS: theirs}, settles=equal)

    def _echo(self, operation: Operation, ours: Json, now: Json) -> dict[str, Any]:
        """Return what QuickBooks computed or filled in, as a patch of the WMS."""
        # Empty here and in what was sent: what somebody emptied since the plan is an edit.
        filled = {name for name in self.kind.fields if operation.before is None and not operation.after.get(name)}
        computed = {one.name for one in self.mapping.fields if one.written is Written.NEVER}
        echo = {
            name: now[name]
            for name in self.kind.fields
            if ours[name] != now[name]
            and (name in computed or (name in filled and ours[name] in (None, "", {})))
            and not _unbound(now[name])
        }
        if (lines := self._echoed_lines(ours, now)) is not None:
            echo["lines"] = lines
        return our_patch(self.mapping, echo, lambda _, key: key)

    def _echoed_lines(self, ours: Json, now: Json) -> list[dict[str, Any]] | None:
        """Return our lines with the values that QuickBooks computed; None where none differs."""
        if self.kind.lines is None or not self.kind.lines.owners:
            return None
        merged = merge_lines(self.kind.lines, None, ours["lines"], now["lines"], OURS_DECIDES)
        if not merged.because or any(not line["ours"] or not line["theirs"] for line in merged.value):
            return None
        return merged.value

    def _agreed(self, base: dict[str, Any], ours: Json, now: Json) -> tuple[dict[str, Any], bool]:
        """Return the base, and whether both sides are equal in all fields now."""
        equal = True
        for name in self.kind.fields:
            if ours[name] == now[name]:
                base[name] = ours[name]
            else:
                equal = False
        if self.kind.lines is not None:
            merged = merge_lines(self.kind.lines, None, ours["lines"], now["lines"], OURS_DECIDES)
            if merged.because:
                equal = False
            else:
                base["lines"] = merged.value
        return base, equal

    def _kept(self, lines: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the pairs of line ids that both sides know; lines of some object types have none."""
        if self.mapping.lines is None or not self.mapping.lines.has_ids:
            return []
        return [(ours, theirs) for ours, theirs in lines if ours and theirs]


def _is_gone_here(operation: Operation) -> bool:
    """Tell whether the WMS deleted the record, so that it can keep nothing of it."""
    return operation.base.get(GONE) == Side.OURS.value


def _numbered(
    lines: Sequence[Mapping[str, Any]], side: str, written: Sequence[Json], references: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return merged lines with the ids and references that a side gave them, where it has as many as were sent."""
    if len(lines) != len(written):
        return [dict(line) for line in lines]
    return [
        {**line, **{name: given[name] for name in references}, side: given["id"]}
        for line, given in zip(lines, written, strict=True)
    ]


def _unbound(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(UNBOUND)
