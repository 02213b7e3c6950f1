"""A small world for end-to-end tests: the real store, MongoDB protocol, InvenTree sandbox, and runs of the flow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pymongo.collection import Collection

from accordant.sync import load
from accordant.tasks import closing, proof, push, raw_documents, steps, validate

FLOW = "raw_data_to_inventree"


@dataclass
class World:
    """All systems of the flow. `inventree` is the sandbox server, `documents` the collection of raw documents."""

    inventree: Any
    documents: Collection[dict[str, Any]]
    store: str

    def put(self, *documents: dict[str, Any]) -> None:
        """Add raw documents."""
        self.documents.insert_many([dict(document) for document in documents])

    def plan(self, *, quick: bool = False, **parameters: Any) -> str:
        """Do the steps up to the approved plan; return the run's id. Quick: without validate, which takes a second."""
        run_id = steps.prepare(FLOW, f"test {uuid4()}", parameters)
        steps.extract(FLOW, run_id)
        if not quick:
            validate.validate(FLOW, run_id)
        steps.diff(FLOW, run_id)
        steps.decide_alone(FLOW, run_id)
        return run_id

    def finish(self, run_id: str) -> dict[str, Any]:
        """Do the steps after approval, in this process; return the run's summary."""
        steps.load(FLOW, run_id)
        proof.reconcile(FLOW, run_id)
        return closing.close(run_id, push.report(FLOW, run_id))

    def run(self, *, quick: bool = False, **parameters: Any) -> dict[str, Any]:
        """Do a whole run, in this process; return its summary."""
        return self.finish(self.plan(quick=quick, **parameters))

    # -- what InvenTree holds

    def orders(self) -> dict[str, dict[str, Any]]:
        """Return InvenTree's orders by description; fails on two with one marker."""
        orders = self.inventree.control.state()["sales_order"]
        counted = Counter(order["description"] for order in orders)
        doubled = {marker: n for marker, n in counted.items() if n > 1}
        assert not doubled, f"orders were made twice: {doubled}"
        return {order["description"]: order for order in orders}

    def lines(self, marker: str) -> list[tuple[str, str, str]]:
        """Return (part name, quantity, price) of an order's lines, in the order they were made."""
        state = self.inventree.control.state()
        names = {part["pk"]: part["name"] for part in state["part"]}
        order = self.orders()[marker]["pk"]
        lines = sorted((line for line in state["so_line"] if line["order"] == order), key=lambda line: line["pk"])
        return [(names[line["part"]], number(line["quantity"]), number(line["sale_price"])) for line in lines]

    def writes(self) -> int:
        """Return how many writes InvenTree got so far."""
        return sum(row["calls"] for name, row in self.calls().items() if not name.startswith("GET"))

    def calls(self) -> dict[str, dict[str, Any]]:
        """Return how often InvenTree was called, per method and path."""
        return dict(self.inventree.control.summary())

    def document(self, _id: str) -> dict[str, Any]:
        """Return a raw document as it is now."""
        document = self.documents.find_one({"_id": _id})
        assert document is not None
        return document


def modules_with_failpoints() -> list[Any]:
    """Return the modules of a run that come to failpoints."""
    return [load, steps, push, raw_documents, proof, validate]


def number(value: Any) -> str:
    """Return a number of the server in plain notation."""
    from decimal import Decimal

    from accordant.sync.numbers import plain

    return plain(Decimal(str(value)))


def invoice(number: int | str, *articles: tuple[str, float, float], **fields: Any) -> dict[str, Any]:
    """Return an invoice of series ACC with articles (name, quantity, price)."""
    lines = [
        {"nume_produs": name, "cod_conta_produs": None, "cantitate": quantity, "pret_unitar": price, "detalii": ""}
        for name, quantity, price in articles
    ]
    return {
        "id": f"i{number}", "serie": "ACC", "numar": str(number), "denumire_client": "Papirus SRL",
        "cod_unic_client": "RO18547290", "data_emitere": "2025-11-20T00:00:00", "articole": lines, **fields,
    }  # fmt: skip


def marker(number: int | str) -> str:
    """Return the marker of `invoice(number)`."""
    return f"SERIE=ACC;NUMAR={number}"
