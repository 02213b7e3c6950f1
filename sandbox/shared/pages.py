"""Pieces of the read-only pages on which people see what has arrived in a sandbox server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from sandbox.shared.ledger import Entry, Ledger

ROWS = 25
_CSS = (Path(__file__).parent / "page.css").read_text()
_CALLS = 200


def frame(system: str, tab: str, tabs: Mapping[str, tuple[str, int]], content: str) -> str:
    """A whole page; `tabs` is name -> (title, count)."""
    links = "".join(
        f'<a href="/?show={name}"{" class=on" if name == tab else ""}>{title}<b>{count}</b></a>'
        for name, (title, count) in tabs.items()
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{system} (sandbox)</title>"
        f'<meta name=viewport content="width=device-width"><style>{_CSS}</style>'
        f"<header><div class=row><h1>{system}</h1><small>sandbox: what has arrived here. "
        f"Nothing leaves this machine.</small></div><nav>{links}</nav></header><main>{content}</main></html>"
    )


def table(titles: tuple[str, ...], rows: Iterable[str]) -> str:
    """A table; a title that begins with # is of numbers."""
    head = "".join(f"<th{' class=num' if title.startswith('#') else ''}>{title.lstrip('#')}</th>" for title in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def card(content: str) -> str:
    """A white box."""
    return f"<div class=card>{content}</div>"


def empty(text: str) -> str:
    """What stands where nothing is."""
    return f"<div class='card empty'>{escape(text)}</div>"


def badge(text: str, kind: str = "") -> str:
    """A coloured word; kinds are good, bad and warn."""
    return f'<span class="badge {kind}">{escape(text)}</span>'


def search_form(tab: str, words: str) -> str:
    """The box to search in a tab."""
    return (
        f'<form><input type=hidden name=show value="{tab}"><input name=q value="{escape(words)}" '
        f'placeholder="Search" aria-label=Search><button>Search</button></form>'
    )


def page_links(tab: str, words: str, page: int, count: int) -> str:
    """Newer and older."""
    last = max(1, -(-count // ROWS))
    if last == 1:
        return ""
    link = "/?" + urlencode({"show": tab, "q": words}) + "&page="
    before = f'<a href="{escape(link)}{page - 1}">Newer</a>' if page > 1 else ""
    after = f'<a href="{escape(link)}{page + 1}">Older</a>' if page < last else ""
    return f"<div class=pages>{before}<span>Page {page} of {last}, {count} in all</span>{after}</div>"


def calls(ledger: Ledger) -> str:
    """The last calls, newest first."""
    entries = ledger.latest(_CALLS)
    if not entries:
        return empty("Nobody has called yet.")
    return card(table(("Time (UTC)", "Call", "Answer", "Written", "Fault", "#ms"), map(_call, entries)))


def _call(entry: Entry) -> str:
    kind = "good" if entry.status and entry.status < 400 else "bad"
    query = f"?{entry.query}" if entry.query else ""
    return (
        f"<tr><td class=soft>{escape(entry.time[11:19])}</td>"
        f"<td><b>{escape(entry.method)}</b> <code>{escape(entry.path + query)[:300]}</code></td>"
        f"<td>{badge(str(entry.status or 'none'), kind)}</td>"
        f"<td>{badge('written', 'good') if entry.applied else ''}</td>"
        f"<td>{badge(entry.fault, 'warn') if entry.fault else ''}</td>"
        f"<td class=num>{entry.milliseconds:.0f}</td></tr>"
    )
