"""What a CSV file of corrected due dates would change in a company's table. Nothing is written or moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import sql as names

from accordant.flows.printavo import settings as printavo_settings
from accordant.flows.printavo.csv_orders import ABSENT, CsvOrder, CsvOrders
from accordant.flows.printavo.csv_reading import read_orders
from accordant.hooks.shop_checks import FOLDER
from accordant.hooks.shop_database import Connection
from accordant.hooks.shop_schema import book_of
from accordant.include_dir import sql
from accordant.tasks.dropped_files import moment_of
from accordant.tasks.printavo_companies import require_tables
from accordant.tasks.printavo_verify import opened_shop


@dataclass(frozen=True, slots=True)
class DateChange:
    """A due date that a file changes.

    Attributes:
        number: of the order, as people know it.
        field: customer_due or production_due.
    """

    number: str
    order_id: str
    field: str
    before: date | None
    after: date


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What a file says.

    Attributes:
        rows: how many it has beside the header.
        unchanged: orders whose dates are as the file says already.
        refused, doubtful: sentences.
    """

    file: str
    company: str
    rows: int
    unchanged: int
    changes: Sequence[DateChange]
    refused: Sequence[str]
    doubtful: Sequence[str]


def file_preview(company: str, path: Path) -> FilePreview:
    """Return what a file would change, by the tables as they are now.

    Raises:
        NeedsPerson: nothing was read of Printavo yet.
    """
    found = read_orders(path.read_bytes(), path.name, printavo_settings.settings().files.csv)
    with opened_shop() as shop, shop.database.transaction() as connection:
        require_tables(connection)
        return _compared(connection, company, path.name, found)


def _compared(connection: Connection, company: str, file: str, found: CsvOrders) -> FilePreview:
    numbers = [one.order_number for one in found.orders]
    rows = connection.execute(sql(f"{FOLDER}/inputs/orders_numbered"), {"numbers": numbers}).fetchall()
    ids: dict[str, list[str]] = {row["visual_id"]: row["ids"] for row in rows}
    dues = {row["visual_id"]: row["production_due"] for row in rows}
    shown = _shown(connection, company, [one for found_ids in ids.values() for one in found_ids])
    changes: list[DateChange] = []
    unchanged, refused = 0, [one.reason for one in found.refusals]
    for one in found.orders:
        known = ids.get(one.order_number, [])
        if len(known) != 1:
            words = "is not in Printavo" if not known else f"is the number of {len(known)} orders"
            refused.append(f"{file}, line {one.line}: order {one.order_number} {words}.")
        elif known[0] not in shown:
            words = f"is not in {company}_orders: its status is hidden, or it is another company's"
            refused.append(f"{file}, line {one.line}: order {one.order_number} {words}.")
        else:
            new = [*_changes(one, known[0], shown[known[0]], dues[one.order_number])]
            changes += new
            unchanged += not new
    doubtful = [one.reason for one in found.warnings]
    return FilePreview(file, company, found.rows, unchanged, changes, refused, doubtful)


def _shown(connection: Connection, company: str, ids: list[str]) -> Mapping[str, Mapping[str, Any]]:
    there = connection.execute(
        "SELECT to_regclass(%s) IS NOT NULL AS there", (f"printavo.{company}_orders",)
    ).fetchone()
    if there is None or not there["there"]:
        return {}
    statement = names.SQL(sql(f"{FOLDER}/inputs/dates_shown")).format(table=book_of(company))
    return {row["order_id"]: row for row in connection.execute(statement, {"ids": ids}).fetchall()}


def _changes(
    one: CsvOrder, order_id: str, shown: Mapping[str, Any], production_due: datetime | None
) -> Iterator[DateChange]:
    """Yield what a row changes, by the dates that the table shows and the moment that Printavo has."""
    zone = ZoneInfo(printavo_settings.settings().files.csv.time_zone)
    for field, given in (("customer_due", one.customer_due), ("production_due", one.production_due)):
        if given is None or given is ABSENT:
            continue  # it says nothing
        assert isinstance(given, date)
        after = moment_of(given, production_due, zone) if field == "production_due" else given
        assert after is not None
        if after != shown[field]:
            yield DateChange(one.order_number, order_id, field, shown[field], after)
