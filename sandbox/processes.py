"""Processes that outlive their launcher: started detached, known by pid, checked before trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE = 30.0


def start_detached(arguments: list[str], log: Path) -> tuple[int, dict[str, Any]]:
    """Start `python -m sandbox ...` on its own; its pid, and the JSON line it says when ready."""
    log.parent.mkdir(parents=True, exist_ok=True)
    before = log.stat().st_size if log.exists() else 0
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=_ROOT,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        said = log.read_text(errors="replace")[before:] if log.exists() else ""
        for line in said.splitlines(keepends=True):
            if line.startswith("{") and line.endswith("\n"):
                return process.pid, json.loads(line)
        if process.poll() is not None:
            break
        time.sleep(0.05)
    stop(process.pid, "sandbox")
    raise RuntimeError(f"`sandbox {arguments[0]}` did not get ready; its output is in {log}")


def is_ours(pid: int | None, word: str) -> bool:
    """Whether this pid is alive and its command line holds `word`: pids are used again by others."""
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and any(word in part for part in process.cmdline())
    except psutil.Error:
        return False


def stop(pid: int | None, word: str) -> bool:
    """End the process if it is ours: ask first, insist after ten seconds. Whether it was running."""
    if pid is None or not is_ours(pid, word):
        return False
    try:
        process = psutil.Process(pid)
        process.terminate()
        if not _ended(pid, word, 10):
            process.kill()
            _ended(pid, word, 5)
    except psutil.NoSuchProcess:
        pass
    return True


def _ended(pid: int, word: str, seconds: float) -> bool:
    """Wait for a process to end. One that waits only for its parent to notice has ended."""
    deadline = time.monotonic() + seconds
    while is_ours(pid, word) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_ours(pid, word)
