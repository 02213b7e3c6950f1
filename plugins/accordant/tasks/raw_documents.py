"""Which raw documents a run synchronises, and the status that is written back to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from accordant.flows.raw_data_to_inventree.documents import document_hash
from accordant.flows.raw_data_to_inventree.settings import RawDataSettings

FAILED_BEFORE = (2, 3)  # sync_status of documents that a person may have redone


class RawDocuments:
    """The collection of raw documents, as extract and report use it."""

    def __init__(self, hook: Any, settings: RawDataSettings) -> None:
        self._hook = hook
        self._days = settings.source.changed_within_days

    @property
    def account(self) -> str:
        """Where the documents are, without credentials."""
        return str(self._hook.account)

    def changed(self, *, redo: bool, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield documents without a status, changed since it was written, or to be done again."""
        again = set(keys)
        for document in self._hook.documents(self._query(redo, keys)):
            if (
                _is_open(document)
                or _has_changed(document)
                or str(document["_id"]) in again
                or (redo and document["sync_status"] in FAILED_BEFORE)
            ):
                yield document

    def _query(self, redo: bool, keys: Sequence[str]) -> dict[str, Any]:
        since = (datetime.now(UTC) - timedelta(days=self._days)).isoformat()
        wanted: list[dict[str, Any]] = [
            {"sync_status": None},  # missing or null
            {"sync_log": None},
            {"sync_log.timestamp": {"$gte": since}, "sync_log.document_hash": {"$exists": True}},
        ]
        if redo:
            wanted.append({"sync_status": {"$in": list(FAILED_BEFORE)}})
        if keys:
            wanted.append({"_id": {"$in": [self._hook.id_of(key) for key in keys]}})
        return {"$or": wanted}

    def existing(self, keys: Sequence[str]) -> set[str]:
        """Return which of these documents still exist."""
        return set(self._hook.existing(keys))

    def write_status(self, key: str, content_hash: str, status: int, log: dict[str, Any]) -> bool:
        """Write how a document ended, unless its content is no longer what was synchronised.

        The content is compared by its hash here, and once more by the hook in the update itself.
        """
        document = self._hook.document(key)
        if document is None or document_hash(document) != content_hash:
            return False
        fields = {"sync_status": status, "sync_log": log}
        return bool(self._hook.write_status(key, document, fields))


def _is_open(document: dict[str, Any]) -> bool:
    return document.get("sync_status") is None or document.get("sync_log") is None


def _has_changed(document: dict[str, Any]) -> bool:
    log = document["sync_log"]
    known = log.get("document_hash") if isinstance(log, dict) else None
    return known is not None and known != document_hash(document)
