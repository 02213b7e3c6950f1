"""Measuring in a process of its own, so that its memory and its CPU time are its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]


def in_own_process(module: str, *arguments: str | int) -> dict[str, Any]:
    """Run `python -m benchmarks.{module}` and return the JSON object of its last line."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=_ROOT).stdout
    return dict(json.loads(told.splitlines()[-1]))


def peak_mb() -> float:
    """Return this process's peak memory. Not ru_maxrss: that one starts with the peak of the parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
