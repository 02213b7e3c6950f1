"""What can be chosen about the company, the API in front of it and its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.shared.settings import ChangeableSettings

_CHOICES: dict[str, tuple[str, ...]] = {
    "given_number_when_automatic": ("accept", "ignore"),
    "negative_totals": ("refuse", "accept"),
    "cdc_cap": ("shared", "each"),
    "rotate": ("always", "daily"),
    "throttle_code": ("3001", "003001"),
}


@dataclass
class Settings(ChangeableSettings):
    """The settings, changeable while the server runs.

    Attributes:
        company_name, country, home_currency: of the company.
        zone: the time zone that times are shown in.
        multicurrency: Preferences.CurrencyPrefs.MultiCurrencyEnabled.
        custom_txn_numbers: Preferences.SalesFormsPrefs.CustomTxnNumbers.
        given_number_when_automatic: a DocNumber sent although numbering is automatic is kept, twice if need be, or
            passed over.
        allow_duplicate_numbers: whether `include=allowduplicatedocnum` helps an invoice.
        negative_totals: whether an invoice below zero is refused.
        automated_sales_tax: whether a line without a TaxCodeRef is taxable.
        tax_percent: the rate of all taxable lines.
        query_ignores_case: whether `=`, `IN` and `LIKE` find other spellings.
        cdc_cap: whether 1,000 objects are for one answer or for each entity in it.
        request_id_seconds: for how long a `requestid` is remembered; None is for ever.
        replay_faults: whether a `requestid` also brings back a refusal.
        xml_without_accept: whether XML is answered unless JSON is asked for.
        rotate: when a refresh gives a new refresh token.
        grace_seconds: for how long the refresh token before is still taken.
        access_seconds: how long an access token lives.
        enforce_limits: whether the four limits below are enforced; they are per realm.
        retry_after: whether a 429 says Retry-After.
        throttle_code: how a 429 spells its code.
    """

    company_name: str = "Accordant Demo Company"
    country: str = "US"
    home_currency: str = "USD"
    zone: str = "America/Los_Angeles"
    multicurrency: bool = False
    custom_txn_numbers: bool = True
    given_number_when_automatic: str = "accept"
    allow_duplicate_numbers: bool = False
    negative_totals: str = "refuse"
    automated_sales_tax: bool = False
    tax_percent: float = 0.0
    query_ignores_case: bool = False
    cdc_cap: str = "shared"
    request_id_seconds: float | None = 86_400.0
    replay_faults: bool = False
    xml_without_accept: bool = True
    rotate: str = "always"
    grace_seconds: float = 0.0
    access_seconds: float = 3600.0
    enforce_limits: bool = False
    per_minute: int = 500
    per_second: int = 10
    batches_per_minute: int = 40
    at_once: int = 10
    retry_after: bool = False
    throttle_code: str = "3001"

    @staticmethod
    def _check(given: Mapping[str, Any]) -> None:
        started = {field.name: field.default for field in fields(Settings)}
        for name, value in given.items():
            if name in _CHOICES and value not in _CHOICES[name]:
                raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}, not {value!r}")
            if value is None and name == "request_id_seconds":
                continue
            if not _is_like(value, started[name]):
                raise ValueError(f"{name} is like {started[name]!r}, not {value!r}")
        if "zone" in given:
            try:
                ZoneInfo(given["zone"])
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(f"no time zone is called {given['zone']!r}") from error


def _is_like(value: Any, started: Any) -> bool:
    if isinstance(started, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(started, bool)
    wanted = (int, float) if isinstance(started, float) else type(started)
    return isinstance(value, wanted) and (isinstance(value, str) or value >= 0)
