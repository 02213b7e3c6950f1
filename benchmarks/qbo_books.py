"""A company in the QuickBooks Online sandbox that keeps the vendor's limits on a virtual clock, and what it got."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accordant.tasks import systems
from accordant.tasks.quickbooks_online import SharedQuickBooksOnlineHook
from benchmarks.virtual_clock import SlowServerClock, VirtualClock
from sandbox.quickbooks_online.server import QuickBooksOnlineThread, running_quickbooks_online
from sandbox.quickbooks_online.settings import Settings
from sandbox.shared.ledger import Entry

LATENCY_MS = 400.0  # of every call, in virtual time
_START = datetime(2026, 9, 1, tzinfo=UTC).timestamp()
_TOKENS_LIVE = 10_000_000.0  # seconds: the hook tells the age of tokens by the real clock
_CONNECTION = "qbo_default"


@dataclass(frozen=True)
class Traffic:
    """What the company was asked, by its own ledger.

    Attributes:
        seconds: from the first batch, or other write, to the last.
        entities: objects that were made.
        throttled: answers 429.
    """

    batches: int
    others: int
    entities: int
    seconds: float
    throttled: int
    peaks: dict[str, int]

    @property
    def calls(self) -> int:
        """Return how many calls of the API there were."""
        return self.batches + self.others


@dataclass
class Books:
    """The company, its clock, and the CPU time of its thread."""

    server: QuickBooksOnlineThread
    clock: VirtualClock
    _cpu_clock: int

    def cpu(self) -> float:
        """Return the CPU seconds of the server so far."""
        return time.clock_gettime(self._cpu_clock)

    def traffic(self) -> Traffic:
        """Return what was asked since the company began."""
        entries = [one for one in self.server.server.ledger.entries() if one.path.startswith("/v3/")]
        batches = sum(one.path.endswith("/batch") for one in entries)
        writes = [_moment(one) for one in entries if one.applied]
        return Traffic(
            batches, len(entries) - batches, sum(one.items for one in entries if one.applied),
            max(writes, default=0.0) - min(writes, default=0.0), sum(one.status == 429 for one in entries),
            self.server.control.peaks(),
        )  # fmt: skip

    def compared(self, wanted: dict[str, Decimal]) -> dict[str, Any]:
        """Return how the company's invoices differ from what they should be, {number: amount}."""
        found = [record.values() for record in self.server.company.books.all("Invoice")]
        numbers = Counter(one["DocNumber"] for one in found)
        amounts = {one["DocNumber"]: Decimal(str(one["TotalAmt"])) for one in found}
        return {
            "missing": len(wanted.keys() - numbers.keys()), "doubled": sum(numbers.values()) - len(numbers),
            "wrong amount": sum(amounts[number] != wanted.get(number) for number in numbers),
            "sums apart": str(abs(sum(wanted.values(), Decimal(0)) - sum(amounts.values(), Decimal(0)))),
        }  # fmt: skip


@contextmanager
def books() -> Iterator[Books]:
    """Start an empty company, and let the flow's hook wait by its clock."""
    clock = VirtualClock(_START)
    before, usual = set(threading.enumerate()), systems.TARGETS[_CONNECTION]
    settings = Settings(enforce_limits=True, access_seconds=_TOKENS_LIVE)
    with running_quickbooks_online(clock=SlowServerClock(clock), latency_ms=LATENCY_MS, settings=settings) as server:
        (thread,) = set(threading.enumerate()) - before
        assert thread.ident is not None

        def hook(flow: Any, on_call: Any) -> SharedQuickBooksOnlineHook:
            limits = flow.settings.quickbooks
            return SharedQuickBooksOnlineHook(_CONNECTION, on_call=on_call, limits=limits, clock=clock)

        systems.TARGETS[_CONNECTION] = hook
        try:
            yield Books(server, clock, time.pthread_getcpuclockid(thread.ident))
        finally:
            systems.TARGETS[_CONNECTION] = usual


def _moment(entry: Entry) -> float:
    return datetime.fromisoformat(entry.time).timestamp()
