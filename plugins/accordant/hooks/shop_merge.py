"""From staging into the base tables: one statement per table, which writes only the rows that differ."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql as names

from accordant.hooks.shop_database import Connection
from accordant.hooks.shop_staging import base, columns_of, staged
from accordant.sync.tables import Table


def merge(connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """Bring the staged rows into the base tables; return how many rows each statement wrote.

    Args:
        tables: roots, each with the parts that were read with it.
    """
    written: dict[str, int] = {}
    for root in tables:
        for table in root.all():
            written[table.name] = connection.execute(_merged(table, root)).rowcount
            if table.owner:
                written[table.name] += connection.execute(_parts_gone(table, root)).rowcount
        for table in root.all():
            written[table.name] += connection.execute(_with_root_gone(table, root), {"name": root.name}).rowcount
    return written


def differs(table: Table) -> names.Composed:
    """Return the condition on s (staged) and t (base, left joined) that a row must be written."""
    return names.SQL("(t.{key} IS NULL OR t.gone_at IS NOT NULL OR ({theirs}) IS DISTINCT FROM ({ours}))").format(
        key=names.Identifier(table.key[0]), theirs=columns_of(table, "t"), ours=columns_of(table, "s")
    )


def usable(table: Table, root: Table) -> names.Composed:
    """Return the condition on s that the record it belongs to is not refused."""
    if not table.owner:
        return names.SQL("NOT s.refused").format()
    return names.SQL("EXISTS (SELECT FROM {} AS r WHERE r.id = s.{} AND NOT r.refused)").format(
        staged(root.name), names.Identifier(table.owner)
    )


def joined(table: Table) -> names.Composed:
    """Return staged rows beside their base rows: s LEFT JOIN t."""
    return names.SQL("{} AS s LEFT JOIN {} AS t ON {}").format(staged(table.name), base(table.name), _same_key(table))


def is_gone(table: Table, root: Table) -> names.Composed:
    """Return the condition on t (base) that a part is no longer among the parts of its record, which was read."""
    same = names.SQL(" AND ").join(
        names.SQL("{} = {}").format(names.Identifier("t", name), names.Identifier("c", name)) for name in table.key
    )
    return names.SQL(
        "t.gone_at IS NULL AND EXISTS (SELECT FROM {root} AS r WHERE r.id = t.{owner} AND NOT r.refused) "
        "AND NOT EXISTS (SELECT FROM {part} AS c WHERE {same})"
    ).format(root=staged(root.name), owner=names.Identifier(table.owner), part=staged(table.name), same=same)


def _merged(table: Table, root: Table) -> names.Composed:
    others = [column.name for column in table.columns if column.name not in table.key]
    changes = names.SQL(", ").join(names.SQL("{0} = s.{0}").format(names.Identifier(name)) for name in others)
    return names.SQL(
        "MERGE INTO {base} AS t USING (SELECT {staged} FROM {rows} AS s WHERE {usable}) AS s ON {same} "
        "WHEN MATCHED AND {differs} THEN UPDATE SET {changes}, gone_at = NULL "
        "WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({staged})"
    ).format(
        base=base(table.name), columns=columns_of(table), staged=columns_of(table, "s"), rows=staged(table.name),
        usable=usable(table, root), same=_same_key(table), differs=differs(table), changes=changes,
    )  # fmt: skip


def _same_key(table: Table) -> names.Composed:
    return names.SQL(" AND ").join(
        names.SQL("{} = {}").format(names.Identifier("t", name), names.Identifier("s", name)) for name in table.key
    )


def _parts_gone(table: Table, root: Table) -> names.Composed:
    return names.SQL("UPDATE {} AS t SET gone_at = now() WHERE {}").format(base(table.name), is_gone(table, root))


def _with_root_gone(table: Table, root: Table) -> names.Composed:
    """Return the statement that marks the records that are gone, or the parts of a kind that went with them."""
    return names.SQL(
        "UPDATE {} AS t SET gone_at = now() FROM printavo_staging.gone AS g "
        "WHERE g.name = %(name)s AND g.id = t.{} AND t.gone_at IS NULL"
    ).format(base(table.name), names.Identifier(table.owner or "id"))
