"""How many calls an invoice costs, counted by the server that got them."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs

from benchmarks.flow_run import collection, run
from benchmarks.invoices import documents, make_known
from benchmarks.results import Promise, Result, Row, Table
from benchmarks.surroundings import Surroundings, surroundings
from sandbox.inventree.server import RunningInvenTree

_SHARED = re.compile(r"^/api/(company|part|user/.*)?/?$")
_ONE_BY_ONE, _LISTED = 20, 30  # up to 25 unknown invoices are searched for one by one, which costs most


def measure(*, quick: bool = False) -> Result:
    """Measure new invoices with known customers and parts, then the same documents unchanged."""
    del quick  # it takes seconds
    with surroundings(durable=False) as here:
        rows = [calls_of(here, lines, invoices) for invoices in (_ONE_BY_ONE, _LISTED) for lines in (1, 3, 10)]
    result = Result("calls", [Table("Calls per new invoice with known customer and parts", rows, _NOTES)])
    worst = [row for row in rows if row["most"] > row["lines"] + 3]
    again = sum(row["unchanged"] + row["given again"] for row in rows)
    result.promises = [
        Promise("A new invoice with L lines costs at most L + 3 calls.", not worst),
        Promise(f"Unchanged documents cost no call at all (seen: {again}).", again == 0),
    ]
    return result


_NOTES = (
    "look-ups, creates, read-back: mean per invoice, of the calls that concern one invoice; most: the dearest invoice.",
    "shared: calls of the whole run that serve all invoices (lists of customers, parts and orders).",
    "unchanged: calls of a second run; given again: of a run in which every document lost its status.",
)


def calls_of(here: Surroundings, lines: int, invoices: int) -> Row:
    """Run once with new invoices and twice with the same, and count."""
    wanted = list(documents(invoices, lines))
    here.fresh()
    make_known(here.inventree, wanted)
    source = collection()
    source.put(wanted)
    kinds, per_invoice = _counted(here.inventree, _entries_of_run(here.inventree))
    row = {
        "lines": lines, "invoices": invoices, **{kind: kinds[kind] / invoices for kind in _KINDS},
        "most": max(per_invoice.values()), "at most": lines + 3, "shared": kinds["shared"],
        "unchanged": len(_entries_of_run(here.inventree)),
    }  # fmt: skip
    source.forget_statuses()
    return {**row, "given again": len(_entries_of_run(here.inventree))}


_KINDS = ("look-ups", "creates", "read-back")


def _entries_of_run(server: RunningInvenTree) -> list[dict[str, Any]]:
    """Do one run and return every call that it made."""
    before = server.control.last_sequence()
    run()
    return server.control.entries(since=before, limit=1_000_000)


def _counted(server: RunningInvenTree, entries: list[dict[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """Return the calls by kind, and the calls of each invoice by its marker."""
    created = {str(order["pk"]): order["description"] for order in server.control.state()["sales_order"]}
    first_write = min(entry["sequence"] for entry in entries if entry["write"])
    kinds, per_invoice = Counter[str](), Counter[str]()
    for entry in entries:
        invoice = _invoice_of(entry, created)
        if invoice is None:
            kinds["shared"] += 1
            continue
        per_invoice[invoice] += 1
        kinds["creates" if entry["write"] else "look-ups" if entry["sequence"] < first_write else "read-back"] += 1
    return kinds, per_invoice


def _invoice_of(entry: dict[str, Any], created: dict[str, str]) -> str | None:
    """Return the marker of the invoice that a call serves; None for one that serves all."""
    if _SHARED.match(entry["path"]):
        return None
    query = {name: values[0] for name, values in parse_qs(entry["query"]).items()}
    if entry["path"] == "/api/order/so/":
        if not entry["write"]:
            found = re.search(r"SERIE=\w+;NUMAR=\w+", query.get("search", ""))
            return found[0] if found else None
        return str(json.loads(entry["request_body"])["description"]) if entry["request_body"] else "an order"
    order = query.get("order") or _order_in(entry)
    return created.get(order, "an order")


def _order_in(entry: dict[str, Any]) -> str:
    body = json.loads(entry["request_body"]) if entry["request_body"] else {}
    return str(body.get("order", re.sub(r"\D", "", entry["path"])))
