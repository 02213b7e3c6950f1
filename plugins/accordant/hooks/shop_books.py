"""The companies' order tables: what they should hold, what would change, and the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from psycopg import sql as names

from accordant.hooks.shop_database import Connection, ShopDatabase
from accordant.hooks.shop_schema import book_of
from accordant.include_dir import sql

Row = Mapping[str, Any]

_NAMES = {"customer": "names_of_customers", "contact": "names_of_contacts"}


class ShopBooks:
    """The order tables of some companies.

    Args:
        companies: their short names, as they stand in the settings.
    """

    def __init__(self, database: ShopDatabase, companies: Sequence[str]) -> None:
        self._database = database
        self._companies = companies

    def names_of(self, kind: str) -> list[Row]:
        """Return id and name of every customer or contact, as they will be after the merge."""
        self._database.rows("next")
        return self._database.rows(_NAMES[kind])

    def statuses(self) -> list[Row]:
        """Return id, name and type of every status."""
        self._database.rows("next")
        return self._database.rows("statuses")

    def prepare(
        self, members: Iterable[tuple[str, str, str, str]], hidden: Iterable[tuple[str, str]], *, printavo_wins: bool
    ) -> None:
        """Work out what the tables should hold.

        Args:
            members: (company, customer or contact, id, rule).
            hidden: (company, status id).
            printavo_wins: where a due date changed on both sides.
        """
        with self._database.transaction() as connection:
            connection.execute(sql("printavo/next"))
            connection.execute(
                "TRUNCATE printavo_staging.member, printavo_staging.hidden_status, printavo_staging.book"
            )
            _copied(connection, "printavo_staging.member", members)
            _copied(connection, "printavo_staging.hidden_status", hidden)
            connection.execute(self._shown())
            for table in ("member", "hidden_status", "correction"):
                connection.execute(f"ANALYZE printavo_staging.{table}")
            connection.execute(sql("printavo/book"), {"printavo_wins": printavo_wins})
            connection.execute("ANALYZE printavo_staging.book")

    def changes(self, company: str) -> Iterator[Sequence[Row]]:
        """Yield the rows of include/sql/printavo/book_changes.sql for one company, in lists."""
        yield from self._database.stream(_of(company, "book_changes"), {"company": company})

    def write(self, connection: Connection) -> dict[str, list[str]]:
        """Bring the tables to what was worked out; return {company: orders that somebody changed meanwhile}."""
        moved: dict[str, list[str]] = {}
        connection.execute(sql("printavo/members_merge"))
        for company in self._companies:
            table = names.SQL("LOCK TABLE printavo.{} IN SHARE ROW EXCLUSIVE MODE").format(book_of(company))
            connection.execute(table)  # a person's edit waits until we are done; readers do not
            found = connection.execute(_of(company, "book_moved"), {"company": company}).fetchall()
            moved[company] = [row["order_id"] for row in found]
            for name in ("book_keep", "book_hide", "book_due", "book_write"):
                connection.execute(_of(company, name), {"company": company, "moved": moved[company]})
        return moved

    def _shown(self) -> names.Composed:
        """Return the view of all due dates that stand in the tables now."""
        each = [
            names.SQL("SELECT {}::text AS company, order_id, customer_due, production_due FROM printavo.{}").format(
                names.Literal(company), book_of(company)
            )
            for company in self._companies
        ]
        nothing = names.SQL(
            "SELECT NULL::text AS company, NULL::text AS order_id, NULL::date AS customer_due, "
            "NULL::timestamptz AS production_due WHERE false"
        )
        query = names.SQL(" UNION ALL ").join([nothing, *each])
        return names.SQL("CREATE OR REPLACE VIEW printavo_staging.shown AS {}").format(query)


def _of(company: str, statement: str) -> names.Composed:
    """Return include/sql/printavo/{statement}.sql for the table of a company."""
    return names.SQL(sql(f"printavo/{statement}")).format(table=book_of(company))


def _copied(connection: Connection, table: str, rows: Iterable[tuple[str, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
