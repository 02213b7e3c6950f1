"""What a merge would change, record by record, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql as names

from accordant.hooks.shop_database import ShopDatabase
from accordant.hooks.shop_merge import differs, is_gone, joined, usable
from accordant.hooks.shop_staging import base
from accordant.include_dir import sql
from accordant.sync.tables import Table

_NOT_SHOWN = "{gone_at,seq,refused}"


@dataclass(frozen=True, slots=True)
class Change:
    """One record that a merge would write.

    Attributes:
        before: the base row; None for a record that is new, or that had been gone.
        after: the staged row; None for one that is gone now.
        parts: {table: rows of it that change}.
    """

    table: str
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    parts: Mapping[str, int]


def changes(database: ShopDatabase, root: Table) -> Iterator[Change]:
    """Yield what would change of a root table and its parts, by id, then what is gone."""
    _count_touched(database, root)
    for rows in database.stream(_changed(root)):
        for row in rows:
            yield Change(root.name, row["id"], row["before"], row["after"], row["parts"] or {})
    gone = names.SQL(sql("printavo/gone")).format(table=names.Identifier(root.name))
    for rows in database.stream(gone, {"name": root.name}):
        for row in rows:
            yield Change(root.name, row["id"], row["before"], None, {})


def _count_touched(database: ShopDatabase, root: Table) -> None:
    with database.transaction() as connection:
        connection.execute("TRUNCATE printavo_staging.touched")
        for part in root.all():
            if part.owner:
                connection.execute(_touched(part, root), {"part": part.name})


def _touched(part: Table, root: Table) -> names.Composed:
    return names.SQL(
        "INSERT INTO printavo_staging.touched SELECT owner, %(part)s, count(*) FROM ("
        "SELECT s.{owner} AS owner FROM {joined} WHERE {usable} AND {differs} "
        "UNION ALL SELECT t.{owner} FROM {base} AS t WHERE {is_gone}) AS found GROUP BY owner"
    ).format(
        owner=names.Identifier(part.owner), joined=joined(part), usable=usable(part, root), differs=differs(part),
        base=base(part.name), is_gone=is_gone(part, root),
    )  # fmt: skip


def _changed(root: Table) -> names.Composed:
    return names.SQL(
        "SELECT s.id, CASE WHEN t.gone_at IS NULL THEN to_jsonb(t) - {hidden} END AS before, "
        "to_jsonb(s) - {hidden} AS after, p.parts FROM {joined} "
        "LEFT JOIN (SELECT order_id, jsonb_object_agg(part, rows) AS parts FROM printavo_staging.touched "
        "GROUP BY order_id) AS p ON p.order_id = s.id "
        "WHERE {usable} AND ({differs} OR p.parts IS NOT NULL) ORDER BY s.id COLLATE \"C\""
    ).format(
        hidden=names.SQL("{}::text[]").format(names.Literal(_NOT_SHOWN)), joined=joined(root),
        usable=usable(root, root), differs=differs(root),
    )  # fmt: skip
