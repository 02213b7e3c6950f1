"""The data file of an account: what was done to it, one JSON line each. An account is what it was made from and what a
person did since, so doing it again gives the same account."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Journal:
    """Keeps an account between starts; what was written survives a kill -9."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def entries(self) -> Iterator[dict[str, Any]]:
        """What was done, oldest first. A line that a kill cut off is not counted."""
        for line in self._path.read_text().splitlines(keepends=True):
            entry = json.loads(line) if line.endswith("\n") else {}
            if "action" in entry:
                yield entry

    def token(self, given: str | None) -> str:
        """The token of the account: the given one, or the one that was made when the file was new."""
        first = self._path.open().readline()
        kept = json.loads(first).get("token") if first.endswith("\n") else None
        if given or kept:
            return str(given or kept)
        made = secrets.token_hex(16)
        self._path.write_text(json.dumps({"token": made}) + "\n" + self._path.read_text())
        return made

    def write(self, action: str, values: Mapping[str, Any], moment: str) -> None:
        """Add what was done."""
        with self._path.open("a") as file:
            file.write(json.dumps({"at": moment, "action": action, "values": values}) + "\n")
