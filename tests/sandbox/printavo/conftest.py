"""One Printavo for all tests here, filled anew before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.printavo.server import PrintavoThread, running_printavo
from tests.sandbox.printavo.caller import Caller


@pytest.fixture(scope="session")
def printavo() -> Iterator[PrintavoThread]:
    """The server."""
    with running_printavo() as server:
        yield server


@pytest.fixture
def ask(printavo: PrintavoThread) -> Iterator[Caller]:
    """A caller of an account of 60 orders, without faults and limits."""
    printavo.control.settings(latency_ms=0, limit="")
    printavo.control.reset()
    printavo.control.generate(60)
    printavo.control.clear_ledger()
    yield Caller(printavo)
    printavo.control.disarm()
