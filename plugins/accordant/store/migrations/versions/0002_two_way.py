"""Prepare the sync store for two-way flows."""

from alembic import op

from accordant.include_dir import sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what two-way flows need."""
    op.get_bind().exec_driver_sql(sql("migrations/0002_two_way"))
