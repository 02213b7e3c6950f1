"""Which raw documents a run synchronises, and the status that is written back to them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from accordant.flows.base import Asked, DocumentReport
from accordant.flows.raw_data_to_inventree.documents import document_hash
from accordant.flows.raw_data_to_inventree.settings import RawDataSettings
from accordant.sync.errors import RecordRejected
from accordant.sync.failpoints import failpoint

log = logging.getLogger(__name__)

_ENDINGS = {1: "done", 2: "partly", 3: "failed"}
FAILED_BEFORE = (2, 3)  # sync_status of documents that a person may have redone


class RawDocuments:
    """The collection of raw documents, as extract and report use it.

    Attributes:
        endings: how a document may end, in the words of the summary.
    """

    endings = (*_ENDINGS.values(), "pending", "changed_meanwhile", "status_refused")

    def __init__(self, hook: Any, settings: RawDataSettings) -> None:
        self._hook = hook
        self._days = settings.source.changed_within_days

    @property
    def account(self) -> str:
        """Where the documents are, without credentials."""
        return str(self._hook.account)

    def changed(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """Yield documents without a status, changed since it was written, or to be done again."""
        again, redo = set(asked.again), bool(asked.parameters.get("redo"))
        for document in self._hook.documents(self._query(redo, asked.again)):
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

    def write(self, mark: str, reports: Sequence[DocumentReport]) -> Counter[str]:
        """Write how each document ended, and return how many ended how."""
        return Counter(self._ending(one) for one in reports)

    def _ending(self, one: DocumentReport) -> str:
        if one.status is None:
            return "pending"
        failpoint("report.1.before_write")
        try:
            written = self._write_status(one.key, one.hash, one.status, one.log)
        except RecordRejected as error:  # one document that takes no status must not keep the others from theirs
            log.error("%s", error)
            return "status_refused"
        failpoint("report.2.after_write")
        return _ENDINGS[one.status] if written else "changed_meanwhile"

    def _write_status(self, key: str, content_hash: str, status: int, log: dict[str, Any]) -> bool:
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
