"""The hook of the shop's own database (Postgres), where Printavo's records are kept."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseHook
from psycopg.conninfo import make_conninfo

from accordant.hooks.endpoints import ConnectionLike, connection_of
from accordant.hooks.shop_database import ShopDatabase
from accordant.hooks.shop_schema import version_of
from accordant.sync.errors import AccordantError


class ShopHook(BaseHook):
    """One shop's database.

    Args:
        conn_id: an Airflow Connection of type postgres.
        connection: the connection itself, where there is no Airflow to ask.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "shop_default"
    conn_type = "postgres"
    hook_name = "Shop (Postgres)"

    def __init__(self, conn_id: str = default_conn_name, *, connection: ConnectionLike | None = None) -> None:
        super().__init__()
        self._found = connection or connection_of(conn_id)
        self.database = ShopDatabase(self._conninfo(), conn_id)

    @property
    def account(self) -> str:
        """Which database it is, without credentials."""
        port = f":{self._found.port}" if self._found.port else ""
        return f"{self._found.host}{port}/{self._found.schema}"

    def test_connection(self) -> tuple[bool, str]:
        """Tell whether the database answers, and at which version its schema `printavo` is."""
        try:
            with self.database.transaction() as connection:
                server, version = connection.info.parameter_status("server_version"), version_of(connection)
        except AccordantError as error:
            return False, str(error)
        schema = f"schema printavo has version {version}" if version else "schema printavo is made by the first run"
        return True, f"Postgres {server} answers; {schema}."

    def close(self) -> None:
        """Close the connection."""
        self.database.close()

    def _conninfo(self) -> str:
        found = self._found
        options: dict[str, Any] = {
            "host": found.host, "port": found.port, "user": found.login, "password": found.password,
            "dbname": found.schema,
        }  # fmt: skip
        options |= {name: value for name, value in found.extra_dejson.items() if isinstance(value, str | int)}
        return make_conninfo(**{name: value for name, value in options.items() if value not in (None, "")})
