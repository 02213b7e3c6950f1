"""From a call's query to SQL: filters, search, order and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.inventree.ask import Ask
from sandbox.inventree.errors import FieldError, one_field
from sandbox.inventree.fields import parse_day
from sandbox.inventree.store import Row, Store

_TERMS = re.compile(r'"([^"]*)"|([^\s,"]+)')
_BAD_CHOICE = "Select a valid choice. That choice is not one of the available choices."


class Selection:
    """Collects conditions over one table, whose alias is `t`."""

    def __init__(self, ask: Ask, table: str) -> None:
        self.ask, self.table = ask, table
        self._conditions: list[str] = []
        self._parameters: list[object] = []

    def where(self, condition: str, *parameters: object) -> None:
        """Add one condition."""
        self._conditions.append(condition)
        self._parameters.extend(parameters)

    def flag(self, name: str, condition: str | None = None) -> None:
        """A true/false filter; any other word is ignored, as the real server does."""
        word = self.ask.query.get(name, "").lower()
        if word in ("true", "1"):
            self.where(condition or f't."{name}" = 1')
        elif word in ("false", "0"):
            self.where(f"NOT ({condition})" if condition else f't."{name}" = 0')

    def day(self, name: str, condition: str) -> None:
        """A date filter; a date with a time is refused."""
        text = self.ask.query.get(name)
        if not text:
            return
        try:
            self.where(condition, parse_day(text).isoformat())
        except FieldError as error:
            raise one_field(name, "Enter a valid date.") from error

    def number(self, name: str, condition: str) -> None:
        """A whole-number filter."""
        text = self.ask.query.get(name)
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise one_field(name, "Enter a number.")
        self.where(condition, int(text))

    def related(self, name: str, store: Store, table: str, condition: str | None = None) -> None:
        """A filter by the id of another object; an id that does not exist is a 400, not an empty list."""
        text = self.ask.query.get(name)
        if not text:
            return
        if not re.fullmatch(r"[0-9]{1,18}", text) or store.get(table, int(text)) is None:
            raise one_field(name, _BAD_CHOICE)
        self.where(condition or f't."{name}" = ?', int(text))

    def tags(self, model: str) -> None:
        """Only objects with this tag, in whatever case."""
        wanted = self.ask.query.get("tags")
        if wanted:
            self.where(
                "t.pk IN (SELECT g.pk FROM tagged g JOIN tag ON tag.id = g.tag WHERE g.model = ? AND tag.name = ?)",
                model,
                wanted,
            )

    def search(self, condition: Callable[[str], tuple[str, list[object]]]) -> None:
        """All terms of `search` must match; spaces and commas part them, quotes join them."""
        for quoted, bare in _TERMS.findall(self.ask.query.get("search", "").replace("\x00", "")):
            term = quoted or bare
            if term:
                sql, parameters = condition(term)
                self.where(sql, *parameters)

    def _sql(self, what: str) -> str:
        where = " AND ".join(self._conditions) or "1"
        return f'SELECT {what} FROM "{self.table}" t WHERE {where}'  # noqa: S608 - conditions are ours

    def rows(self, store: Store, order: str) -> tuple[list[Row], int | None, int, int]:
        """The rows, and for a page also the count of all, the limit and the offset.

        Without a positive `limit` it is everything, and the count is None.
        """
        limit, offset = _positive(self.ask.query.get("limit")), _positive(self.ask.query.get("offset"))
        sql = f"{self._sql('*')} ORDER BY {order}"
        if limit == 0:
            return store.rows(sql, self._parameters), None, 0, 0
        count = int(store.value(self._sql("COUNT(*)"), self._parameters))
        page = store.rows(f"{sql} LIMIT ? OFFSET ?", [*self._parameters, limit, offset])
        return page, count, limit, offset


def order_by(ask: Ask, columns: Mapping[str, str], default: str) -> str:
    """The ORDER BY of a call; unknown names are ignored and the id breaks ties."""
    parts = []
    for name in ask.query.get("ordering", "").split(","):
        column = columns.get(name.strip().lstrip("-"))
        if column:
            parts.append(f"{column} {'DESC' if name.strip().startswith('-') else 'ASC'}")
    return ", ".join([*(parts or [default]), "t.pk ASC"])


def page_body(ask: Ask, results: list[Any], count: int, limit: int, offset: int) -> dict[str, Any]:
    """`count`, `next`, `previous`, `results`."""
    after = offset + limit
    before = offset - limit
    return {
        "count": count,
        "next": ask.link(limit=limit, offset=after) if after < count else None,
        "previous": ask.link(limit=limit, offset=before if before > 0 else None) if offset > 0 else None,
        "results": results,
    }


def like(columns: list[str], term: str) -> tuple[str, list[object]]:
    """Substring in any column; SQLite folds the case of ASCII letters only."""
    escaped = re.sub(r"([\\%_])", r"\\\1", term)
    sql = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    return f"({sql})", [f"%{escaped}%"] * len(columns)


def candidates(table: str, term: str) -> tuple[str, list[object]] | None:
    """A condition that finds a superset by the trigram index; None for terms too short for it."""
    if len(term) < 3:
        return None
    phrase = '"' + term.replace('"', '""') + '"'
    sql = f"SELECT rowid FROM {table}_text WHERE {table}_text MATCH ?"  # noqa: S608 - the table is ours
    return sql, [phrase]


def _positive(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0
