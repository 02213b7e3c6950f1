"""The hook of a school's MIS: its invoices, their students, and the status that is written back.

Nothing is open for long: a page is read and its transaction ended before anybody works on it. Whatever is
written is written by compare-and-set, so doing the same again after a lost answer does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from airflow.sdk import BaseHook
from sqlalchemy.sql import ColumnElement

from accordant.hooks import mis_rows, mis_schema
from accordant.hooks.endpoints import ConnectionLike, connection_of
from accordant.hooks.mis_access import Lapsed, MisAccess
from accordant.hooks.mis_database import MisDatabase
from accordant.hooks.mis_statements import PAGE, Statements
from accordant.hooks.mis_tables import Id, MisTables, Row, Selection, Status
from accordant.sync.errors import AccordantError, Misconfigured

_ALL = Selection()
_SAMPLE = 5
_MANY = 1 << 62


class MisHook(BaseHook):
    """One MIS.

    Args:
        conn_id: an Airflow Connection of type postgres or mysql (MariaDB), or of any type with the extra
            `sqlalchemy_driver`, as in "mssql+pymssql".
        tables: what its tables and columns are called.
        connection: the connection itself, where there is no Airflow to ask.

    Raises:
        Misconfigured: credentials, names or rights are wrong, or the tracking columns are missing.
        RetryLater: the database cannot be reached or is busy. The same call may simply be made again.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "mis_default"
    conn_type = "mysql"
    hook_name = "MIS (MariaDB, MySQL or Postgres)"

    def __init__(
        self, conn_id: str = default_conn_name, *, tables: MisTables, connection: ConnectionLike | None = None
    ) -> None:
        super().__init__()
        self._connection: Any = connection or connection_of(conn_id)
        self._tables = tables
        self._database = MisDatabase(self._connection)
        self._found: tuple[mis_schema.Layout, Statements] | None = None

    @property
    def account(self) -> str:
        """Which database it is, `host[:port]/database`, without credentials; stored ids are keyed by it."""
        found = self._connection
        port = f":{found.port}" if found.port else ""
        return f"{found.host}{port}/{found.schema}"

    def test_connection(self) -> tuple[bool, str]:
        """Tell whether the MIS answers and has the tables and columns of the settings."""
        try:
            version = self._database.version()
            self._ready()
        except AccordantError as error:
            return False, str(error)
        tables = f"{self._tables.invoices} and {self._tables.students}"
        return True, f"{version} answers; {tables} of {self._connection.schema} fit the settings."

    def now(self) -> datetime:
        """Return the time by the clock of the MIS's database, which also stamps `pushed_date`."""
        _, statements = self._looked()
        moment = mis_rows.moment(self._database.do(lambda connection: connection.scalar(statements.now())))
        assert moment is not None
        return moment

    def close(self) -> None:
        """Close the connections to the server."""
        self._database.close()

    # -- the tracking columns

    def missing_columns(self) -> list[str]:
        """Return the names of the tracking columns that the table of invoices lacks."""
        self._found = None
        layout, _ = self._looked()
        return [self._tables.tracking[key] for key in layout.missing]

    def prepare(self, *, dry_run: bool = False) -> list[str]:
        """Add the tracking columns, and the index that finds open invoices, where they are missing.

        Returns:
            The statements that were run, or with `dry_run` those that would be; none when nothing is missing.
        """
        self._found = None
        layout, statements = self._looked()
        changes = mis_schema.changes(statements, self._tables, layout)
        self._found = None
        return self._database.do(lambda connection: [mis_schema.run(connection, one, dry_run) for one in changes])

    # -- claiming

    def claim(self, mark: str, which: Selection, *, lapsed: Lapsed, most: int | None = None) -> int:
        """Take open invoices for `mark`, page by page; two claimants at once never get the same one.

        Doing it again with the same mark goes on where it stopped: what `mark` holds already counts.

        Args:
            mark: who takes them, in a word that no other run uses.
            lapsed: whether rows in progress that were taken by this `pushed_by` at this time ('' and None
                where the MIS holds nothing) are abandoned; those are taken too. Asked once for each pair.
            most: how many `mark` may hold in all.

        Returns:
            How many `mark` holds now.
        """
        access = self._ready(mark)
        room = (_MANY if most is None else most) - self._held(mark)
        pages = access.pages(which.ids, lambda ids, after: access.statements.claimable(which, ids, after))
        while room > 0 and (page := next(pages, None)):
            others = [row for row in page if (row["status"], row["pushed_by"]) != (Status.IN_PROGRESS, mark)]
            known = lru_cache(maxsize=PAGE)(lapsed)  # of this page: a run may begin or end while we claim
            jobs = access.jobs(others, access.statements.free(which), known, room)
            room -= len(access.write(jobs, Status.IN_PROGRESS, mark))
        return self._held(mark)

    def claimed(self, mark: str) -> Iterator[Row]:
        """Yield the invoices that `mark` holds, in the order of their ids.

        A row has `id`, `reg_no`, `dept`, `credit`, `invoice_date`, `comment`, `fee_category`, `status`,
        `pushed_by`, `pushed_date` and `student`. Amounts are Decimal and `invoice_date` is a date; either is the
        MIS's own text where it cannot be read as such. `student` holds `reg_no`, `names` (in the order of the
        settings, '' where empty), `email` and `phone`; it is None where the MIS has no such student.
        """
        access = self._ready(mark)
        held = access.statements.held_by(mark)
        yield from access.invoices(None, lambda ids, after: access.statements.invoices_where(held, _ALL, ids, after))

    def held(self, mark: str) -> Iterator[Id]:
        """Yield the ids of the invoices that `mark` holds."""
        access = self._ready(mark)
        condition = access.statements.held_by(mark)
        for page in access.pages(None, lambda ids, after: access.statements.ids_where(condition, ids, after)):
            yield from (row["id"] for row in page)

    def settle(self, mark: str, results: Mapping[Any, int], pushed_by: str) -> set[Id]:
        """Say how claimed invoices ended: synced or failed, by `pushed_by` and now; or not synced, by nobody.

        Only rows that `mark` still holds are written, up to 1,000 in a transaction.

        Args:
            results: id -> 0, 1 or 2.

        Returns:
            The ids of the rows that say so now. One that said so before, because the answer to an earlier attempt
            was lost, is among them; one that was taken by somebody else meanwhile is not.
        """
        access = self._ready(mark, pushed_by)
        by_status: dict[Status, list[Any]] = defaultdict(list)
        for key, result in results.items():
            by_status[Status(result)].append(key)
        if by_status.pop(Status.IN_PROGRESS, None):
            raise ValueError("an invoice cannot end in progress")
        settled: set[Id] = set()
        for status, ids in by_status.items():
            who = None if status is Status.NOT_SYNCED else pushed_by
            for chunk in access.chunks(ids):
                settled |= self._settle(mark, chunk or [], status, who)
        return settled

    def _settle(self, mark: str, ids: Sequence[Id], status: Status, who: str | None) -> set[Id]:
        access = self._ready()
        written = access.write([(ids, access.statements.held_by(mark))], status, who)
        rest = [one for one in ids if one not in written]
        if rest:
            says_so = access.rows(access.statements.ids_where(access.statements.says(status, who), rest, None))
            written |= {row["id"] for row in says_so}
        return written

    def release(self, mark: str) -> int:
        """Put back to not synced whatever `mark` holds; how many."""
        access = self._ready(mark)
        return self._put_back(access, access.statements.held_by(mark))

    # -- what lies about

    def in_progress(self) -> list[Row]:
        """Return who holds rows in progress: `pushed_by`, `rows`, `oldest` (a time) and a few of their `ids`."""
        access = self._ready()
        found: list[Row] = []
        for holder in access.rows(access.statements.holders()):
            held = access.statements.held_by(holder["pushed_by"])
            ids = [row["id"] for row in access.rows(access.statements.ids_where(held, None, None).limit(_SAMPLE))]
            oldest = mis_rows.moment(holder["oldest"])
            found.append({"pushed_by": holder["pushed_by"] or "", "rows": holder["held"], "oldest": oldest, "ids": ids})
        return found

    def reset_stuck(self, lapsed: Lapsed) -> int:
        """Put back to not synced the rows in progress that were abandoned; how many."""
        access = self._ready()
        known, reset = lru_cache(maxsize=PAGE)(lapsed), 0
        for page in access.pages(None, lambda ids, after: access.statements.in_progress(after)):
            reset += len(access.write(access.jobs(page, None, known), Status.NOT_SYNCED, None))
        return reset

    def retry(self, ids: Sequence[Id] | None = None) -> int:
        """Put failed invoices, these or all, back to not synced; how many."""
        access = self._ready()
        return self._put_back(access, access.statements.has(Status.FAILED), ids)

    def _put_back(self, access: MisAccess, condition: ColumnElement[bool], ids: Sequence[Id] | None = None) -> int:
        done = 0
        for page in access.pages(ids, lambda some, after: access.statements.ids_where(condition, some, after)):
            done += len(access.write([([row["id"] for row in page], condition)], Status.NOT_SYNCED, None))
        return done

    # -- looking

    def analyze(self, which: Selection | None = None) -> dict[str, Any]:
        """Count the invoices: total, synced, not_synced, failed, in_progress, and progress in per cent.

        `progress` has one decimal and is 100.0 only when every invoice is synced.

        Args:
            which: count those of these days or ids only, whatever their status.
        """
        access = self._ready()
        which = which or _ALL
        counted: dict[int, int] = defaultdict(int)
        for ids in access.chunks(which.ids):
            for row in access.rows(access.statements.count_by_status(which, ids)):
                counted[mis_rows.status(row["status"])] += row["found"]
        total, synced = sum(counted.values()), counted[Status.SYNCED]
        return {
            "total": total,
            "synced": synced,
            "not_synced": counted[Status.NOT_SYNCED],
            "failed": counted[Status.FAILED],
            "in_progress": counted[Status.IN_PROGRESS],
            "progress": _percent(synced, total),
        }

    def open_rows(self, which: Selection, most: int | None = None) -> Iterator[Row]:
        """Yield the open invoices of a selection as `claimed` does, without touching them; abandoned ones not."""
        access = self._ready()
        free = access.statements.free(which)
        rows = access.invoices(
            which.ids,
            lambda ids, after: access.statements.invoices_where(free, which, ids, after),
            min(most or PAGE, PAGE),
        )
        return islice(rows, most)

    def page(self, limit: int, offset: int = 0, which: Selection | None = None) -> list[Row]:
        """Return open invoices from a place on, for people who turn pages; at most 1,000."""
        access = self._ready()
        which = which or _ALL
        ids = None if which.ids is None else access.known(which.ids)
        rows = access.rows(access.statements.invoices_at(which, ids, min(limit, PAGE), offset))
        return access.with_students(rows)

    def find(self, ids: Sequence[Id]) -> list[Row]:
        """Return these invoices, whatever their status, in the order of their ids; missing ones are left out."""
        access = self._ready()
        return list(access.invoices(ids, lambda some, after: access.statements.invoices_where(None, _ALL, some, after)))

    # -- what all of them need

    def _held(self, mark: str) -> int:
        access = self._ready()
        return int(access.value(access.statements.count_held(mark)))

    def _looked(self) -> tuple[mis_schema.Layout, Statements]:
        """Return what the tables look like; asked once."""
        if self._found is None:
            layout = self._database.do(lambda connection: mis_schema.layout_of(connection, self._tables))
            self._found = layout, layout.statements(self._tables, self._database.dialect)
        return self._found

    def _ready(self, *marks: str) -> MisAccess:
        """Return what reads and writes, once the tracking columns are there and hold these marks whole."""
        layout, statements = self._looked()
        if layout.missing:
            missing = ", ".join(self._tables.tracking[key] for key in layout.missing)
            sentence = f"The table {self._tables.invoices} lacks the tracking columns {missing}."
            self._found = None
            raise Misconfigured("MIS_NOT_PREPARED", sentence, record=self._connection.conn_id)
        longest = max(map(len, marks), default=0)
        if layout.mark_length is not None and longest > layout.mark_length:
            sentence = (
                f"The column {self._tables.pushed_by} holds {layout.mark_length} characters; {longest} are needed."
            )
            raise Misconfigured("MIS_TABLES_WRONG", sentence, record=self._connection.conn_id)
        return MisAccess(self._database, statements, id_is_number=layout.id_is_number)


def _percent(part: int, whole: int) -> float:
    rounded = round(100 * part / whole, 1) if whole else 0.0
    return rounded if part == whole else min(rounded, 99.9)
