"""Pages for people: what has arrived in the sandbox InvenTree. Read-only, loopback only."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.inventree.order_totals import line_total, totals
from sandbox.inventree.settings import ORDER_STATUS
from sandbox.inventree.store import Row, Store
from sandbox.inventree.tags import tags_of
from sandbox.shared.ledger import Entry, Ledger

_PAGE = 25
_CSS = (Path(__file__).parent / "page.css").read_text()
# tab -> (title, table, columns searched)
_TABS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "orders": ("Sales orders", "sales_order", ("reference", "description", "customer_reference")),
    "companies": ("Companies", "company", ("name", "tax_id", "email")),
    "parts": ("Parts", "part", ("name", "IPN", "description")),
    "calls": ("Calls", "", ()),
}


class Page:
    """Renders the pages from the store and the ledger."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._ledger = store, ledger

    def answer(self, request: Request) -> Response:
        """The page of one call."""
        if request.url.path != "/":
            return RedirectResponse("/")
        tab = request.query_params.get("show", "orders")
        tab = tab if tab in _TABS else "orders"
        words = request.query_params.get("q", "").strip()
        number = request.query_params.get("page", "1")
        page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
        content = self._calls() if tab == "calls" else self._objects(tab, words, page)
        return HTMLResponse(self._frame(tab, content))

    def _frame(self, tab: str, content: str) -> str:
        links = "".join(
            f'<a href="/?show={name}"{" class=on" if name == tab else ""}>{title}<b>{self._count(table)}</b></a>'
            for name, (title, table, _) in _TABS.items()
        )
        return (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>InvenTree (sandbox)</title>"
            f'<meta name=viewport content="width=device-width"><style>{_CSS}</style>'
            f"<header><div class=row><h1>InvenTree</h1><small>sandbox: what has arrived here. "
            f"Nothing leaves this machine.</small></div><nav>{links}</nav></header><main>{content}</main></html>"
        )

    def _count(self, table: str) -> int:
        if not table:
            return self._ledger.last
        return int(self._store.value(f'SELECT COUNT(*) FROM "{table}"'))  # noqa: S608

    def _objects(self, tab: str, words: str, page: int) -> str:
        title, table, columns = _TABS[tab]
        where = " OR ".join(f'"{column}" LIKE ?' for column in columns)
        parameters = [f"%{words}%"] * len(columns)
        count = int(self._store.value(f'SELECT COUNT(*) FROM "{table}" WHERE {where}', parameters))  # noqa: S608
        sql = f'SELECT * FROM "{table}" WHERE {where} ORDER BY pk DESC LIMIT ? OFFSET ?'  # noqa: S608
        rows = self._store.rows(sql, [*parameters, _PAGE, (page - 1) * _PAGE])
        shown = {"orders": self._orders, "companies": self._companies, "parts": self._parts}[tab]
        body = shown(rows) if rows else f"<div class='card empty'>No {title.lower()} here yet.</div>"
        return _search_form(tab, words) + body + _pages(tab, words, page, count)

    def _orders(self, rows: list[Row]) -> str:
        customers = self._store.by_pk("company", (row["customer"] for row in rows))
        tags = tags_of(self._store, "salesorder", [row["pk"] for row in rows])
        cards = []
        for row in rows:
            lines = self._store.rows('SELECT * FROM so_line WHERE "order" = ? ORDER BY pk', (row["pk"],))
            customer = customers.get(row["customer"])
            money = self._money(row, lines, customer)
            head = (
                f"<div class=head><h2>{escape(row['reference'])}</h2>{_status(row['status'])}"
                f"<span>{escape(customer['name']) if customer else '<i class=soft>no customer</i>'}</span>"
                f"<code>{escape(row['description'])}</code>{_labels(tags[row['pk']])}"
                f"<span class=sum>{money}</span></div>"
            )
            cards.append(f"<div class=card>{head}{self._lines(lines)}</div>")
        return "".join(cards)

    def _money(self, row: Row, lines: list[Row], customer: Row | None) -> str:
        own = row["order_currency"] or (customer["currency"] if customer else None)
        currency = own or (lines[0]["sale_price_currency"] if lines else "USD")
        amount = totals(self._store, {row["pk"]: currency})[row["pk"]].amount
        return "mixed currencies" if amount is None else f"{amount:,.2f} {escape(currency)}"

    def _lines(self, lines: list[Row]) -> str:
        if not lines:
            return "<div class='empty'>No lines.</div>"
        parts = self._store.by_pk("part", (line["part"] for line in lines))
        body = []
        for line in lines:
            part = parts.get(line["part"])
            body.append(
                f"<tr><td>{escape(part['name']) if part else '<i class=soft>no part</i>'}</td>"
                f"<td class=soft>{escape(line['reference'])}</td><td class=num>{_trim(line['quantity'])}</td>"
                f"<td class=num>{_trim(line['sale_price'])}</td>"
                f"<td class=num>{line_total(line, 'sale_price'):,.2f}</td>"
                f"<td class=soft>{escape(line['sale_price_currency'])}</td></tr>"
            )
        return _table(("Part", "Reference", "#Quantity", "#Price", "#Total", "Currency"), body)

    def _companies(self, rows: list[Row]) -> str:
        tags = tags_of(self._store, "company", [row["pk"] for row in rows])
        body = [
            f"<tr><td><b>{escape(row['name'])}</b></td><td>{escape(row['tax_id'] or '')}</td>"
            f"<td>{_badge('customer', 'good') if row['is_customer'] else ''} "
            f"{_badge('supplier') if row['is_supplier'] else ''}</td>"
            f"<td class=soft>{escape(row['currency'])}</td><td>{_labels(tags[row['pk']])}</td></tr>"
            for row in rows
        ]
        table = _table(("Name", "Tax id", "Is a", "Currency", "Tags"), body)
        return f"<div class=card>{table}</div>"

    def _parts(self, rows: list[Row]) -> str:
        tags = tags_of(self._store, "part", [row["pk"] for row in rows])
        body = [
            f"<tr><td><b>{escape(row['name'])}</b></td><td>{escape(row['IPN'] or '')}</td>"
            f"<td>{_badge('active', 'good') if row['active'] else _badge('inactive', 'bad')} "
            f"{_badge('salable', 'good') if row['salable'] else _badge('not salable', 'warn')}</td>"
            f"<td class=soft>{escape(row['description'] or '')}</td><td>{_labels(tags[row['pk']])}</td></tr>"
            for row in rows
        ]
        table = _table(("Name", "IPN", "State", "Description", "Tags"), body)
        return f"<div class=card>{table}</div>"

    def _calls(self) -> str:
        entries = self._ledger.latest(200)
        if not entries:
            return "<div class='card empty'>Nobody has called yet.</div>"
        table = _table(("Time (UTC)", "Call", "Answer", "Written", "Fault", "#ms"), map(_call, entries))
        return f"<div class=card>{table}</div>"


