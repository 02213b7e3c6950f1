"""The two tables of the MIS, as a school has them on MariaDB or Postgres."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.sql import quoted_name

_TABLES = sa.MetaData()

STUDENTS = sa.Table(
    "tbl_personal_ug",
    _TABLES,
    sa.Column("student_id", sa.Integer, primary_key=True),
    sa.Column("reg_no", sa.String(60), index=True),
    sa.Column("surname", sa.String(80)),
    sa.Column("first_name", sa.String(80)),
    sa.Column("other_names", sa.String(80)),
    sa.Column("email", sa.String(120)),
    sa.Column("phone", sa.String(40)),
)
# The last three columns are those of the tool that the school used before.
INVOICES = sa.Table(
    "tbl_imvoice",
    _TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reg_no", sa.String(60), index=True),
    sa.Column("dept", sa.Numeric(14, 2)),
    sa.Column("credit", sa.Numeric(14, 2)),
    sa.Column("invoice_date", sa.Date, index=True),
    sa.Column("comment", sa.Text),
    sa.Column("fee_category", sa.String(80)),
    sa.Column(quoted_name("QuickBk_Status", quote=True), sa.SmallInteger, key="status", server_default="0"),
    sa.Column("pushed_by", sa.String(190)),
    sa.Column("pushed_date", sa.DateTime),
)


def engine_of(address: str) -> sa.Engine:
    """An engine for any address; Postgres by psycopg."""
    url = sa.make_url(address)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(url, poolclass=sa.pool.NullPool)


def create_tables(connection: sa.Connection) -> None:
    """Make the tables, unless they are there."""
    _TABLES.create_all(connection)


def last_id(connection: sa.Connection) -> int:
    """The highest id of an invoice; 0 when there is none."""
    return connection.scalar(sa.select(sa.func.max(INVOICES.c.id))) or 0


def go_on_counting(connection: sa.Connection) -> None:
    """Let Postgres number the next rows behind those that came with a number; MariaDB does so by itself."""
    if connection.dialect.name == "postgresql":
        for table, column in ((INVOICES, "id"), (STUDENTS, "student_id")):
            sequence = sa.func.pg_get_serial_sequence(table.name, column)
            highest = sa.select(sa.func.coalesce(sa.func.max(table.c[column]), 1)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, highest)))
