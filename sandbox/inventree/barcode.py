"""Barcodes: linked to an object in a second step, then found by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.bodies import sanitised
from sandbox.inventree.errors import Refusal, one_field
from sandbox.inventree.resource import Resource


class Barcodes:
    """`/api/barcode/` and `/api/barcode/link/`, for parts and sales orders.

    A wrong barcode is told under `error`, a shape of 400 that nothing else has.
    """

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = {name: resources[name] for name in ("part", "salesorder")}
        self._store = self._resources["part"].store

    def scan(self, ask: Ask) -> Answer:
        """The object a barcode is linked to."""
        barcode, _ = self._barcode(ask)
        row = self._store.row("SELECT model, pk FROM barcode WHERE barcode = ?", (barcode,))
        if row is None:
            raise Refusal(400, {"error": "No match found for barcode data", "barcode_data": barcode})
        return Answer(200, {"success": "Match found", "barcode_data": barcode, row["model"]: {"pk": row["pk"]}})

    def link(self, ask: Ask) -> Answer:
        """Link a barcode that is not in use to one object."""
        barcode, body = self._barcode(ask)
        if self._store.value("SELECT 1 FROM barcode WHERE barcode = ?", (barcode,)):
            raise Refusal(400, {"error": "Barcode matches existing item", "barcode_data": barcode})
        for model, resource in self._resources.items():
            pk = body.get(model)
            if isinstance(pk, int) and self._store.get(resource.table, pk):
                sql = "INSERT INTO barcode (barcode, model, pk) VALUES (?, ?, ?)"
                self._store.execute(sql, (barcode, model, pk))
                return Answer(200, {"success": f"Assigned barcode to {model} instance", model: {"pk": pk}})
        raise Refusal(400, {"error": "No matching instance found in database", "barcode_data": barcode})

    def _barcode(self, ask: Ask) -> tuple[str, dict[str, Any]]:
        body = sanitised(ask.data, "barcode", ask.path)
        barcode = body.get("barcode")
        if not isinstance(barcode, str) or not barcode:
            raise one_field("barcode", "This field is required.")
        return barcode, body
