"""Staged and base records side by side after a merge, each with its parts, as digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from psycopg import sql as names

from accordant.hooks.shop_database import ShopDatabase
from accordant.hooks.shop_staging import base, columns_of, staged
from accordant.sync.tables import Table


def compared(database: ShopDatabase, root: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield id, theirs and ours (digests; None where a side does not have it) and both totals, by id, in lists."""
    yield from database.stream(_compared(root))


def _compared(root: Table) -> names.Composed:
    parts = [part for part in root.all() if part.owner]
    theirs = [names.SQL("md5(ROW({})::text)").format(columns_of(root, "s"))]
    ours = [names.SQL("md5(ROW({})::text)").format(columns_of(root, "t"))]
    joins = []
    for place, part in enumerate(parts):
        for side, table, condition in (("s", staged(part.name), "true"), ("t", base(part.name), "c.gone_at IS NULL")):
            alias = names.Identifier(f"{side}{place}")
            joins.append(_digested(part, table, condition, alias))
            (theirs if side == "s" else ours).append(names.SQL("coalesce({}.digest, '')").format(alias))
    has_total = any(column.name == "total" for column in root.columns)
    return names.SQL(
        "SELECT s.id, {theirs} AS theirs, CASE WHEN t.id IS NOT NULL AND t.gone_at IS NULL THEN {ours} END AS ours, "
        "{their_total} AS their_total, {our_total} AS our_total "
        'FROM {staged} AS s LEFT JOIN {base} AS t USING (id) {joins} WHERE NOT s.refused ORDER BY s.id COLLATE "C"'
    ).format(
        theirs=_joined(theirs), ours=_joined(ours), staged=staged(root.name), base=base(root.name),
        their_total=names.SQL("coalesce(s.total, 0)" if has_total else "0::numeric"),
        our_total=names.SQL("coalesce(t.total, 0)" if has_total else "0::numeric"),
        joins=names.SQL(" ").join(joins),
    )  # fmt: skip


def _joined(digests: list[names.Composed]) -> names.Composed:
    return names.SQL("md5({})").format(names.SQL(" || ").join(digests))


def _digested(part: Table, table: names.Identifier, condition: str, alias: names.Identifier) -> names.Composed:
    """Return the join of one digest per record over its parts of a kind."""
    return names.SQL(
        "LEFT JOIN (SELECT c.{owner} AS owner, md5(string_agg(md5(ROW({columns})::text), '' ORDER BY {key})) AS digest "
        "FROM {table} AS c WHERE {condition} GROUP BY c.{owner}) AS {alias} ON {alias}.owner = s.id"
    ).format(
        owner=names.Identifier(part.owner), columns=columns_of(part, "c"), table=table, condition=names.SQL(condition),
        key=names.SQL(", ").join(names.SQL('{} COLLATE "C"').format(names.Identifier("c", key)) for key in part.key),
        alias=alias,
    )  # fmt: skip
