"""QuickBooks' small lists (terms, accounts, tax codes): names to ids, each read once when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accordant.flows.qbd.fields import LISTS
from accordant.flows.qbd.reading import QuickBooks
from accordant.sync.errors import RecordRejected
from accordant.sync.ports import References
from accordant.sync.text import folded


class ListIds:
    """The ids that a body for QuickBooks needs: of bound records, and of names in QuickBooks' lists."""

    def __init__(self, quickbooks: QuickBooks, references: References) -> None:
        self._quickbooks = quickbooks
        self._references = references
        self._lists: dict[str, dict[str, str]] = {}

    def of_record(self, object_type: str, key: str) -> str | None:
        """Return the id that one of our records is bound to, or None."""
        return self._references.remote_id(object_type, key)

    def of_name(self, listed: str, name: str) -> str:
        """Return the id of a name in one of QuickBooks' lists.

        Raises:
            RecordRejected: the list has no such name.
        """
        if listed not in self._lists:
            self._lists[listed] = self._read(listed)
        found = self._lists[listed].get(folded(name))
        if found is None:
            sentence = f"QuickBooks has no {name!r} among its {listed}."
            raise RecordRejected("NAME_NOT_IN_LIST", sentence, field=listed)
        return found

    def _read(self, listed: str) -> dict[str, str]:
        return {folded(_name(row)): row["id"] for resource in LISTS[listed] for row in self._quickbooks.rows(resource)}


def _name(row: Mapping[str, Any]) -> str:
    """Return what a record refers to this entry by; sales representatives go by their initials."""
    return str(row.get("fullName") or row.get("name") or row["initial"])
