"""The flow raw_data_to_inventree, as the six steps see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from accordant.flows.base import DocumentReport, Proof, PushFlow, View
from accordant.flows.raw_data_to_inventree.decide import decide
from accordant.flows.raw_data_to_inventree.documents import Document, document_rows
from accordant.flows.raw_data_to_inventree.orders import NAMES, Decision
from accordant.flows.raw_data_to_inventree.proof import read_back
from accordant.flows.raw_data_to_inventree.remote import Client, Reader
from accordant.flows.raw_data_to_inventree.report import document_reports
from accordant.flows.raw_data_to_inventree.settings import RawDataSettings, settings
from accordant.flows.raw_data_to_inventree.target import InvenTreeTarget
from accordant.sync.operations import Action, Operation
from accordant.sync.records import StagedRow


class RawDataToInvenTree:
    """Invoices of raw documents become sales orders."""

    name = "raw_data_to_inventree"
    root = "sales_order"
    object_types = ("document", "sales_order", "sales_order_line")
    dag_id = "raw_data_to_inventree"
    claims = False
    source_connection = "mongo_default"
    target_connection = "inventree_default"
    owners: ClassVar[Mapping[str, str]] = {}
    names = NAMES
    references: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def settings(self) -> RawDataSettings:
        """Return the validated settings of include/settings/raw_data_to_inventree.yaml."""
        return settings()

    def read_ours(self, documents: Iterable[Document]) -> Iterator[StagedRow]:
        """Take the documents apart into documents, invoices and articles."""
        return document_rows(documents, self.settings.source.zone)

    def other_sources(self, view: View) -> list[str]:
        """Return documents that agreed one of this run's invoices with other content."""
        return [row["source"] for rows in view.rows("other_documents") for row in rows]

    def read_theirs(self, view: View, client: Client) -> Iterator[StagedRow]:
        """Look up the customers, parts and orders that the invoices need."""
        return self._reader(client).rows(view)

    def decide(self, view: View) -> Iterator[Decision]:
        """Yield the plan, and what stands in the way."""
        return decide(view, self.settings)

    def money_of(self, operation: Operation) -> Decimal:
        """Return the amount of a line that is written; for an update, what it changes."""
        if operation.object_type != "sales_order_line" or operation.action is Action.LINK:
            return Decimal(0)
        amount = _amount(operation.after)
        if operation.before is not None:
            amount -= _amount(operation.before)
        return abs(amount)

    def target(self, source: object, client: Client) -> InvenTreeTarget:
        """Return InvenTree as load writes to it."""
        return InvenTreeTarget(client, self.settings.order.date_field)

    def read_back(self, view: View, client: Client) -> Iterator[list[Proof]]:
        """Read the orders of this run again and compare them with their invoices."""
        return read_back(view, self._reader(client), self.settings)

    def report(self, view: View, run_id: str, now: datetime) -> Iterator[list[DocumentReport]]:
        """Yield how each document ended."""
        for rows in view.rows("documents"):
            yield list(document_reports(view, rows, run_id, now))

    def _reader(self, client: Client) -> Reader:
        return Reader(client, self.settings.look_up, self.settings.order.date_field)


def _amount(line: Mapping[str, Any]) -> Decimal:
    """Return quantity times price; a price that somebody cleared counts as nothing."""
    return Decimal(line["quantity"]) * Decimal(line["price"] or 0)


FLOW: PushFlow = RawDataToInvenTree()
