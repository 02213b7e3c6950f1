"""An open sync store, and runs in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from accordant.store.database import Database
from accordant.store.runs import Run, open_run

_NUMBERS = count(1)


@pytest.fixture
def database(store: str) -> Iterator[Database]:
    """The store, open."""
    with Database(store, 4) as database:
        yield database


@pytest.fixture
def new_run(database: Database) -> Callable[..., Run]:
    """Open runs of a flow between two accounts."""

    def make(name: str = "", **fields: Any) -> Run:
        defaults = {"flow": "f", "ours": "mongo", "theirs": "inventree", "preview": False, "parameters": {}}
        return open_run(database, airflow_run_id=name or f"run {next(_NUMBERS)}", **{**defaults, **fields})

    return make


@pytest.fixture
def run(new_run: Callable[..., Run]) -> Run:
    """One run."""
    return new_run()
