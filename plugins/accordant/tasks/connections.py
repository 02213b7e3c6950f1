"""The Airflow Connection of the sync store, as its driver wants it."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo

from accordant.hooks.endpoints import connection_of

STORE_CONNECTION = "accordant_store"


def store_conninfo() -> str:
    """Return the libpq connection string of the sync store (Connection accordant_store).

    `host` may be a host name or the folder of a unix socket; extras such as sslmode go along.
    """
    found = connection_of(STORE_CONNECTION)
    options = {
        "host": found.host, "port": found.port, "user": found.login, "password": found.password,
        "dbname": found.schema, **{k: v for k, v in found.extra_dejson.items() if isinstance(v, str | int)},
    }  # fmt: skip
    return make_conninfo(**{name: value for name, value in options.items() if value not in (None, "")})
