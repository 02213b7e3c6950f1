"""The flow printavo, as the six steps see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from accordant.flows.base import MirrorFlow, Row, Wanted
from accordant.flows.printavo.companies import CONTACT, CUSTOMER, Candidate, Member, judged
from accordant.flows.printavo.graphql import counts_question
from accordant.flows.printavo.plan import book_decisions, operation
from accordant.flows.printavo.reading import Client, Reading, Staging
from accordant.flows.printavo.settings import PrintavoSettings, settings
from accordant.flows.printavo.statuses import hidden_statuses
from accordant.flows.printavo.tables import HEADERS, ROOTS
from accordant.sync.errors import Misconfigured
from accordant.sync.merge import Names
from accordant.sync.operations import Operation, Severity, Trouble
from accordant.sync.tables import Table

ALL = "all"


class Printavo:
    """Printavo's customers, orders and payments in the shop's own database, and a table per key account."""

    name = "printavo"
    root = "order"
    object_types = ("customer", "contact", "order", "payment")
    dag_id = "printavo_import"
    claims = False
    source_connection = "shop_default"
    target_connection = "printavo_default"
    owners: ClassVar[Mapping[str, str]] = {}
    names = Names("the shop's tables", "Printavo")
    references: ClassVar[Mapping[str, str]] = {}
    roots: Sequence[Table] = ROOTS
    headers: Table = HEADERS

    @cached_property
    def settings(self) -> PrintavoSettings:
        """Return the validated settings of include/settings/printavo.yaml."""
        return settings()

    @property
    def companies(self) -> Sequence[str]:
        """The companies that have an order table of their own."""
        return sorted(self.settings.companies)

    @property
    def printavo_wins(self) -> bool:
        """Whether Printavo wins where a due date changed on both sides."""
        return self.settings.due_dates == "printavo"

    def money_of(self, operation: Operation) -> Decimal:
        """Return nothing: no amount is moved, only copied."""
        return Decimal(0)

    def target(self, source: object, client: object) -> Any:
        """Return nothing: tables are merged as a whole."""
        raise NotImplementedError("printavo is merged, not written record by record")

    def wanted(self, parameters: Mapping[str, Any], last_full: datetime | None, now: datetime) -> Wanted:
        """Return what a run reads: everything, what changed, or one company.

        Raises:
            Misconfigured: no company has that name.
        """
        company = str(parameters.get("what") or ALL)
        if company != ALL:
            if company not in self.settings.companies:
                sentence = f"No company is named {company!r}; there are {', '.join(self.companies) or 'none'}, and all."
                raise Misconfigured("PARAMETER_INVALID", sentence, record="parameter what")
            if parameters.get("full"):
                sentence = "A full read is of everything: leave `full` out, or ask for all."
                raise Misconfigured("PARAMETER_INVALID", sentence, record="parameter full")
            return Wanted(f"company {company}", full=False, company=company)
        due = last_full is None or now - last_full >= timedelta(hours=self.settings.read.full_hours)
        full = bool(parameters.get("full")) or due
        return Wanted("full" if full else "incremental", full=full)

    def read(
        self, client: Client, staging: Staging, wanted: Wanted, known: Callable[[], tuple[Sequence[Row], Sequence[Row]]]
    ) -> None:
        """Read pages into staging."""
        reading = Reading(client, staging, self.settings.printavo)
        if wanted.company:
            reading.company(lambda: self._members_of(wanted.company, *known()))
        elif wanted.full:
            reading.full()
        else:
            reading.incremental(self.settings.read, self._hidden_names())

    def counted(self, client: Client) -> Mapping[str, int]:
        """Return how many invoices and quotes Printavo says it has."""
        data = client.ask(counts_question())
        return {name.removesuffix("s"): data[name]["totalNodes"] for name in ("invoices", "quotes")}

    def members(
        self, customers: Iterable[Row], contacts: Iterable[Row]
    ) -> Iterator[tuple[str, str, str, str] | Trouble]:
        """Yield who belongs to which company, and who almost does."""
        for found in judged(self.settings.companies, customers, contacts):
            yield _candidate(found) if isinstance(found, Candidate) else (
                found.company, found.kind, found.id, found.rule
            )  # fmt: skip

    def hidden(self, statuses: Iterable[Row]) -> Iterator[tuple[str, str] | Trouble]:
        """Yield the statuses that a company's table leaves out."""
        return hidden_statuses(self.settings, [*statuses])

    def operation(
        self, record: str, key: str, before: Row | None, after: Row | None, parts: Mapping[str, int]
    ) -> Operation:
        """Return what a changed record of Printavo does to its table."""
        return operation(record, key, before, after, parts)

    def book_decisions(self, company: str, row: Row) -> Iterator[Operation | Trouble]:
        """Yield what changes in a company's table."""
        return book_decisions(company, row, printavo_wins=self.printavo_wins)

    def _members_of(self, company: str, customers: Sequence[Row], contacts: Sequence[Row]) -> list[tuple[str, str]]:
        rules = {company: self.settings.companies[company]}
        found = judged(rules, customers, contacts)
        return [(one.kind, one.id) for one in found if isinstance(one, Member) and one.kind in (CUSTOMER, CONTACT)]

    def _hidden_names(self) -> tuple[str, ...]:
        return self.settings.hidden_statuses


def _candidate(found: Candidate) -> Trouble:
    sentence = (
        f"{found.name!r} resembles {found.company}, and no rule says whether it belongs there. Add its id under "
        f"companies: {found.company}: in include/settings/printavo.yaml, to {found.kind}_ids or "
        f"excluded_{found.kind}_ids."
    )
    return Trouble(
        Severity.WARNING, found.kind, found.id, "COMPANY_CANDIDATE", sentence, field="name", value=found.name,
        source=found.id,
    )  # fmt: skip


FLOW: MirrorFlow = Printavo()
