"""Pages for people: what the company holds. Read-only, loopback only."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.quickbooks_online.company import Company
from sandbox.quickbooks_online.record import Record, Values
from sandbox.shared.ledger import Ledger
from sandbox.shared.pages import ROWS, badge, calls, card, empty, frame, page_links, search_form, table

# tab -> (title, entities)
_TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "invoices": ("Invoices", ("Invoice",)),
    "customers": ("Customers", ("Customer",)),
    "items": ("Products and services", ("Item",)),
    "lists": ("Other lists", ("Vendor", "Employee", "Account", "TaxCode")),
    "calls": ("Calls", ()),
}


class Page:
    """Renders the pages from the books and the ledger."""

    def __init__(self, company: Company, ledger: Ledger) -> None:
        self._company, self._ledger = company, ledger

    def answer(self, request: Request) -> Response:
        """The page of one call."""
        if request.url.path != "/":
            return RedirectResponse("/")
        tab = request.query_params.get("show", "invoices")
        tab = tab if tab in _TABS else "invoices"
        words = request.query_params.get("q", "").strip()
        number = request.query_params.get("page", "1")
        page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
        content = calls(self._ledger) if tab == "calls" else self._objects(tab, words, page)
        tabs = {name: (title, self._count(kinds)) for name, (title, kinds) in _TABS.items()}
        return HTMLResponse(frame("QuickBooks Online", tab, tabs, content))

    def _count(self, kinds: tuple[str, ...]) -> int:
        tables = self._company.books.tables
        return sum(len(tables[kind]) for kind in kinds) if kinds else self._ledger.last

    def _objects(self, tab: str, words: str, page: int) -> str:
        title, kinds = _TABS[tab]
        tables = [self._company.books.tables[kind] for kind in kinds]
        newest = (one for table in reversed(tables) for one in reversed(table.values()))
        if words:
            found = [one for one in newest if words.lower().encode() in one.text.lower()]
            rows, count = found[(page - 1) * ROWS : page * ROWS], len(found)
        else:
            rows, count = list(islice(newest, (page - 1) * ROWS, page * ROWS)), self._count(kinds)
        shown = self._shown(tab, rows) if rows else empty(f"No {title.lower()} here yet.")
        return search_form(tab, words) + shown + page_links(tab, words, page, count)

    def _shown(self, tab: str, rows: list[Record]) -> str:
        zone = self._company.settings.zone
        if tab == "invoices":
            return "".join(_invoice(one.full(zone)) for one in rows)
        return card(table(("Name", "Kind", "State", "Details", "#Number"), (_row(one.full(zone), one) for one in rows)))


def _invoice(shown: Values) -> str:
    paid = badge("paid", "good") if not shown["Balance"] else badge(f"open {shown['Balance']}", "warn")
    head = (
        f"<div class=head><h2>{escape(shown.get('DocNumber') or 'no number')}</h2>{paid}"
        f"<span>{escape(str(shown['CustomerRef'].get('name')))}</span>"
        f"<span class=soft>{escape(shown['TxnDate'])}</span><code>{escape(shown.get('PrivateNote', ''))}</code>"
        f"<span class=sum>{escape(str(shown['TotalAmt']))}</span></div>"
    )
    lines = (line for line in shown["Line"] if line["DetailType"] != "SubTotalLineDetail")
    return card(head + table(("Item", "Description", "#Quantity", "#Price", "#Amount"), map(_line, lines)))


def _line(line: dict[str, Any]) -> str:
    detail = line.get("SalesItemLineDetail", {})
    return (
        f"<tr><td>{escape(str(detail.get('ItemRef', {}).get('name', '')))}</td>"
        f"<td class=soft>{escape(line.get('Description', ''))}</td>"
        f"<td class=num>{detail.get('Qty', '')}</td><td class=num>{detail.get('UnitPrice', '')}</td>"
        f"<td class=num>{line.get('Amount', '')}</td></tr>"
    )


def _row(shown: Values, record: Record) -> str:
    email = shown.get("PrimaryEmailAddr", {}).get("Address")
    details = (shown.get("CompanyName"), email, shown.get("Sku"), shown.get("Description"), shown.get("AccountType"))
    amount = shown.get("Balance", shown.get("UnitPrice", ""))
    state = badge("active", "good") if record.active else badge("inactive", "bad")
    return (
        f"<tr><td><b>{escape(record.key)}</b></td><td class=soft>{escape(shown.get('Type', record.kind))}</td>"
        f"<td>{state}</td><td class=soft>{escape(', '.join(str(one) for one in details if one))}</td>"
        f"<td class=num>{escape(str(amount))}</td></tr>"
    )
