"""What the seed promises: the state of both sides before and after one run over all open rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from sandbox.seed.mis.invoices import (
    CONFLICT,
    CREATED,
    FAILED_BEFORE,
    LINKED,
    REFUSED,
    SYNCED_BEFORE,
    SeedInvoice,
    invoices,
)
from sandbox.seed.mis.quickbooks_side import (
    ITEMS_THERE,
    amount_before,
    customer_name,
    customers_there,
    quickbooks_objects,
)
from sandbox.seed.mis.students import BAD_EMAIL, BAD_PHONE, NAME_TAKEN, Student

Analysis = dict[str, float]


@dataclass(frozen=True)
class Promise:
    """What must hold after one run over all open rows; a second run right after writes nothing.

    Rows that failed with the earlier tool are not open: they stay failed until somebody retries them.

    Attributes:
        before, after: what `analyze` says: total, synced, not_synced, failed, in_progress, progress.
        fates: fate -> the ids of its rows.
        quarantine: code -> the ids of the rows that do not go for that reason.
        conflicts: those of them that QuickBooks has in another form; a person must decide.
        warnings: code -> the ids of the rows that go all the same.
        customers_refused: names of customers that QuickBooks refuses to make.
        invoices_created, invoices_linked, customers_created, customers_linked, items_created, items_linked: now.
        invoices, customers, items: how many QuickBooks has afterwards; `_before` is before.
        amount_created: the sum of the new invoices.
        amount_before, amount: the sum of all invoices in QuickBooks, before and afterwards.
        amounts: number -> amount of each invoice that row and QuickBooks agree on afterwards.
        troubles: id -> what is special about the row, in words.
    """

    before: Analysis
    after: Analysis
    fates: dict[str, list[int]]
    quarantine: dict[str, list[int]]
    conflicts: dict[str, list[int]]
    warnings: dict[str, list[int]]
    customers_refused: list[str]
    invoices_before: int
    invoices_created: int
    invoices_linked: int
    invoices: int
    customers_before: int
    customers_created: int
    customers_linked: int
    customers: int
    items_created: int
    items_linked: int
    items: int
    amount_before: Decimal
    amount_created: Decimal
    amount: Decimal
    amounts: dict[str, Decimal]
    troubles: dict[int, str]


@cache
def promise() -> Promise:
    """Count what the rows promise."""
    fates = _ids((one.fate, one) for one in invoices())
    created = [one for one in invoices() if one.fate == CREATED]
    # What reaches QuickBooks: their customers and items are needed, whether or not the invoice is there.
    valid = [one for one in invoices() if one.fate in (CREATED, LINKED, CONFLICT)]
    there = quickbooks_objects()
    customers = {one.student.reg_no: one.student for one in valid if one.student}
    linked = customers.keys() & {one.reg_no for one in customers_there()}
    items = {one.item for one in valid}
    amount_created = sum((one.amount for one in created), Decimal(0))
    return Promise(
        before=_analysis({one.id: one.status or 0 for one in invoices()}),
        after=_analysis({one.id: _AFTER[one.fate] for one in invoices()}),
        fates=fates,
        quarantine=_ids((one.code, one) for one in invoices() if one.fate in (REFUSED, CONFLICT)),
        conflicts=_ids((one.code, one) for one in invoices() if one.fate == CONFLICT),
        warnings=_warnings(valid),
        customers_refused=sorted({_owner(one).reg_no for one in invoices() if one.about == NAME_TAKEN}),
        invoices_before=len(there["Invoice"]),
        invoices_created=len(created),
        invoices_linked=len(fates[LINKED]),
        invoices=len(there["Invoice"]) + len(created),
        customers_before=len(there["Customer"]),
        customers_created=len(customers) - len(linked),
        customers_linked=len(linked),
        customers=len(there["Customer"]) + len(customers) - len(linked),
        items_created=len(items - set(ITEMS_THERE)),
        items_linked=len(items & set(ITEMS_THERE)),
        items=len(ITEMS_THERE) + len(items - set(ITEMS_THERE)),
        amount_before=amount_before(),
        amount_created=amount_created,
        amount=amount_before() + amount_created,
        amounts={one.number: one.amount for one in invoices() if one.fate in (CREATED, LINKED, SYNCED_BEFORE)},
        troubles={one.id: one.about for one in invoices() if one.about},
    )


_AFTER = {SYNCED_BEFORE: 1, CREATED: 1, LINKED: 1, FAILED_BEFORE: 2, REFUSED: 2, CONFLICT: 2}


def customer_names() -> dict[int, str]:
    """Id of each row that is agreed afterwards -> the name of its customer in QuickBooks."""
    agreed = [one for one in invoices() if _AFTER[one.fate] == 1]
    taken = {one.reg_no for one in customers_there()}
    owners = {one.id: _owner(one) for one in agreed}
    return {key: customer_name(one) if one.reg_no in taken else one.reg_no for key, one in owners.items()}


def _owner(one: SeedInvoice) -> Student:
    assert one.student is not None
    return one.student


def _analysis(statuses: dict[int, int]) -> Analysis:
    counted = [list(statuses.values()).count(status) for status in range(4)]
    return {
        "total": len(statuses), "synced": counted[1], "not_synced": counted[0], "failed": counted[2],
        "in_progress": counted[3], "progress": round(100 * counted[1] / len(statuses), 1),
    }  # fmt: skip


def _warnings(valid: Iterable[SeedInvoice]) -> dict[str, list[int]]:
    codes = {BAD_EMAIL: "EMAIL_INVALID", BAD_PHONE: "PHONE_INVALID"}
    return _ids((codes[_owner(one).about], one) for one in valid if _owner(one).about in codes)


def _ids(told: Iterable[tuple[str, SeedInvoice]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for word, one in told:
        found[word].append(one.id)
    return dict(found)
