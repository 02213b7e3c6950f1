"""What a person can choose about the company file and the PC it is open on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.shared.settings import ChangeableSettings

_CHOICES: dict[str, tuple[str, ...]] = {
    "default_status": ("active", "all", "inactive"),
    "latin1": ("question_marks", "refuse"),
    "blank_ref_number": ("blank", "next"),
}


@dataclass
class Settings(ChangeableSettings):
    """The settings, changeable while the server runs.

    Attributes:
        zone: the time zone of the PC.
        skew_seconds: how far the PC's clock runs ahead of the true time.
        cursor_seconds: a cursor expires so long after its last page was read.
        default_status: which list objects a list shows unless asked.
        latin1: what becomes of characters QuickBooks cannot hold: a "?" or a refusal.
        adjustments_timeout_rows: a list of inventory adjustments with more rows times out.
        blank_ref_number: whether a transaction without a number gets the next one.
        company_name: of the company file.
    """

    zone: str = "America/New_York"
    skew_seconds: float = 0.0
    cursor_seconds: float = 10.0
    default_status: str = "active"
    latin1: str = "question_marks"
    adjustments_timeout_rows: int | None = None
    blank_ref_number: str = "blank"
    company_name: str = "Accordant Demo Company"

    @staticmethod
    def _check(given: Mapping[str, Any]) -> None:
        for name, choices in _CHOICES.items():
            if name in given and given[name] not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {given[name]!r}")
        for name in ("skew_seconds", "cursor_seconds"):
            if name in given and (isinstance(given[name], bool) or not isinstance(given[name], int | float)):
                raise ValueError(f"{name} is a number of seconds, not {given[name]!r}")
        if "zone" in given:
            try:
                ZoneInfo(given["zone"])
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(f"no time zone is called {given['zone']!r}") from error
