"""The fault of an order that is put in or taken out between two pages of a list."""

from __future__ import annotations

from graphql import FieldNode, get_argument_values

from sandbox.printavo import faults
from sandbox.printavo.listing import Listing
from sandbox.printavo.order_maker import FIRST_ORDER_ID
from sandbox.printavo.person import Person
from sandbox.printavo.schema import schema
from sandbox.printavo.selections import Selections

_LISTS = ("orders", "invoices", "quotes")


def move_order(person: Person, listing: Listing, fault: str | None, root: FieldNode, selections: Selections) -> None:
    """Take out the first order of the list that is being read, or put in one like it before the first.

    Without a cursor the list is being read from its start, and nothing moves.
    """
    query_type, name = schema().query_type, root.name.value
    if name not in _LISTS or query_type is None:
        return
    arguments = get_argument_values(query_type.fields[name], root, selections.variables)
    numbers = listing.numbers(name, arguments)
    if not arguments.get("after") or not numbers:
        return
    first = str(FIRST_ORDER_ID + numbers[0])
    if fault == faults.MOVES_OUT:
        person.delete_order(first)
    else:
        person.put_like(first)
