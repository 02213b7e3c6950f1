"""Batches: up to 30 items, one after the other, each standing alone.

Sources: the vendor's blogs of 2017-07-27 and "batch without a scratch" (2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.quickbooks_online.entities import Entities
from sandbox.quickbooks_online.errors import SYSTEM, Refusal, business, required, too_long, unsupported_property
from sandbox.quickbooks_online.queries import Queries
from sandbox.quickbooks_online.record import Values, encoded
from sandbox.quickbooks_online.replays import MOST_OF_BATCH_ITEM
from sandbox.quickbooks_online.shapes import SHAPES

MOST_ITEMS = 30
PARTIAL, PARTIAL_FAULTS = "partial_batch", "partial_batch_faults"
_ITEM_KEYS = {"bId", "operation", "optionsData", "Query", *SHAPES}


@dataclass
class Answered:
    """The answer to a batch, and how many of its items wrote something."""

    items: list[bytes]
    written: int = 0


@dataclass(frozen=True)
class Batches:
    """Does batches."""

    entities: Entities
    queries: Queries

    def answer(self, sent: Any, *, requestid: str, fault: str | None) -> Answered:
        """Do the items of one batch.

        Args:
            fault: `partial_batch` does the first half and is silent about the rest; `partial_batch_faults` does
                not do every second item and says so.

        Raises:
            Refusal: the batch as a whole is refused.
        """
        items = items_of(sent, requestid)
        done = Answered([])
        if fault == PARTIAL:
            items = items[: (len(items) + 1) // 2]
        for place, item in enumerate(items):
            label = encoded(str(item.get("bId", "")))
            try:
                if fault == PARTIAL_FAULTS and place % 2:
                    raise _passing()
                name, value = self._one(item)
                done.written += name != "QueryResponse"
                done.items.append(b'{"%s":%s,"bId":%s}' % (name.encode(), value, label))
            except Refusal as refusal:
                done.items.append(b'{"Fault":%s,"bId":%s}' % (encoded(refusal.fault()), label))
        return done

    def _one(self, item: Values) -> tuple[str, bytes]:
        for name in item:
            if name not in _ITEM_KEYS:
                raise unsupported_property(name)
        if "Query" in item:
            return "QueryResponse", self.queries.answer(str(item["Query"]))
        kind = next((name for name in SHAPES if name in item), None)
        if kind is None or "operation" not in item:
            raise required("operation")
        options = str(item.get("optionsData") or "")
        operation = str(item["operation"])
        if operation == "update" and options == "void":
            operation = "void"
        return kind, self.entities.write(kind, operation, item[kind], options)


def items_of(sent: Any, requestid: str) -> list[Values]:
    """The items of a batch.

    Raises:
        Refusal: there are none, or too many, or a `bId` is too long to go with a `requestid`.
    """
    items = sent.get("BatchItemRequest") if isinstance(sent, dict) else None
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise required("BatchItemRequest")
    if len(items) > MOST_ITEMS:
        raise business(f"A batch can hold at most {MOST_ITEMS} items; there are {len(items)}.")
    for item in items:
        label = str(item.get("bId") or "")
        if not label:
            raise required("bId")
        if requestid and len(label) > MOST_OF_BATCH_ITEM:
            raise too_long("bId", MOST_OF_BATCH_ITEM, len(label))
    return items


def _passing() -> Refusal:
    detail = "An unexpected error occurred while processing this item. Please try again."
    return Refusal("10000", "An application error has occurred while processing your request", detail, kind=SYSTEM)
