"""Seals that wait until everything was read back, in a temporary file: memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

import orjson

_PAGE = 1_000


class Seals:
    """Keys of records that were proven equal on both sides, each with the hash of its source."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 -- closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._file.close()

    def put(self, key: str, seal: str) -> None:
        """Add one."""
        self._file.write(orjson.dumps([key, seal], option=orjson.OPT_APPEND_NEWLINE))

    def pages(self) -> Iterator[dict[str, str]]:
        """Yield all of them, a page at a time."""
        self._file.seek(0)
        while page := dict(map(orjson.loads, islice(self._file, _PAGE))):
            yield page
