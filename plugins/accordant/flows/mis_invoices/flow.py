"""The flow mis_invoices, as the six steps see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from accordant.flows.base import DocumentReport, Proof, PushFlow, View
from accordant.flows.mis_invoices.decide import Decision, decide
from accordant.flows.mis_invoices.proof import read_back
from accordant.flows.mis_invoices.records import amount_of, invoice_rows
from accordant.flows.mis_invoices.remote import Client, Reader
from accordant.flows.mis_invoices.report import row_reports
from accordant.flows.mis_invoices.settings import MisSettings, settings
from accordant.flows.mis_invoices.target import QuickBooksOnlineTarget
from accordant.sync.merge import Names
from accordant.sync.operations import Action, Operation
from accordant.sync.records import StagedRow


class MisInvoices:
    """Invoices of students become invoices in QuickBooks Online."""

    name = "mis_invoices"
    root = "invoice"
    object_types = ("invoice",)
    dag_id = "mis_invoices_to_qbo"
    claims = True
    source_connection = "mis_default"
    target_connection = "qbo_default"
    owners: ClassVar[Mapping[str, str]] = {}
    names = Names("the MIS", "QuickBooks")
    references: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def settings(self) -> MisSettings:
        """Return the validated settings of include/settings/mis_invoices.yaml."""
        return settings()

    def read_ours(self, documents: Iterable[Mapping[str, Any]]) -> Iterator[StagedRow]:
        """Turn the MIS's rows into invoices."""
        today = datetime.now(UTC).date()
        return invoice_rows(documents, self.settings, today)

    def other_sources(self, view: View) -> list[str]:
        """Return nothing: an id of the MIS is one row."""
        return []

    def read_theirs(self, view: View, client: Client) -> Iterator[StagedRow]:
        """Look up the items, customers and invoices that the rows need."""
        return Reader(client, self.settings).rows(view)

    def decide(self, view: View) -> Iterator[Decision]:
        """Yield the plan, and what stands in the way."""
        return decide(view, self.settings)

    def money_of(self, operation: Operation) -> Decimal:
        """Return the amount of an invoice that is created."""
        is_new = operation.object_type == "invoice" and operation.action is Action.CREATE
        return amount_of(operation.after) if is_new else Decimal(0)

    def target(self, source: object, client: Client) -> QuickBooksOnlineTarget:
        """Return QuickBooks Online as load writes to it."""
        return QuickBooksOnlineTarget(client, self.settings)

    def read_back(self, view: View, client: Client) -> Iterator[list[Proof]]:
        """Read the invoices of this run again and compare them with their rows."""
        return read_back(view, Reader(client, self.settings), self.settings)

    def report(self, view: View, run_id: str, now: datetime) -> Iterator[list[DocumentReport]]:
        """Yield how each row ended."""
        return row_reports(view)


FLOW: PushFlow = MisInvoices()
