"""Settings of printavo; include/settings/printavo.yaml explains each."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from accordant.flows.printavo.csv_options import CsvOptions
from accordant.flows.settings import FlowSettings, load_settings
from accordant.sync.rates import PrintavoLimits

_NAME = r"^[a-z][a-z0-9_]{0,40}$"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CompanySettings(_Section):
    """A key account: who belongs to it, and which of its orders are hidden.

    Attributes:
        name: as people write it; names that resemble it are reported.
        customers, contacts: patterns over names without capitals, accents and punctuation; `*` is any text.
        customer_ids, contact_ids: belong to it whatever their names.
        excluded: patterns of names that do not, whatever matches.
        excluded_customer_ids, excluded_contact_ids: the same by id.
        hidden_statuses: further ones for this company.
        near: how much a name must resemble the company's to be reported, 0 to 1.
    """

    name: str = Field(min_length=1)
    customers: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    excluded_customer_ids: tuple[str, ...] = ()
    excluded_contact_ids: tuple[str, ...] = ()
    hidden_statuses: tuple[str, ...] = ()
    near: float = Field(default=0.8, ge=0.5, le=1)

    @field_validator("customers", "contacts", "excluded")
    @classmethod
    def _no_pattern_takes_everybody(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if not any(letter.isalnum() for letter in pattern):
                raise ValueError(f"the pattern {pattern!r} would match every name")
        return patterns


class ReadSettings(_Section):
    """How much a run reads.

    Attributes:
        full_hours: everything is read when the last time was so many hours ago.
        newest: an incremental run looks at so many of the newest orders first,
        due_days: then at those due for production since so many days ago, and at all whose status is not hidden,
        all_headers: then at all the others too: few columns of each, many on a page.
        resume_minutes: what a dead run has read is used when it began at most so long ago.
    """

    full_hours: float = Field(default=24, gt=0)
    newest: int = Field(default=2000, ge=0)
    due_days: int = Field(default=60, ge=0)
    all_headers: bool = True
    resume_minutes: float = Field(default=240, ge=0)


class FileSettings(_Section):
    """Where CSV files with corrected due dates are dropped, and how they may look.

    Attributes:
        folder: relative to the folder that holds include/, or absolute; the same for all of Airflow's workers.
    """

    folder: str = "data_imports"
    csv: CsvOptions = CsvOptions()


class PrintavoSettings(FlowSettings):
    """All settings of the flow.

    Attributes:
        companies: {short name: rules}; the table is printavo.{short name}_orders.
        hidden_statuses: orders of these statuses are in no company's table.
        hidden_production_statuses: the same, of invoices only.
        due_dates: who wins where a due date was changed in Printavo and in a company's table.
        printavo: the vendor's limits.
        verify_schedule: when the tables are checked, as `schedule`.
    """

    verify_schedule: str | None = None
    read: ReadSettings = ReadSettings()
    files: FileSettings = FileSettings()
    companies: dict[str, CompanySettings] = Field(default_factory=dict)
    hidden_statuses: tuple[str, ...] = ()
    hidden_production_statuses: tuple[str, ...] = ()
    due_dates: Literal["printavo", "table"] = "printavo"
    printavo: PrintavoLimits = PrintavoLimits()

    @field_validator("companies")
    @classmethod
    def _names_are_tables(cls, companies: dict[str, CompanySettings]) -> dict[str, CompanySettings]:
        for name in companies:
            if name == "all" or not re.match(_NAME, name):
                raise ValueError(f"{name!r} cannot name a table: small letters, digits and _, and not `all`")
        return companies


@cache
def settings() -> PrintavoSettings:
    """Return the validated settings."""
    return load_settings("printavo", PrintavoSettings)
