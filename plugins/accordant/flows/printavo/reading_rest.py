"""Reads to their end the lists within records of which a page held the beginning only."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from accordant.flows.printavo.graphql_aliases import (
    PARENTS,
    GoingOn,
    by_id_question,
    ids_at_a_time,
    lists_at_a_time,
    rest_question,
)
from accordant.flows.printavo.reading_ports import Client
from accordant.flows.printavo.rows import Rows, rows_of, rows_of_list
from accordant.sync.chunks import chunks
from accordant.sync.errors import RecordRejected, RetryLater
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table

_TRIES = 3

log = logging.getLogger(__name__)


class WholeRecords:
    """Makes whole what pages hold of records."""

    def __init__(self, client: Client, limits: PrintavoLimits) -> None:
        self._client, self._limits = client, limits

    def rows(self, table: Table, nodes: Sequence[Any]) -> Rows:
        """Return the rows of root records with all of their lists.

        A record that changed under our hands, so that a part of it is not there any more, is read anew.

        Raises:
            RetryLater: records go on changing while they are read.
        """
        for _ in range(_TRIES):
            rows = rows_of(table, nodes)
            changed = self._read_on(rows)
            if not changed:
                return rows
            log.info("%d records changed while they were read, and are read anew.", len(changed))
            kept = [node for node in nodes if not (isinstance(node, dict) and node.get("id") in changed)]
            nodes = [*kept, *self.by_id(table, sorted(changed)).values()]
        raise RetryLater("ANSWER_UNREADABLE", f"Records of {table.field} go on changing while they are read.")

    def by_id(self, table: Table, ids: Sequence[str]) -> dict[str, Any]:
        """Return {id: root record} of those that exist."""
        found: dict[str, Any] = {}
        for some in chunks(ids, ids_at_a_time(table, self._limits)):
            question = by_id_question(table, some)
            data = self._client.ask(question.text, question.variables)
            found |= {id_: data[alias] for id_, alias in zip(some, question.aliases, strict=True) if data.get(alias)}
        return found

    def _read_on(self, rows: Rows) -> set[str]:
        """Add what else the lists hold; return the ids of records that changed meanwhile."""
        changed: set[str] = set()
        seen: set[tuple[str, str, str | None]] = set()
        while rows.going_on:
            waiting, rows.going_on = rows.going_on, []
            for one in waiting:
                _require_new(one, seen)
            for table, lists in groupby(sorted(waiting, key=lambda one: one.table.name), key=attrgetter("table")):
                for some in chunks(lists, lists_at_a_time(table, self._limits)):
                    changed |= self._ask_on(table, some, rows)
        return changed

    def _ask_on(self, table: Table, lists: Sequence[GoingOn], rows: Rows) -> set[str]:
        """Add the next page of each list; return the ids of records whose list is not there any more."""
        question = rest_question(table, lists, self._limits)
        try:
            data = self._client.ask(question.text, question.variables)
        except RecordRejected:  # one of the parents does not exist: which?
            if len(lists) == 1:
                return {lists[0].owner}
            return set().union(*(self._ask_on(table, [one], rows) for one in lists))
        pages = [_page_of(data.get(alias), table) for alias in question.aliases]
        for one, page in zip(lists, pages, strict=True):
            if page is not None:
                rows.add(_rows_of_page(one, page))
        return {one.owner for one, page in zip(lists, pages, strict=True) if page is None}


def _page_of(parent: Any, table: Table) -> Mapping[str, Any] | None:
    page = parent.get(table.field) if isinstance(parent, dict) else None
    return page if isinstance(page, dict) else None


def _rows_of_page(one: GoingOn, page: Mapping[str, Any]) -> Rows:
    rows = rows_of_list(one.table, page.get("nodes") or [], one.owner, one.parent)
    info = page.get("pageInfo") or {}
    if info.get("hasNextPage"):
        rows.going_on.append(GoingOn(one.table, one.owner, one.parent, info.get("endCursor")))
    return rows


def _require_new(one: GoingOn, seen: set[tuple[str, str, str | None]]) -> None:
    """Raise RetryLater where a list leads back to a page that was read."""
    place = (one.table.name, one.parent, one.cursor)
    if place in seen:
        parent = PARENTS[one.table.name].field
        sentence = f"The list {one.table.field} of {one.parent} in {parent} led back to a page that was read before."
        raise RetryLater("ANSWER_UNREADABLE", sentence, record=one.owner)
    seen.add(place)