def _call(entry: Entry) -> str:
    kind = "good" if entry.status and entry.status < 400 else "bad"
    query = f"?{entry.query}" if entry.query else ""
    return (
        f"<tr><td class=soft>{escape(entry.time[11:19])}</td>"
        f"<td><b>{escape(entry.method)}</b> <code>{escape(entry.path + query)[:300]}</code></td>"
        f"<td>{_badge(str(entry.status or 'none'), kind)}</td>"
        f"<td>{_badge('written', 'good') if entry.applied else ''}</td>"
        f"<td>{_badge(entry.fault, 'warn') if entry.fault else ''}</td>"
        f"<td class=num>{entry.milliseconds:.0f}</td></tr>"
    )


def _table(titles: tuple[str, ...], rows: Any) -> str:
    head = "".join(f"<th{' class=num' if title.startswith('#') else ''}>{title.lstrip('#')}</th>" for title in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _badge(text: str, kind: str = "") -> str:
    return f'<span class="badge {kind}">{escape(text)}</span>'


def _labels(names: list[str]) -> str:
    return " ".join(_badge(name) for name in names)


def _status(status: int) -> str:
    kinds = {"success": "good", "danger": "bad", "warning": "warn"}
    _, label, colour = ORDER_STATUS[status]
    return _badge(label, kinds.get(colour, ""))


def _trim(number: str | None) -> str:
    if number is None:
        return ""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _search_form(tab: str, words: str) -> str:
    return (
        f'<form><input type=hidden name=show value="{tab}"><input name=q value="{escape(words)}" '
        f'placeholder="Search" aria-label=Search><button>Search</button></form>'
    )


def _pages(tab: str, words: str, page: int, count: int) -> str:
    last = max(1, -(-count // _PAGE))
    if last == 1:
        return ""
    link = "/?" + urlencode({"show": tab, "q": words}) + "&page="
    before = f'<a href="{escape(link)}{page - 1}">Newer</a>' if page > 1 else ""
    after = f'<a href="{escape(link)}{page + 1}">Older</a>' if page < last else ""
    return f"<div class=pages>{before}<span>Page {page} of {last}, {count} in all</span>{after}</div>"
