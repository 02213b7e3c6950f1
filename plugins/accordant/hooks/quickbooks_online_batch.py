"""Up to thirty writes in one call, each of which stands alone.

The items of a batch run one after the other and cannot see each other; one that fails stops no other
(developer.intuit.com, "Batch", and blogs.intuit.com of 2017-07-27). The answer has HTTP 200 even if all failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from accordant.hooks.quickbooks_online_faults import Fault, fault_in
from accordant.hooks.quickbooks_online_query import name
from accordant.sync.errors import AccordantError
from accordant.sync.records import JsonObject

MOST_ITEMS = 30  # blogs.intuit.com, "batch without a scratch", 2023
MOST_BID = 10  # characters of a bId in a batch with a requestid (blogs.intuit.com/2015/04/06)
MOST_REQUEST_ID = 36  # characters of a batch's requestid (the same page)


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One write of a batch.

    Attributes:
        bid: names the item in the answer; at most 10 characters, unique in its batch.
        operation: an update without `"sparse": True` in its body clears the fields that it leaves out.
        entity: "Invoice", "Customer", ...
    """

    bid: str
    operation: Literal["create", "update", "delete"]
    entity: str
    body: JsonObject

    def payload(self) -> JsonObject:
        """Return the item as the API takes it."""
        return {"bId": self.bid, "operation": self.operation, name(self.entity): self.body}


def payload_of(items: Sequence[BatchItem], request_id: str) -> JsonObject:
    """Return the body of a batch call.

    Raises:
        ValueError: too many items, or an id that the API does not take; a mistake of ours.
    """
    bids = [item.bid for item in items]
    if not 1 <= len(items) <= MOST_ITEMS:
        raise ValueError(f"a batch has 1 to {MOST_ITEMS} items, not {len(items)}")
    if len(set(bids)) < len(bids) or not all(0 < len(bid) <= MOST_BID for bid in bids):
        raise ValueError(f"every bId of a batch is its own and has 1 to {MOST_BID} characters: {bids}")
    checked_request_id(request_id, MOST_REQUEST_ID)
    return {"BatchItemRequest": [item.payload() for item in items]}


def checked_request_id(request_id: str, most: int) -> str:
    """Return a requestid that the API takes; raises ValueError for any other."""
    if not 0 < len(request_id) <= most:
        raise ValueError(f"a requestid has 1 to {most} characters here: {request_id!r}")
    return request_id


def results_of(
    items: Sequence[BatchItem], answer: Any, error_of: Callable[[Fault], AccordantError], missing: AccordantError
) -> dict[str, JsonObject | AccordantError]:
    """Return {bId: the entity as it is now, or why it was not written}, for every item of a batch.

    Args:
        error_of: gives the exception of a fault.
        missing: stands for an item of which the answer says nothing.
    """
    told = answer.get("BatchItemResponse") if isinstance(answer, dict) else None
    given = {str(one.get("bId")): one for one in told if isinstance(one, dict)} if isinstance(told, list) else {}
    return {item.bid: _result(item, given.get(item.bid, {}), error_of) or missing for item in items}


def _result(
    item: BatchItem, told: dict[str, Any], error_of: Callable[[Fault], AccordantError]
) -> JsonObject | AccordantError | None:
    fault = fault_in(told)
    if fault is not None:
        return error_of(fault)
    entity = told.get(item.entity)
    return entity if isinstance(entity, dict) and isinstance(entity.get("Id"), str) else None
