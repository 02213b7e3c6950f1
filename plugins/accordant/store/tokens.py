"""The newest tokens of each account, sealed, in the one place that all workers share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import dict_row

from accordant.include_dir import sql
from accordant.store.database import Connection, unreachable


class Drawer:
    """One account's row, locked; what is put into it is committed with the transaction that locks it."""

    def __init__(self, connection: Connection, account: str, sealed: bytes | None, seed: str) -> None:
        self._connection, self._account = connection, account
        self.sealed, self.seed = sealed, seed

    def put(self, sealed: bytes, seed: str) -> None:
        """Replace what lies in the row."""
        given = {"account": self._account, "sealed": sealed, "seed": seed}
        self._connection.execute(sql("store/token_put"), given)


class StoredTokens:
    """A vault of sealed tokens in the sync store; what is in them only the hook can read.

    Each use connects anew: it is used about once an hour.
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo

    def look(self, account: str) -> tuple[bytes, str] | None:
        """Return what an account's row holds and its seed, without waiting for a lock; None when it is empty.

        Raises:
            RetryLater, Misconfigured: the store cannot be used.
        """
        with self._connected() as connection:
            row = connection.execute(sql("store/token_get"), {"account": account}).fetchone()
        return (bytes(row["sealed"]), row["seed"]) if row else None

    @contextmanager
    def open(self, account: str) -> Iterator[Drawer]:
        """Lock an account's row as soon as nobody else has it locked, and commit at the end; raises as `look` does.

        A worker that dies lets go of the lock, and nothing of what it put in is kept.
        """
        with self._connected() as connection:
            connection.execute(sql("store/token_ensure"), {"account": account})
            row = connection.execute(sql("store/token_lock"), {"account": account}).fetchone()
            assert row is not None
            yield Drawer(connection, account, None if row["sealed"] is None else bytes(row["sealed"]), row["seed"])

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            with psycopg.connect(
                self._conninfo, row_factory=dict_row, connect_timeout=5, application_name="accordant tokens"
            ) as connection:
                yield connection
        except psycopg.OperationalError as error:
            raise unreachable(error) from None
