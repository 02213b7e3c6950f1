"""Reading back: the invoices that QuickBooks holds after load, beside what our rows say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from accordant.flows.base import Proof, ProvenRecord, Row, View
from accordant.flows.mis_invoices.decide import after_of, told
from accordant.flows.mis_invoices.quickbooks import IDENTITY, TEXTS, as_quickbooks_has_it, differing
from accordant.flows.mis_invoices.remote import Reader
from accordant.flows.mis_invoices.settings import MisSettings
from accordant.sync.certificate import Difference
from accordant.sync.records import JsonObject, StagedRow


def read_back(view: View, reader: Reader, settings: MisSettings) -> Iterator[list[Proof]]:
    """Yield the proofs of all valid invoices of the run, a few hundred at a time."""
    for rows in _pages(view, settings.look_up.names_per_query):
        found: dict[str, list[StagedRow]] = {}
        for one in reader.invoices([(row["key"], None) for row in rows]):
            found.setdefault(one.key, []).append(one)
        yield [_prove(row, found.get(row["key"], []), settings) for row in rows]


def _pages(view: View, most: int) -> Iterator[list[Row]]:
    page: list[Row] = []
    for rows in view.rows("agreed"):
        for row in rows:
            page.append(row)
            if len(page) == most:
                yield page
                page = []
    if page:
        yield page


def _prove(row: Row, found: list[StagedRow], settings: MisSettings) -> Proof:
    """Compare one invoice; the texts may have been edited in QuickBooks, and are told but excused."""
    key, excuse = row["key"], row["trouble"] or ""
    ours = as_quickbooks_has_it(
        after_of(key, row["content"]), row["customer_id"] or "", row["item_id"] or "", settings.invoice.currency,
        row["content"]["reg_no"],
    )  # fmt: skip
    if len(found) != 1:
        ids = ", ".join(sorted(one.remote_id for one in found))
        sentence = f"QuickBooks has it several times (ids {ids})." if found else "It is not in QuickBooks."
        records = [ProvenRecord("invoice", key, _identity(ours), None, Decimal(ours["amount"]))]
        return Proof(key, [] if excuse else records, [Difference("invoice", key, sentence, excuse)])
    theirs = found[0].content
    record = ProvenRecord(
        "invoice", key, _identity(ours), _identity(theirs), Decimal(ours["amount"]), Decimal(theirs["amount"])
    )
    differences = []
    if changed := differing(ours, theirs, IDENTITY):
        differences.append(Difference("invoice", key, f"{told(ours, theirs, changed)}.", excuse))
    elif changed := differing(ours, theirs, TEXTS):
        differences.append(Difference("invoice", key, f"{told(ours, theirs, changed)}.", "TARGET_EDITED"))
    kept_out = excuse and changed
    return Proof(key, [] if kept_out else [record], differences, "" if changed else row["hash"], found[0].remote_id)


def _identity(content: JsonObject) -> JsonObject:
    return {"number": content["number"], **{name: content[name] for name in IDENTITY}}
