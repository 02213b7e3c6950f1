"""Runs the migrations on the connection that `accordant.store.migrate` hands over."""

from alembic import context

from accordant.store.migrate import SCHEMA

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    version_table_schema=SCHEMA,
)
with context.begin_transaction():
    context.run_migrations()
