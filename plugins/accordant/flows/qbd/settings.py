"""Settings that every flow between the WMS and QuickBooks Desktop has; include/settings/qbd_*.yaml explain each."""

from __future__ import annotations

from datetime import date
from functools import cache

from accordant.flows.settings import TwoWaySettings, load_settings
from accordant.sync.policy import MergePolicy


class QuickBooksSettings(TwoWaySettings):
    """All settings of a flow.

    Attributes:
        policy: who decides on a difference, and what flows one way only.
        from_date: transactions dated before are left alone on both sides; None for all.
    """

    policy: MergePolicy
    from_date: date | None = None


@cache
def settings_of(flow: str) -> QuickBooksSettings:
    """Return the validated settings of a flow."""
    return load_settings(flow, QuickBooksSettings)
