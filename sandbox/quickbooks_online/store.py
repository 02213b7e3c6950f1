"""The data file of a company: SQLite, one row an object."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from sandbox.quickbooks_online.record import Record

_COLUMNS = ", ".join(field.name for field in fields(Record))
_MARKS = ", ".join("?" for _ in fields(Record))
_TABLES = f"""
CREATE TABLE IF NOT EXISTS record ({_COLUMNS}, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS answered (request_id TEXT PRIMARY KEY, moment REAL, status INTEGER, body BLOB);
"""
_SELECT = f"SELECT {_COLUMNS} FROM record ORDER BY rowid"  # noqa: S608 - our own column names
_SAVE = f"INSERT OR REPLACE INTO record ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608
Answered = tuple[str, float, int, bytes]


class Store:
    """Keeps a company between starts. What was answered survives a kill -9."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing in this mode; only a power cut could.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

    def records(self) -> list[Record]:
        """All objects, in any order."""
        found = [Record(*row) for row in self._db.execute(_SELECT)]
        for record in found:
            record.active = bool(record.active)
        return found

    def answered(self) -> list[Answered]:
        """The answers to calls with a `requestid`, oldest first."""
        return list(self._db.execute("SELECT request_id, moment, status, body FROM answered ORDER BY moment, rowid"))

    def meta(self) -> dict[str, Any]:
        """Everything else: counters, settings, tokens, deletions."""
        return {name: json.loads(value) for name, value in self._db.execute("SELECT name, value FROM meta")}

    def save(
        self,
        records: Iterable[Record],
        removed: Iterable[tuple[str, str]],
        answered: Iterable[Answered],
        meta: Mapping[str, Any],
    ) -> None:
        """Write what is new or changed, all or nothing."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.executemany("DELETE FROM record WHERE kind = ? AND id = ?", removed)
            self._db.executemany(_SAVE, map(astuple, records))
            self._db.executemany("INSERT OR REPLACE INTO answered VALUES (?, ?, ?, ?)", answered)
            values = ((name, json.dumps(value)) for name, value in meta.items())
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)

    def wipe(self) -> None:
        """Forget all objects and answers; settings and tokens stay."""
        with self._lock, self._db:
            self._db.execute("BEGIN")
            self._db.execute("DELETE FROM record")
            self._db.execute("DELETE FROM answered")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
