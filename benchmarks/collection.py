"""A file of documents with the surface of the raw_data hook.

The embedded MongoDB server is slow and heavy beside what is measured here; a file feeds the same steps
at the speed of a generator, and keeps the statuses between processes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_TABLE = "CREATE TABLE IF NOT EXISTS document (id TEXT PRIMARY KEY, body TEXT NOT NULL, status INTEGER, log TEXT)"


class Collection:
    """The documents of one file."""

    account = "benchmark/raw_data"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(_TABLE)

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents."""
        rows = ((str(one["_id"]), json.dumps({"data": one["data"]})) for one in documents)
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO document (id, body) VALUES (?, ?)", rows)
        self._db.execute("COMMIT")

    def forget_statuses(self) -> None:
        """Make every document look as if it had never been synchronised."""
        self._db.execute("UPDATE document SET status = NULL, log = NULL")

    # -- what RawDocuments asks of a hook

    def id_of(self, key: str) -> str:
        """Return the id itself."""
        return key

    def documents(self, _: Mapping[str, Any]) -> Iterator[Document]:
        """Yield all documents: more than asked for, which the caller allows."""
        for row in self._db.execute("SELECT id, body, status, log FROM document ORDER BY id"):
            yield _document(*row)

    def existing(self, keys: Sequence[str]) -> set[str]:
        """Return those of these documents that are there."""
        return {key for key in keys if self.document(key) is not None}

    def document(self, key: str) -> Document | None:
        """Return one document."""
        row = self._db.execute("SELECT id, body, status, log FROM document WHERE id = ?", (key,)).fetchone()
        return None if row is None else _document(*row)

    def write_status(self, key: str, _: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
        """Write a document's status and log."""
        values = (fields["sync_status"], json.dumps(fields["sync_log"]), key)
        return self._db.execute("UPDATE document SET status = ?, log = ? WHERE id = ?", values).rowcount == 1


def _document(key: str, body: str, status: int | None, log: str | None) -> Document:
    document: Document = {"_id": key, **json.loads(body)}
    if status is not None and log is not None:
        document |= {"sync_status": status, "sync_log": json.loads(log)}
    return document
