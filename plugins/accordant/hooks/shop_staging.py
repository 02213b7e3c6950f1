"""What a reading of Printavo has gathered so far: its pages as rows, and the place where it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql as names

from accordant.hooks.shop_database import Connection, ShopDatabase
from accordant.hooks.shop_schema import make_staging
from accordant.include_dir import sql
from accordant.sync.errors import NeedsPerson
from accordant.sync.failpoints import failpoint
from accordant.sync.tables import Table

_KEPT = 200  # characters of a value that Postgres refused


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list was read."""

    cursor: str | None = None
    pages: int = 0
    complete: bool = False


class ShopStaging:
    """The rows of one reading in schema `printavo_staging`.

    Args:
        tables: what is staged, parents before their children.
    """

    def __init__(self, database: ShopDatabase, tables: Sequence[Table]) -> None:
        self._database = database
        self._tables = {table.name: table for table in tables}
        self._run_id = ""

    def begin(self, run_id: str, account: str, what: str, *, fresh_minutes: float) -> bool:
        """Go on with the same reading where a dead run left it, or begin anew; tell whether it goes on.

        Args:
            what: names the reading and the columns it asks for; another one is another reading.
            fresh_minutes: a reading that began longer ago is begun anew.
        """
        self._run_id = run_id
        given = {"run_id": run_id, "account": account, "what": what, "minutes": fresh_minutes}
        with self._database.transaction() as connection:
            goes_on = bool(connection.execute(sql("printavo/reading_resume"), given).fetchall())
            if goes_on and self._is_whole(connection):
                return True
            make_staging(connection, self._tables.values())
            connection.execute(sql("printavo/reading_begin"), given)
            return False

    def _is_whole(self, connection: Connection) -> bool:
        """Tell whether the unlogged tables still hold what was put there: a crash of Postgres empties them."""
        there = connection.execute("SELECT to_regclass('printavo_staging.put') IS NOT NULL AS there").fetchone()
        if there is None or not there["there"]:
            return False
        row = connection.execute(sql("printavo/reading_whole")).fetchone()
        return bool(row and row["whole"])

    def where(self, name: str) -> Place:
        """Return how far a list was read."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT cursor, pages, complete FROM printavo.reading_list WHERE name = %s", (name,)
            ).fetchone()
        return Place(**row) if row else Place()

    def put(
        self, name: str, rows: Mapping[str, bytes], cursor: str | None, complete: bool,
        replaced: tuple[str, Sequence[str]] | None = None,
    ) -> None:  # fmt: skip
        """Keep a page and the place after it, in one transaction.

        Args:
            rows: {table: lines for COPY}. Lines that Postgres refuses are kept out, each with the reason.
            replaced: (root table, ids) of staged records that are taken out first, with their parts.

        Raises:
            NeedsPerson: another run has begun a reading of its own since.
        """
        with self._database.transaction() as connection:
            keep_reading(connection, self._run_id)
            if replaced:
                self._forget(connection, *replaced)
            count = sum(self._copied(connection, table, lines) for table, lines in rows.items() if lines)
            connection.execute(
                sql("printavo/reading_put"), {"name": name, "cursor": cursor, "rows": count, "complete": complete}
            )
        failpoint("read.page")

    def ids(self, question: str) -> list[str]:
        """Return the ids that answer include/sql/printavo/ids_{question}.sql."""
        with self._database.transaction() as connection:
            return [row["id"] for row in connection.execute(sql(f"printavo/ids_{question}")).fetchall()]

    def _forget(self, connection: Connection, table: str, ids: Sequence[str]) -> None:
        for part in self._tables[table].all():
            column = names.Identifier(part.owner or "id")
            statement = names.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(staged(part.name), column)
            connection.execute(statement, ([*ids],))

    def gone(self, table: str, ids: Sequence[str]) -> None:
        """Note records that Printavo says it does not have."""
        with self._database.transaction() as connection:
            connection.execute(sql("printavo/gone_put"), {"name": table, "ids": [*ids]})

    def unusable(self, records: Iterable[tuple[str, str, str, str]]) -> None:
        """Note (table, id, field, value) of records that cannot be staged."""
        with self._database.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO printavo_staging.unusable VALUES (%s, %s, %s, %s)", [*records])

    def finish(self) -> None:
        """Keep of each record the row that was staged last, and refuse what is there in part only."""
        with self._database.transaction() as connection:
            keep_reading(connection, self._run_id)
            for table in placed(self._tables.values()):
                connection.execute(_added_up(table) if table.adds_up else _without_doubles(table))
                if not table.owner and table.children:
                    connection.execute(sql("printavo/refuse_unusable"))
                connection.execute(_analyzed(table))
            connection.execute("UPDATE printavo.reading SET finished_at = now()")

    def _copied(self, connection: Connection, name: str, lines: bytes) -> int:
        """Stage lines and return how many; where Postgres refuses some, halve them until each bad one stands alone."""
        try:
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy(_copy(self._tables[name])) as copy:
                    copy.write(lines)
                return cursor.rowcount
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            each = lines.splitlines(keepends=True) if b"\r" not in lines else _lines(lines)
            if len(each) == 1:
                self._refuse(connection, self._tables[name], each[0], error)
                return 0
        middle = len(each) // 2
        return sum(self._copied(connection, name, b"".join(half)) for half in (each[:middle], each[middle:]))

    def _refuse(self, connection: Connection, table: Table, line: bytes, error: psycopg.Error) -> None:
        cells = line.rstrip(b"\n").split(b"\t")
        columns = [column.name for column in table.columns]
        owner = cells[columns.index(table.owner or "id")].decode(errors="replace")
        field = error.diag.context.split("column ")[-1].split(":")[0] if error.diag.context else ""
        value = cells[columns.index(field)].decode(errors="replace")[:_KEPT] if field in columns else ""
        connection.execute(
            "INSERT INTO printavo_staging.unusable VALUES (%s, %s, %s, %s)", (table.name, owner, field, value)
        )


def _lines(lines: bytes) -> list[bytes]:
    return [line + b"\n" for line in lines.removesuffix(b"\n").split(b"\n")]


def keep_reading(connection: Connection, run_id: str, *, finished: bool = False) -> None:
    """Keep other runs from replacing what is staged until the transaction ends.

    Raises:
        NeedsPerson: another run has replaced it, or it is not finished.
    """
    row = connection.execute(sql("printavo/reading_lock")).fetchone()
    if row is None or row["run_id"] != run_id or (finished and row["finished_at"] is None):
        sentence = "What this run had read was replaced by another run. Start a new run."
        raise NeedsPerson("PLAN_OVERTAKEN", sentence, record=f"run {run_id}")


def staged(name: str) -> names.Identifier:
    """Return the name of a staging table."""
    return names.Identifier("printavo_staging", name)


def base(name: str) -> names.Identifier:
    """Return the name of a base table."""
    return names.Identifier("printavo", name)


def columns_of(table: Table, prefix: str = "") -> names.Composable:
    """Return the columns of a table, separated by commas."""
    if prefix:
        return names.SQL(", ").join(names.Identifier(prefix, column.name) for column in table.columns)
    return names.SQL(", ").join(names.Identifier(column.name) for column in table.columns)


def _copy(table: Table) -> names.Composed:
    return names.SQL("COPY {} ({}) FROM STDIN").format(staged(table.name), columns_of(table))


def _analyzed(table: Table) -> names.Composed:
    """Return the statement that tells the planner of the columns by which rows are joined; of all would take longer."""
    columns = dict.fromkeys([*table.key, *([table.owner] if table.owner else [])])
    return names.SQL("ANALYZE {} ({})").format(
        staged(table.name), names.SQL(", ").join(names.Identifier(name) for name in columns)
    )


def _added_up(table: Table) -> names.Composed:
    """Return the statement that makes one row of those of the same key: what they count is added up."""
    others = [column.name for column in table.columns if column.name not in (*table.key, table.adds_up)]
    key = names.SQL(", ").join(names.Identifier(name) for name in table.key)
    rest = names.SQL(", ").join(names.SQL("min({0}) AS {0}").format(names.Identifier(name)) for name in others)
    return names.SQL(
        "WITH twice AS (DELETE FROM {staged} AS s "
        "USING (SELECT {key} FROM {staged} GROUP BY {key} HAVING count(*) > 1) AS d "
        "WHERE ({mine}) = ({theirs}) RETURNING s.*) "
        "INSERT INTO {staged} ({key}, {others}, {sum}) SELECT {key}, {rest}, sum({sum}) FROM twice GROUP BY {key}"
    ).format(
        staged=staged(table.name), key=key, rest=rest, sum=names.Identifier(table.adds_up),
        others=names.SQL(", ").join(map(names.Identifier, others)),
        mine=names.SQL(", ").join(names.Identifier("s", name) for name in table.key),
        theirs=names.SQL(", ").join(names.Identifier("d", name) for name in table.key),
    )  # fmt: skip


def _without_doubles(table: Table) -> names.Composed:
    """Return the statement that deletes all but the last row of each key."""
    key = names.SQL(", ").join(names.Identifier(name) for name in table.key)
    return names.SQL(
        "DELETE FROM {staged} AS s USING "
        "(SELECT {key}, max(seq) AS last FROM {staged} GROUP BY {key} HAVING count(*) > 1) AS d "
        "WHERE ({mine}) = ({theirs}) AND s.seq < d.last"
    ).format(
        staged=staged(table.name), key=key,
        mine=names.SQL(", ").join(names.Identifier("s", name) for name in table.key),
        theirs=names.SQL(", ").join(names.Identifier("d", name) for name in table.key),
    )  # fmt: skip


def placed(tables: Iterable[Table]) -> Iterator[Table]:
    """Yield the tables that have a base table, which headers have not."""
    yield from (table for table in tables if table.name != "header")
