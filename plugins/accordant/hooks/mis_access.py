"""Reading the MIS page by page, with each invoice's student, and writing by compare-and-set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ColumnElement

from accordant.hooks import mis_rows
from accordant.hooks.mis_database import MisDatabase
from accordant.hooks.mis_statements import PAGE, Statements
from accordant.hooks.mis_tables import Id, Row, Status

# Makes the statement that reads the rows behind an id, of all rows or of these ids.
Ask = Callable[[Sequence[Id] | None, Id | None], sa.Select[Any]]
# Ids, and what must hold of their rows when they are written.
Job = tuple[Sequence[Id], ColumnElement[bool]]
# Whether rows in progress that somebody took at a time are abandoned.
Lapsed = Callable[[str, datetime | None], bool]
_NUMBERS = 500  # registration numbers in one question


class MisAccess:
    """Runs the statements, one page and one transaction at a time.

    Args:
        id_is_number: whether ids are whole numbers; else they are text.
    """

    def __init__(self, database: MisDatabase, statements: Statements, *, id_is_number: bool) -> None:
        self.statements = statements
        self._database, self._id_is_number = database, id_is_number

    # -- reading

    def rows(self, statement: sa.Select[Any]) -> list[Mapping[str, Any]]:
        """Return all rows of a statement that gives few."""
        return self._database.do(lambda connection: [row._asdict() for row in connection.execute(statement)])

    def value(self, statement: sa.Select[Any]) -> Any:
        """Return the one value of a statement."""
        return self._database.do(lambda connection: connection.scalar(statement))

    def pages(self, ids: Iterable[Any] | None, ask: Ask, size: int = PAGE) -> Iterator[list[Mapping[str, Any]]]:
        """Yield pages in the order of the id; nothing is open while the caller works on one."""
        for chunk in self.chunks(ids):
            after: Id | None = None
            while True:
                page = self.rows(ask(chunk, after).limit(size))
                if page:
                    yield page
                if len(page) < size:
                    break
                after = page[-1]["id"]

    def invoices(self, ids: Iterable[Any] | None, ask: Ask, size: int = PAGE) -> Iterator[Row]:
        """Yield whole invoices with their students."""
        for page in self.pages(ids, ask, size):
            yield from self.with_students(page)

    def with_students(self, page: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Return the invoices of a page, each with `student`: None where the MIS has no such student."""
        invoices = [mis_rows.invoice(row) for row in page]
        students = self._students({one["reg_no"].strip() for one in invoices if one["reg_no"]} - {""})
        return [one | {"student": students.get(mis_rows.folded(one["reg_no"]))} for one in invoices]

    def chunks(self, ids: Iterable[Any] | None) -> Iterator[list[Id] | None]:
        """Yield the ids, a page of them at a time and in order; None once, where all are meant."""
        if ids is None:
            yield None
            return
        known = self.known(ids)
        for start in range(0, len(known), PAGE):
            yield known[start : start + PAGE]

    def known(self, ids: Iterable[Any]) -> list[Id]:
        """Return the ids as the table has them, in order; without those that no row can have."""
        told = {str(one).strip() for one in ids}
        if not self._id_is_number:
            return sorted(told)
        return sorted(int(one) for one in told if one.removeprefix("-").isdecimal() and len(one) < 19)

    def _students(self, reg_nos: set[str]) -> dict[str, Row]:
        """Return students by folded registration number: first as an index finds them, then whatever the case."""
        found: dict[str, Row] = {}
        if self.statements.reg_no_is_text:
            found = self._asked(sorted(reg_nos), self.statements.students_exactly)
        missing = {mis_rows.folded(one) for one in reg_nos} - found.keys()
        spellings = sorted(set().union(*map(mis_rows.spellings, missing)))
        return self._asked(spellings, self.statements.students_folded) | found

    def _asked(self, reg_nos: list[str], ask: Callable[[Sequence[str]], sa.Select[Any]]) -> dict[str, Row]:
        rows: list[Mapping[str, Any]] = []
        for start in range(0, len(reg_nos), _NUMBERS):
            rows += self.rows(ask(reg_nos[start : start + _NUMBERS]))
        return mis_rows.best_students(rows)

    # -- writing

    def jobs(
        self, page: Sequence[Mapping[str, Any]], free: ColumnElement[bool] | None, lapsed: Lapsed, room: int = PAGE
    ) -> list[Job]:
        """Return which rows of a page may be taken, at most `room`, and what must still hold of them then.

        Args:
            free: what must hold of rows that nobody works on; None where the page has none of these.
        """
        chosen: dict[tuple[str | None, ...], list[Id]] = defaultdict(list)  # by who abandoned them; () for free ones
        for row in page:
            if row["status"] == Status.IN_PROGRESS:
                if not lapsed(row["pushed_by"] or "", mis_rows.moment(row["pushed_date"])):
                    continue
                chosen[(row["pushed_by"],)].append(row["id"])
            else:
                chosen[()].append(row["id"])
            room -= 1
            if room <= 0:
                break
        held = self.statements.held_by
        return [(ids, held(*who) if who or free is None else free) for who, ids in chosen.items()]

    def write(self, jobs: Sequence[Job], status: Status, pushed_by: str | None) -> set[Id]:
        """Set status, who and when of rows for which a condition still holds, in one transaction.

        Args:
            jobs: ids, at most a page of them in all, and the condition.
            pushed_by: who; None empties who and when.

        Returns:
            The ids that were written.
        """

        def work(connection: sa.Connection) -> set[Id]:
            written: set[Id] = set()
            for ids, condition in jobs:
                locked = list(connection.scalars(self.statements.lock(ids, condition)))
                if locked:
                    connection.execute(self.statements.write(locked, condition, status, pushed_by))
                    written.update(locked)
            return written

        return self._database.do(work) if jobs else set()
