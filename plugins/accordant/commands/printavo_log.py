"""The log of a day's runs, where people look for it: logs/printavo_sync_20260131.log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from accordant.commands.exits import exit_of
from accordant.commands.failures import failure_of, ours

if TYPE_CHECKING:
    from accordant.commands.run import Ended


class DayLog:
    """One run in the log of its day.

    Args:
        folder: made when it is missing.
    """

    def __init__(self, folder: Path, command: str) -> None:
        began = datetime.now().astimezone()
        self.path = folder / f"printavo_sync_{began:%Y%m%d}.log"
        folder.mkdir(parents=True, exist_ok=True)
        self._write(f"=== {began:%Y-%m-%d %H:%M:%S %z} {command}")

    def ended(self, ended: Ended, exit_code: int) -> None:
        """Write all that Airflow said of a run, and how it ended."""
        self._write(ended.log.read_text(encoding="utf-8", errors="replace").rstrip("\n"))
        state = ended.report["state"].replace("_", " ")
        self._write(f"=== {_now()} {state}, exit code {exit_code}")

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Write down why a run could not even begin."""
        try:
            yield
        except Exception as error:
            failure = failure_of(error)
            said = " ".join(part for part in (failure.code, failure.record, failure.sentence, failure.action) if part)
            self._write(f"{said}\n=== {_now()} failed, exit code {int(exit_of(ours(error)))}")
            raise

    def _write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")


def _now() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}"
