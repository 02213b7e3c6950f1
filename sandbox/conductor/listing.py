"""Lists: look-ups by id, name and number, filters, pages."""

from __future__ import annotations

from typing import Any

from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.cursors import Cursors
from sandbox.conductor.errors import not_found, timed_out
from sandbox.conductor.links import Links
from sandbox.conductor.queries import Pairs, Query, parsed
from sandbox.conductor.record import Record, Values, copied
from sandbox.conductor.schema import ANSWERS, RESOURCES
from sandbox.conductor.selection import tests
from sandbox.conductor.settings import Settings
from sandbox.conductor.targets import DELETED_LIST_TYPES, TRANSACTIONS

_LINES = ("lines", "lineGroups", "itemLines", "itemGroupLines", "expenseLines")
_LOOKUPS = {"ids": "id", "fullNames": "fullName", "names": "name", "refNumbers": "refNumber"}
_KEPT_SECONDS = 90 * 86_400
Rows = list[tuple[Record, Values]]


class Listing:
    """Answers lists."""

    def __init__(self, file: CompanyFile, links: Links, cursors: Cursors, settings: Settings) -> None:
        self._file, self._links, self._cursors, self._settings = file, links, cursors, settings

    def page(self, resource: str, pairs: Pairs) -> Values:
        """One page of a list, or the whole of one that has no pages."""
        known = RESOURCES[resource]["query"]
        query = parsed(pairs, known)
        body: Values = {"objectType": "list", "url": f"/v1/quickbooks-desktop/{resource}"}
        if "cursor" in known:
            return body | self._page(resource, query)
        rows = self._rows(resource, query)
        if not any(name in query for name in _LOOKUPS):
            rows = rows[: query.get("limit")]
        return body | {"data": self._shown(rows, query)}

    def deletions(self, path: str, pairs: Pairs) -> Values:
        """What was deleted in the last 90 days, by kind and then by time."""
        query = parsed(pairs, ANSWERS[path]["query"])
        kind, field = ("list", "listType") if path == "deleted-list-objects" else ("transaction", "transactionType")
        wanted = query["objectTypes" if kind == "list" else "transactionTypes"]
        pc = self._file.pc
        oldest: float = pc.epoch() - _KEPT_SECONDS
        newest = float("inf")
        if "deletedAfter" in query:
            oldest = max(oldest, pc.read(query["deletedAfter"], "deletedAfter"))
        if "deletedBefore" in query:
            newest = pc.read(query["deletedBefore"], "deletedBefore", end_of_day=True)
        found = [
            one["shown"]
            for one in self._file.deletions
            if one["kind"] == kind and one["shown"][field] in wanted and oldest <= one["at"] <= newest
        ]
        found.sort(key=lambda shown: str(shown[field]))
        return {"objectType": "list", "url": f"/v1/quickbooks-desktop/{path}", "data": copied(found)}

    def one(self, record: Record) -> Values:
        """One object as it is answered by itself, with what it is linked to."""
        shown: Values = copied(record.shown)
        if record.resource in TRANSACTIONS and "linkedTransactions" in shown:
            shown["linkedTransactions"] = self._links.linked(record)
        return shown

    def _page(self, resource: str, query: Query) -> Values:
        limit = query.get("limit", 150)
        token = query.get("cursor")
        if token is not None:
            rows, left = self._cursors.read(token, resource, limit)
        else:
            every = self._rows(resource, query)
            if any(name in query for name in _LOOKUPS):
                limit = max(1, len(every))
            rows, left = every[:limit], max(0, len(every) - limit)
            token = self._cursors.open(resource, every, limit) if left else None
        ending = {"nextCursor": token if left else None, "remainingCount": left, "hasMore": left > 0}
        return {"data": self._shown(rows, query), **ending}

    def _rows(self, resource: str, query: Query) -> Rows:
        for name, field in _LOOKUPS.items():
            if name in query:
                return self._looked_up(resource, field, query[name])
        passed = tests(resource, query, self._file.pc, self._settings.default_status)
        if passed is None:
            return []
        found = [record for record in self._file.tables[resource].values() if all(test(record) for test in passed)]
        most = self._settings.adjustments_timeout_rows
        if resource == "inventory-adjustments" and most is not None and len(found) > most:
            raise timed_out()
        # Changes replace `shown`, so that these rows stay as they are now.
        return [(record, record.shown) for record in found]

    def _looked_up(self, resource: str, field: str, wanted: list[str]) -> Rows:
        found: dict[str, Record] = {}
        for value in wanted:
            matches = self._matches(resource, field, value)
            if not matches:
                raise not_found(_xml_name(resource, field))
            found |= {record.id: record for record in matches}
        return [(record, record.shown) for record in found.values()]

    def _matches(self, resource: str, field: str, value: str) -> list[Record]:
        if field == "refNumber":
            table = self._file.tables[resource].values()
            return [record for record in table if record.shown["refNumber"] == value]
        found = self._file.find(value, (resource,)) if field == "id" else self._file.by_name(resource, value)
        return [found] if found else []

    def _shown(self, rows: Rows, query: Query) -> list[Values]:
        whole = [dict(shown) for _, shown in rows]
        for (record, _), shown in zip(rows, whole, strict=True):
            if query.get("includeLineItems") is False:
                shown |= {key: [] for key in _LINES if key in shown}
            if query.get("excludeAlternateShippingAddresses"):
                shown["alternateShippingAddresses"] = None
            if query.get("includeLinkedTransactions"):
                shown["linkedTransactions"] = self._links.linked(record)
        answered: list[Values] = copied(whole)
        return answered


def _xml_name(resource: str, field: str) -> str:
    names: dict[str, Any] = {"fullName": "FullName", "name": "FullName", "refNumber": "RefNumber"}
    return str(names.get(field) or ("ListID" if resource in DELETED_LIST_TYPES else "TxnID"))
