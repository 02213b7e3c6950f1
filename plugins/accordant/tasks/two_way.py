"""What the steps of a two-way flow do: both sides are read since their watermarks, compared by hash, and merged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from accordant.flows.base import ListUnread, Proof, TwoWayFlow
from accordant.flows.settings import TwoWaySettings
from accordant.store.quarantine import refused_before, sources_to_retry
from accordant.store.sides import Reading, fold, read_again, stage_changes
from accordant.store.watermarks import Watermark, keep_skew, recognise, set_watermarks, skew_of, watermarks
from accordant.sync.certificate import Difference
from accordant.sync.failpoints import failpoint
from accordant.sync.merge import Side
from accordant.sync.operations import Operation, Severity, Trouble, operation_hash
from accordant.sync.pairs import UNBOUND
from accordant.sync.records import StagedRow
from accordant.sync.timing import Clocks
from accordant.tasks.intents import ByIntents
from accordant.tasks.workbench import Workbench

log = logging.getLogger(__name__)

_DELETED = "deleted"  # the watermark of the other side's list of deletions
_FULL = "full compare"


class TwoWay(ByIntents):
    """The shape of a two-way flow."""

    def extract(self, bench: Workbench) -> dict[str, Any]:
        """Stage what changed on both sides since they were last seen."""
        self.recognise(bench)
        offsets = _measured(bench)
        plan = ReadingPlan.of(bench)
        plan.latest = {side: plan.started + offset for side, offset in offsets.items()}
        counts: dict[str, Any] = {"full": plan.full}
        for side in Side:
            reading = _read(bench, plan, side)
            counts[side.value] = {"read": reading.read, "changed": reading.changed}
            failpoint("extract.staged")
        marks = {name: moment.isoformat() for name, moment in plan.reached.items()}
        skew = (offsets[Side.THEIRS] - offsets[Side.OURS]).total_seconds()
        bench.note({"watermarks": marks, "skew": skew, "unread": plan.unread, **counts})
        log.info("%s: %s", "Full compare" if plan.full else "Changes", _counted(bench, counts))
        log.info("The clock of %s is %.1f s %s.", bench.run.theirs, abs(skew), "ahead" if skew > 0 else "behind")
        return counts

    def recognise(self, bench: Workbench) -> None:
        """Make sure that the company file is the one that records were agreed with.

        Raises:
            Misconfigured: it is another one; nothing was read or written.
        """
        recognise(bench.database, bench.run.theirs, bench.target.fingerprint())

    def before_plan(self, bench: Workbench) -> None:
        """Make what was staged the last known state of both sides, together with the watermarks."""
        noted = bench.noted()
        marks = {name: datetime.fromisoformat(text) for name, text in noted.get("watermarks", {}).items()}
        with bench.database.transaction() as connection:
            fold(connection, bench.run)
            set_watermarks(connection, bench.run, marks)
        failpoint("diff.folded")

    def decisions(self, bench: Workbench) -> Iterator[Operation | Trouble]:
        """Yield the plan in its order, and what stands in the way; what was refused is not sent again as it is."""
        settings = bench.two_way_flow.settings
        doubt = timedelta(seconds=settings.clock_doubt_seconds)
        clocks = Clocks(timedelta(seconds=bench.noted().get("skew", 0.0)), doubt)
        refused = refused_before(bench.database, bench.run)
        waiting: set[tuple[str, str]] = set()  # records of which a part was refused: what follows it cannot go either
        for decision in bench.two_way_flow.decide(bench.view, clocks):
            place = decision.object_type, decision.key
            old = refused.get(place)
            if old and isinstance(decision, Operation) and old.operation_hash == operation_hash(decision):
                waiting.add(place)
                yield Trouble(Severity.REFUSED, decision.object_type, decision.key, old.code, old.sentence,
                              field=old.field, source=old.source, operation_hash=old.operation_hash)  # fmt: skip
            elif not (place in waiting and isinstance(decision, Operation) and decision.follows):
                yield decision

    def after_plan(self, bench: Workbench) -> None:
        """Resolve what no longer stands in the way."""
        bench.database.execute("store/trouble_resolve_unseen", run_id=bench.run.id)

    def after_load(self, bench: Workbench) -> None:
        """Keep how far the other clock is ahead; compare everything next time where reading missed a change."""
        jump = _clock_jump(bench)
        moved = bench.database.rows("store/moved_again", run_id=bench.run.id)[0]["records"]
        if jump <= bench.two_way_flow.settings.overlap_seconds and not moved:
            return
        reason = f"{moved} records moved unseen" if moved else f"its clock jumped by {jump:.0f} s"
        log.warning("The next run compares everything with %s: %s.", bench.run.theirs, reason)
        bench.database.execute("store/watermark_forget", **bench.run.scope, name=_FULL)

    def proofs(self, bench: Workbench) -> Iterator[list[Proof]]:
        """Read both sides again since the run began and compare what the run touched."""
        plan = ReadingPlan.of(bench, afterwards=True)
        later: set[tuple[str, str, str]] = set()
        for side in Side:
            changed = read_again(bench.database, bench.run, side.value, plan.rows(bench, side))
            later |= {(side.value, *place) for place, differs in changed if differs}
        left_out = bench.database.rows("store/left_out", run_id=bench.run.id)
        excuses = {(row["object_type"], row["key"]): row["code"] for row in left_out}
        for proofs in bench.two_way_flow.proofs(bench.view):
            yield [_excused(proof, later, excuses) for proof in proofs]


def _excused(proof: Proof, later: set[tuple[str, str, str]], excuses: dict[tuple[str, str], str]) -> Proof:
    """Excuse differences with a known reason, and leave out of the proof what was edited after load."""
    object_type = (proof.records or proof.differences)[0].object_type
    if later & {("ours", object_type, proof.key), ("theirs", object_type, proof.remote_id)}:
        sentence = "It was changed while the run was at work; the next run takes it up."
        return replace(proof, records=[], differences=[Difference(object_type, proof.key, sentence, "CHANGED_SINCE")])
    known = [excuses.get((one.object_type, one.key)) or one.excuse for one in proof.differences]
    excused = [replace(one, excuse=excuse) for one, excuse in zip(proof.differences, known, strict=True)]
    return replace(proof, differences=excused)


# -- reading


@dataclass
class ReadingPlan:
    """From when each list is read, and how far it was read in the end.

    Attributes:
        full: both sides are read as a whole.
        since: {watermark: from when}; a list without one is read as a whole.
        remembered: how long the other side keeps its list of deletions.
        latest: now, by each side's own clock.
        reached: {watermark: up to when}, filled while reading.
        unread: watermarks of the lists that could not be read and that the flow goes on without.
    """

    flow: TwoWayFlow
    full: bool
    since: dict[str, datetime]
    started: datetime
    overlap: timedelta
    remembered: timedelta
    keys: Sequence[str] = ()
    latest: dict[Side, datetime] = field(default_factory=dict)
    reached: dict[str, datetime] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, bench: Workbench, *, afterwards: bool = False) -> ReadingPlan:
        """Return from when the lists of a run are read."""
        flow = bench.two_way_flow
        settings = flow.settings
        marks, now = watermarks(bench.database, bench.run), datetime.now(UTC)
        full = not afterwards and (bool(bench.run.parameters.get("full")) or _is_due(marks, settings, now))
        since = {} if full else {name: mark.value for name, mark in marks.items()}
        keys = [] if afterwards else _to_retry(bench)
        return cls(flow, full, since, now, timedelta(seconds=settings.overlap_seconds),
                   timedelta(days=settings.deleted_days), keys)  # fmt: skip

    def rows(self, bench: Workbench, side: Side) -> Iterator[StagedRow]:
        """Yield the records of a side's lists, and what was deleted there."""
        client = bench.source if side is Side.OURS else bench.target
        for name in self.flow.lists(side):
            mark = f"{side}:{name}"
            since = self.since.get(mark)
            rows = self.flow.read(side, client, name, since - self.overlap if since else None)
            try:
                yield from self._noted(mark, rows, self.latest.get(side, self.started))
            except ListUnread as error:
                log.warning("%s", error)
                self.unread.append(mark)
        if self.keys:
            yield from self.flow.read_again(side, client, self.keys)
        if side is Side.THEIRS:
            self.reached[_DELETED] = self.started
            since = self.since.get(_DELETED) or self.started - self.remembered
            yield from self.flow.deleted(client, since - self.overlap)

    def complete(self, side: Side) -> Iterator[str]:
        """Yield the object types of which a side's rows held every record; true once the rows were read."""
        if self.full:
            lists = self.flow.lists(side)
            partial = {object_type for name, object_type in lists.items() if f"{side}:{name}" in self.unread}
            yield from sorted({*lists.values()} - partial)

    def _noted(self, mark: str, rows: Iterator[StagedRow], latest: datetime) -> Iterator[StagedRow]:
        """Pass rows on and note the newest change among them, by that side's own clock.

        A record from the future, made while that clock was wrong, must not hide all that follows it.
        """
        newest = self.since.get(mark)
        for row in rows:
            if row.changed_at is not None and (newest is None or newest < row.changed_at <= latest):
                newest = min(row.changed_at, latest)
            yield row
        # A list that is still empty is read from a day before: its clock is not known.
        self.reached[mark] = newest or self.started - timedelta(days=1)


