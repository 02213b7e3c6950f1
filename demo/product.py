"""The product as the demo asks it: the `accordant` command, with JSON for answers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.failure import DemoFailed
from demo.layout import RAW_DATA, Home

_PATIENCE_SECONDS = 120


class Accordant:
    """The command line of the product, on the connections of one sandbox."""

    def __init__(self, home: Home, env: Mapping[str, str]) -> None:
        self._home = home
        self._env = dict(env)

    def migrate_store(self) -> None:
        """Bring the sync store to this version."""
        self._ask("migrate")

    def status(self) -> dict[str, Any]:
        """Return the last run of the raw documents' flow: how far it is, and its certificate."""
        (run,) = json.loads(self._ask("status", "--flow", RAW_DATA, "--json"))
        return dict(run)

    def ended(self) -> dict[str, Any]:
        """Return the last run once it has ended: the schedule may have begun another a moment ago."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (status := self.status())["state"] == "running" and time.monotonic() < deadline:
            time.sleep(1)
        return status

    def quarantine(self, flows: str) -> list[dict[str, Any]]:
        """Return what waits in quarantine, one row per reason, of the flows whose names begin so."""
        rows = json.loads(self._ask("quarantine", "list", "--json"))
        return [row for row in rows if row["flow"].startswith(flows)]

    def progress(self) -> str:
        """Return how many operations are done, or nothing while that is not known."""
        try:
            rows = self.status()["progress"]
        except (DemoFailed, ValueError, KeyError):
            return ""  # no run has begun, or it has no plan yet
        total = sum(int(row["total"]) for row in rows)
        done = sum(int(row["done"]) for row in rows)
        return f"{done} of {total} operations" if total else ""

    def _ask(self, *words: str) -> str:
        log = self._home.logs / f"accordant-{words[0]}.log"
        program = Path(sys.executable).parent / "accordant"
        with log.open("wb") as errors:
            done = subprocess.run(  # noqa: S603 - our own words
                [str(program), *words],
                env=self._env,
                cwd=self._home.airflow,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                timeout=_PATIENCE_SECONDS,
                check=False,
            )
        if done.returncode != 0:
            with log.open("ab") as errors:
                errors.write(done.stdout)
            raise DemoFailed(f"`accordant {' '.join(words)}` ended with {done.returncode}.", log)
        return done.stdout.decode()
