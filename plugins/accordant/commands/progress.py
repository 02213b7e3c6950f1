"""Progress of a run, on stderr: bars in a terminal, a line now and then anywhere else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from accordant.store.database import Database

_LOOK_EVERY = 0.5  # seconds
_LINE_EVERY = 10.0  # seconds between two lines of numbers where there is no terminal


class ProgressDisplay:
    """Shows the step a run is in and how far each object type is. May be told from several threads."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._bars = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[numbers]}"),
            TimeElapsedColumn(), console=console, transient=True, disable=not self._live,
        )  # fmt: skip
        self._step = self._bars.add_task("starting", total=None, numbers="")
        self._types: dict[str, TaskID] = {}
        self._lock = Lock()
        self._last_line = ("", time.monotonic())

    def __enter__(self) -> ProgressDisplay:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def step(self, name: str) -> None:
        """Say which step works now."""
        self._bars.update(self._step, description=escape(name))
        if not self._live:
            self._console.print(f"{escape(name)} ...")

    def note(self, sentence: str) -> None:
        """Say something that must not scroll away unseen."""
        self._bars.console.print(f"[yellow]{escape(sentence)}[/]", soft_wrap=True)

    def show_cursor(self) -> None:
        """Give the terminal its cursor back before the process ends at once."""
        self._console.show_cursor()

    def numbers(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show how far the operations of each object type are."""
        totals = totals_by_type(rows)
        with self._lock:
            for name, total in totals.items():
                if name not in self._types:
                    self._types[name] = self._bars.add_task(name.replace("_", " "), total=None, numbers="")
                numbers = f"{total['done']:,} of {total['total']:,}" + _failed(total)
                self._bars.update(self._types[name], total=total["total"], completed=total["done"], numbers=numbers)
            self._line(totals)

    def _line(self, totals: dict[str, dict[str, int]]) -> None:
        line, since = self._last_line
        if self._live or time.monotonic() - since < _LINE_EVERY:
            return
        parts = [f"{name} {n['done']:,} of {n['total']:,}{_failed(n)}" for name, n in totals.items()]
        current = ", ".join(parts)
        if current != line:
            self._console.print(escape(current.replace("_", " ")))
        self._last_line = (current, time.monotonic())


def totals_by_type(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return {object type: total, done, failed, open} of the rows of run_progress."""
    totals: dict[str, dict[str, int]] = {}
    for row in rows:
        total = totals.setdefault(row["object_type"], {"total": 0, "done": 0, "failed": 0, "open": 0})
        total["total"] += row["total"]
        total["done"] += row["total"] - row["open"] - row["held"] - row["unknown"]
        total["failed"] += row["failed"]
        total["open"] += row["open"] + row["held"] + row["unknown"]
    return totals


def _failed(total: dict[str, int]) -> str:
    return f", {total['failed']:,} failed" if total["failed"] else ""


class RunWatch(Thread):
    """Reads a run's progress from the store while it works, and hands on a person's wish to cancel it."""

    def __init__(self, database: Database, flow: str, airflow_run_id: str, display: ProgressDisplay) -> None:
        super().__init__(name="run-watch", daemon=True)
        self._database, self.flow, self._airflow_run_id = database, flow, airflow_run_id
        self._display = display
        self._done = Event()
        self._told = False
        self.cancel = Event()

    def __enter__(self) -> RunWatch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Look twice a second until the run is over."""
        import psycopg

        from accordant.sync.errors import AccordantError

        while not self._done.wait(_LOOK_EVERY):
            try:
                self._look()
            except (AccordantError, psycopg.Error):
                continue  # a look that fails is no reason to disturb the run

    def row(self) -> dict[str, Any] | None:
        """Return the run's row; None before its first step opened it."""
        found = self._database.row("store/run_get", run=self._airflow_run_id)
        return found if found and found["flow"] == self.flow else None

    def _look(self) -> None:
        found = self.row()
        if self.cancel.is_set() and not self._told:
            self._told = True
            self._display.note("Cancelling between two operations. Press Ctrl-C again to end at once.")
        if found is None:
            return
        if self.cancel.is_set():
            self._database.execute("store/run_cancel", run_id=found["id"])
        rows = self._database.rows("store/run_progress", run_id=found["id"])
        if rows:
            self._display.numbers(rows)
