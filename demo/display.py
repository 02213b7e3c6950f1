"""What the person sees while the demo works: one line per phase, with its seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

Say = Callable[[str], None]


class Display:
    """Phases with their seconds: live in a terminal, plain lines anywhere else. Safe to use from threads."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started = time.monotonic()
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        if console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._progress = Progress(*columns, console=console, transient=True)

    @contextmanager
    def live(self) -> Iterator[None]:
        """Show running phases while the block runs."""
        if self._progress is None:
            yield
            return
        with self._progress:
            yield

    @contextmanager
    def phase(self, name: str) -> Iterator[Say]:
        """Show a phase; yields a function that says how far it is. Its end, or its failure, stays on screen."""
        began = time.monotonic()
        task = self._begin(name)
        last = [""]

        def say(detail: str) -> None:
            if detail != last[0]:
                last[0] = detail
                self._detail(task, name, detail)

        mark = "[red]failed[/]"
        try:
            yield say
            mark = "[green]done[/]"
        finally:
            self._end(task, f"  {mark} {name} [dim]{time.monotonic() - began:5.1f} s[/]")

    def line(self, text: str = "") -> None:
        """Print one line."""
        with self._lock:
            self.console.print(text, highlight=False, soft_wrap=True)

    def failure(self, text: str) -> None:
        """Print what went wrong, word for word."""
        with self._lock:
            self.console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)

    def table(self, table: Table) -> None:
        """Print a table."""
        with self._lock:
            self.console.print(table)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def _begin(self, name: str) -> TaskID | None:
        if self._progress is not None:
            return self._progress.add_task(name, total=None)
        self.line(f"  ...  {name}")
        return None

    def _detail(self, task: TaskID | None, name: str, detail: str) -> None:
        if self._progress is not None and task is not None:
            self._progress.update(task, description=f"{name}: {detail}")
        else:
            self.line(f"       {name}: {detail}")

    def _end(self, task: TaskID | None, line: str) -> None:
        if self._progress is not None and task is not None:
            self._progress.remove_task(task)
        self.line(line)
