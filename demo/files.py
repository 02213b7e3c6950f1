"""Small files that must be whole or absent, and private where they hold secrets."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.failure import DemoFailed


def write_private(path: Path, value: Any) -> None:
    """Write `value` as JSON, readable by the owner only, in one step."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # mkstemp creates with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
    Path(temporary).replace(path)


def read_json(path: Path) -> Any:
    """Return the content of a JSON file, or None when it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock file for the time of the block. The system lets go of it when the process dies.

    Raises:
        DemoFailed: another process holds it.
    """
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoFailed("Another `make demo` or `make stop` is at work. Wait for it, then try again.") from None
        yield
