"""Reading both sides into rows for the sync store: canonical content, and by what a record is recognised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.sync.records import StagedRow, plain_hash


class Warehouse(Protocol):
    """What these flows need of the WMS hook; `name` is that of a file in include/sql/wms/."""

    account: str

    def rows(self, name: str, **parameters: Any) -> Iterable[Mapping[str, Any]]:
        """Yield the rows of a query."""


class QuickBooks(Protocol):
    """What these flows need of the Conductor hook, to read."""

    account: str

    def rows(self, resource: str, **filters: Any) -> Iterable[dict[str, Any]]:
        """Yield a list, drained page by page."""


def mark_of(account: str, object_type: str, key: str) -> str:
    """Return the external id that travels with a create: a UUIDv5 of our key."""
    return str(uuid5(NAMESPACE_URL, f"accordant:{account}:{object_type}:{key}"))


def our_row(mapping: RecordMapping, account: str, row: Mapping[str, Any]) -> StagedRow:
    """Return a row of the WMS as staged."""
    key, content = row["key"], row["content"]
    ours = mapping.ours(content)
    return StagedRow(
        mapping.object_type, key, ours, hash=plain_hash(ours), name=mapping.title(content),
        natural_key=mapping.natural_key(content), link=row["quickbooks_id"] or "",
        mark=mark_of(account, mapping.object_type, key), rank=mapping.rank(content), changed_at=row["updated_at"],
    )  # fmt: skip


def their_row(mapping: RecordMapping, row: Json, kind: str) -> StagedRow:
    """Return a record of QuickBooks as staged."""
    known = _our_names(mapping, row, kind)
    theirs = mapping.theirs(row, kind)
    return StagedRow(
        mapping.object_type, row["id"], theirs, hash=plain_hash(theirs), name=mapping.title(known),
        natural_key=mapping.natural_key(known), mark=row.get("externalId") or "", rank=mapping.rank(known),
        revision=str(row.get("revisionNumber") or ""), changed_at=instant(row["updatedAt"]),
    )  # fmt: skip


def _our_names(mapping: RecordMapping, row: Json, kind: str) -> dict[str, Any]:
    """Return a QuickBooks record under our names of its fields, for titles and natural keys."""
    flat = mapping.flatten(row)
    found = {one.name: flat.get(one.quickbooks) for one in mapping.fields}
    return {**found, "kind": kind, "full_name": flat.get("fullName") or flat.get("name")}


def instant(text: str) -> datetime:
    """Return a moment that QuickBooks gives with the offset of its PC; without one it counts as UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_ours(
    mapping: RecordMapping, warehouse: Warehouse, since: datetime | None, keys: list[str] | None = None
) -> Iterator[StagedRow]:
    """Yield the WMS's records changed since a moment, or those of some keys."""
    for row in warehouse.rows(f"{mapping.object_type}_read", since=since, keys=keys):
        yield our_row(mapping, warehouse.account, row)


def read_theirs(
    mapping: RecordMapping, quickbooks: QuickBooks, resource: str, since: datetime | None, **filters: Any
) -> Iterator[StagedRow]:
    """Yield QuickBooks' records of one list changed since a moment."""
    if since is not None:
        filters["updated_after"] = since
    if not mapping.is_transaction:
        filters["status"] = "all"
    for row in quickbooks.rows(resource, **filters):
        yield their_row(mapping, row, mapping.resources[resource])


def read_deleted(mapping: RecordMapping, quickbooks: QuickBooks, since: datetime) -> Iterator[StagedRow]:
    """Yield the records that somebody deleted in QuickBooks since a moment; the vendor keeps 90 days of them."""
    if not mapping.deleted:
        return
    resource = "deleted-transactions" if mapping.is_transaction else "deleted-list-objects"
    types = "transaction_types" if mapping.is_transaction else "object_types"
    filters: dict[str, Any] = {types: list(mapping.deleted), "deleted_after": since}
    for row in quickbooks.rows(resource, **filters):
        yield StagedRow(mapping.object_type, row["id"], {}, changed_at=None, gone=True)
