"""What the quick benchmarks run in, started once."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from benchmarks.surroundings import Surroundings, surroundings


@pytest.fixture(scope="module")
def here() -> Iterator[Surroundings]:
    """Postgres and InvenTree in processes of their own; the environment is as before afterwards."""
    before = dict(os.environ)
    with surroundings(durable=False) as running:
        yield running
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _sources_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the flow's own source back after each test."""
    from accordant.tasks import systems

    monkeypatch.setattr(systems, "SOURCES", dict(systems.SOURCES))
