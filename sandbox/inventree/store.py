"""Where the sandbox InvenTree keeps its objects: one SQLite file, or memory."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OBJECT_TABLES = ("company", "part_category", "part", "sales_order", "so_line", "so_extra_line")
_TEXT_TABLES = ("company_text", "sales_order_text", "part_text")
Row = dict[str, Any]


class Store:
    """All objects of one server. Writes are serialised; names of tables and columns are ours alone.

    Args:
        path: the SQLite file, kept between starts; None keeps everything in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.create_function("regexp", 2, _regexp, deterministic=True)
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing in this mode; only a power cut could.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript((Path(__file__).parent / "tables.sql").read_text())

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one writer at a time."""
        with self.lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """All rows of a query."""
        with self.lock:
            return [dict(row) for row in self._db.execute(sql, parameters)]

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """The first row of a query, if any."""
        with self.lock:
            found = self._db.execute(sql, parameters).fetchone()
        return dict(found) if found else None

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """The first column of the first row, if any."""
        with self.lock:
            found = self._db.execute(sql, parameters).fetchone()
        return found[0] if found else None

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run one statement; the number of rows it changed."""
        with self.lock:
            return self._db.execute(sql, parameters).rowcount

    def get(self, table: str, pk: object) -> Row | None:
        """One object by id."""
        return self.row(f'SELECT * FROM "{table}" WHERE pk = ?', (pk,))  # noqa: S608

    def by_pk(self, table: str, pks: Iterable[int | None]) -> dict[int, Row]:
        """Several objects by id."""
        wanted = sorted({pk for pk in pks if pk is not None})
        found: dict[int, Row] = {}
        for start in range(0, len(wanted), 500):
            chunk = wanted[start : start + 500]
            marks = ",".join("?" * len(chunk))
            sql = f'SELECT * FROM "{table}" WHERE pk IN ({marks})'  # noqa: S608
            found |= {row["pk"]: row for row in self.rows(sql, chunk)}
        return found

    def insert(self, table: str, values: Mapping[str, object]) -> int:
        """Add one object; its new id."""
        columns = ",".join(f'"{name}"' for name in values)
        marks = ",".join("?" * len(values))
        sql = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608
        with self.lock:
            return int(self._db.execute(sql, tuple(values.values())).lastrowid or 0)

    def update(self, table: str, pk: int, values: Mapping[str, object]) -> None:
        """Change some fields of one object."""
        if not values:
            return
        pairs = ",".join(f'"{name}" = ?' for name in values)
        sql = f'UPDATE "{table}" SET {pairs} WHERE pk = ?'  # noqa: S608
        self.execute(sql, (*values.values(), pk))

    def delete(self, table: str, pk: int) -> None:
        """Remove one object."""
        self.execute(f'DELETE FROM "{table}" WHERE pk = ?', (pk,))  # noqa: S608

    def index_text(self, table: str, pk: int, text: str) -> None:
        """Make `text` the searchable text of one object; an empty text removes it."""
        self.execute(f'DELETE FROM "{table}_text" WHERE rowid = ?', (pk,))  # noqa: S608
        if text:
            sql = f'INSERT INTO "{table}_text" (rowid, text) VALUES (?, ?)'  # noqa: S608
            self.execute(sql, (pk, text))

    def dump(self) -> dict[str, Any]:
        """All objects, by table."""
        return {table: self.rows(f'SELECT * FROM "{table}" ORDER BY pk') for table in OBJECT_TABLES}  # noqa: S608

    def wipe(self) -> None:
        """Delete all objects; users and tokens stay, and ids start again at 1."""
        with self.transaction():
            for table in (*OBJECT_TABLES, *_TEXT_TABLES, "tagged", "tag", "barcode"):
                self.execute(f'DELETE FROM "{table}"')  # noqa: S608
            self.execute("DELETE FROM sqlite_sequence")


def _regexp(pattern: str, value: str | None) -> bool:
    return value is not None and re.search(pattern, value, re.IGNORECASE) is not None
