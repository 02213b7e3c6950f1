"""Pages for people: what the company file holds. Read-only, loopback only."""

from __future__ import annotations

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.conductor.company import Company
from sandbox.conductor.record import Record
from sandbox.conductor.targets import ITEMS
from sandbox.shared.ledger import Ledger
from sandbox.shared.pages import ROWS, badge, calls, card, empty, frame, page_links, search_form, table

# tab -> (title, resources)
_TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "sales": ("Sales orders", ("sales-orders",)),
    "invoices": ("Invoices", ("invoices",)),
    "purchases": ("Purchase orders", ("purchase-orders", "item-receipts")),
    "adjustments": ("Adjustments", ("inventory-adjustments",)),
    "customers": ("Customers", ("customers",)),
    "vendors": ("Vendors", ("vendors",)),
    "items": ("Items", ITEMS),
    "lists": ("Other lists", ("accounts", "sales-tax-codes", "sales-tax-items", "standard-terms", "inventory-sites")),
    "calls": ("Calls", ()),
}
_FORMS = ("sales", "invoices", "purchases", "adjustments")


class Page:
    """Renders the pages from the company file and the ledger."""

    def __init__(self, company: Company, ledger: Ledger) -> None:
        self._company, self._ledger = company, ledger

    def answer(self, request: Request) -> Response:
        """The page of one call."""
        if request.url.path != "/":
            return RedirectResponse("/")
        tab = request.query_params.get("show", "sales")
        tab = tab if tab in _TABS else "sales"
        words = request.query_params.get("q", "").strip()
        number = request.query_params.get("page", "1")
        page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
        content = calls(self._ledger) if tab == "calls" else self._objects(tab, words, page)
        tabs = {name: (title, self._count(resources)) for name, (title, resources) in _TABS.items()}
        return HTMLResponse(frame("QuickBooks Desktop", tab, tabs, content))

    def _count(self, resources: tuple[str, ...]) -> int:
        if not resources:
            return self._ledger.last
        return sum(len(self._company.file.tables[name]) for name in resources)

    def _objects(self, tab: str, words: str, page: int) -> str:
        title, resources = _TABS[tab]
        found = [one for one in self._company.file.all(resources) if words.lower() in _searched(one)]
        rows = found[::-1][(page - 1) * ROWS : page * ROWS]
        shown = "".join(map(_form, rows)) if tab in _FORMS else _list(rows)
        body = shown if rows else empty(f"No {title.lower()} here yet.")
        return search_form(tab, words) + body + page_links(tab, words, page, len(found))


def _searched(record: Record) -> str:
    shown = record.shown
    party = shown.get("customer") or shown.get("vendor") or {}
    words = (record.ref.get("fullName"), shown.get("refNumber"), shown.get("memo"), party.get("fullName"), record.id)
    return " ".join(str(word) for word in words if word).lower()


def _form(record: Record) -> str:
    shown = record.shown
    party = shown.get("customer") or shown.get("vendor") or shown.get("account")
    total = shown.get("totalAmount") or shown.get("balanceRemaining") or ""
    states = [
        badge(word, "good")
        for key, word in (("isFullyInvoiced", "invoiced"), ("isFullyReceived", "received"), ("isPaid", "paid"))
        if shown.get(key)
    ]
    head = (
        f"<div class=head><h2>{escape(shown['refNumber'] or 'no number')}</h2>{''.join(states)}"
        f"<span>{escape(str(party['fullName'])) if party else ''}</span>"
        f"<span class=soft>{escape(shown['transactionDate'])}</span><code>{escape(shown['memo'] or '')}</code>"
        f"<span class=sum>{escape(str(total))}</span></div>"
    )
    lines = shown.get("lines") or shown.get("itemLines") or []
    return card(head + table(("Item", "Description", "#Quantity", "#Price", "#Amount"), map(_line, lines)))


def _line(line: dict[str, Any]) -> str:
    quantity = line.get("quantity", line.get("quantityDifference"))
    price = line.get("rate") or line.get("cost") or line.get("ratePercent") or ""
    return (
        f"<tr><td>{escape(str(line['item']['fullName'])) if line['item'] else ''}</td>"
        f"<td class=soft>{escape(line.get('description') or '')}</td>"
        f"<td class=num>{'' if quantity is None else quantity}</td><td class=num>{escape(price)}</td>"
        f"<td class=num>{escape(line.get('amount') or '')}</td></tr>"
    )


def _list(rows: list[Record]) -> str:
    return card(table(("Name", "Kind", "State", "Details", "#Number"), map(_row, rows)))


def _row(record: Record) -> str:
    shown = record.shown
    details = (shown.get("companyName"), shown.get("email"), shown.get("sku"), shown.get("salesDescription"))
    number = shown.get("quantityOnHand", shown.get("totalBalance", shown.get("balance", "")))
    state = badge("active", "good") if shown.get("isActive", True) else badge("inactive", "bad")
    return (
        f"<tr><td><b>{escape(str(record.ref.get('fullName')))}</b></td><td class=soft>{escape(record.resource)}</td>"
        f"<td>{state}</td><td class=soft>{escape(', '.join(str(one) for one in details if one))}</td>"
        f"<td class=num>{'' if number is None else escape(str(number))}</td></tr>"
    )
