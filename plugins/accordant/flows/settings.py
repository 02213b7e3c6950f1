"""Settings of the flows: one YAML per flow in include/settings/, validated with a sentence that helps."""

from __future__ import annotations

from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from accordant.include_dir import include_dir
from accordant.sync.errors import Misconfigured
from accordant.sync.limits import Limits
from accordant.sync.load import LoadSettings


class FlowSettings(BaseModel):
    """What every flow has.

    Attributes:
        schedule: cron expression, or None to run only when asked.
        retention_days: how long runs, staged records, operations and calls are kept.
        approval_hours: how long a plan beyond the limits waits for an answer.
        lock_seconds: how long a step waits for another run of the same flow.
        lease_seconds: how long a run's claim on records holds while the run is not at work on them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schedule: str | None = None
    retention_days: int = Field(default=30, ge=1)
    approval_hours: int = Field(default=72, ge=1)
    lock_seconds: int = Field(default=60, ge=1)
    lease_seconds: float = Field(default=900, ge=0)
    limits: Limits = Limits()
    load: LoadSettings = LoadSettings()


class TwoWaySettings(FlowSettings):
    """What every two-way flow has.

    Attributes:
        overlap_seconds: how far before its watermark a list is read again: transactions commit late, clocks drift.
        full_compare_hours: after so many hours both sides are read as a whole again.
        deleted_days: how long the other side keeps its list of deletions; a longer pause means a full compare.
        clock_doubt_seconds: changes on both sides within this and the measured difference of the clocks are a tie.
    """

    overlap_seconds: int = Field(default=300, ge=0)
    full_compare_hours: int = Field(default=168, ge=1)
    deleted_days: int = Field(default=90, ge=1)
    clock_doubt_seconds: float = Field(default=2.0, ge=0)


Settings = TypeVar("Settings", bound=FlowSettings)


def load_settings(flow: str, model: type[Settings]) -> Settings:
    """Read and validate include/settings/{flow}.yaml.

    Raises:
        Misconfigured: the file is missing, is no YAML, or a key is wrong; names the key.
    """
    path = include_dir() / "settings" / f"{flow}.yaml"
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return model.model_validate(content or {})
    except FileNotFoundError:
        raise Misconfigured("SETTING_INVALID", "The file is missing.", record=str(path)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Misconfigured("SETTING_INVALID", f"It is no YAML: {error}", record=str(path)) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
        raise Misconfigured(
            "SETTING_INVALID", f"{key}: {first['msg']} (it is {first['input']!r}).", record=str(path), field=key
        ) from None
