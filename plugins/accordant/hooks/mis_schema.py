"""What the MIS's two tables look like, and the three columns that Accordant adds to them when it is asked to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, ExecutableDDLElement
from sqlalchemy.types import TypeEngine

from accordant.hooks.mis_statements import Statements
from accordant.hooks.mis_tables import MisTables
from accordant.sync.errors import Misconfigured

_INDEX = "ix_accordant_status"
_MARK_LENGTH = 190
_TYPES: dict[str, tuple[TypeEngine[Any], str]] = {
    "status": (sa.SmallInteger(), " DEFAULT 0 NOT NULL"),
    "pushed_by": (sa.String(_MARK_LENGTH), ""),
    "pushed_date": (sa.DateTime(timezone=True), ""),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found of the tables.

    Attributes:
        id_is_number: whether ids are whole numbers; else they are text.
        reg_no_is_text: whether the students' registration number is a column of text.
        mark_length: how many characters `pushed_by` holds; None where there is no limit, 0 where it holds no text.
        missing: keys of the tracking columns that are not there.
        indexed: whether rows of one status can be found without reading all.
    """

    id_is_number: bool
    reg_no_is_text: bool
    mark_length: int | None
    missing: tuple[str, ...]
    indexed: bool

    def statements(self, tables: MisTables, dialect: str) -> Statements:
        """Return the statements that fit."""
        id_type: TypeEngine[Any] = sa.BigInteger() if self.id_is_number else sa.String()
        return Statements(tables, dialect, id_type, reg_no_is_text=self.reg_no_is_text)


def layout_of(connection: sa.Connection, tables: MisTables) -> Layout:
    """Look at the tables.

    Raises:
        Misconfigured: a table or column that the settings name is not there, or is of a type that cannot be used.
    """
    inspector = sa.inspect(connection)
    invoices = _columns(inspector, tables, "invoices", tables.invoice_columns, may_lack=tables.tracking)
    students = _columns(inspector, tables, "students", tables.student_columns)
    if "status" in invoices and not isinstance(invoices["status"], sa.Integer | sa.Numeric):
        raise _wrong(f"the column {tables.status} (setting `status`) must be a whole number")
    leading = [one["column_names"][:1] for one in inspector.get_indexes(tables.invoices, tables.schema or None)]
    return Layout(
        id_is_number=isinstance(invoices["id"], sa.Integer | sa.Numeric),
        reg_no_is_text=isinstance(students["student_reg_no"], sa.String),
        mark_length=_length(invoices["pushed_by"]) if "pushed_by" in invoices else _MARK_LENGTH,
        missing=tuple(key for key in tables.tracking if key not in invoices),
        indexed=[tables.status] in leading,
    )


def changes(statements: Statements, tables: MisTables, layout: Layout) -> list[ExecutableDDLElement]:
    """Return the statements that add what is missing, in their order."""
    found: list[ExecutableDDLElement] = [
        AddColumn(statements.invoices, tables.tracking[key], key) for key in layout.missing
    ]
    if not layout.indexed:
        columns = statements.invoices.c
        found.append(CreateIndex(sa.Index(_INDEX, columns.status, columns.id)))
    return found


class AddColumn(ExecutableDDLElement):
    """ALTER TABLE that adds a tracking column."""

    inherit_cache = False

    def __init__(self, table: sa.Table, name: str, key: str) -> None:
        self.table, self.name, self.key = table, name, key


@compiles(AddColumn)
def _add_column(element: AddColumn, compiler: Any, **_: Any) -> str:
    kind, rest = _TYPES[element.key]
    add = "ADD" if compiler.dialect.name == "mssql" else "ADD COLUMN"
    column = compiler.preparer.quote_identifier(element.name)
    table = compiler.preparer.format_table(element.table)
    return f"ALTER TABLE {table} {add} {column} {kind.compile(compiler.dialect)}{rest}"


def run(connection: sa.Connection, change: ExecutableDDLElement, dry_run: bool) -> str:
    """Run a change, unless it is only to be shown; return it as the database gets it, on one line."""
    if not dry_run:
        connection.execute(change)
    return " ".join(str(change.compile(dialect=connection.dialect)).split())


def _columns(
    inspector: Any, tables: MisTables, key: str, wanted: dict[str, str], may_lack: dict[str, str] | None = None
) -> dict[str, TypeEngine[Any]]:
    """Return the types of the columns that are there, by key."""
    table: str = getattr(tables, key)
    try:
        there = {one["name"]: one["type"] for one in inspector.get_columns(table, tables.schema or None)}
    except exc.NoSuchTableError:
        listed = ", ".join(sorted(inspector.get_table_names(tables.schema or None))[:30]) or "no tables"
        raise _wrong(f"there is no table {table} (setting `{key}`); there are: {listed}") from None
    if inspector.dialect.name in ("mysql", "mariadb"):  # which do not mind the case of a column's name
        own = {name.casefold(): kind for name, kind in there.items()}
        there |= {name: own[name.casefold()] for name in wanted.values() if name.casefold() in own}
    for setting, name in wanted.items():
        if name not in there and setting not in (may_lack or {}):
            listed = ", ".join(there)
            raise _wrong(f"the table {table} has no column {name} (setting `{setting}`); it has: {listed}")
    return {setting: there[name] for setting, name in wanted.items() if name in there}


def _length(kind: TypeEngine[Any]) -> int | None:
    if not isinstance(kind, sa.String):
        return 0
    return kind.length


def _wrong(sentence: str) -> Misconfigured:
    return Misconfigured("MIS_TABLES_WRONG", f"In the MIS {sentence}.", record="settings of the MIS's tables")
