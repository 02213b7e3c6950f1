"""Folders for servers that live for one test or one benchmark: in memory, where there is plenty of it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux keeps it in memory; several times as fast as a shared disk
_PLENTY = 12 * 1024**3  # bytes; three test workers fill two thirds of it


def scratch_folder(prefix: str) -> Path:
    """A new folder for a server's files, which nobody needs after it."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if _is_plenty() else None))


def _is_plenty() -> bool:
    try:
        return min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available) > _PLENTY
    except OSError:
        return False
