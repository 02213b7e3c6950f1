"""What transactions do to quantities: on hand, on order, per item and per site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from sandbox.conductor.amounts import ZERO, exact, number
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import resource_shape
from sandbox.conductor.targets import STOCKED

# resource -> (key of the item, key of the item-site)
_ON_HAND = ("quantityOnHand", "quantityOnHand")
_ON_SALES = ("quantityOnSalesOrder", "quantityOnSalesOrders")
_ON_PURCHASE = ("quantityOnPurchaseOrder", "quantityOnPurchaseOrders")
Keys = tuple[str, str]
Effects = dict[tuple[str, str | None, Keys], Decimal]


class Stock:
    """Keeps the quantities of items and item-sites."""

    def __init__(self, file: CompanyFile) -> None:
        self._file = file
        self._sites: dict[tuple[str, str], str] = {}

    def effects(self, record: Record) -> Effects:
        """What a transaction, as it stands, adds to which quantity."""
        found: Effects = defaultdict(Decimal)
        for line, keys, quantity in _movements(record):
            item = self._file.find(line["item"]["id"], STOCKED) if line["item"] else None
            if item is not None and quantity:
                found[item.id, self._site(record, line), keys] += quantity
        return found

    def replace(self, before: Effects, after: Effects) -> None:
        """Take back what a transaction did and do what it does now."""
        for key in {**before, **after}:
            change = after.get(key, ZERO) - before.get(key, ZERO)
            if change:
                self.add(*key, change)

    def add(self, item_id: str, site_id: str | None, keys: Keys, change: Decimal) -> None:
        """Change one quantity. The item's own time and revision stay: a quantity is no edit of it."""
        item = self._file.find(item_id)
        if item is None:
            return
        self._add(item, keys[0], change)
        if site_id is not None:
            self._add(self.item_site(item, site_id), keys[1], change)

    def enter_first(self, item: Record) -> None:
        """Put the first quantity of a new item at the default site, if there is one."""
        site = self._default_site()
        if site is not None:
            self._add(self.item_site(item, site), "quantityOnHand", exact(item.shown["quantityOnHand"]))

    def on_hand(self, item: Record, site_id: str | None) -> Decimal:
        """How many there are, at one site or in all."""
        if site_id is None:
            return exact(item.shown["quantityOnHand"])
        return exact(self.item_site(item, site_id).shown["quantityOnHand"])

    def item_site(self, item: Record, site_id: str) -> Record:
        """The item at a site; made when it is first needed."""
        if not self._sites:
            self._index()
        known = self._file.find(self._sites.get((item.id, site_id), ""), ("item-sites",))
        if known is not None:
            return known
        now = self._file.pc.epoch()
        field = "inventoryItem" if item.resource == "inventory-items" else "inventoryAssemblyItem"
        shown = resource_shape("item-sites").blank()
        shown |= {key: 0 for key in shown if key.startswith("quantity")}
        shown |= {"id": self._file.new_id(of_list=True), "revisionNumber": str(now), field: item.ref}
        shown |= {"createdAt": self._file.pc.text(now), "updatedAt": self._file.pc.text(now)}
        shown["inventorySite"] = self._file.refs[site_id]
        made = Record("item-sites", shown, now, now)
        self._file.add(made)
        self._sites[item.id, site_id] = made.id
        return made

    def forget(self) -> None:
        """Everything was deleted."""
        self._sites.clear()

    def _index(self) -> None:
        for one in self._file.all(("item-sites",)):
            item = one.shown["inventoryItem"] or one.shown["inventoryAssemblyItem"]
            if item and one.shown["inventorySite"]:
                self._sites[item["id"], one.shown["inventorySite"]["id"]] = one.id

    def _add(self, record: Record, key: str, change: Decimal) -> None:
        record.shown = record.shown | {key: number(exact(record.shown[key]) + change)}
        self._file.touch(record)

    def _site(self, record: Record, line: Values) -> str | None:
        site = line.get("inventorySite") or record.shown.get("inventorySite")
        return site["id"] if site else self._default_site()

    def _default_site(self) -> str | None:
        sites = self._file.tables["inventory-sites"]
        return next((one.id for one in sites.values() if one.shown["isDefault"]), None)


def _movements(record: Record) -> Iterator[tuple[Values, Keys, Decimal]]:
    shown = record.shown
    if record.resource == "sales-orders":
        yield from _open_lines(shown, "quantityInvoiced", _ON_SALES)
    elif record.resource == "purchase-orders":
        yield from _open_lines(shown, "receivedQuantity", _ON_PURCHASE)
    elif record.resource == "invoices" and not shown["isPending"]:
        yield from ((line, _ON_HAND, -exact(line["quantity"])) for line in shown["lines"])
    elif record.resource == "item-receipts":
        yield from ((line, _ON_HAND, exact(line["quantity"])) for line in shown["itemLines"])
    elif record.resource == "inventory-adjustments":
        yield from ((line, _ON_HAND, exact(line["quantityDifference"])) for line in shown["lines"])


def _open_lines(shown: Values, done: str, keys: Keys) -> Iterator[tuple[Values, Keys, Decimal]]:
    if shown["isManuallyClosed"]:
        return
    for line in shown["lines"]:
        if not line["isManuallyClosed"]:
            yield line, keys, max(ZERO, exact(line["quantity"]) - exact(line[done]))
