"""Bindings: our key, the remote id, and the base both sides last agreed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from accordant.store.database import Database
from accordant.store.runs import Run
from accordant.sync.records import Binding


class Bindings:
    """The bindings of one pair of accounts.

    Remote ids, once found, are kept in a small cache: a bound record keeps its id.

    Args:
        owners: {object type: the flow that agrees it}, for records of other flows that this one refers to.
    """

    def __init__(self, database: Database, run: Run, owners: Mapping[str, str] | None = None) -> None:
        self._database = database
        self._scope = run.scope
        self._owners = owners or {}
        self._cached = lru_cache(maxsize=20_000)(self._look_up)

    def of(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        """Return the bindings of these keys, by key."""
        rows = self._database.rows("store/bindings", **self._scope, object_type=object_type, keys=list(keys))
        return {row["key"]: Binding(**row) for row in rows}

    def of_parents(self, object_type: str, parents: Sequence[str]) -> list[Binding]:
        """Return the bindings of all parts of these records, e.g. the lines of orders."""
        rows = self._database.rows(
            "store/bindings_of_parents", **self._scope, object_type=object_type, parents=list(parents)
        )
        return [Binding(**row) for row in rows]

    def bound_ids(self, object_type: str, remote_ids: Sequence[str]) -> dict[str, str]:
        """Return {remote id: our key} for those of these ids that are bound."""
        rows = self._database.rows("store/binding_ids", **self._of(object_type), remote_ids=list(remote_ids))
        return {row["remote_id"]: row["key"] for row in rows}

    def bound_keys(self, object_type: str, keys: Sequence[str]) -> dict[str, str]:
        """Return {our key: remote id} for those of these keys that are bound."""
        rows = self._database.rows("store/binding_keys", **self._of(object_type), keys=list(keys))
        return {row["key"]: row["remote_id"] for row in rows}

    def _of(self, object_type: str) -> dict[str, str]:
        return {**self._scope, "flow": self._owners.get(object_type, self._scope["flow"]), "object_type": object_type}

    def remote_id(self, object_type: str, key: str) -> str | None:
        """Return the remote id that our key is bound to, or None."""
        try:
            return self._cached(object_type, key)
        except KeyError:
            return None

    def forget(self) -> None:
        """Forget the cached remote ids: one of them leads nowhere."""
        self._cached.cache_clear()

    def _look_up(self, object_type: str, key: str) -> str:
        row = self._database.row("store/binding_remote_id", **self._of(object_type), key=key)
        if row is None:
            raise KeyError(key)  # an exception is not cached: it may be bound a moment later
        return str(row["remote_id"])

    def seal(self, object_type: str, hashes: Mapping[str, str]) -> None:
        """Note that these records were proven equal on both sides, with the hash of their source."""
        self._database.execute(
            "store/binding_seal", **self._scope, object_type=object_type,
            keys=list(hashes), hashes=list(hashes.values()),
        )  # fmt: skip

    def unseal(self, object_type: str, keys: Sequence[str]) -> None:
        """Withdraw the seals of records that are about to change."""
        self._database.execute("store/binding_unseal", **self._scope, object_type=object_type, keys=list(keys))
