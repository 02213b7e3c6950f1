"""Runs in the peer's own environment: `peer_loop.py BASE_URL TOKEN DOCUMENTS.json`.

A plain loop over the client package `inventree`, doing per invoice what the public script before us did:
find the customer among the first 200 by name, then by raw tax id, or create it; find the order among the
customer's first 100 by its description, or create it; per article find the part by search (else take the
first hit, else create it), then read the order's lines and change the one with this part, or create it.
An invoice that fails is logged and the loop goes on; the document's status says so.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

# By name, because only the peer's own environment has the package.
InvenTreeAPI = import_module("inventree.api").InvenTreeAPI
Company = import_module("inventree.company").Company
Part = import_module("inventree.part").Part
SalesOrder = import_module("inventree.sales_order").SalesOrder
SalesOrderLineItem = import_module("inventree.sales_order").SalesOrderLineItem


def customer_of(api: Any, invoice: dict[str, Any]) -> Any:
    name, code = invoice["denumire_client"].strip(), invoice["cod_unic_client"].strip()
    companies = Company.list(api, is_customer=True, limit=200)
    for company in companies:
        if company.name.strip().lower() == name.lower():
            return company
    for company in companies:
        if (company.tax_id or "").strip() == code:
            return company
    return Company.create(api, {"name": name, "is_customer": True, "tax_id": code})


def order_of(api: Any, customer: Any, invoice: dict[str, Any]) -> Any:
    mark = f"SERIE={invoice['serie']};NUMAR={invoice['numar']}"
    for order in SalesOrder.list(api, customer=customer.pk, description=mark, limit=100):
        if order.description == mark:
            return order
    day = invoice["data_emitere"].split("T")[0]
    return SalesOrder.create(api, {"customer": customer.pk, "description": mark, "target_date": day})


def part_of(api: Any, name: str) -> Any:
    found = Part.list(api, search=name, limit=50)
    for part in found:
        if part.name.strip().lower() == name.lower():
            return part
    return found[0] if found else Part.create(api, {"name": name, "description": "", "salable": True})


def put_line(api: Any, order: Any, article: dict[str, Any]) -> None:
    if article["cantitate"] <= 0:
        return
    part = part_of(api, article["nume_produs"].strip())
    values = {"quantity": article["cantitate"], "sale_price": article["pret_unitar"]}
    for line in SalesOrderLineItem.list(api, order=order.pk, limit=200):
        if line.part == part.pk:
            line.save(values)
            return
    SalesOrderLineItem.create(api, {"order": order.pk, "part": part.pk, **values})


def invoice_done(api: Any, invoice: dict[str, Any]) -> bool:
    try:
        order = order_of(api, customer_of(api, invoice), invoice)
        for article in invoice["articole"]:
            put_line(api, order, article)
    except Exception as error:  # the loop goes on, whatever it was
        logging.getLogger(__name__).info("%s", error)
        return False
    return True


def main(base_url: str, token: str, path: Path) -> None:
    logging.disable(logging.CRITICAL)
    documents = json.loads(path.read_text())
    api = InvenTreeAPI(base_url, token=token)
    wall, cpu, failed = time.perf_counter(), time.process_time(), 0
    for document in documents:
        if document.get("sync_status") != 1:
            done = [invoice_done(api, invoice) for invoice in document["data"]]
            failed += done.count(False)
            document["sync_status"] = 1 if all(done) else 2 if any(done) else 3
    path.write_text(json.dumps(documents))
    spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "failed": failed}
    print(json.dumps(spent))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
