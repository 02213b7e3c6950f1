"""The three ways to read Printavo: all of it, what changed, and one company.

There is no "changed since" in Printavo, nothing says what was deleted, and its cursors are offsets: what is entered or
deleted while somebody pages shifts the pages behind it. So an order is missing from the pages of a list, or twice on
them, through no fault of ours, and that an order is on no page proves nothing. A full reading therefore lists the
orders twice, the second time by few columns and large pages, and asks for each one that is still missing by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from accordant.flows.printavo.graphql import Filters, orders_question, page_question
from accordant.flows.printavo.reading_lists import CountedClient, Lists
from accordant.flows.printavo.reading_ports import Amounts, Client, Staging
from accordant.flows.printavo.tables import CONTACTS, CUSTOMERS, HEADERS, LISTED, ORDERS, STATUSES
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table
from accordant.sync.text import folded

__all__ = ["Amounts", "Client", "Reading", "Staging"]

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Reading:
    """One reading of Printavo into staging. One that was stopped goes on at the page it had reached.

    Args:
        now: gives the present moment, with its zone.

    Its methods raise RetryLater, Misconfigured and RecordRejected as the client does.
    """

    def __init__(
        self, client: Client, staging: Staging, limits: PrintavoLimits | None = None, *,
        now: Callable[[], datetime] = _now,
    ) -> None:  # fmt: skip
        self._client = CountedClient(client)
        self._staging, self._limits, self._now = staging, limits or PrintavoLimits(), now
        self._lists = Lists(self._client, staging, self._limits)

    def full(self) -> None:
        """Read everything, and find out what is gone."""
        self._small_lists()
        self._list("orders", ORDERS)
        self._list("listed", LISTED)
        self._lists.read_by_id("doubled", ORDERS, staged=True)
        for name, table in (
            ("missing", ORDERS),
            ("unseen", ORDERS),
            ("unseen_statuses", STATUSES),
            ("unseen_customers", CUSTOMERS),
            ("unseen_contacts", CONTACTS),
        ):
            self._lists.read_by_id(name, table, notes_gone=True)
        self._done("Everything")

    def incremental(self, amounts: Amounts, hidden: Iterable[str] = ()) -> None:
        """Read the orders whose headers differ from the tables; nothing is ever gone by this.

        With all headers, newest first, the other amounts are among them and not asked for again.

        Args:
            hidden: names of statuses whose orders need not be looked at; without all headers only.
        """
        self._small_lists()
        if amounts.all_headers:
            self._list("headers", HEADERS, Filters(descending=True))
        else:
            self._some_headers(amounts, {folded(name) for name in hidden})
        self._lists.read_by_id("changed", ORDERS)
        self._done("What changed")

    def company(self, members: Callable[[], Sequence[tuple[str, str]]]) -> None:
        """Read the orders of some customers and contacts; nothing is ever gone by this.

        Args:
            members: gives (customer or contact, id) of each; asked when all of both are staged.
        """
        self._small_lists()
        for kind, member in members():
            question = orders_question(kind, ORDERS, self._limits)
            self._lists.read(f"orders of {kind} {member}", ORDERS, question, {"id": member})
        self._lists.read_by_id("doubled", ORDERS, staged=True)
        self._done("The company")

    def _small_lists(self) -> None:
        for name, table in (("statuses", STATUSES), ("customers", CUSTOMERS), ("contacts", CONTACTS)):
            self._list(name, table)

    def _some_headers(self, amounts: Amounts, hidden: set[str]) -> None:
        if amounts.newest:
            self._list("headers newest", HEADERS, Filters(descending=True), most=amounts.newest)
        if open_ones := self._open_statuses(hidden):
            self._list("headers open", HEADERS, Filters(descending=True, status_ids=open_ones))
        since = self._now() - timedelta(days=amounts.due_days)
        self._list("headers due", HEADERS, Filters(descending=True, due_after=since))

    def _open_statuses(self, hidden: set[str]) -> tuple[str, ...]:
        question = page_question(STATUSES, self._limits)
        pages = self._client.pages(question.text, question.variables, question.path)
        return tuple(one["id"] for nodes, _ in pages for one in nodes if folded(one["name"]) not in hidden)

    def _list(self, name: str, table: Table, filters: Filters | None = None, *, most: int | None = None) -> None:
        self._lists.read(name, table, page_question(table, self._limits, filters, most=most), most=most)

    def _done(self, what: str) -> None:
        log.info("%s was read by %d questions.", what, self._client.questions)
