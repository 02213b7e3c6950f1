"""The peer: a plain loop over InvenTree's public Python client, as the script that did this job before."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import FOLDER
from sandbox.inventree.server import RunningInvenTree

VERSION = "0.25.0"
_VENV = FOLDER / "peer"
_SCRIPT = Path(__file__).with_name("peer_loop.py")


class PeerMissing(Exception):
    """The client package cannot be had here."""


@dataclass(frozen=True)
class PeerRun:
    """One run of the loop; times in seconds."""

    wall: float
    cpu: float
    failed: int


def installed() -> Path:
    """Return the Python that has the client, in a folder of its own; install it when absent.

    Raises:
        PeerMissing: there is no such package, or no way to it.
    """
    python = _VENV / "bin" / "python"
    if not _version(python):
        uv = str(Path(sys.executable).with_name("uv"))
        wanted = f"inventree=={VERSION}"
        for command in (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(_VENV)],
            [uv, "pip", "install", "--quiet", "--python", str(python), wanted],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            if done.returncode:
                raise PeerMissing(f"{wanted} cannot be installed: {done.stderr.strip()[:300]}")
    return python


def _version(python: Path) -> bool:
    if not python.exists():
        return False
    check = f"import inventree.base as b; assert b.INVENTREE_PYTHON_VERSION == {VERSION!r}"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def run_peer(python: Path, server: RunningInvenTree, documents: Path) -> PeerRun:
    """Let the loop do every document that is not done."""
    command = [str(python), str(_SCRIPT), server.base_url, server.token, str(documents)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return PeerRun(found["wall"], found["cpu"], found["failed"])
