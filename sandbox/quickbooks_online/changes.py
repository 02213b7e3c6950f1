"""Change data capture: what has changed since a moment, oldest first, and what was deleted.

Source: developer.intuit.com, change-data-capture: 30 days back, 1,000 objects. Because the oldest come first, the cap
loses the newest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from sandbox.quickbooks_online.books import Books
from sandbox.quickbooks_online.company_time import CompanyTime
from sandbox.quickbooks_online.errors import invalid_date, invalid_query, required
from sandbox.quickbooks_online.record import encoded
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.times import moment, shown_time

LOOK_BACK_SECONDS = 30 * 86_400
MOST_OBJECTS = 1000
_TRACKED = ("Customer", "Vendor", "Employee", "Item", "Account", "Invoice")
_Change = tuple[int, str, bytes]


@dataclass(frozen=True)
class Changes:
    """Answers what has changed."""

    books: Books
    time: CompanyTime
    settings: Settings

    def answer(self, entities: str, since: str) -> bytes:
        """The value of `CDCResponse`.

        Raises:
            Refusal: an entity without change data, or a moment too long ago.
        """
        if not entities:
            raise required("entities")
        start = moment(since, self.settings.zone)
        if start is None:
            raise invalid_date("changedSince", since)
        if start < self.time.clock.epoch() - LOOK_BACK_SECONDS:
            raise invalid_date("changedSince", f"{since} is more than 30 days ago")
        kinds = list(dict.fromkeys(name.strip() for name in entities.split(",")))
        for kind in kinds:
            if kind not in _TRACKED:
                raise invalid_query(f"{kind} has no change data")
        found = {kind: sorted(self._of(kind, start), key=lambda one: one[0]) for kind in kinds}
        shown = b",".join(_shown(kind, found[kind]) for kind in self._capped(found))
        return b'[{"QueryResponse":[' + shown + b"]}]"

    def _of(self, kind: str, start: float) -> Iterable[_Change]:
        zone = self.settings.zone
        living = ((one.updated, one.kind, one.json(zone)) for one in self.books.all(kind) if one.updated >= start)
        gone = (
            (second, kind, _tombstone(object_id, second, zone))
            for of, object_id, second in self.books.deleted
            if of == kind and second >= start
        )
        return chain(living, gone)

    def _capped(self, found: dict[str, list[_Change]]) -> Iterable[str]:
        """Cut the answer to 1,000 objects, of all entities together or of each."""
        if self.settings.cdc_cap == "each":
            for changes in found.values():
                del changes[MOST_OBJECTS:]
            return found
        together = sorted(chain(*found.values()), key=lambda one: one[0])[:MOST_OBJECTS]
        for kind in found:
            found[kind] = [one for one in together if one[1] == kind]
        return found


def _tombstone(object_id: str, second: int, zone: str) -> bytes:
    gone = {"domain": "QBO", "status": "Deleted", "Id": object_id}
    return encoded(gone | {"MetaData": {"LastUpdatedTime": shown_time(second, zone)}})


def _shown(kind: str, changes: list[_Change]) -> bytes:
    if not changes:
        return b"{}"
    rows = b",".join(text for _, _, text in changes)
    return b'{"%s":[%s],"startPosition":1,"maxResults":%d}' % (kind.encode(), rows, len(changes))
