"""The names of the MIS's tables and columns, and which of its invoices are meant."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum
from typing import Any

Id = int | str
Row = dict[str, Any]


class Status(IntEnum):
    """What the tracking column says of an invoice; NULL counts as NOT_SYNCED."""

    NOT_SYNCED = 0
    SYNCED = 1
    FAILED = 2
    IN_PROGRESS = 3


@dataclass(frozen=True, slots=True)
class MisTables:
    """What the tables and columns are called; exactly so, capitals included.

    Attributes:
        schema: the schema (Postgres) or database (MariaDB) of both tables; the Connection's own when empty.
        invoices: the table of invoices; the nine names behind it are its columns. `dept` is the debit amount.
        status, pushed_by, pushed_date: the tracking columns, which `accordant mis prepare` adds.
        students: the table of students; the names behind it are its columns.
        names: the columns that make up a student's name, the family name first.
    """

    schema: str = ""
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

    def __post_init__(self) -> None:
        """Refuse empty names, and one column under two names."""
        object.__setattr__(self, "names", tuple(self.names))
        empty = [one.name for one in fields(self) if one.name != "schema" and not getattr(self, one.name)]
        if empty:
            raise ValueError(f"{', '.join(empty)}: the name of a table or column cannot be empty")
        for columns in (self.invoice_columns, self.student_columns):
            if len(set(columns.values())) < len(columns):
                raise ValueError(f"two of {', '.join(columns)} name the same column")

    @property
    def tracking(self) -> dict[str, str]:
        """The columns we write: key -> name in the MIS."""
        return {key: getattr(self, key) for key in TRACKING}

    @property
    def invoice_columns(self) -> dict[str, str]:
        """All columns of an invoice: key -> name in the MIS. The keys are those of the rows that the hook gives."""
        return {key: getattr(self, key) for key in (*_GIVEN, *TRACKING)}

    @property
    def student_columns(self) -> dict[str, str]:
        """All columns of a student: key -> name in the MIS."""
        names = {f"names[{place}]": name for place, name in enumerate(self.names)}
        return {"student_reg_no": self.student_reg_no, **names, "email": self.email, "phone": self.phone}


_GIVEN = ("id", "reg_no", "dept", "credit", "invoice_date", "comment", "fee_category")
TRACKING = ("status", "pushed_by", "pushed_date")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which open invoices are meant; all of them when nothing is said.

    Attributes:
        since, until: the first day, and the first day after the last, of `invoice_date`. With either of them
            invoices without a date are left out.
        ids: these only, whether they are not synced or failed. None means all; an empty tuple means none.
        failed_too: failed ones as well as those not synced.
    """

    since: date | None = None
    until: date | None = None
    ids: tuple[Id, ...] | None = None
    failed_too: bool = False

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The statuses that are open here."""
        if self.failed_too or self.ids is not None:
            return (Status.NOT_SYNCED, Status.FAILED)
        return (Status.NOT_SYNCED,)
