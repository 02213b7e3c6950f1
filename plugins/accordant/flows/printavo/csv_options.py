"""How a company's file of orders may look. An office person can change all of it in the settings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

SEPARATORS = (",", ";", "\t", "|")

_WORD = re.compile(r"[^\W_]+|#")
_NUMBER_WORDS = frozenset({"#", "nr", "no", "num", "nbr"})


def header_key(name: str) -> str:
    """Return the form in which names of columns are the same: "Order #", "order_nr" and "ORDER NUMBER" are one."""
    words = _WORD.findall(unicodedata.normalize("NFKC", name).casefold())
    return "".join("number" if word in _NUMBER_WORDS else word for word in words)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CsvHeaders(_Section):
    """The accepted names of each column, in any case, spacing and punctuation.

    A plain "Due date" is the customer's: files exist to correct what customers were promised. It is taken with a
    warning, since Printavo's own API calls the production due date `dueAt`. "Order ID" and "ID" are not accepted as
    order number: in exports they hold Printavo's internal id.
    """

    order_number: tuple[str, ...] = Field(
        default=(
            "Order number", "OrderNo", "OrderNr", "Invoice number", "InvoiceNo", "InvoiceNr", "Job number", "Visual ID",
            "Quote number", "Number",
        ),
        min_length=1,
    )  # fmt: skip
    customer_due: tuple[str, ...] = (
        "Customer due date", "Customer due", "Customer due at", "Customer due on", "Due date customer",
        "Promised date", "Promise date", "Date promised", "Promised", "In hands date", "In hands", "Due date", "Due",
    )  # fmt: skip
    production_due: tuple[str, ...] = (
        "Production due date", "Production due", "Production due at", "Production due on", "Due date production",
        "Production date",
    )  # fmt: skip
    customer_name: tuple[str, ...] = ("Customer name", "Customer", "Company", "Company name", "Client")
    nickname: tuple[str, ...] = ("Nickname", "Order nickname", "Job name", "Order name")
    status: tuple[str, ...] = ("Status", "Order status", "Invoice status", "Status name")
    total: tuple[str, ...] = ("Total", "Order total", "Invoice total", "Grand total", "Total amount")

    @model_validator(mode="after")
    def _each_name_means_one_thing(self) -> CsvHeaders:
        seen: dict[str, str] = {}
        for meaning, name in self.names():
            if not header_key(name):
                raise ValueError(f"{meaning}: {name!r} holds no letter and no digit")
            if seen.setdefault(header_key(name), meaning) != meaning:
                raise ValueError(f"{name!r} is given for {seen[header_key(name)]} and for {meaning}")
        return self

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield (meaning, accepted name)."""
        for meaning in CsvHeaders.model_fields:
            for name in getattr(self, meaning):
                yield meaning, name

    def meanings(self) -> dict[str, str]:
        """Return {comparable name: meaning}."""
        return {header_key(name): meaning for meaning, name in self.names()}


class CsvOptions(_Section):
    """How files of orders are read.

    Attributes:
        date_order: of dates that stand in numbers with the year last; '' to recognise it from the file.
        decimal: the mark before the cents; '' to recognise it from the file.
        time_zone: of times without an offset, and of the day on which a time falls.
        earliest, latest: the plausible due dates; the caller may set them around today.
        most_rows, most_bytes: a larger file is refused.
    """

    headers: CsvHeaders = CsvHeaders()
    date_order: Literal["", "dmy", "mdy", "ymd"] = ""
    decimal: Literal["", ".", ","] = ""
    time_zone: str = "UTC"
    earliest: date = Field(default=date(2000, 1, 1), ge=date(1900, 1, 1))
    latest: date = Field(default=date(2099, 12, 31), le=date(2199, 12, 31))
    most_rows: int = Field(default=50_000, ge=1)
    most_bytes: int = Field(default=20_000_000, ge=1)

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"no time zone is named {name!r}; an example is America/Chicago") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.time_zone)
