"""Rows that wait in a temporary file until it is known which of them are wanted: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

import orjson

from accordant.sync.records import StagedRow, canonical_json
from accordant.sync.text import storable

_BUFFER = 1 << 20


class Spool:
    """Staged rows in the order they came, for one step of one process; the file has no name and goes with it.

    Attributes:
        rows: how many rows wait.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=_BUFFER)  # noqa: SIM115 -- closed by __exit__
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._file.close()

    def put(self, row: StagedRow, fingerprint: str) -> None:
        """Add a row."""
        fields = (
            row.object_type, row.key, fingerprint, row.name, row.natural_key, row.link, row.mark, row.rank,
            row.revision, row.changed_at, row.gone, row.content,
        )  # fmt: skip
        try:
            line = orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:  # it holds what no JSON can, such as half a surrogate pair
            line = orjson.dumps(_storable(fields), option=orjson.OPT_APPEND_NEWLINE)
        self._file.write(line)
        self.rows += 1

    def chosen(self, wanted: bytearray) -> Iterator[tuple[Any, ...]]:
        """Yield (object type, key, hash, ..., content) of the rows whose place in `wanted` is not 0."""
        self._file.seek(0)
        for line, is_wanted in zip(self._file, wanted, strict=True):
            if is_wanted:
                yield _storable(orjson.loads(line))


def _storable(fields: Sequence[Any]) -> tuple[Any, ...]:
    """Return fields without what Postgres cannot hold, the content as text."""
    *others, content = fields
    text = content if isinstance(content, str) else canonical_json(content)
    return *(storable(one) if isinstance(one, str) else one for one in others), storable(text)
