"""The demo's page on QuickBooks Desktop: what both sides hold now, what waits, and the proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from demo.company import Counted

_COLUMNS = ("in the WMS", "new", "in QuickBooks", "new", "were the same", "changed", "for a person", "waiting")
_FOR_A_PERSON = ("quarantined", "conflicts")


def office_table(before: Counted, after: Counted, results: Mapping[str, Mapping[str, Any]]) -> Table:
    """Return what was agreed, one row per flow.

    Args:
        before, after: what both sides held before and after.
        results: flow -> the summary of its first run.
    """
    table = Table(title="What was agreed between the WMS and QuickBooks Desktop", title_justify="left")
    table.add_column("")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    for flow, result in results.items():
        kind = flow.removeprefix("qbd_").removesuffix("s")
        counts = result["object_types"].get(kind, {})
        person = sum(counts.get(name, 0) for name in _FOR_A_PERSON)
        told = (counts.get("linked", 0), counts.get("updated", 0), person, counts.get("waiting", 0))
        name = f"{kind.replace('_', ' ')}s"
        table.add_row(name, *_held(before, after, kind), *(str(number or "") for number in told))
    return table


def match_line(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Return how many flows are proven."""
    proven = sum(bool(result["matches"]) for result in results.values())
    colour = "green" if proven == len(results) else "red"
    return f"Certificates: [{colour}]{proven} of {len(results)} say that both sides match[/], but for what waits above."


def ledger_line(planned: int, reads: int, writes: int) -> str:
    """Return what everything once more did, by QuickBooks' own account."""
    colour = "red" if planned or writes else "green"
    return (
        f"Everything once more: [{colour}]{planned} operations planned, {writes} write calls[/] to QuickBooks "
        f"(reads: {reads}), by QuickBooks' own ledger."
    )


def _held(before: Counted, after: Counted, kind: str) -> tuple[str, ...]:
    return tuple(
        str(number or "")
        for was, now in ((before.wms[kind], after.wms[kind]), (before.quickbooks[kind], after.quickbooks[kind]))
        for number in (now, now - was)
    )
