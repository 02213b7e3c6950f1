"""What the steps of a push flow do: documents of our side become records of the other."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from accordant.flows.base import DocumentReport, Proof
from accordant.store.quarantine import resolve_others, sources_to_retry
from accordant.store.staging import stage
from accordant.sync.errors import RecordRejected
from accordant.sync.failpoints import failpoint
from accordant.sync.operations import Operation, Trouble
from accordant.sync.records import StagedRow
from accordant.tasks.words import in_words
from accordant.tasks.workbench import Workbench, workbench

log = logging.getLogger(__name__)


class Push:
    """The shape of a push flow."""

    def extract(self, bench: Workbench) -> dict[str, Any]:
        """Read what changed on our side, and on the other side what it needs, into staging."""
        again = sources_to_retry(bench.database, bench.run)
        documents = bench.source.changed(redo=bool(bench.run.parameters.get("redo")), keys=again)
        flow, run = bench.push_flow, bench.run
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


def report(flow_name: str, run_id: str) -> dict[str, Any]:
    """Write back how each source document ended; one with work left to do keeps its old status."""
    counts = {
        "documents": 0,
        "done": 0,
        "partly": 0,
        "failed": 0,
        "pending": 0,
        "changed_meanwhile": 0,
        "status_refused": 0,
    }
    with workbench(flow_name, run_id, "report") as bench:
        for reports in bench.push_flow.report(bench.view, run_id, datetime.now(UTC)):
            for one in reports:
                counts["documents"] += 1
                counts[_write_report(bench, one)] += 1
            resolve_others(bench.database, bench.run, [one.key for one in reports])
    log.info("Documents: %s.", in_words(counts))
    return counts


def _write_report(bench: Workbench, one: DocumentReport) -> str:
    """Write one document's status and return under which name it counts."""
    if one.status is None:
        return "pending"
    failpoint("report.1.before_write")
    try:
        written = bench.source.write_status(one.key, one.hash, one.status, one.log)
    except RecordRejected as error:  # one document that takes no status must not keep the others from theirs
        log.error("%s", error)
        return "status_refused"
    failpoint("report.2.after_write")
    if not written:
        return "changed_meanwhile"
    return {1: "done", 2: "partly", 3: "failed"}[one.status]
