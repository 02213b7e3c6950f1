"""The MIS, as the commands open it, and how people name its invoices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from accordant.commands.airflow_home import settle_home
from accordant.commands.failures import Hint

if TYPE_CHECKING:
    from accordant.hooks.mis import MisHook

FLOW = "mis_invoices"
DAG = "mis_invoices_to_qbo"
STATUSES = {0: "not synced", 1: "synced", 2: "failed", 3: "in progress"}

InvoiceId = Annotated[str, typer.Argument(metavar="ID", help="The id of the invoice in the MIS, such as 17 or MIS-17.")]


@contextmanager
def opened_mis() -> Iterator[MisHook]:
    """Open the MIS of the Connection mis_default."""
    settle_home()
    from accordant.flows.mis_invoices.flow import FLOW as FLOW_ITSELF
    from accordant.flows.mis_invoices.settings import settings
    from accordant.hooks.mis import MisHook
    from accordant.tasks.mis_rows import tables_of

    hook = MisHook(FLOW_ITSELF.source_connection, tables=tables_of(settings()))
    try:
        yield hook
    finally:
        hook.close()


def id_of(name: str) -> str:
    """Return the id in the MIS of an invoice that a person named: 17 of 17 and of MIS-17."""
    from accordant.flows.mis_invoices.settings import settings

    return name.strip().removeprefix(settings().invoice.prefix)


def number_of(name: str) -> str:
    """Return the number in QuickBooks of an invoice that a person named: MIS-17 of 17 and of MIS-17."""
    from accordant.flows.mis_invoices.records import number_of_invoice
    from accordant.flows.mis_invoices.settings import settings

    return number_of_invoice(id_of(name), settings())


def found_rows(hook: MisHook, names: list[str]) -> list[dict[str, Any]]:
    """Return the invoices that a person named.

    Raises:
        Hint: the MIS does not have one of them; nothing was changed.
    """
    ids = [id_of(name) for name in names]
    rows = hook.find(ids)
    there = {str(row["id"]) for row in rows}
    missing = [one for one in ids if one not in there]
    if missing:
        sentence = f"The MIS {hook.account} has no invoice with the id {', '.join(missing)}. Nothing was changed."
        raise Hint(sentence, "Give the `id` of a row, or its number in QuickBooks.", record=", ".join(missing))
    return rows
