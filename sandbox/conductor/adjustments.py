"""Inventory adjustments: lines that change what is on hand."""

from __future__ import annotations

from decimal import Decimal

from sandbox.conductor.amounts import exact, number
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import cannot_save, invalid_value
from sandbox.conductor.filling import Filler
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import shape
from sandbox.conductor.stock import Stock
from sandbox.conductor.targets import STOCKED

_LINE = "qbd_inventory_adjustment_line"
_WAYS = ("adjustQuantity", "adjustValue", "adjustSerialNumber", "adjustLotNumber")


class Adjustments:
    """Makes the lines of inventory adjustments."""

    def __init__(self, file: CompanyFile, filler: Filler, stock: Stock) -> None:
        self._file, self._filler, self._stock = file, filler, stock

    def compose(self, record: Record, body: Values) -> None:
        """Make the lines that are given the lines of the adjustment."""
        if body.get("lines") is None:
            return
        known = {line["id"]: line for line in record.shown["lines"]}
        record.shown["lines"] = [self._line(record, one, known) for one in body["lines"]]

    def _line(self, record: Record, body: Values, known: dict[str, Values]) -> Values:
        line = self._filler.started(shape(_LINE), body.get("id"), known)
        plain = {key: value for key, value in body.items() if key not in (*_WAYS, "id")}
        self._filler.fill(line, shape(_LINE), plain, {}, record.resource)
        item = self._file.find(line["item"]["id"], STOCKED) if line["item"] else None
        if item is None:
            name = line["item"]["fullName"] if line["item"] else ""
            raise invalid_value("ItemRef", name, "An adjustment needs an inventory item.")
        ways = [way for way in _WAYS if body.get(way)]
        if len(ways) > 1:
            raise cannot_save("inventory adjustment", "A line can be adjusted in one way only.")
        if ways:
            self._adjust(record, line, item, ways[0], body[ways[0]])
        return line

    def _adjust(self, record: Record, line: Values, item: Record, way: str, values: Values) -> None:
        self._filler.fill(line, shape(_LINE), values, {}, record.resource)
        if way == "adjustSerialNumber":
            adding = bool(values.get("addSerialNumber"))
            line["serialNumber"] = values.get("addSerialNumber") or values.get("removeSerialNumber")
            line["serialNumberAction"] = "added" if adding else "removed"
            line["quantityDifference"] = 1 if adding else -1
        elif way == "adjustLotNumber":
            line["quantityDifference"] = values.get("adjustCount", 0)
        elif values.get("newQuantity") is not None:
            change = exact(values["newQuantity"]) - self._on_hand(record, item)
            line["quantityDifference"] = number(change)
        if values.get("newValue") is not None:
            worth = exact(item.shown["averageCost"]) * self._on_hand(record, item)
            line["valueDifference"] = number(exact(values["newValue"]) - worth)

    def _on_hand(self, record: Record, item: Record) -> Decimal:
        site = record.shown["inventorySite"]
        return self._stock.on_hand(item, site["id"] if site else None)
