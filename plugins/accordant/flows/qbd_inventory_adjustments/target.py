"""Writing adjustments: each once, on either side, and how one without an answer is found again by its mark."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accordant.flows.qbd.bodies import NotBound
from accordant.flows.qbd.lists import ListIds
from accordant.flows.qbd.quickbooks import Client as QuickBooks
from accordant.flows.qbd.reading import instant, mark_of
from accordant.flows.qbd.warehouse import Client as Warehouse
from accordant.flows.qbd.warehouse import Session
from accordant.flows.qbd_inventory_adjustments.records import ADJUSTMENT, our_adjustment, their_adjustment
from accordant.sync.failpoints import failpoint
from accordant.sync.merge import Side
from accordant.sync.operations import Operation
from accordant.sync.ports import Receipt, References
from accordant.sync.records import Binding, StagedRow, content_hash

Body = dict[str, Any]
_RESOURCE = "inventory-adjustments"


@dataclass
class Adjustments:
    """Both sides as load writes adjustments to them.

    Attributes:
        skew: how many seconds QuickBooks' PC was ahead of ours at the last write; None before one.
    """

    warehouse: Warehouse
    quickbooks: QuickBooks
    skew: float | None = field(default=None, init=False)
    _ids: ListIds | None = field(default=None, init=False)

    def link(self, operation: Operation) -> Receipt:
        """Note what was there at first meeting: the systems themselves keep nothing of it."""
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        """Write one adjustment; None when one of its items is not agreed yet."""
        if operation.side is Side.OURS:
            row = self._insert(operation)
        else:
            try:
                body = self._body(operation, self._known(references))
            except NotBound:
                return None
            answer = self.quickbooks.create(_RESOURCE, body)
            self.skew = (instant(answer["updatedAt"]) - datetime.now(UTC)).total_seconds()
            row = their_adjustment(answer)
        failpoint("load.9.sent_not_noted")
        return self._receipt(operation, row)

    def find(self, operation: Operation, references: References) -> Receipt | None:
        """Return a receipt if the adjustment is there, None if it certainly is not."""
        row = self._find_ours(operation) if operation.side is Side.OURS else self._find_theirs(operation, references)
        return None if row is None else self._receipt(operation, row)

    # -- the receipt

    def _receipt(self, operation: Operation, row: StagedRow) -> Receipt:
        """Return what is agreed now: the counter has gone on, and the adjustment is one of ours, as it was written."""
        version = operation.base["version"]
        written = {
            "side": operation.side.value, "site": operation.after["site"], "version": version,
            "lines": operation.after["lines"],
        }  # fmt: skip
        counter = {"version": version}
        bound = [
            Binding(ADJUSTMENT, operation.key, operation.key, counter, content_hash(counter)),
            Binding(ADJUSTMENT, self._mark(operation), f"{operation.side.value}:{row.key}", written,
                    content_hash(written), parent=operation.key, source=row.key),
        ]  # fmt: skip
        return Receipt(row.key, seen={operation.side: row}, bound=bound)

    def _mark(self, operation: Operation) -> str:
        """Return the id that travels with an adjustment: it stands for the place in the counter of a side's site."""
        return mark_of(self.warehouse.account, ADJUSTMENT, f"{operation.key}|{operation.base['version']}")

    # -- QuickBooks

    def _known(self, references: References) -> ListIds:
        self._ids = self._ids or ListIds(self.quickbooks, references)
        return self._ids

    def _body(self, operation: Operation, ids: ListIds) -> Body:
        after = operation.after
        body: Body = {
            "accountId": ids.of_name("accounts", after["account"]), "transactionDate": after["transaction_date"],
            "memo": after["memo"], "externalId": self._mark(operation),
            "lines": [line for one in after["lines"] for line in _their_lines(one, _item(one, ids))],
        }  # fmt: skip
        if after["site"]:
            body["inventorySiteId"] = ids.of_name("sites", after["site"])
        return body

    def _find_theirs(self, operation: Operation, references: References) -> StagedRow | None:
        """Look among the adjustments of that day and of one of its items: no list can be filtered by the mark itself.

        All of a day may be too many to be listed in time; the mark alone decides.
        """
        item = references.remote_id("item", operation.after["lines"][0]["item"])
        if item is None:
            return None  # it cannot have been sent
        day, mark = date.fromisoformat(operation.after["transaction_date"]), self._mark(operation)
        filters: dict[str, Any] = {"transaction_date_from": day, "transaction_date_to": day, "item_ids": [item]}
        found = [row for row in self.quickbooks.rows(_RESOURCE, **filters) if row["externalId"] == mark]
        return their_adjustment(found[0]) if found else None

    # -- the WMS

    def _insert(self, operation: Operation) -> StagedRow:
        """Insert an adjustment with its mark, which the WMS holds only once: a repetition finds the first one."""
        after, mark = operation.after, self._mark(operation)
        content = {
            **{name: after[name] for name in ("transaction_date", "site", "account", "memo")},
            "made_by": "accordant", "lines": [line for one in after["lines"] for line in _our_lines(one)],
        }  # fmt: skip
        with self.warehouse.transaction(write=True) as session:
            if after["site"]:
                session.rows("site_ensure", name=after["site"])
            session.rows(f"{ADJUSTMENT}_insert", content=json.dumps(content), quickbooks_id=mark)
            row = _read_by_mark(session, mark)
        assert row is not None
        return row

    def _find_ours(self, operation: Operation) -> StagedRow | None:
        with self.warehouse.transaction() as session:
            return _read_by_mark(session, self._mark(operation))


def _read_by_mark(session: Session, mark: str) -> StagedRow | None:
    found = session.rows(f"{ADJUSTMENT}_by_quickbooks_id", quickbooks_id=mark)
    rows = session.rows(f"{ADJUSTMENT}_read", since=None, keys=[found[0]["key"]]) if found else []
    return our_adjustment(rows[0]) if rows else None


def _item(line: Mapping[str, str], ids: ListIds) -> str:
    found = ids.of_record("item", line["item"])
    if found is None:
        raise NotBound("item", line["item"])
    return found


def _their_lines(line: Mapping[str, str], item: str) -> Iterator[Body]:
    """Yield the lines of a change: a quantity and a pure revaluation are two of them."""
    if quantity := _number(line["quantity"]):
        yield {"itemId": item, "adjustQuantity": {"quantityDifference": quantity}}
    if value := _number(line["value"]):
        yield {"itemId": item, "adjustValue": {"valueDifference": value}}


def _our_lines(line: Mapping[str, str]) -> Iterator[Body]:
    if Decimal(line["quantity"]):
        yield {"item": line["item"], "quantity_difference": line["quantity"]}
    if Decimal(line["value"]):
        yield {"item": line["item"], "quantity_difference": "0", "value_difference": line["value"]}


def _number(text: str) -> int | float:
    """Return a decimal as the JSON number that Conductor wants; five decimals fit a double exactly enough."""
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
