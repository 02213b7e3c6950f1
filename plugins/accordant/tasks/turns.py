"""Turns at an account across all tasks and workers, by the sync store of the Connection accordant_store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from accordant.store.permits import Clock, SharedGate
from accordant.store.places import place
from accordant.sync.rates import PrintavoLimits, QuickBooksLimits
from accordant.tasks.connections import store_conninfo


def turns() -> Callable[[str], AbstractContextManager[object]]:
    """Return what waits until nobody else speaks to an account, and keeps others waiting.

    Raises:
        RetryLater: the sync store cannot be reached; when a turn is taken.
    """
    return partial(place, store_conninfo())


def gate_of(account: str, limits: QuickBooksLimits | PrintavoLimits, clock: Clock | None = None) -> SharedGate:
    """Return the gate at which all calls to an account wait; half of the margin is for being late, half for the way."""
    latest = limits.margin_seconds / 2 or None
    return SharedGate(store_conninfo(), account, limits.rates(), limits.at_once, latest=latest, clock=clock)
