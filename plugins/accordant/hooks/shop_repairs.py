"""What `verify` may mend by itself: nothing of it loses what a person entered, or what only Printavo knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import psycopg
from psycopg import sql as names

from accordant.hooks.shop_checks import FOLDER, NO_REPAIR, Checked, Rules, look
from accordant.hooks.shop_database import Connection, ShopDatabase
from accordant.hooks.shop_schema import book_of, migrate
from accordant.hooks.shop_staging import base
from accordant.include_dir import sql
from accordant.sync.tables import Table

_NOT_BOOKS = "members"  # where this check finds something, orders would be taken out of the companies' tables wrongly


def repaired(database: ShopDatabase, rules: Rules, *, preview: bool) -> tuple[list[str], list[Checked]]:
    """Mend what can be mended in one transaction; readers see all of it or nothing, and a merge waits.

    Args:
        preview: do it, look, and take all of it back.

    Returns:
        what was done, a sentence each, and what is found afterwards.
    """
    done: list[str] = []
    with database.transaction() as connection:
        _wait_for_merge(connection)
        found = look(connection, rules)
        for name, repair in REPAIRS.items():
            if not _is_wanted(name, found):
                continue
            done += repair(database, connection, rules)
            found = look(connection, rules)
        if preview:
            raise psycopg.Rollback
    return done, found


def _is_wanted(name: str, found: list[Checked]) -> bool:
    if name == "books" and any(one.count for one in found if one.check.name == _NOT_BOOKS):
        return False
    return any(one.count for one in found if one.check.repair == name)


def repairable(found: list[Checked]) -> bool:
    """Tell whether some finding has a repair."""
    return any(one.count for one in found if one.check.repair != NO_REPAIR)


def _wait_for_merge(connection: Connection) -> None:
    there = connection.execute("SELECT to_regclass('printavo.reading') IS NOT NULL AS there").fetchone()
    if there and there["there"]:
        connection.execute(sql("printavo/reading_lock"))


def _schema(database: ShopDatabase, connection: Connection, rules: Rules) -> list[str]:
    """Make what is missing of the tables. A table that is made anew is empty until everything is read again."""
    missing = _missing(connection)
    migrate(database, rules.companies)
    for place, columns in _missing(connection).items():
        _complete(connection, place, columns)
    done = [
        f"add {', '.join(columns)} to printavo.{place}" if columns else f"make the table printavo.{place}"
        for place, columns in missing.items()
    ]
    made = {place for place, columns in missing.items() if not columns}
    return done + [f"give printavo.{place} its primary key" for place in _keyed(connection) if place not in made]


def _missing(connection: Connection) -> dict[str, list[str]]:
    """Return {table: its missing columns}; none named where the table itself is missing."""
    rows = connection.execute(sql(f"{FOLDER}/schema_columns")).fetchall()
    missing: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row["place"], row["record"])):
        columns = missing.setdefault(row["place"], [])
        if row["record"] != "the table":
            columns.append(row["record"].removeprefix("column "))
    return missing


def _complete(connection: Connection, place: str, columns: list[str]) -> None:
    """Make a table, or columns of it, that no migration makes any more."""
    table = names.Identifier("printavo", place)
    if not columns:
        connection.execute(names.SQL("CREATE TABLE {} ()").format(table))
    for row in connection.execute(
        "SELECT name, type FROM pg_temp.expected_column WHERE place = %s AND (%s OR name = ANY(%s))",
        (place, not columns, columns),
    ).fetchall():
        connection.execute(
            names.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                table, names.Identifier(row["name"]), names.SQL(row["type"])
            )
        )


def _keyed(connection: Connection) -> Iterator[str]:
    """Give tables without a primary key theirs, where no two rows have the same; yield their names."""
    for row in connection.execute(sql(f"{FOLDER}/schema_keys")).fetchall():
        columns = connection.execute(
            "SELECT name FROM pg_temp.expected_column WHERE place = %s AND in_key", (row["place"],)
        ).fetchall()
        key = names.SQL(", ").join(names.Identifier(column["name"]) for column in columns)
        statement = names.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(base(row["place"]), key)
        try:
            with connection.transaction():
                connection.execute(statement)
        except (psycopg.errors.IntegrityError, psycopg.errors.InvalidTableDefinition):
            continue  # rows with the same key, or another key: it stays a finding
        yield str(row["place"])


def _parts(_: ShopDatabase, connection: Connection, rules: Rules) -> list[str]:
    """Mark parts as gone whose order, group or line item is gone."""
    done = []
    for root in rules.tables:
        for parent in root.all():
            for part in parent.children:
                if count := connection.execute(_gone_with(part, parent, root)).rowcount:
                    done.append(f"mark {count} of printavo.{part.name} as gone")
    return done


def _gone_with(part: Table, parent: Table, root: Table) -> names.Composed:
    return names.SQL(
        "UPDATE {part} AS t SET gone_at = now() WHERE t.gone_at IS NULL AND ("
        "EXISTS (SELECT FROM {root} AS r WHERE r.id = t.{owner} AND r.gone_at IS NOT NULL) OR "
        "EXISTS (SELECT FROM {parent} AS p WHERE p.id = t.{link} AND p.gone_at IS NOT NULL))"
    ).format(
        part=base(part.name), root=base(root.name), parent=base(parent.name), owner=names.Identifier(part.owner),
        link=names.Identifier(part.parent or part.owner),
    )  # fmt: skip


def _books(_: ShopDatabase, connection: Connection, rules: Rules) -> list[str]:
    """Write the companies' tables anew from the base tables; what people entered stays."""
    done = []
    for company in rules.companies:
        connection.execute(
            names.SQL("LOCK TABLE printavo.{} IN SHARE ROW EXCLUSIVE MODE").format(book_of(company))
        )  # a person's edit waits until we are done
    look(connection, rules)  # again, under the lock
    for company in rules.companies:
        for name, words in _BOOK_STEPS.items():
            statement = names.SQL(sql(f"{FOLDER}/repairs/books_{name}")).format(table=book_of(company))
            count = connection.execute(statement, {"company": company}).rowcount
            if count and words:
                done.append(f"{words.format(orders=_counted(count))} printavo.{company}_orders")
    return done


def _counted(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"


_BOOK_STEPS = {"out": "take {orders} out of", "right": "correct {orders} in", "in": "put {orders} into", "due": ""}
# {name: what does it}, in the order in which they build on each other.
REPAIRS: Mapping[str, Callable[[ShopDatabase, Connection, Rules], list[str]]] = {
    "migrate": _schema, "parts": _parts, "books": _books,
}  # fmt: skip
