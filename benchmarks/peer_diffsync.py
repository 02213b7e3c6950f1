"""The peer of the planner: DiffSync (https://github.com/networktocode/diffsync), on the same customers.

It compares two sides as they are now; it knows no base. Loading makes a model of each record of each side.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from typing import Any, ClassVar

from diffsync import Adapter, DiffSyncModel
from diffsync.diff import Diff

from benchmarks.customers import changed_pairs, customer
from benchmarks.own_process import peak_mb

_FIELDS = tuple(customer(0))


class Customer(DiffSyncModel):
    """A customer, known by its key."""

    _modelname: ClassVar[str] = "customer"
    _identifiers: ClassVar[tuple[str, ...]] = ("key",)
    _attributes: ClassVar[tuple[str, ...]] = _FIELDS

    key: str
    name: str
    parent: str
    company_name: str
    first_name: str
    last_name: str
    billing_address: dict[str, str]
    shipping_address: dict[str, str]
    phone: str
    email: str
    is_active: bool
    custom_fields: dict[str, str]
    balance: str
    total_balance: str
    currency: str
    customer_type: str
    sales_representative: str
    terms: str
    preferred_payment_method: str


class Side(Adapter):
    """One of the two systems."""

    customer = Customer
    top_level: ClassVar[list[str]] = ["customer"]


def planned(records: int) -> dict[str, Any]:
    """Load both sides, let DiffSync compare them, and walk its diff for the values before and after."""
    started = time.process_time()
    for _ in changed_pairs(records):
        pass
    making = time.process_time() - started
    started = time.process_time()
    ours, theirs = _loaded(records)
    loading = time.process_time() - started - making
    started = time.process_time()
    changed, fields = _counted(theirs.diff_from(ours))
    cpu = time.process_time() - started
    return {
        "records": changed, "operations": changed, "fields": fields, "preparing cpu s": max(loading, 0.0),
        "cpu s": cpu, "records per cpu s": changed / cpu, "peak MB": peak_mb(),
    }  # fmt: skip


def _loaded(records: int) -> tuple[Side, Side]:
    ours, theirs = Side("ours"), Side("theirs")
    for pair in changed_pairs(records):
        assert pair.ours is not None
        assert pair.theirs is not None
        ours.add(Customer(key=pair.key, **pair.ours.content))
        theirs.add(Customer(key=pair.key, **pair.theirs.content))
    return ours, theirs


def _counted(diff: Diff) -> tuple[int, int]:
    changed = fields = 0
    elements: Iterable[Any] = diff.get_children()
    for element in elements:
        differences = element.get_attrs_diffs()
        changed += bool(differences)
        fields += len(differences.get("+", ()))
    return changed, fields


if __name__ == "__main__":
    print(json.dumps(planned(int(sys.argv[1]))))
