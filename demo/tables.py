"""The demo's last page: what was agreed, what was refused and why, and the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from textwrap import shorten
from typing import Any

from rich.markup import escape
from rich.table import Table

from demo.agreement import Measured
from sandbox.seed.raw_data import promise

_EXAMPLE_LENGTH = 52
_REASON = itemgetter("severity", "code", "actor")


def agreed_table(measured: Measured, writes: int) -> Table:
    """Return what both sides hold now."""
    promised = promise()
    table = Table(title="What was agreed", title_justify="left")
    for column, justify in (("", "left"), ("now", "right"), ("of these new", "right")):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    table.add_row("documents in MongoDB", str(len(measured.statuses)), "")
    for name, number in measured.documents().items():
        table.add_row(f"  {name}", str(number), "")
    for name, number in measured.counts.items():
        before = getattr(promised, name) - getattr(promised, f"{name}_created")
        table.add_row(f"{name} in InvenTree", str(number), str(number - before))
    table.add_row("write calls of the second run", str(writes), "")
    return table


def quarantine_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return what waits, by reason: how many records, how bad it is, who must act, and an example."""
    table = Table(title=f"Quarantined or warned of: {len(rows)}, by reason", title_justify="left")
    for column in ("records", "severity", "code", "who acts"):
        table.add_column(column, justify="right" if column == "records" else "left", no_wrap=True)
    table.add_column("for example")
    for (severity, code, actor), number in Counter(map(_REASON, rows)).most_common():
        example = next(row["sentence"] for row in rows if row["code"] == code)
        table.add_row(str(number), severity, code, actor, escape(shorten(example, _EXAMPLE_LENGTH, placeholder="…")))
    return table


def certificate_line(status: Mapping[str, Any]) -> str:
    """Return the proof's id and verdict."""
    if not status.get("certificate"):
        return "[red]The last run has no certificate.[/]"
    verdict = "[green]both sides match[/]" if status.get("matches") else "[red]the sides differ[/]"
    return f"Certificate {status['certificate'][:12]}: {verdict}, but for what waits above."
