"""Who belongs to which company of the shop by the settings of now, and how many orders each has."""

from __future__ import annotations

from typing import Any

from psycopg import sql as names

from accordant.flows.printavo import settings as printavo_settings
from accordant.flows.printavo.companies import Candidate, Member, judged
from accordant.flows.printavo.flow import FLOW
from accordant.hooks.shop_checks import FOLDER
from accordant.hooks.shop_database import Connection, ShopDatabase
from accordant.hooks.shop_schema import book_of, version_of
from accordant.include_dir import sql
from accordant.sync.errors import NeedsPerson
from accordant.tasks.printavo_verify import opened_shop


def company_lists() -> list[dict[str, Any]]:
    """Return for each company its members and candidates (kind, id, name, orders; members also rule).

    Raises:
        NeedsPerson: nothing was read of Printavo yet.
    """
    with opened_shop() as shop:
        return _lists(shop.database)


def _lists(database: ShopDatabase) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        require_tables(connection)
        customers, contacts = (
            connection.execute(sql(f"{FOLDER}/inputs/{name}")).fetchall() for name in ("customers", "contacts")
        )
        orders = connection.execute(sql(f"{FOLDER}/inputs/orders_of")).fetchall()
        shown = {company: _shown(connection, company) for company in FLOW.companies}
    counts = {(row["kind"], row["id"]): row["orders"] for row in orders}
    known = {("customer", row["id"]): row["name"] for row in customers} | {
        ("contact", row["id"]): row["name"] for row in contacts
    }
    lists: dict[str, dict[str, Any]] = {
        company: {"company": company, "orders_shown": shown[company], "members": [], "candidates": []}
        for company in FLOW.companies
    }
    for one in judged(printavo_settings.settings().companies, customers, contacts):
        row = {
            "kind": one.kind,
            "id": one.id,
            "name": known[one.kind, one.id],
            "orders": counts.get((one.kind, one.id), 0),
        }
        if isinstance(one, Member):
            lists[one.company]["members"].append({**row, "rule": one.rule})
        elif isinstance(one, Candidate):
            lists[one.company]["candidates"].append(row)
    return list(lists.values())


def require_tables(connection: Connection) -> None:
    """Make sure that something was read.

    Raises:
        NeedsPerson: the tables are not there.
    """
    if not version_of(connection):
        sentence = (
            "Schema printavo is not there: nothing was read of Printavo yet. Run `accordant printavo sync` first."
        )
        raise NeedsPerson("TABLES_WRONG", sentence, record="schema printavo")


def _shown(connection: Connection, company: str) -> int:
    there = connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL AS there", (f"printavo.{company}_orders",)
    ).fetchone()
    if there is None or not there["there"]:
        return 0  # a company that is new in the settings
    statement = names.SQL("SELECT count(*) AS orders FROM printavo.{}").format(book_of(company))
    row = connection.execute(statement).fetchone()
    return int(row["orders"]) if row else 0
