"""The sandbox as the demo uses it: a folder, started, filled and stopped by its own commands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

from demo.environment import clean_environment
from demo.failure import DemoFailed
from demo.files import read_json
from demo.layout import CHECKOUT, Home

_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Sandbox:
    """Where a running sandbox is.

    Attributes:
        metadata: SQLAlchemy URL of the database for Airflow.
        connections: `AIRFLOW_CONN_*` variables that point at it.
        inventree: base URL of its InvenTree.
        token: an API token of that InvenTree.
        quickbooks: where its QuickBooks Desktop shows what the company file holds.
        quickbooks_online: base URL of its QuickBooks Online.
        printavo: base URL of its Printavo.
        mongo: URI of its MongoDB-compatible server.
    """

    metadata: str
    connections: Mapping[str, str]
    inventree: str
    token: str
    quickbooks: str
    quickbooks_online: str
    printavo: str
    mongo: str

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Return what `sandbox.json` tells."""
        folder = quote(told["postgres"]["socket_dir"], safe="/")
        return cls(
            metadata=f"postgresql+psycopg2://postgres@/airflow?host={folder}",
            connections=told["environment"],
            inventree=told["inventree"]["base_url"],
            token=told["inventree"]["token"],
            quickbooks=f"http://127.0.0.1:{told['conductor']['port']}",
            quickbooks_online=told["quickbooks-online"]["base_url"],
            printavo=told["printavo"]["base_url"],
            mongo=told["mongo"]["uri"],
        )


def start(home: Home) -> Sandbox:
    """Start every server of the sandbox and return where they are."""
    _command(home, "up")
    found = find(home)
    if found is None:
        raise DemoFailed("The sandbox wrote no sandbox.json.", home.logs / "sandbox-up.log")
    return found


def find(home: Home) -> Sandbox | None:
    """Return where the sandbox of this folder is, if it was ever started; None for one of an older version, too."""
    told = read_json(home.sandbox / "sandbox.json")
    try:
        return Sandbox.from_json(told) if told else None
    except KeyError:
        return None


def seed(home: Home) -> None:
    """Put the demo's documents and objects in."""
    _command(home, "seed")


def is_running(home: Home) -> bool:
    """Return whether every server of the sandbox runs."""
    return home.sandbox.exists() and _run(home, "status") == 0


def stop(home: Home) -> bool:
    """Stop every server of the sandbox; return whether any was running.

    Raises:
        DemoFailed: one still runs.
    """
    if not home.sandbox.exists():
        return False
    _command(home, "down")
    _run(home, "status")
    left = [line for line in _said(home, "status") if "running, pid" in line]
    if left:
        raise DemoFailed(f"The sandbox did not stop: {'; '.join(left)}.", home.logs / "sandbox-down.log")
    return not any("nothing was running" in line for line in _said(home, "down"))


def _said(home: Home, verb: str) -> list[str]:
    return (home.logs / f"sandbox-{verb}.log").read_text(encoding="utf-8", errors="replace").splitlines()


def _command(home: Home, verb: str) -> None:
    code = _run(home, verb)
    if code != 0:
        raise DemoFailed(f"`python -m sandbox {verb}` ended with {code}.", home.logs / f"sandbox-{verb}.log")


def _run(home: Home, verb: str) -> int:
    log = home.logs / f"sandbox-{verb}.log"
    command = [sys.executable, "-m", "sandbox", verb, "--home", str(home.sandbox)]
    with log.open("wb") as output:
        try:
            return subprocess.run(  # noqa: S603 - our own words
                command,
                env=clean_environment(),
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise DemoFailed(f"`python -m sandbox {verb}` took over {_PATIENCE_SECONDS} seconds.", log) from None
