"""What the seed promises: for each document, each invoice and each line, how it must end and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class SeedInvoice:
    """An invoice as the document holds it, and its fate.

    Attributes:
        failed: why the whole invoice fails; None when it does not.
        bad_lines: place of each quarantined article -> why. The other lines go on.
        warning: what is said without stopping anything.
    """

    content: Document
    failed: str | None = None
    bad_lines: dict[int, str] = field(default_factory=dict)
    warning: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Series and number: one order each."""
        return str(self.content.get("serie")), str(self.content.get("numar"))

    @property
    def good_articles(self) -> list[Document]:
        """The articles that become lines."""
        articles = self.content.get("articole")
        if self.failed or not isinstance(articles, list):
            return []
        return [article for place, article in enumerate(articles) if place not in self.bad_lines]


@dataclass(frozen=True)
class SeedDocument:
    """One document of `raw_data`, under a label that says what is special about it."""

    label: str
    content: Document
    invoices: Sequence[SeedInvoice] = ()
    bad_shape: str | None = None
    already_done: bool = False

    @property
    def sync_status(self) -> int:
        """1 when every invoice is fully good, 3 when every one failed, 2 otherwise."""
        if self.bad_shape:
            return 3
        if all(not invoice.failed and not invoice.bad_lines for invoice in self.invoices):
            return 1
        return 3 if all(invoice.failed for invoice in self.invoices) else 2


@dataclass(frozen=True)
class Promise:
    """The state after one run over the whole seed, pre-existing objects included."""

    documents: int
    invoices: int
    statuses: dict[int, int]
    document_statuses: dict[str, int]
    orders: int
    orders_created: int
    lines: int
    lines_created: int
    customers: int
    customers_created: int
    parts: int
    parts_created: int
    invoices_failed: int
    invoices_partial: int
    lines_quarantined: int
    quarantine: dict[str, list[str]]
    warnings: dict[str, list[str]]


@dataclass(frozen=True)
class Existing:
    """What InvenTree holds before: identities, so that nothing is counted twice."""

    customers: frozenset[str]
    companies: int
    parts: frozenset[str]
    orders: frozenset[tuple[str, str]]
    lines: int


def promise_of(documents: Iterable[SeedDocument], existing: Existing) -> Promise:
    """Count what the documents promise."""
    listed = list(documents)
    invoices = [invoice for document in listed for invoice in document.invoices]
    # The same invoice in two documents is one order.
    agreed = {invoice.key: invoice for invoice in invoices if not invoice.failed}
    new = {key: invoice for key, invoice in agreed.items() if key not in existing.orders}
    customers = {customer_identity(invoice.content) for invoice in agreed.values()} - existing.customers
    names = {
        product_identity(str(article["nume_produs"]))
        for invoice in agreed.values()
        for article in invoice.good_articles
    }
    created_lines = sum(len(invoice.good_articles) for invoice in new.values())
    created_parts = len(names - existing.parts)
    statuses = {document.label: document.sync_status for document in listed}
    return Promise(
        documents=len(listed),
        invoices=len(invoices),
        statuses={status: list(statuses.values()).count(status) for status in (1, 2, 3)},
        document_statuses=statuses,
        orders=len(existing.orders) + len(new),
        orders_created=len(new),
        lines=existing.lines + created_lines,
        lines_created=created_lines,
        customers=existing.companies + len(customers),
        customers_created=len(customers),
        parts=len(existing.parts) + created_parts,
        parts_created=created_parts,
        invoices_failed=sum(invoice.failed is not None for invoice in invoices),
        invoices_partial=sum(bool(invoice.bad_lines) and not invoice.failed for invoice in invoices),
        lines_quarantined=sum(len(invoice.bad_lines) for invoice in invoices),
        quarantine={document.label: found for document in listed if (found := _reasons(document))},
        warnings=_warnings(listed),
    )


def customer_identity(invoice: Document) -> str:
    """The tax id without prefix and spaces; the name where there is no tax id."""
    code = str(invoice.get("cod_unic_client") or "").upper().replace(" ", "")
    code = code.removeprefix("RO") if code.removeprefix("RO").isdecimal() else code
    if code.strip("0-"):
        return code
    return product_identity(str(invoice.get("denumire_client") or ""))


def product_identity(name: str) -> str:
    """A name regardless of case and of how many spaces."""
    return " ".join(name.split()).casefold()


def _reasons(document: SeedDocument) -> list[str]:
    reasons = [document.bad_shape] if document.bad_shape else []
    for invoice in document.invoices:
        reasons += [invoice.failed] if invoice.failed else []
        reasons += invoice.bad_lines.values()
    return reasons


def _warnings(documents: list[SeedDocument]) -> dict[str, list[str]]:
    found = {
        document.label: [invoice.warning for invoice in document.invoices if invoice.warning] for document in documents
    }
    return {label: warnings for label, warnings in found.items() if warnings}
