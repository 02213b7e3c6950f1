"""The records as rows of the warehouse's own tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from sandbox.seed.qbd.company import KINDS, records
from sandbox.seed.qbd.movements import SITES
from sandbox.seed.qbd.quickbooks_side import site_quantities
from sandbox.seed.qbd.records import FOUNDED, Fields, SeedRecord

Connection = psycopg.Connection[tuple[Any, ...]]
_SCHEMA = Path(__file__).parents[3] / "include" / "sql" / "wms" / "schema.sql"
_ITEM_COLUMNS = ("kind", "name", "parent", "is_active", "sku", "sales_tax_code", "custom_fields")
# kind -> (table of its lines, column that leads to the record)
_LINES = {
    "item": ("item_component", "assembly_id"),
    "sales_order": ("sales_order_line", "sales_order_id"),
    "purchase_order": ("purchase_order_line", "purchase_order_id"),
    "inventory_adjustment": ("inventory_adjustment_line", "inventory_adjustment_id"),
}
_REFERENCES = ("parent", "customer", "vendor", "preferred_vendor", "item")


def create_schema(connection: Connection) -> None:
    """Make the tables, unless they are there."""
    connection.execute(_SCHEMA.read_bytes())


def load_wms(uri: str) -> int:
    """Make the tables and fill them, if no customer is there yet; how many records were added."""
    with psycopg.connect(uri) as connection:
        create_schema(connection)
        found = connection.execute("SELECT EXISTS (SELECT FROM wms.customer)").fetchone()
        if found and found[0]:
            return 0
        return _Writer(connection).write_all()


class _Writer:
    """Writes records in an order in which every reference leads to one that is there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}

    def write_all(self) -> int:
        for name in SITES:
            self._ids[name] = self._insert("site", {"name": name})
        for kind in KINDS:
            for record in records()[kind]:
                if record.wms is not None:
                    self._write(record, record.wms)
        return len(self._ids) - len(SITES)

    def _write(self, record: SeedRecord, fields: Fields) -> None:
        own = {name: value for name, value in fields.items() if name != "lines"}
        rest: Fields = {}
        if record.kind == "item":
            rest = {name: value for name, value in own.items() if name not in _ITEM_COLUMNS}
            own = {name: value for name, value in own.items() if name in _ITEM_COLUMNS}
        told = {"created_at": FOUNDED, "quickbooks_id": record.quickbooks_id if record.bound else None}
        self._ids[record.label] = made = self._insert(record.kind, own | told)
        if rest:
            self._insert(f"item_{fields['kind']}", {"item_id": made} | rest, returning="item_id")
        for place, line in enumerate(fields.get("lines", []), 1):
            table, column = _LINES[record.kind]
            self._insert(table, {column: made, "position": place} | line)
        if record.kind == "item" and "quantity_on_hand" in rest:
            self._stock(made, rest["quantity_on_hand"])
        self._set_time(record, made)

    def _stock(self, item: int, on_hand: str) -> None:
        for site, quantity in site_quantities(on_hand).items():
            row = {"item_id": item, "site": site, "quantity_on_hand": quantity}
            self._insert("stock", row, returning="item_id")

    def _set_time(self, record: SeedRecord, made: int) -> None:
        """Say when the record was changed last: its lines have just moved that."""
        statement = sql.SQL("UPDATE wms.{} SET updated_at = %s WHERE id = %s").format(sql.Identifier(record.kind))
        self._connection.execute(statement, (record.wms_time, made))

    def _insert(self, table: str, fields: Fields, *, returning: str = "id") -> int:
        row = dict(self._column(name, value) for name, value in fields.items())
        statement = sql.SQL("INSERT INTO wms.{} ({}) VALUES ({}) RETURNING {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
            sql.Identifier(returning),
        )
        made = self._connection.execute(statement, list(row.values())).fetchone()
        assert made is not None
        return int(made[0])

    def _column(self, name: str, value: Any) -> tuple[str, Any]:
        if name in _REFERENCES or name == "site":
            return f"{name}_id", self._ids[value] if value else None
        return name, Jsonb(value) if isinstance(value, dict) else value
