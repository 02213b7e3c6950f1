"""Both sides as they were last seen: only what changed since is staged, validated and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from accordant.include_dir import sql
from accordant.store.database import Connection, Database
from accordant.store.runs import Run
from accordant.store.spool import Spool
from accordant.sync.records import StagedRow

_COPY = "COPY incoming (number, object_type, key, hash, revision, gone) FROM STDIN"
_STAGE = (
    "COPY accordant.staged_record (run_id, side, object_type, key, hash, name, natural_key, link, mark, rank, "
    "revision, changed_at, gone, content) FROM STDIN"
)
_BULK = 1_000  # so many new rows leave the planner of Postgres without figures; below, autovacuum sees to it
GONE = "gone"  # the hash of a record that was deleted


@dataclass
class Reading:
    """What was read of one side.

    Attributes:
        read: how many records were read, and how many of them had changed.
    """

    read: int = 0
    changed: int = 0


def stage_changes(
    database: Database, run: Run, side: str, rows: Iterable[StagedRow], complete: Iterable[str] = (), earliest: str = ""
) -> Reading:
    """Stream a side's records in and stage those that are not as they were last seen.

    Only keys and hashes go to the store, which says what changed; the contents wait in a temporary file meanwhile.

    Args:
        complete: object types of which `rows` held every record, so that what is missing was deleted; asked for
            once all rows were read.
        earliest: transactions dated before are not read, so that nothing follows when they are missing.
    """
    reading = Reading()
    scope = {**run.scope, "run_id": run.id, "side": side}
    with database.transaction() as connection, Spool() as spool:
        connection.execute(sql("store/side_incoming"))
        reading.read = _copy(connection, rows, spool.put)
        reading.changed = _stage(connection, spool, scope)
        if whole := list(complete):
            parameters = {**scope, "object_types": whole, "earliest": earliest}
            reading.changed += connection.execute(sql("store/side_missing"), parameters).rowcount
        if reading.changed >= _BULK:
            connection.execute(sql("store/analyze_staged"))
    return reading


def _stage(connection: Connection, spool: Spool, scope: dict[str, str]) -> int:
    """Stage the rows that changed. What is deleted keeps its last content."""
    changed = bytearray(spool.rows)  # a byte for each row
    with connection.cursor(name="changed") as cursor:
        cursor.itersize = 10_000
        for found in cursor.execute(sql("store/side_changes"), scope):
            changed[found["number"]] = True
    if not any(changed):
        return 0
    with connection.cursor() as writer, writer.copy(_STAGE) as copy:
        for row in spool.chosen(changed):
            copy.write_row((scope["run_id"], scope["side"], *row))
    connection.execute(sql("store/side_gone"), scope)
    return sum(changed)


def read_again(
    database: Database, run: Run, side: str, rows: Iterable[StagedRow]
) -> Iterator[tuple[tuple[str, str], bool]]:
    """Yield ((object type, key), whether it is not as it was last seen) of what was read again."""
    with database.transaction() as connection:
        connection.execute(sql("store/side_incoming"))
        _copy(connection, rows, lambda row, fingerprint: None)
        for row in connection.execute(sql("store/side_again"), {**run.scope, "side": side}):
            yield (row["object_type"], row["key"]), row["changed"]


def _copy(connection: Connection, rows: Iterable[StagedRow], keep: Callable[[StagedRow, str], None]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            fingerprint = GONE if row.gone else row.fingerprint()
            copy.write_row((count, row.object_type, row.key, fingerprint, row.revision, row.gone))
            keep(row, fingerprint)
            count += 1
    return count


def fold(connection: Connection, run: Run) -> int:
    """Make what this run staged the last known state of both sides."""
    folded = connection.execute(sql("store/side_fold"), {**run.scope, "run_id": run.id}).rowcount
    if folded >= _BULK:
        connection.execute(sql("store/analyze_side_records"))
    return folded
