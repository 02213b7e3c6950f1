"""Databases that Airflow knows itself, the sync store, the WMS (Postgres), the MIS (MySQL): their addresses and tests.

The drivers are spelled out, because SQLAlchemy's choice for a bare `postgresql://` differs by version.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from accordant.hooks.calls import Secrets
from accordant.hooks.endpoints import connection_of
from accordant.sync.errors import AccordantError, Misconfigured
from accordant.sync.text import shortened

# {connection type: (SQLAlchemy's name of the driver, module of the driver)}
_DRIVERS = {
    "postgres": ("postgresql+psycopg", "psycopg"),
    "postgresql": ("postgresql+psycopg", "psycopg"),
    "mysql": ("mysql+pymysql", "pymysql"),
}
_EXTRAS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "options", "charset", "application_name",
                     "unix_socket", "ssl_ca", "ssl_cert", "ssl_key"})  # fmt: skip
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
    try:
        driver = driver_of(connection)
    except AccordantError as error:
        return False, error.sentence
    return _ask(connection.conn_id, connection, driver)


def driver_of(connection: Any) -> str:
    """Return SQLAlchemy's name of the driver for a connection: that of its type, or its extra `sqlalchemy_driver`.

    Raises:
        Misconfigured: no driver is known for its type, or the driver is not installed.
    """
    conn_id, conn_type = connection.conn_id, connection.conn_type
    named = str(connection.extra_dejson.get("sqlalchemy_driver") or "")
    if not named and conn_type not in _DRIVERS:
        sentence = f"The Connection {conn_id} has type {conn_type}; it must be postgres or mysql."
        raise Misconfigured("CONNECTION_INCOMPLETE", sentence, record=conn_id)
    driver, module = (named, named.partition("+")[2]) if named else _DRIVERS[conn_type]
    if module and find_spec(module) is None:
        sentence = f"The Connection {conn_id} needs the driver {module}, which is not installed."
        raise Misconfigured("CONNECTION_INCOMPLETE", sentence, record=conn_id)
    return driver


def _ask(conn_id: str, connection: Any, driver: str) -> tuple[bool, str]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    engine = create_engine(url_of(connection, driver), poolclass=NullPool)
    try:
        with engine.connect() as session:
            version = session.execute(text("SELECT version()")).scalar_one()
    except SQLAlchemyError as error:
        return False, f"The database of the Connection {conn_id} cannot be used: {complaint_of(error, connection)}"
    finally:
        engine.dispose()
    return True, f"{str(version).split(' on ')[0]} answers; database {connection.schema or 'not named'}."


def complaint_of(error: Exception, connection: Any) -> str:
    """Return what the driver said, in one line and without the password."""
    complaint = str(getattr(error, "orig", None) or error)
    return shortened(Secrets(connection.password).hidden_in(" ".join(complaint.split())), _WORDS)


def url_of(connection: Any, driver: str) -> Any:
    """Return SQLAlchemy's URL of a connection; its password is hidden where it is shown."""
    from sqlalchemy.engine import URL

    extras = {name: str(value) for name, value in connection.extra_dejson.items() if name in _EXTRAS}
    mysql = driver.startswith(("mysql", "mariadb"))
    extras |= _certificates(connection) if mysql else {}
    host = connection.host or None
    if host and host.startswith("/"):  # a unix socket; for Postgres, its folder
        extras["unix_socket" if mysql else "host"], host = host, None
    waits = {"connect_timeout": str(_CONNECT_SECONDS)} if mysql or driver.startswith("postgres") else {}
    return URL.create(
        driver, connection.login or None, connection.password or None, host, connection.port,
        connection.schema or None, waits | extras,
    )  # fmt: skip


def _certificates(connection: Any) -> dict[str, str]:
    """Return what Airflow's form for MySQL puts into the extra `ssl`, in SQLAlchemy's words."""
    told = connection.extra_dejson.get("ssl")
    told = told if isinstance(told, dict) else {}
    return {f"ssl_{name}": str(told[name]) for name in ("ca", "cert", "key") if told.get(name)}
