"""The questions about lists: page by page, as large as Printavo's limits allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accordant.flows.printavo.graphql_fields import Selection, connection, within
from accordant.sync.errors import Misconfigured
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table

COUNTED = ("invoices", "quotes", "customers", "contacts")  # orders as such have no totalNodes
_TYPES = {"statusIds": "[ID!]", "inProductionAfter": "ISO8601DateTime"}
_SORTED = "orders"  # the only list of ours that can be sorted and filtered


@dataclass(frozen=True, slots=True)
class Question:
    """A question to Printavo and what it costs.

    Attributes:
        variables: all but `after`.
        path: where the list is in the answer.
        first: how many objects of it are asked for.
    """

    text: str
    variables: Mapping[str, Any]
    path: tuple[str, ...]
    first: int
    complexity: int
    depth: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which orders, and in which direction of their visual id.

    Attributes:
        status_ids: orders in one of these statuses; empty for any.
        due_after: orders whose production is due after this moment; with its zone.
    """

    descending: bool = False
    status_ids: tuple[str, ...] = ()
    due_after: datetime | None = None

    def variables(self) -> dict[str, Any]:
        """Return the filters that are set."""
        given: dict[str, Any] = {"statusIds": list(self.status_ids)} if self.status_ids else {}
        return {**given, "inProductionAfter": self.due_after.isoformat()} if self.due_after else given

    def declared(self) -> str:
        """Return them as the question declares its variables."""
        return "".join(f", ${name}: {_TYPES[name]}" for name in self.variables())

    def arguments(self) -> str:
        """Return the arguments of the list."""
        direction = "true" if self.descending else "false"
        given = "".join(f", {name}: ${name}" for name in self.variables())
        return f", sortOn: VISUAL_ID, sortDescending: {direction}{given}"


def page_question(
    table: Table, limits: PrintavoLimits, filters: Filters | None = None, *, most: int | None = None
) -> Question:
    """Return the question for the pages of a whole list.

    Args:
        filters: for orders only; all of them by visual id when None.
        most: so many objects at a time are enough.

    Raises:
        Misconfigured: the limits do not allow a page of one object.
    """
    chosen = (filters or Filters()) if table.field == _SORTED else None
    arguments = "after: $after, first: $first" + (chosen.arguments() if chosen else "")
    declared = "$after: String, $first: Int" + (chosen.declared() if chosen else "")

    def asked(size: int) -> Selection:
        return connection(table, arguments, size)

    first = page_size(limits, asked, most=most)
    text = f"query({declared}) {{ {asked(first).text} }}"
    variables = {"first": first, **(chosen.variables() if chosen else {})}
    return Question(text, variables, (table.field,), first, asked(first).cost, asked(first).depth)


def orders_question(of: str, table: Table, limits: PrintavoLimits) -> Question:
    """Return the question for the orders of one customer or contact; its id goes as the variable `id`.

    Raises:
        Misconfigured: the limits do not allow a page of one object.
    """

    def asked(size: int) -> Selection:
        return within(f"{of}(id: $id)", connection(table, "after: $after, first: $first", size))

    first = page_size(limits, asked)
    text = f"query($id: ID!, $after: String, $first: Int) {{ {asked(first).text} }}"
    return Question(text, {"first": first}, (of, table.field), first, asked(first).cost, asked(first).depth)


def counts_question() -> str:
    """Return the question how many there are of each list in COUNTED: {list: {totalNodes}}."""
    return f"query {{ {' '.join(f'{name}(first: 1) {{ totalNodes }}' for name in COUNTED)} }}"


def page_size(limits: PrintavoLimits, asked: Callable[[int], Selection], *, most: int | None = None) -> int:
    """Return the largest page of which a question stays within the limits.

    Args:
        asked: page size -> what is asked for.

    Raises:
        Misconfigured: not even a page of one object does.
    """
    one, two = asked(1), asked(2)
    size = 1 + (limits.complexity - one.cost) // (two.cost - one.cost)
    if size < 1:
        raise too_narrow("complexity", one.cost, limits.complexity)
    if one.depth > limits.depth:
        raise too_narrow("depth", one.depth, limits.depth)
    return min(size, limits.most_per_page or size, most or size)


def too_narrow(name: str, needed: int, allowed: int) -> Misconfigured:
    """Return the error of a limit below what the smallest question needs."""
    sentence = f"limits: {name}: it is {allowed}, and the smallest question about Printavo's orders needs {needed}."
    return Misconfigured("SETTING_INVALID", sentence, record="printavo", field=name)
