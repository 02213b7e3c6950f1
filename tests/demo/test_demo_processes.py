"""What the demo starts it can name, and what it names it stops whole."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from demo.processes import Tracked, stop

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep({seconds})
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def said(log: Path) -> str:
    """Return the first line of a log, waiting for it."""
    for _ in range(200):
        lines = log.read_text().splitlines() if log.exists() else []
        if lines:
            return lines[0]
        time.sleep(0.05)
    raise AssertionError(f"{log} stays empty")


def runs(pid: int) -> bool:
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Tracked]]:
    """Processes of a test; whatever it does, none survives it."""
    known: list[Tracked] = []
    yield known
    stop(known, patience=0)


def start(tmp_path: Path, started: list[Tracked], code: str) -> Tracked:
    env = {"PATH": os.environ["PATH"]}
    process = Tracked.start("test", [sys.executable, "-c", code], env, tmp_path, tmp_path / "test.log")
    started.append(process)
    return process


def test_stopping_a_process_stops_its_children(tmp_path: Path, started: list[Tracked]) -> None:
    process = start(tmp_path, started, PARENT.format(seconds=600))
    child = int(said(tmp_path / "test.log"))
    stop([process])
    assert not process.alive
    assert not runs(child)


def test_a_child_whose_parent_died_is_stopped_too(tmp_path: Path, started: list[Tracked]) -> None:
    process = start(tmp_path, started, PARENT.format(seconds=0))
    child = int(said(tmp_path / "test.log"))
    os.waitpid(process.pid, 0)
    assert runs(child)
    stop([process])
    assert not runs(child)


def test_a_process_that_ignores_the_polite_signal_is_killed(tmp_path: Path, started: list[Tracked]) -> None:
    process = start(tmp_path, started, STUBBORN)
    said(tmp_path / "test.log")
    stop([process], patience=0.3)
    assert not process.alive


def test_a_pid_that_now_belongs_to_someone_else_is_not_touched(tmp_path: Path, started: list[Tracked]) -> None:
    process = start(tmp_path, started, "import time; time.sleep(600)")
    stale = dataclasses.replace(process, born=process.born - 3600)
    assert not stale.alive
    assert dataclasses.replace(process, pid=2**22 + 1).alive is False
    assert Tracked.from_json(process.as_json()) == process
    assert process.alive


def test_the_end_is_not_waited_for_longer_than_needed(tmp_path: Path, started: list[Tracked]) -> None:
    process = start(tmp_path, started, "import time; time.sleep(600)")
    began = time.monotonic()
    stop([process])
    assert time.monotonic() - began < 5
