"""What the steps of a push flow do: documents of our side become records of the other."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from accordant.flows.base import Asked, Proof
from accordant.store.quarantine import put_troubles, resolve_others, sources_to_retry
from accordant.store.runs import lapsed_claims
from accordant.store.staging import stage
from accordant.sync.failpoints import failpoint
from accordant.sync.operations import Operation, Trouble
from accordant.sync.records import StagedRow
from accordant.tasks.intents import ByIntents
from accordant.tasks.words import in_words
from accordant.tasks.workbench import Workbench, workbench

log = logging.getLogger(__name__)


class Push(ByIntents):
    """The shape of a push flow."""

    def extract(self, bench: Workbench) -> dict[str, Any]:
        """Read what changed on our side, and on the other side what it needs, into staging."""
        flow, run = bench.push_flow, bench.run
        documents = bench.source.changed(Asked(
            run.mark, run.parameters, sources_to_retry(bench.database, run), run.mode == "preview",
            lapsed_claims(bench.database, flow.name, timedelta(seconds=flow.settings.lease_seconds)),
        ))  # fmt: skip
        ours = stage(bench.database, run.id, "ours", flow.read_ours(documents))
        others = flow.other_sources(bench.view)
        existing = bench.source.existing(others) if others else set()
        stage(bench.database, run.id, "ours", (StagedRow("other_document", key, {}) for key in sorted(existing)))
        bench.database.execute("store/analyze_staged")
        failpoint("extract.staged")
        theirs = stage(bench.database, run.id, "theirs", flow.read_theirs(bench.view, bench.target))
        bench.database.execute("store/analyze_staged")
        log.info("Staged %d records of %s and %d of %s.", ours, run.ours, theirs, run.theirs)
        return {"ours": ours, "theirs": theirs}

    def recognise(self, bench: Workbench) -> None:
        """Need nothing: the address says which server it is."""

    def before_plan(self, bench: Workbench) -> None:
        """Need nothing: the plan is made of what is staged."""

    def decisions(self, bench: Workbench) -> Iterator[Operation | Trouble]:
        """Yield the plan in its order, and what stands in the way."""
        yield from bench.push_flow.decide(bench.view)

    def after_plan(self, bench: Workbench) -> None:
        """Need nothing: the report resolves what no longer stands in the way."""

    def after_load(self, bench: Workbench) -> None:
        """Need nothing."""

    def proofs(self, bench: Workbench) -> Iterator[list[Proof]]:
        """Read the touched records of the other side again and compare them with ours."""
        yield from bench.push_flow.read_back(bench.view, bench.target)


def let_go(flow_name: str, run_id: str) -> None:
    """Give every row that a run still holds the status that it came to, or open it again; what is unknown stays.

    A run whose report was never reached (it failed, its plan was rejected) must not leave rows in progress.
    """
    report(flow_name, run_id)
    with workbench(flow_name, run_id, "close") as bench:
        if not bench.database.rows("store/run_unknown", run_id=run_id):
            opened = bench.source.let_go(bench.run.mark)
            log.info("%d rows that the run had taken are open again.", opened)


def report(flow_name: str, run_id: str) -> dict[str, Any]:
    """Write back how each source document ended; one with work left to do keeps its old status."""
    with workbench(flow_name, run_id, "report") as bench:
        counts = {"documents": 0, **dict.fromkeys(bench.source.endings, 0)}
        for reports in bench.push_flow.report(bench.view, run_id, datetime.now(UTC)):
            put_troubles(bench.database, bench.run, (trouble for one in reports for trouble in one.troubles))
            for ending, number in bench.source.write(bench.run.mark, reports).items():
                counts["documents"] += number
                counts[ending] += number
            resolve_others(bench.database, bench.run, [one.key for one in reports])
    log.info("Documents: %s.", in_words(counts))
    return counts
