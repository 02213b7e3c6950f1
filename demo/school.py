"""The third part of the demo: a school's invoices reach QuickBooks Online, and once more, with nothing left to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from demo import dag_runs, mis, runs
from demo.dag_runs import DagRun
from demo.display import Display
from demo.layout import SCHOOL
from demo.mis import Counted
from demo.start import Running
from demo.tables import quarantine_table


@dataclass(frozen=True)
class Begun:
    """The school's first run, under way, and what both sides held before it."""

    run: DagRun
    before: Counted


def begin_school(running: Running, display: Display) -> Begun:
    """Let the school's invoices go, beside what comes next: Intuit's limits make the run wait for a minute."""
    before = mis.count(running.sandbox)
    display.line(f"  {SCHOOL} begins; it goes on beside the others.")
    return Begun(dag_runs.begin(running.api, SCHOOL), before)


def agree_school(running: Running, display: Display, begun: Begun) -> list[str]:
    """Follow the first run, run once more, show what came of it, and return what is not as promised."""
    first, before = begun.run, begun.before
    with display.phase(f"{SCHOOL}: 1,250 invoices of six years") as say:
        runs.follow(first, say, running.alive)
    after, waiting = mis.count(running.sandbox), running.accordant.quarantine("mis_invoices")
    mark = mis.last_call(running.sandbox)
    with display.phase(f"{SCHOOL}: once more, nothing left to do") as say:
        runs.follow(dag_runs.trigger(running.api, SCHOOL), say, running.alive)
    reads, writes = mis.calls_since(running.sandbox, mark)
    display.line()
    display.table(_table(before, after))
    display.table(quarantine_table(waiting))
    display.line(_match_line(first.told("close")))
    colour = "red" if writes else "green"
    display.line(
        f"Once more: [{colour}]{writes} write calls[/] to QuickBooks Online (reads: {reads}), by its own ledger."
    )
    return [*mis.differences(before, after, waiting), *_wrong(first.told("close"), writes)]


def _wrong(first: Mapping[str, Any], writes: int) -> list[str]:
    found = []
    if not first["matches"]:
        found.append(f"The certificate of {SCHOOL} does not say that both sides match.")
    if writes:
        found.append(f"The second run of {SCHOOL} made {writes} write calls to QuickBooks Online; it must make none.")
    return found


def _match_line(first: Mapping[str, Any]) -> str:
    verdict = "[green]both sides match[/]" if first["matches"] else "[red]the sides differ[/]"
    return f"Certificate {str(first['certificate'])[:12]}: {verdict}, but for what waits above."


def _table(before: Counted, after: Counted) -> Table:
    """Return what both sides hold, before and after; the rows of the MIS add up."""
    table = Table(title="What was agreed between the MIS and QuickBooks Online", title_justify="left")
    for name in ("", "before", "after"):
        table.add_column(name, justify="right" if name else "left")
    table.add_row("rows of the MIS", *(f"{sum(one.statuses.values()):,}" for one in (before, after)))
    for name in after.statuses:
        table.add_row(f"  {name}", f"{before.statuses[name]:,}", f"{after.statuses[name]:,}")
    for name in after.entities:
        table.add_row(f"{name} in QuickBooks Online", f"{before.entities[name]:,}", f"{after.entities[name]:,}")
    table.add_row("  amount", f"{before.amount:,.2f}", f"{after.amount:,.2f}")
    return table
