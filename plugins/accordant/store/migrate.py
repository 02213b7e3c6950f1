"""Bring the sync store's schema up to the version of this code, and never past it."""

from __future__ import annotations

import logging
from pathlib import Path

import psycopg
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from accordant.store.database import unreachable
from accordant.sync.errors import Misconfigured

SCHEMA = "accordant"
_LOCK = 7_205_001  # any number that nobody else in this database uses as an advisory lock


def migrate(conninfo: str) -> str:
    """Apply the missing migrations, one process at a time, and return the schema's version.

    Raises:
        Misconfigured: the store is newer than this code; nothing was changed.
        RetryLater: the store cannot be reached.
    """
    from alembic import command

    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)  # two lines, even with nothing to do
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (_LOCK,))
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.commit()
            scripts = _refuse_newer(connection)
            if _current(connection) != scripts.get_current_head():
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
            return scripts.get_current_head() or ""
    except (OperationalError, psycopg.OperationalError) as error:
        raise unreachable(getattr(error, "orig", None) or error) from None
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection) -> str | None:
    options = {"version_table": "schema_version", "version_table_schema": SCHEMA}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _refuse_newer(connection: Connection) -> ScriptDirectory:
    scripts = ScriptDirectory.from_config(_config())
    current = _current(connection)
    connection.commit()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        sentence = f"The sync store has schema version {current}; this code knows {scripts.get_current_head()}."
        raise Misconfigured("STORE_NEWER", sentence)
    return scripts
