"""The sync store, as the commands open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from accordant.commands.airflow_home import settle_home

if TYPE_CHECKING:
    from accordant.store.database import Database


def conninfo() -> str:
    """Return the libpq connection string of the sync store."""
    settle_home()
    from accordant.tasks.connections import store_conninfo

    return store_conninfo()


@contextmanager
def opened_store() -> Iterator[Database]:
    """Open the sync store of the Connection accordant_store."""
    from accordant.store.database import Database

    with Database(conninfo(), connections=2) as database:
        yield database


def run_named(database: Database, name: str) -> dict[str, Any]:
    """Return the run of that id or Airflow run id, or the last run of the flow of that name.

    Raises:
        LookupError: there is none.
    """
    row = database.row("store/run_get", run=name) or database.row("store/run_last", flow=name)
    if not name or row is None:
        raise LookupError(f"No run or flow {name!r} is in the sync store. `accordant status` lists the last runs.")
    return row
