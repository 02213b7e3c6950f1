"""Create the sync store."""

from alembic import op

from accordant.include_dir import sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create all tables and views."""
    op.get_bind().exec_driver_sql(sql("migrations/0001_sync_store"))
