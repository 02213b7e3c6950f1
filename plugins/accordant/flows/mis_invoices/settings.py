"""Settings of mis_invoices; include/settings/mis_invoices.yaml explains each."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from accordant.flows.settings import FlowSettings, load_settings
from accordant.sync.rates import QuickBooksLimits
from accordant.sync.text import clean, folded


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableNames(_Section):
    """What the MIS's tables and columns are called; each as hooks/mis_tables.py explains."""

    tables_schema: str = Field(default="", alias="schema")
    invoices: str = "tbl_imvoice"
    id: str = "id"
    reg_no: str = "reg_no"
    dept: str = "dept"
    credit: str = "credit"
    invoice_date: str = "invoice_date"
    comment: str = "comment"
    fee_category: str = "fee_category"
    status: str = "QuickBk_Status"
    pushed_by: str = "pushed_by"
    pushed_date: str = "pushed_date"
    students: str = "tbl_personal_ug"
    student_reg_no: str = "reg_no"
    names: tuple[str, ...] = ("surname", "first_name", "other_names")
    email: str = "email"
    phone: str = "phone"


class SourceSettings(_Section):
    """Which invoices of the MIS are taken.

    Attributes:
        earliest: invoices dated before are refused.
        days_ahead: so many days after today an invoice may be dated.
    """

    tables: TableNames = TableNames()
    earliest: date = date(2000, 1, 1)
    days_ahead: int = Field(default=366, ge=0)


class ItemSettings(_Section):
    """Which item of QuickBooks a fee category becomes.

    Attributes:
        of_category: {fee category: item}, whatever the capitals.
        default: the item of every other category.
        create: make a missing item; otherwise its invoices are refused.
        income_account: the account of items that are made.
    """

    of_category: dict[str, str] = Field(default_factory=dict)
    default: str = Field(min_length=1)
    create: bool = False
    income_account: str = "Services"

    @field_validator("of_category")
    @classmethod
    def _by_folded_name(cls, given: dict[str, str]) -> dict[str, str]:
        return {folded(category): clean(item) for category, item in given.items()}

    def item_of(self, category: str) -> str:
        """Return the item of a fee category."""
        return self.of_category.get(folded(category), self.default)


class InvoiceSettings(_Section):
    """What every invoice has.

    Attributes:
        prefix: of the number, before the MIS's id.
        currency: of every invoice; '' for the company's own.
        tax_code: of every line; '' to leave it to QuickBooks.
        tax_calculation: whether amounts hold the tax; companies outside the US need it.
    """

    prefix: str = Field(default="MIS-", max_length=10, pattern=r"^[A-Za-z0-9._/-]*$")
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")
    tax_code: str = ""
    tax_calculation: Literal["", "TaxExcluded", "TaxInclusive", "NotApplicable"] = ""


class LookUpSettings(_Section):
    """How QuickBooks is searched.

    Attributes:
        names_per_query: one less than a page of the answer holds, so that one page is all.
        parallel: questions at once.
    """

    names_per_query: int = Field(default=999, ge=1, le=999)
    parallel: int = Field(default=4, ge=1, le=10)


class WindowSettings(_Section):
    """Into which windows of the invoice date years of history are cut.

    Attributes:
        cron: its intervals are the windows, in UTC: an invoice date has no time, so no zone can shift it.
        at_once: so many runs may be at work beside each other.
    """

    cron: str = "0 0 1 * *"
    at_once: int = Field(default=4, ge=1, le=16)


class MisSettings(FlowSettings):
    """All settings of the flow.

    Attributes:
        batch_size: how many writes go in one call.
        quickbooks: the vendor's limits.
    """

    windows: WindowSettings = WindowSettings()
    source: SourceSettings = SourceSettings()
    items: ItemSettings
    invoice: InvoiceSettings = InvoiceSettings()
    look_up: LookUpSettings = LookUpSettings()
    batch_size: int = Field(default=30, ge=1, le=30)
    quickbooks: QuickBooksLimits = QuickBooksLimits()


@cache
def settings() -> MisSettings:
    """Return the validated settings."""
    return load_settings("mis_invoices", MisSettings)
