"""The statements for the MIS, in SQLAlchemy Core: one table of names serves every database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement, quoted_name
from sqlalchemy.types import TypeEngine

from accordant.hooks.mis_tables import Id, MisTables, Selection, Status

PAGE = 1_000  # rows read, or written, at once
# Blanks that imports leave at the end of a number and that TRIM does not know.
_OTHER_BLANKS = ("\r", "\n", "\t", "\u00a0")


def _exact(name: str) -> quoted_name:
    return quoted_name(name, quote=True)


class Statements:
    """Makes the statements for one MIS.

    Args:
        dialect: SQLAlchemy's name of the database: postgresql, mysql, mariadb, ...
        id_type: the type of the invoices' id.
        reg_no_is_text: whether the students' registration number is a column of text.
    """

    def __init__(self, tables: MisTables, dialect: str, id_type: TypeEngine[Any], *, reg_no_is_text: bool) -> None:
        self._dialect, self.reg_no_is_text = dialect, reg_no_is_text
        types: dict[str, TypeEngine[Any]] = {"id": id_type, "status": sa.Integer(), "pushed_by": sa.String()}
        schema = _exact(tables.schema) if tables.schema else None
        metadata = sa.MetaData()
        self.invoices = sa.Table(
            _exact(tables.invoices), metadata,
            *(sa.Column(_exact(name), types.get(key, sa.types.NULLTYPE), key=key)
              for key, name in tables.invoice_columns.items()),
            schema=schema,
        )  # fmt: skip
        self.students = sa.Table(
            _exact(tables.students), metadata,
            *(sa.Column(_exact(name), key=key) for key, name in tables.student_columns.items()),
            schema=schema,
        )  # fmt: skip
        self._columns: Any = self.invoices.c

    # -- conditions

    def _open(self, statuses: Sequence[Status]) -> ColumnElement[bool]:
        """Say that the status is one of these, and NULL where 0 is."""
        listed = self._columns.status.in_([int(status) for status in statuses])
        return sa.or_(listed, self._columns.status.is_(None)) if Status.NOT_SYNCED in statuses else listed

    def free(self, which: Selection) -> ColumnElement[bool]:
        """Say that nobody works on the row and it is open in this selection."""
        return self._open(which.statuses)

    def has(self, status: Status) -> ColumnElement[bool]:
        """Say that the row has this status."""
        return self._open((status,))

    def held_by(self, mark: str | None) -> ColumnElement[bool]:
        """Say that the row is in progress under this mark."""
        return self.says(Status.IN_PROGRESS, mark)

    def says(self, status: Status, pushed_by: str | None) -> ColumnElement[bool]:
        """Say that the row has this status from this one; None is NULL."""
        by = self._columns.pushed_by
        return sa.and_(self.has(status), by.is_(None) if pushed_by is None else by == pushed_by)

    def _within(self, which: Selection, ids: Sequence[Id] | None) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if which.since is not None:
            found.append(self._columns.invoice_date >= which.since)
        if which.until is not None:
            found.append(self._columns.invoice_date < which.until)
        if ids is not None:
            found.append(self._columns.id.in_(ids))
        return found

    # -- reading

    def claimable(self, which: Selection, ids: Sequence[Id] | None, after: Id | None) -> sa.Select[Any]:
        """The rows behind `after` that are free or in progress: id, status, pushed_by, pushed_date."""
        statuses = (*which.statuses, Status.IN_PROGRESS)
        return self._next(self._tracked().where(self._open(statuses), *self._within(which, ids)), after)

    def in_progress(self, after: Id | None) -> sa.Select[Any]:
        """The rows in progress behind `after`, with the same columns."""
        return self._next(self._tracked().where(self.has(Status.IN_PROGRESS)), after)

    def ids_where(self, condition: ColumnElement[bool], ids: Sequence[Id] | None, after: Id | None) -> sa.Select[Any]:
        """The ids behind `after` of rows for which this holds."""
        return self._next(
            sa.select(self._columns.id.label("id")).where(condition, *self._within(Selection(), ids)), after
        )

    def invoices_where(
        self, condition: ColumnElement[bool] | None, which: Selection, ids: Sequence[Id] | None, after: Id | None = None
    ) -> sa.Select[Any]:
        """The whole invoices behind `after` for which this holds."""
        conditions = self._within(which, ids) if condition is None else [condition, *self._within(which, ids)]
        return self._next(self._whole().where(*conditions), after)

    def invoices_at(self, which: Selection, ids: Sequence[Id] | None, limit: int, offset: int) -> sa.Select[Any]:
        """The open invoices from a place on; for people who turn pages, never for claiming."""
        chosen = self._whole().where(self.free(which), *self._within(which, ids))
        return chosen.order_by(self._columns.id).limit(limit).offset(offset)

    def _tracked(self) -> sa.Select[Any]:
        columns = self._columns
        found = {"id": columns.id, "status": columns.status, "pushed_by": columns.pushed_by}
        found["pushed_date"] = self._moment(columns.pushed_date)
        return sa.select(*(column.label(key) for key, column in found.items()))

    def _whole(self) -> sa.Select[Any]:
        columns, special = self._columns, {"invoice_date": self._text, "pushed_date": self._moment}
        return sa.select(*(special.get(one.key, lambda c: c)(one).label(one.key) for one in columns))

    def _next(self, chosen: sa.Select[Any], after: Id | None) -> sa.Select[Any]:
        if after is not None:
            chosen = chosen.where(self._columns.id > after)
        return chosen.order_by(self._columns.id)

    def count_held(self, mark: str) -> sa.Select[Any]:
        """How many rows are in progress under this mark."""
        return sa.select(sa.func.count()).select_from(self.invoices).where(self.held_by(mark))

    def count_by_status(self, which: Selection, ids: Sequence[Id] | None) -> sa.Select[Any]:
        """How many rows have each status."""
        status = self._columns.status
        return (
            sa.select(status.label("status"), sa.func.count().label("found"))
            .where(*self._within(which, ids))
            .group_by(status)
        )

    def holders(self) -> sa.Select[Any]:
        """Who holds rows in progress: pushed_by, how many, since when."""
        columns = self._columns
        oldest = sa.func.min(self._moment(columns.pushed_date))
        wanted = sa.select(columns.pushed_by.label("pushed_by"), sa.func.count().label("held"), oldest.label("oldest"))
        return wanted.where(self.has(Status.IN_PROGRESS)).group_by(columns.pushed_by).order_by(columns.pushed_by)

    def now(self) -> sa.Select[Any]:
        """The database's time."""
        return sa.select(self._moment(sa.func.current_timestamp()))

    def students_exactly(self, reg_nos: Sequence[str]) -> sa.Select[Any]:
        """Students of these registration numbers as the database compares them, which an index can answer."""
        return self._student().where(self.students.c.student_reg_no.in_(reg_nos))

    def students_folded(self, reg_nos: Sequence[str]) -> sa.Select[Any]:
        """Students whose registration number, in lower case and without blanks around it, is one of these."""
        told: Any = self.students.c.student_reg_no
        told = told if self.reg_no_is_text else sa.cast(told, sa.String)
        for blank in _OTHER_BLANKS:
            told = sa.func.replace(told, blank, " ")
        return self._student().where(sa.func.lower(sa.func.trim(told)).in_(reg_nos))

    def _student(self) -> sa.Select[Any]:
        return sa.select(*(one.label(one.key) for one in self.students.c))

    # -- writing

    def lock(self, ids: Sequence[Id], condition: ColumnElement[bool]) -> sa.Select[Any]:
        """Lock those of the rows for which this still holds, in the order of their ids so that nobody deadlocks."""
        chosen = sa.select(self._columns.id).where(self._columns.id.in_(ids), condition)
        hinted = chosen.with_hint(self.invoices, "WITH (UPDLOCK, ROWLOCK)", "mssql")
        return hinted.order_by(self._columns.id).with_for_update()

    def write(
        self, ids: Sequence[Id], condition: ColumnElement[bool], status: Status, pushed_by: str | None
    ) -> sa.Update:
        """Set status, who and when where this still holds; who and when are emptied without `pushed_by`."""
        when = sa.null() if pushed_by is None else sa.func.current_timestamp()
        values = {"status": int(status), "pushed_by": pushed_by, "pushed_date": when}
        return sa.update(self.invoices).where(self._columns.id.in_(ids), condition).values(values)

    # -- what databases say differently

    def _moment(self, column: Any) -> Any:
        """Seconds since 1970, worked out by the database, which alone knows the zone of its own times."""
        if self._dialect == "postgresql":
            return sa.extract("epoch", sa.cast(column, sa.DateTime(timezone=True)))
        if self._dialect in ("mysql", "mariadb"):
            return sa.func.unix_timestamp(column)
        return column

    def _text(self, column: Any) -> Any:
        """A date as text: drivers stumble over 0000-00-00, infinity and years beyond 9999."""
        return sa.cast(column, sa.String) if self._dialect in ("postgresql", "mysql", "mariadb") else column
