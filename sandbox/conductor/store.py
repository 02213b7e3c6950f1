"""The data file of a company file: SQLite, one row an object."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.conductor.record import Record

_TABLES = """
CREATE TABLE IF NOT EXISTS record (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, resource TEXT, made INTEGER, changed INTEGER,
    links TEXT, shown TEXT);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT);
"""
_SAVE = """
INSERT INTO record (id, resource, made, changed, links, shown) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, links = excluded.links, shown = excluded.shown
"""


class Store:
    """Keeps a company file between starts. What was answered survives a kill -9."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing in this mode; only a power cut could.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    def records(self) -> list[Record]:
        """All objects, oldest first."""
        rows = self._db.execute("SELECT resource, shown, made, changed, links FROM record ORDER BY position")
        return [
            Record(resource, json.loads(shown), made, changed, {k: (a, b) for k, (a, b) in json.loads(links).items()})
            for resource, shown, made, changed, links in rows
        ]

    def meta(self) -> dict[str, Any]:
        """Everything that is no object: counters, settings, deletions."""
        return {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM meta")}

    def save(self, records: Iterable[Record], removed: Iterable[str], meta: dict[str, Any]) -> None:
        """Write changed objects, forget removed ones, keep the rest: all or nothing."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.executemany("DELETE FROM record WHERE id = ?", ((one,) for one in removed))
            self._db.executemany(_SAVE, map(_row, records))
            values = ((name, json.dumps(value)) for name, value in meta.items())
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)

    def wipe(self) -> None:
        """Forget all objects and everything else."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM record")
            self._db.execute("DELETE FROM meta")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()


def _row(one: Record) -> tuple[Any, ...]:
    return one.id, one.resource, one.made, one.changed, json.dumps(one.links), json.dumps(one.shown)
