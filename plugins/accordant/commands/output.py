"""What goes to stdout: a table for people, or exactly one JSON document for programs."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WANTS_JSON = "accordant.json"


def _remember(context: typer.Context, wanted: bool) -> bool:
    context.meta[_WANTS_JSON] = wanted
    return wanted


JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of a table.", callback=_remember)
]


def wants_json(context: typer.Context | Any) -> bool:
    """Tell whether the command that is running was called with --json."""
    return bool(context.meta.get(_WANTS_JSON))


def people() -> Console:
    """Return the console on stdout."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=False)


def complaints() -> Console:
    """Return the console on stderr."""
    return Console(file=sys.stderr, highlight=False)


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=_plain) + "\n")
    sys.stdout.flush()


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else repr(value)


def table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """Return an empty table; columns named in `numbers` are aligned to the right."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


def cell(value: object) -> Text:
    """Return data as it stands: square brackets in a record's name are no markup."""
    return Text("" if value is None else str(value))


def count(number: object) -> str:
    """Return a count, with a dot for zero so that the others stand out."""
    return f"{number:,}" if isinstance(number, int) and number else "·"


def duration(seconds: float) -> str:
    """Return a duration as a person says it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 and seconds != whole else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def local_time(moment: datetime | None) -> str:
    """Return a moment in this machine's time zone, to the second."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S") if moment else ""