def _to_retry(bench: Workbench) -> list[str]:
    """Return our keys that a person wants tried again; what validation refused is validated again."""
    keys = [key for key in sources_to_retry(bench.database, bench.run) if not key.startswith(UNBOUND)]
    if keys:
        bench.database.execute("store/side_forget", **bench.run.scope, keys=keys)
    return keys


def _is_due(marks: dict[str, Watermark], settings: TwoWaySettings, now: datetime) -> bool:
    """Tell whether both sides must be read as a whole: never done, long ago, or deletions are forgotten by now."""
    if _FULL not in marks or _DELETED not in marks:
        return True
    if now - marks[_FULL].set_at > timedelta(hours=settings.full_compare_hours):
        return True
    return now - marks[_DELETED].set_at > timedelta(days=settings.deleted_days)


def _read(bench: Workbench, plan: ReadingPlan, side: Side) -> Reading:
    if plan.full:
        plan.reached[_FULL] = plan.started
    rows = plan.rows(bench, side)
    return stage_changes(bench.database, bench.run, side.value, rows, plan.complete(side), plan.flow.earliest)


# -- clocks


def _clock_jump(bench: Workbench) -> float:
    """Keep by how much the other side's clock was ahead at the last write, and return by how much that changed."""
    skew = getattr(bench.load_target, "skew", None)
    if skew is None:
        return 0.0
    known = skew_of(bench.database, bench.run.theirs)
    keep_skew(bench.database, bench.run.theirs, skew)
    return 0.0 if known is None else abs(skew - known)


def _measured(bench: Workbench) -> dict[Side, timedelta]:
    """Return how far each side's clock is ahead of this machine's.

    A side that writes with a clock of its own behind its server is known by its last write.
    """
    known = skew_of(bench.database, bench.run.theirs)
    theirs = timedelta(seconds=known) if known is not None else _offset(bench.target.server_time)
    return {Side.OURS: _offset(bench.source.now), Side.THEIRS: theirs}


def _offset(ask: Callable[[], datetime]) -> timedelta:
    before = datetime.now(UTC)
    told = ask()
    return told - (before + (datetime.now(UTC) - before) / 2)


def _counted(bench: Workbench, counts: dict[str, Any]) -> str:
    accounts = {"ours": bench.run.ours, "theirs": bench.run.theirs}
    return "; ".join(
        f"{counts[side]['read']} records read of {account}, {counts[side]['changed']} of them new or changed"
        for side, account in accounts.items()
    )
