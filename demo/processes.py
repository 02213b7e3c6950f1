"""Processes that the demo started: known by pid and birth, stopped whole, never by name."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import psutil

# A pid is ours only when the process was born when we started it; clocks of /proc round to this.
_SAME_BIRTH_SECONDS = 2.0


@dataclass(frozen=True)
class Tracked:
    """One process with all that it starts: it leads its own session."""

    name: str
    pid: int
    born: float
    log: str

    @classmethod
    def start(cls, name: str, command: Sequence[str], env: Mapping[str, str], folder: Path, log: Path) -> Self:
        """Start `command` in `folder`; both of its outputs go to `log`, which starts anew."""
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own words
                list(command),
                env=dict(env),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(name, process.pid, psutil.Process(process.pid).create_time(), str(log))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the process that `as_json` described."""
        return cls(str(stored["name"]), int(stored["pid"]), float(stored["born"]), str(stored["log"]))

    def as_json(self) -> dict[str, Any]:
        """Return what the state file keeps."""
        return asdict(self)

    def process(self) -> psutil.Process | None:
        """Return the running process, or None when it ended or its pid belongs to someone else now."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.born) < _SAME_BIRTH_SECONDS
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process() is not None


def _family(tracked: Tracked) -> list[psutil.Process]:
    """Return the process, its descendants, and whoever else is left in its session."""
    leader = tracked.process()
    family = [leader, *leader.children(recursive=True)] if leader else []
    known = {process.pid for process in family}
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            orphan = process.pid not in known and os.getsid(process.pid) == tracked.pid
            if orphan and process.create_time() >= tracked.born - _SAME_BIRTH_SECONDS:
                family.append(process)
    return family


def _send(family: Sequence[psutil.Process], number: int) -> None:
    for process in family:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


def _left_after(family: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until all have ended, at most so long; return those that have not.

    A dead process that its parent has not collected yet has ended: in a container that can take seconds.
    """
    deadline = time.monotonic() + seconds
    left = list(family)
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = [process for process in left if _runs(process)]
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def stop(processes: Sequence[Tracked], patience: float = 10.0) -> None:
    """End processes and everything they started: politely, then, after `patience` seconds, for good."""
    family = [process for tracked in processes for process in _family(tracked)]
    _send(family, signal.SIGTERM)
    stubborn = _left_after(family, patience)
    _send(stubborn, signal.SIGKILL)
    _left_after(stubborn, 5)
