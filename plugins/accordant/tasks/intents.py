"""What push and two-way flows share: what is staged in the sync store is written record by record, by intents."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from accordant.store.plans import keep_operations
from accordant.sync.load import Load
from accordant.sync.load_batches import BatchLoad
from accordant.sync.ports import BatchTarget
from accordant.tasks.workbench import Workbench

log = logging.getLogger(__name__)


class Staged:
    """The staged records of our side, as rules are evaluated on them."""

    def __init__(self, bench: Workbench) -> None:
        self._database, self._run_id = bench.database, bench.run.id

    @property
    def conninfo(self) -> str:
        """Return where the rows are."""
        return self._database.conninfo

    def has(self, object_type: str) -> bool:
        """Tell whether any record of a type is staged."""
        staged = self._database.rows("store/staged_counts", run_id=self._run_id)
        return any(row["object_type"] == object_type and row["side"] == "ours" for row in staged)

    def records(self, object_type: str, seqs: Sequence[int]) -> Sequence[Any]:
        """Return seq, key, parent and source of some rows."""
        return self._database.rows("store/staged_of", run_id=self._run_id, seqs=seqs)

    def refuse(self, object_type: str, seqs: Sequence[int]) -> None:
        """Keep some rows from going on."""
        self._database.execute("store/staged_refuse", run_id=self._run_id, seqs=seqs)


class ByIntents:
    """How such a flow is validated, limited and loaded."""

    def staged(self, bench: Workbench) -> Staged:
        """Return the staged records of our side."""
        return Staged(bench)

    def agreed(self, bench: Workbench) -> int:
        """Return how many records are agreed by now."""
        records: int = bench.database.rows("store/bound_count", **bench.run.scope)[0]["records"]
        return records

    def load(self, bench: Workbench, plan: Any) -> None:
        """Apply the plan's operations, each write exactly once."""
        if bench.flow.claims:
            _leave_what_others_took(bench)
        age = datetime.now(UTC) - plan["created_at"]
        look_first = age.total_seconds() > bench.flow.settings.load.fresh_seconds
        _load_of(bench, plan["created_at"].astimezone(UTC).isoformat(), look_first=look_first).run()


def _leave_what_others_took(bench: Workbench) -> None:
    """Refuse the operations on records that the run no longer holds: they may have changed since the plan.

    That is so for an old task that a person clears, and for a run that slept beyond its lease.
    """
    keys = bench.source.held(bench.run.mark)
    left = keep_operations(bench.database, bench.run.id, bench.flow.root, keys)
    if left:
        log.warning("%d records are not this run's any more; the next run takes them up.", left)


def _load_of(bench: Workbench, plan: str, *, look_first: bool) -> Load:
    target, settings = bench.load_target, bench.flow.settings.load
    if isinstance(target, BatchTarget):
        return BatchLoad(bench.journal, target, settings, look_first=look_first, plan=plan)
    return Load(bench.journal, target, settings, look_first=look_first)
