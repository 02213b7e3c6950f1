"""Staging: what each side gave, page by page, before anything is decided."""

from __future__ import annotations

from collections.abc import Iterable

from accordant.store.database import Database
from accordant.sync.records import StagedRow, canonical_json

_COPY = (
    "COPY accordant.staged_record (run_id, side, object_type, key, parent, position, remote_id, content, hash) "
    "FROM STDIN"
)


def stage(database: Database, run_id: str, side: str, rows: Iterable[StagedRow]) -> int:
    """Stream rows into staging through COPY and return how many there were."""
    count = 0
    with (
        database.transaction() as connection,
        connection.cursor() as cursor,
        cursor.copy(_COPY) as copy,
    ):
        for row in rows:
            content = canonical_json(row.content).replace("\\u0000", "")  # Postgres holds no NUL
            fields = (run_id, side, row.object_type, row.key, row.parent, row.position, row.remote_id)
            copy.write_row((*fields, content, row.fingerprint()))
            count += 1
    return count


def clear(database: Database, run_id: str, side: str) -> None:
    """Forget what a step staged before it was tried again."""
    database.execute("store/staged_clear", run_id=run_id, side=side)
