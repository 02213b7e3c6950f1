"""Settings of the flow; include/settings/qbd_inventory_adjustments.yaml explains each."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Self

from pydantic import Field, model_validator

from accordant.flows.qbd.settings import QuickBooksSettings
from accordant.flows.settings import load_settings
from accordant.sync.policy import PolicyKind


class Strategy(StrEnum):
    """From what a side's net change is told."""

    DOCUMENTS = "documents"
    LEVELS = "levels"


class AdjustmentSettings(QuickBooksSettings):
    """All settings of the flow.

    Attributes:
        strategy: from what the net change is told.
        switch_on_timeout: where QuickBooks cannot list even one day of documents in time, take levels instead.
        window_days: how many days a window holds at first, once the whole list has timed out; then it is halved.
        account: the QuickBooks account that our adjustments are booked to.
        lines_per_document: most lines of one adjustment that we write.
    """

    strategy: Strategy = Strategy.DOCUMENTS
    switch_on_timeout: bool = True
    window_days: int = Field(default=64, ge=1, le=3660)
    account: str = Field(min_length=1)
    lines_per_document: int = Field(default=100, ge=1, le=1000)

    @model_validator(mode="after")
    def _is_net_change(self) -> Self:
        if self.policy.kind is not PolicyKind.NET_CHANGE:
            raise ValueError("policy.kind must be 'net change': each side applies the sum of the other's changes")
        if self.policy.authority is not None or self.policy.ours or self.policy.theirs or self.policy.ask:
            raise ValueError("policy takes no authority, ours, theirs or ask here: both sides' changes always add up")
        return self


@cache
def adjustment_settings() -> AdjustmentSettings:
    """Return the validated settings."""
    return load_settings("qbd_inventory_adjustments", AdjustmentSettings)
