"""The tables of schema `printavo`: made when missing, brought up to the version of this code, and never past it."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql as names

from accordant.hooks.shop_database import Connection, ShopDatabase
from accordant.include_dir import include_dir, sql
from accordant.sync.errors import Misconfigured
from accordant.sync.tables import Table

_LOCK = 7_205_011  # any number that nobody else in this database uses as an advisory lock


def migrate(database: ShopDatabase, companies: Iterable[str]) -> int:
    """Apply the missing files of include/sql/printavo/migrations, make the companies' tables, and return the version.

    Raises:
        Misconfigured: the schema is newer than this code; nothing was changed.
    """
    scripts = {int(path.name[:4]): path for path in (include_dir() / "sql/printavo/migrations").glob("*.sql")}
    with database.transaction() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        version, latest = version_of(connection), max(scripts)
        if version > latest:
            sentence = f"Schema printavo has version {version}; this code knows {latest}. Install the newer one."
            raise Misconfigured("STORE_NEWER", sentence, record="schema printavo")
        if not version:
            connection.execute(sql("printavo/begin"))
        for number in range(version + 1, latest + 1):
            connection.execute(scripts[number].read_bytes())
            connection.execute("INSERT INTO printavo.schema_version (version) VALUES (%s)", (number,))
        for company in companies:
            connection.execute(names.SQL(sql("printavo/company_table")).format(table=book_of(company)))
    return latest


def version_of(connection: Connection) -> int:
    """Return the version of schema `printavo`; 0 where there is none."""
    there = connection.execute("SELECT to_regclass('printavo.schema_version') IS NOT NULL AS there").fetchone()
    if there is None or not there["there"]:
        return 0
    row = connection.execute("SELECT coalesce(max(version), 0) AS version FROM printavo.schema_version").fetchone()
    return int(row["version"]) if row else 0


def book_of(company: str) -> names.Identifier:
    """Return the name of a company's order table, without its schema."""
    return names.Identifier(f"{company}_orders")


def make_staging(connection: Connection, tables: Iterable[Table]) -> None:
    """Make anew the unlogged tables in which a reading gathers its rows."""
    connection.execute(sql("printavo/staging"))
    for table in tables:
        columns = names.SQL(", ").join(
            names.SQL("{} {}").format(names.Identifier(column.name), names.SQL(column.kind.value))
            for column in table.columns
        )
        refused = names.SQL("" if table.owner else ", refused boolean NOT NULL DEFAULT false")
        connection.execute(
            names.SQL(
                "CREATE UNLOGGED TABLE printavo_staging.{} "
                "({}{}, seq bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000)) WITH (autovacuum_enabled = false)"
            ).format(names.Identifier(table.name), columns, refused)
        )
