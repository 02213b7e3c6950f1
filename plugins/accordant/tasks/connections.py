"""Airflow Connections, turned into what the store and the hooks need."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import make_conninfo

from accordant.sync.errors import Misconfigured

STORE_CONNECTION = "accordant_store"


def connection(conn_id: str) -> Any:
    """Return an Airflow Connection.

    Raises:
        Misconfigured: it is not defined.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise Misconfigured(
            "CONNECTION_MISSING", f"The Airflow Connection {conn_id} is not defined.", record=conn_id
        ) from None


def store_conninfo() -> str:
    """Return the libpq connection string of the sync store (Connection accordant_store).

    `host` may be a host name or the folder of a unix socket; extras such as sslmode go along.
    """
    found = connection(STORE_CONNECTION)
    options = {
        "host": found.host, "port": found.port, "user": found.login, "password": found.password,
        "dbname": found.schema, **{k: v for k, v in found.extra_dejson.items() if isinstance(v, str | int)},
    }  # fmt: skip
    return make_conninfo(**{name: value for name, value in options.items() if value not in (None, "")})
