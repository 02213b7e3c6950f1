"""Prepare the sync store for QuickBooks Online."""

from alembic import op

from accordant.include_dir import sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what QuickBooks Online needs."""
    op.get_bind().exec_driver_sql(sql("migrations/0003_quickbooks_online"))
