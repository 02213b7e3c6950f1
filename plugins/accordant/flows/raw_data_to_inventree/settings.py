"""Settings of raw_data_to_inventree; include/settings/raw_data_to_inventree.yaml explains each."""

from __future__ import annotations

from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

from accordant.flows.settings import FlowSettings, load_settings
from accordant.sync.merge import Policy


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceSettings(_Section):
    """Where the documents are."""

    database: str = Field(min_length=1)
    collection: str = Field(min_length=1)
    changed_within_days: int = Field(default=90, ge=0)
    time_zone: str = "Europe/Bucharest"

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("it is no time zone, such as Europe/Bucharest")
        return name

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which invoices are dated."""
        return ZoneInfo(self.time_zone)


class OrderSettings(_Section):
    """What every order has."""

    currency: str = Field(default="RON", pattern=r"^[A-Z]{3}$")
    date_field: Literal["issue_date", "start_date", "target_date"] = "issue_date"


class LookUpSettings(_Section):
    """How InvenTree is searched."""

    one_by_one: int = Field(default=25, ge=0)
    parallel: int = Field(default=4, ge=1, le=32)


class RawDataSettings(FlowSettings):
    """All settings of the flow."""

    source: SourceSettings
    order: OrderSettings = OrderSettings()
    both_changed: Policy = Policy.ASK
    look_up: LookUpSettings = LookUpSettings()


@cache
def settings() -> RawDataSettings:
    """Return the validated settings."""
    return load_settings("raw_data_to_inventree", RawDataSettings)
