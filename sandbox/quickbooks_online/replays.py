"""`requestid`: the same id brings the same answer, and nothing is done again.

Source: the vendor's blog, 2015-04-06. How long an id is remembered, and whether refusals are, is not known: settings.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.quickbooks_online.errors import too_long
from sandbox.quickbooks_online.settings import Settings

MOST = 50
MOST_OF_BATCH = 36
MOST_OF_BATCH_ITEM = 10


@dataclass(frozen=True)
class Kept:
    """An answer that was given."""

    moment: float
    status: int
    body: bytes


class Replays:
    """The answers that were given to calls with a `requestid`; packed, for batches are long and alike."""

    def __init__(self, settings: Settings, kept: Iterable[tuple[str, float, int, bytes]]) -> None:
        self._settings = settings
        self._kept: OrderedDict[str, Kept] = OrderedDict((name, Kept(*rest)) for name, *rest in kept)  # type: ignore[arg-type]

    def find(self, request_id: str, now: float) -> tuple[int, bytes] | None:
        """Status and body of the first answer."""
        for_seconds = self._settings.request_id_seconds
        if for_seconds is not None:
            while self._kept and next(iter(self._kept.values())).moment < now - for_seconds:
                self._kept.popitem(last=False)
        found = self._kept.get(request_id)
        return (found.status, zlib.decompress(found.body)) if found else None

    def keep(self, request_id: str, now: float, status: int, body: bytes) -> tuple[str, float, int, bytes] | None:
        """Remember an answer; what is to be saved of it."""
        if status != 200 and not self._settings.replay_faults:
            return None
        kept = Kept(now, status, zlib.compress(body, 1))
        self._kept[request_id] = kept
        return request_id, kept.moment, kept.status, kept.body

    def wipe(self) -> None:
        """Forget all."""
        self._kept.clear()


def check_request_id(request_id: str, *, batch: bool) -> None:
    """Refuse a `requestid` that is too long.

    Raises:
        Refusal: 2050.
    """
    most = MOST_OF_BATCH if batch else MOST
    if len(request_id) > most:
        raise too_long("requestid", most, len(request_id))
