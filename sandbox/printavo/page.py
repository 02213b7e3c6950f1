"""Pages for people: what the account holds. Read-only, loopback only."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.printavo.account import Account
from sandbox.printavo.listing import Listing
from sandbox.printavo.people import Record
from sandbox.printavo.small_lists import STATUS_LIST
from sandbox.shared.ledger import Ledger
from sandbox.shared.pages import ROWS, badge, calls, card, empty, frame, page_links, search_form, table

_TITLES = {"orders": "Quotes and invoices", "customers": "Customers", "calls": "Calls"}
_ORDER_TITLES = ("Number", "Kind", "Status", "Customer", "Contact", "Name", "Due", "#Total", "#Owed")


class Page:
    """Renders the pages from the account and the ledger."""

    def __init__(self, account: Account, listing: Listing, ledger: Ledger) -> None:
        self._account, self._listing, self._ledger = account, listing, ledger

    def answer(self, request: Request) -> Response:
        """The page of one call."""
        if request.url.path != "/":
            return RedirectResponse("/")
        tab = request.query_params.get("show", "orders")
        tab = tab if tab in _TITLES else "orders"
        words = request.query_params.get("q", "").strip()
        number = request.query_params.get("page", "1")
        page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
        with self._account.lock:
            content = calls(self._ledger) if tab == "calls" else self._rows(tab, words, page)
        counts = {
            "orders": len(self._account.numbers),
            "customers": len(self._account.people.customers),
            "calls": self._ledger.last,
        }
        tabs = {name: (title, counts[name]) for name, title in _TITLES.items()}
        return HTMLResponse(frame("Printavo", tab, tabs, content))

    def _rows(self, tab: str, words: str, page: int) -> str:
        found: Sequence[Any]
        if tab == "orders":
            found = self._listing.numbers("orders", {"query": words or None})
        else:
            found = [
                one for one in self._account.people.customers if words.lower() in (one["companyName"] or "").lower()
            ]
        rows = found[(page - 1) * ROWS : page * ROWS]
        if not rows:
            return search_form(tab, words) + empty(f"No {_TITLES[tab].lower()} here yet.")
        shown = (
            table(_ORDER_TITLES, (self._order(self._account.order(number)) for number in rows))
            if tab == "orders"
            else table(("Company", "Contacts", "Id"), map(self._customer, rows))
        )
        return search_form(tab, words) + card(shown) + page_links(tab, words, page, len(found))

    def _order(self, order: Record) -> str:
        customer, contact = self._account.customer_of(order), self._account.people.contacts[order["_contact"]]
        status = STATUS_LIST[order["_status"]]["name"]
        texts = customer["companyName"], contact["fullName"], order["nickname"], order["customerDueAt"]
        cells = "".join(f"<td class=soft>{escape(text or '')}</td>" for text in texts)
        return (
            f"<tr><td><b>{escape(order['visualId'] or 'no number')}</b></td><td>{order['__typename']}</td>"
            f"<td>{badge(status)}</td>{cells}<td class=num>{_money(order['total'])}</td>"
            f"<td class=num>{_money(order['amountOutstanding'])}</td></tr>"
        )

    def _customer(self, customer: Record) -> str:
        people = (self._account.people.contacts[place] for place in customer["_contacts"])
        names = ", ".join(f"{one['fullName'] or '?'} <{one['email'] or 'no e-mail'}>" for one in people)
        name = escape(customer["companyName"] or "no name")
        return f"<tr><td><b>{name}</b></td><td class=soft>{escape(names)}</td><td>{customer['id']}</td></tr>"


def _money(amount: float | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
