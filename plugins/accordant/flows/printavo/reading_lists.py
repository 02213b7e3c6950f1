"""Reads lists into staging, from page to page or by ids; each goes on at the place it had reached."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accordant.flows.printavo.graphql import Question
from accordant.flows.printavo.graphql_aliases import ids_at_a_time
from accordant.flows.printavo.reading_ports import Client, Place, Staging
from accordant.flows.printavo.reading_rest import WholeRecords
from accordant.sync.chunks import chunks
from accordant.sync.errors import RecordRejected
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table

log = logging.getLogger(__name__)


class CountedClient:
    """A client that counts its questions.

    Attributes:
        questions: how many were asked so far; those that had to be asked again count once.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.questions = 0

    def ask(self, question: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Ask; see Client."""
        self.questions += 1
        return self._client.ask(question, variables)

    def pages(
        self, question: str, variables: Mapping[str, Any], path: tuple[str, ...], after: str | None = None
    ) -> Iterator[tuple[list[Any], str | None]]:
        """Ask for each page; see Client."""
        for page in self._client.pages(question, variables, path, after):
            self.questions += 1
            yield page


class Lists:
    """The lists of one reading."""

    def __init__(self, client: CountedClient, staging: Staging, limits: PrintavoLimits) -> None:
        self._client, self._staging, self._limits = client, staging, limits
        self._records = WholeRecords(client, limits)

    def read(
        self, name: str, table: Table, question: Question, variables: Mapping[str, Any] | None = None, *,
        most: int | None = None,
    ) -> None:  # fmt: skip
        """Stage a list page by page.

        Args:
            name: of the list in staging.
            variables: beside those of the question.
            most: so many records are enough.
        """
        place = self._staging.where(name)
        if place.complete:
            return
        before, count, pages = self._client.questions, 0, place.pages
        for nodes, cursor in self._pages(question, {**question.variables, **(variables or {})}, place):
            pages, count = pages + 1, count + len(nodes)
            enough = most is not None and count >= most
            self._put(name, table, nodes, cursor, complete=cursor is None or enough)
            if enough:
                break
        since = f", going on behind page {place.pages}" if place.pages else ""
        asked = self._client.questions - before
        log.info("%s: %s records on %s pages, by %s questions%s.", name, count, pages - place.pages, asked, since)

    def read_by_id(self, name: str, table: Table, *, notes_gone: bool = False, staged: bool = False) -> None:
        """Stage the records whose ids answer the question of this name.

        Args:
            notes_gone: note those that Printavo does not have.
            staged: they are staged already, and are taken out first.
        """
        place = self._staging.where(name)
        if place.complete:
            return
        ids = sorted(self._staging.ids(name))
        ids = ids[bisect_right(ids, place.cursor) :] if place.cursor is not None else ids
        if not ids:
            self._staging.put(name, {}, place.cursor, True)
            return
        before, count = self._client.questions, 0
        for some in chunks(ids, ids_at_a_time(table, self._limits)):
            found = self._records.by_id(table, some)
            absent = [id_ for id_ in some if id_ not in found]
            if absent and notes_gone:
                self._staging.gone(table.name, absent)
            replaced = (table.name, some) if staged else None
            self._put(name, table, [*found.values()], some[-1], complete=some[-1] == ids[-1], replaced=replaced)
            count += len(found)
        asked = self._client.questions - before
        log.info("%s: %s of %s %s are in Printavo, by %s questions.", name, count, len(ids), table.field, asked)

    def _pages(
        self, question: Question, variables: Mapping[str, Any], place: Place
    ) -> Iterator[tuple[list[Any], str | None]]:
        """Yield the pages from a place on; from the beginning where its cursor is not known any more."""
        went_on = False
        try:
            for page in self._client.pages(question.text, variables, question.path, place.cursor):
                went_on = True
                yield page
        except RecordRejected:
            if went_on or place.cursor is None:
                raise
            log.warning("%s: the page where it was stopped is not known any more; it begins anew.", question.path[-1])
            yield from self._client.pages(question.text, variables, question.path)

    def _put(
        self, name: str, table: Table, nodes: Sequence[Any], cursor: str | None, *, complete: bool,
        replaced: tuple[str, Sequence[str]] | None = None,
    ) -> None:  # fmt: skip
        rows = self._records.rows(table, nodes)
        if rows.unusable:
            self._staging.unusable(rows.unusable)
        self._staging.put(name, rows.lines, cursor, complete, replaced)
        log.debug("%s: a page of %d records; it goes on behind %s.", name, len(nodes), cursor)
