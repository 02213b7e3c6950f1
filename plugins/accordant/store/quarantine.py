"""Quarantine and conflicts: what stands in the way of a record, until it does no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import DictRow

from accordant.include_dir import sql
from accordant.store.database import Connection, Database
from accordant.store.runs import Run
from accordant.sync.catalogue import CATALOGUE
from accordant.sync.operations import Severity, Trouble
from accordant.sync.text import storable


def put_trouble(connection: Connection, run: Run, trouble: Trouble) -> None:
    """Store one trouble; the same trouble seen again is the same entry."""
    code = CATALOGUE[trouble.code]
    entry = {
        "flow": run.flow, "ours": run.ours, "theirs": run.theirs, "run_id": run.id, "object_type": trouble.object_type,
        "key": trouble.key, "parent": trouble.parent, "source": trouble.source, "code": trouble.code,
        "field": trouble.field, "sentence": trouble.sentence,
    }  # fmt: skip
    entry |= {"actor": code.actor.value, "action": code.action}
    if trouble.severity is Severity.CONFLICT:
        values = {
            "base_value": trouble.base_value,
            "our_value": trouble.our_value,
            "their_value": trouble.their_value,
        }
        connection.execute(sql("store/conflict_put"), _storable({**entry, **values}))
        return
    details = {"value": trouble.value, "severity": trouble.severity.value, "operation_hash": trouble.operation_hash}
    connection.execute(sql("store/quarantine_put"), _storable({**entry, **details}))


def put_troubles(database: Database, run: Run, troubles: Iterable[Trouble]) -> None:
    """Store troubles in one transaction."""
    with database.transaction() as connection, connection.pipeline():
        for trouble in troubles:
            put_trouble(connection, run, trouble)


def resolve_others(database: Database, run: Run, sources: Sequence[str]) -> None:
    """Close the troubles that earlier runs saw in these sources and this run no longer does."""
    database.execute(
        "store/trouble_resolve", sources=list(sources), run_id=run.id
    )  # fmt: skip


def resolve_but(database: Database, run: Run, object_types: Sequence[str]) -> None:
    """Close the troubles that earlier runs saw and this run no longer does, but those of some object types."""
    database.execute("store/trouble_resolve_but", but=list(object_types), run_id=run.id)


def troubled_sources(database: Database, run: Run, object_types: Sequence[str]) -> list[str]:
    """Return the sources in which earlier runs saw troubles of some object types that still stand."""
    rows = database.rows("store/trouble_sources", object_types=list(object_types), run_id=run.id)
    return [row["source"] for row in rows]


def waiting(database: Database, *, flow: str = "", run_id: str = "", most: int = 1000) -> list[DictRow]:
    """Return what waits in quarantine and conflicts, newest first."""
    return database.rows("store/quarantine_list", flow=flow, run_id=run_id, most=most)


def ask_again(database: Database, flow: str, ids: Sequence[str]) -> int:
    """Mark entries ('Q12', 'C3'; none named means all of the flow) to be tried again; return how many sources."""
    rows = database.rows("store/quarantine_retry", flow=flow, ids=list(ids))
    return len({row["source"] for row in rows})


def sources_to_retry(database: Database, run: Run) -> list[str]:
    """Return the sources whose entries a person wants tried again."""
    rows = database.rows("store/quarantine_retry_sources", **run.scope)
    return sorted(row["source"] for row in rows)


@dataclass(frozen=True, slots=True)
class RefusedOperation:
    """An operation that the target refused, and why."""

    operation_hash: str
    code: str
    field: str
    sentence: str
    source: str


def refused_before(database: Database, run: Run) -> dict[tuple[str, str], RefusedOperation]:
    """Return what the target refused in earlier runs and nobody asked to try again, by (object type, key)."""
    rows = database.rows("store/refused_operations", **run.scope)
    return {(row.pop("object_type"), row.pop("key")): RefusedOperation(**row) for row in rows}


def _storable(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry whose texts Postgres can hold: the other system's words may hold anything."""
    return {name: storable(value) if isinstance(value, str) else value for name, value in entry.items()}
