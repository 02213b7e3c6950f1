"""Staging: what each side gave, page by page, before anything is decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accordant.store.database import Database
from accordant.sync.records import StagedRow, canonical_json, text_hash
from accordant.sync.text import storable

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
            key, parent = storable(row.key), storable(row.parent)
            fields = (run_id, side, row.object_type, key, parent, row.position, row.remote_id)
            text = canonical_json(row.content)
            fingerprint = row.hash or text_hash(text)
            copy.write_row((*fields, text if _is_storable(text) else _storable_text(row.content), fingerprint))
            count += 1
    return count


def _is_storable(text: str) -> bool:
    """Tell whether Postgres holds a JSON text as it is; where that is not certain, say no."""
    try:
        return "\\u0000" not in text and (text.isascii() or bool(text.encode()))
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def _storable_text(content: Any) -> str:
    return canonical_json(_storable_content(content))


def _storable_content(content: Any) -> Any:
    """Return content without what Postgres cannot hold, wherever it stands."""
    if isinstance(content, str):
        return storable(content)
    if isinstance(content, dict):
        return {storable(str(name)): _storable_content(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_storable_content(value) for value in content]
    return content


def clear(database: Database, run_id: str, side: str) -> None:
    """Forget what a step staged before it was tried again."""
    database.execute("store/staged_clear", run_id=run_id, side=side)
