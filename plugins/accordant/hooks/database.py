"""Testing the connections of databases that Airflow knows itself: the sync store, the WMS (Postgres), the MIS (MySQL).

The drivers are spelled out, because SQLAlchemy's choice for a bare `postgresql://` differs by version.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from accordant.hooks.calls import Secrets
from accordant.hooks.endpoints import connection_of
from accordant.sync.errors import AccordantError
from accordant.sync.text import shortened

# {connection type: (SQLAlchemy's name of the driver, module of the driver)}
_DRIVERS = {
    "postgres": ("postgresql+psycopg", "psycopg"),
    "postgresql": ("postgresql+psycopg", "psycopg"),
    "mysql": ("mysql+pymysql", "pymysql"),
}
_EXTRAS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "options", "charset", "application_name"})
_CONNECT_SECONDS = 5
_WORDS = 300  # characters of a driver's complaint


def test_connection(conn_id: str) -> tuple[bool, str]:
    """Tell whether the database of an Airflow Connection answers, and as which version."""
    try:
        return answer_of(connection_of(conn_id))
    except AccordantError as error:
        return False, str(error)


def answer_of(connection: Any) -> tuple[bool, str]:
    """Do the same for a connection that is at hand."""
    conn_id, conn_type = connection.conn_id, connection.conn_type
    if conn_type not in _DRIVERS:
        return False, f"The Connection {conn_id} has type {conn_type}; it must be postgres or mysql."
    driver, module = _DRIVERS[conn_type]
    if find_spec(module) is None:
        return False, f"The Connection {conn_id} needs the driver {module}, which is not installed."
    return _ask(conn_id, connection, driver)


def _ask(conn_id: str, connection: Any, driver: str) -> tuple[bool, str]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    engine = create_engine(_url(connection, driver), poolclass=NullPool)
    try:
        with engine.connect() as session:
            version = session.execute(text("SELECT version()")).scalar_one()
    except SQLAlchemyError as error:
        complaint = str(getattr(error, "orig", None) or error)
        told = Secrets(connection.password).hidden_in(" ".join(complaint.split()))
        return False, f"The database of the Connection {conn_id} cannot be used: {shortened(told, _WORDS)}"
    finally:
        engine.dispose()
    return True, f"{str(version).split(' on ')[0]} answers; database {connection.schema or 'not named'}."


def _url(connection: Any, driver: str) -> Any:
    from sqlalchemy.engine import URL

    extras = {name: str(value) for name, value in connection.extra_dejson.items() if name in _EXTRAS}
    host = connection.host or None
    if host and host.startswith("/"):  # the folder of a unix socket
        extras["host"], host = host, None
    return URL.create(
        driver, connection.login or None, connection.password or None, host, connection.port,
        connection.schema or None, {"connect_timeout": str(_CONNECT_SECONDS), **extras},
    )  # fmt: skip
