"""The invoices that are synchronised, what InvenTree must hold of them, and what it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

from sandbox.inventree.server import RunningInvenTree
from sandbox.seed.generate import generate

Document = dict[str, Any]
Line = tuple[str, str, Decimal, Decimal]  # marker, part, quantity, price

_TWICE = 10  # every so many invoices, the last line has the product of the first


def documents(invoices: int, lines: int, *, customers: int = 40, products: int = 60) -> Iterator[Document]:
    """Yield documents; in every tenth invoice of several lines one product comes twice, as in real ones."""
    for document in generate(invoices, lines, customers=customers, products=products):
        for invoice in document["data"]:
            articles = invoice["articole"]
            if lines > 1 and int(invoice["numar"]) % _TWICE == 0:
                articles[-1]["nume_produs"] = articles[0]["nume_produs"]
        yield document


def marker(invoice: Document) -> str:
    """Return the mark by which an invoice's order is known."""
    return f"SERIE={invoice['serie']};NUMAR={invoice['numar']}"


def make_known(server: RunningInvenTree, wanted: list[Document]) -> None:
    """Put the customers and parts of these documents into InvenTree."""
    invoices = [invoice for document in wanted for invoice in document["data"]]
    companies = {one["denumire_client"]: one["cod_unic_client"] for one in invoices}
    parts = sorted({article["nume_produs"] for one in invoices for article in one["articole"]})
    with requests.Session() as session:
        session.headers.update(server.headers)
        for name, tax_id in companies.items():
            body = {"name": name, "tax_id": tax_id, "is_customer": True, "is_supplier": False}
            session.post(f"{server.base_url}/api/company/", json=body, timeout=30).raise_for_status()
        for name in parts:
            session.post(f"{server.base_url}/api/part/", json={"name": name, "salable": True}, timeout=30)


@dataclass(frozen=True)
class Found:
    """How what InvenTree holds differs from the invoices."""

    orders: int
    orders_missing: int
    orders_doubled: int
    lines_lost: int
    lines_extra: int
    wrong_currency: int


def compared(server: RunningInvenTree, wanted: list[Document]) -> Found:
    """Compare every order and line with the invoices."""
    state = server.control.state()
    markers = {order["pk"]: order["description"] for order in state["sales_order"]}
    names = {part["pk"]: part["name"] for part in state["part"]}
    orders = Counter(markers.values())
    expected_orders = {marker(one) for document in wanted for one in document["data"]}
    there = Counter(
        (markers[line["order"]], names[line["part"]], _number(line["quantity"]), _number(line["sale_price"]))
        for line in state["so_line"]
    )
    expected = Counter(_lines(wanted))
    return Found(
        orders=len(markers),
        orders_missing=len(expected_orders - set(orders)),
        orders_doubled=sum(n - 1 for n in orders.values()),
        lines_lost=(expected - there).total(),
        lines_extra=(there - expected).total(),
        wrong_currency=sum(line["sale_price_currency"] != "RON" for line in state["so_line"]),
    )


def _lines(wanted: list[Document]) -> Iterator[Line]:
    for document in wanted:
        for invoice in document["data"]:
            for article in invoice["articole"]:
                yield (
                    marker(invoice), article["nume_produs"],
                    _number(article["cantitate"]), _number(article["pret_unitar"]),
                )  # fmt: skip


def _number(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.000001"))
