"""What a benchmark found: tables for a person, JSON for a program, and which promises were kept."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / ".accordant" / "benchmarks"

Row = dict[str, Any]


@dataclass
class Table:
    """Rows of one kind, with the same columns."""

    title: str
    rows: list[Row]
    notes: Sequence[str] = ()


@dataclass
class Promise:
    """A figure that must be reached."""

    sentence: str
    kept: bool


@dataclass
class Result:
    """One benchmark's tables and promises."""

    name: str
    tables: list[Table] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


def publish(result: Result) -> bool:
    """Print a result, write it as JSON, and tell whether every promise was kept."""
    print(f"\n=== {result.name}")
    for table in result.tables:
        print(f"\n{table.title}\n\n{_text(table.rows)}")
        for note in table.notes:
            print(f"  {note}")
    print()
    for promise in result.promises:
        print(f"  {'kept    ' if promise.kept else 'NOT KEPT'}  {promise.sentence}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{result.name}.json"
    path.write_text(json.dumps({"machine": _machine(), **asdict(result)}, indent=1, ensure_ascii=False) + "\n")
    print(f"  written   {path.relative_to(FOLDER.parents[1])}", flush=True)
    return all(promise.kept for promise in result.promises)


def _machine() -> Row:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": now, "cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}


def _text(rows: list[Row]) -> str:
    """Return rows as aligned columns; numbers to the right."""
    names = list(rows[0])
    cells = [[_shown(row.get(name)) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    right = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]
    lines = [names, ["-" * width for width in widths], *cells]
    return "\n".join("  " + "  ".join(_padded(line, widths, right)).rstrip() for line in lines)


def _padded(line: list[str], widths: list[int], right: list[bool]) -> list[str]:
    return [cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(line, widths, right, strict=True)]


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
