"""Alembic migrations of the sync store; their SQL is in include/sql/migrations/."""
