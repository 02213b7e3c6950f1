"""A shop's database, filled as a reading fills it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from accordant.flows.printavo.tables import CONTACTS, CUSTOMERS, HEADERS, ORDERS, ROOTS, STATUSES
from accordant.hooks.shop_books import ShopBooks
from accordant.hooks.shop_database import ShopDatabase
from accordant.hooks.shop_merge import merge
from accordant.hooks.shop_schema import migrate
from accordant.hooks.shop_staging import ShopStaging
from accordant.sync.tables import Table

COMPANIES = ("harlestons", "imm")
TABLES = {table.name: table for root in ROOTS for table in root.all()} | {HEADERS.name: HEADERS}
_USUAL: dict[str, dict[str, Any]] = {
    "status": {"name": "Approved", "type": "INVOICE"},
    "customer": {"company_name": "IMM", "primary_contact_id": "c1"},
    "contact": {"customer_id": "k1", "full_name": "Ann Lee", "email": "ann@imm.example"},
    "orders": {
        "kind": "Invoice", "visual_id": "1001", "status_id": "s1", "contact_id": "c1", "customer_id": "k1",
        "created_on": "2026-01-05", "customer_due": "2026-02-01", "production_due": "2026-01-30T12:00:00+00:00",
        "total": "100.00", "amount_paid": "40.00", "amount_outstanding": "60.00", "updated_at": "2026-01-06T10:00:00Z",
    },
}  # fmt: skip


class Shop:
    """A shop's database."""

    def __init__(self, conninfo: str) -> None:
        self.database = ShopDatabase(conninfo)
        migrate(self.database, COMPANIES)
        self.staging = ShopStaging(self.database, [*TABLES.values()])

    def read(
        self, *rows: tuple[str, Mapping[str, Any]], run: str = "run 1", gone: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Stage rows of one reading: (table, values)."""
        self.staging.begin(run, "account", "full", fresh_minutes=0)
        for name, values in rows:
            self.staging.put(name, {name: line(TABLES[name], values)}, None, True)
        for name, key in gone:
            self.staging.gone(name, [key])
        self.staging.finish()

    def merge(self, *, printavo_wins: bool = True, hidden: Iterable[tuple[str, str]] = (), members: Any = None) -> Any:
        """Merge what is staged, and the companies' tables."""
        books = ShopBooks(self.database, COMPANIES)
        self.prepare(books, printavo_wins=printavo_wins, hidden=hidden, members=members)
        with self.database.transaction() as connection:
            merge(connection, ROOTS)
            return books.write(connection)

    def prepare(self, books: ShopBooks, *, printavo_wins: bool, hidden: Any = (), members: Any = None) -> None:
        """Work out the companies' tables."""
        members = [("imm", "customer", "k1", "customers: imm")] if members is None else members
        books.prepare(members, hidden, printavo_wins=printavo_wins)

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Return the rows of a statement."""
        with self.database.transaction() as connection:
            cursor = connection.execute(statement.encode())
            return [*cursor.fetchall()] if cursor.description else []

    def one(self, statement: str) -> dict[str, Any]:
        """Return the only row of a statement."""
        (row,) = self.rows(statement)
        return row


def line(table: Table, values: Mapping[str, Any]) -> bytes:
    """Return a row as COPY takes it."""
    given = {**_USUAL.get(table.name, {}), **values}
    cells = ["\\N" if given.get(column.name) is None else str(given[column.name]) for column in table.columns]
    return "\t".join(cells).encode() + b"\n"


FIRST = (
    (STATUSES.name, {"id": "s1"}), (STATUSES.name, {"id": "s2", "name": "Completed"}), (CUSTOMERS.name, {"id": "k1"}),
    (CONTACTS.name, {"id": "c1"}), (ORDERS.name, {"id": "o1"}),
)  # fmt: skip
