"""Which objects a list shows: filters by time, name, number, status and reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.conductor.amounts import exact
from sandbox.conductor.pc import PcClock, is_near_epoch
from sandbox.conductor.queries import Query
from sandbox.conductor.record import Record

Test = Callable[[Record], bool]

# parameter -> keys of the object that may hold the reference
_REFERENCES: dict[str, tuple[str, ...]] = {
    "customerIds": ("customer",),
    "vendorIds": ("vendor",),
    "currencyIds": ("currency",),
    "classIds": ("class",),
    "siteIds": ("inventorySite",),
    "accountIds": ("account", "receivablesAccount", "payablesAccount", "liabilityAccount"),
    "itemIds": ("inventoryItem", "inventoryAssemblyItem"),
}
_ITEM_LINES = {"inventory-adjustments": "lines", "price-levels": "perItemPriceLevels"}
_ITEM_SITES = {"inventory": ("inventoryItem",), "assembly": ("inventoryAssemblyItem",)}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "totalBalance": lambda have, want: have == want,
    "totalBalanceGreaterThan": lambda have, want: have > want,
    "totalBalanceGreaterThanOrEqualTo": lambda have, want: have >= want,
    "totalBalanceLessThan": lambda have, want: have < want,
    "totalBalanceLessThanOrEqualTo": lambda have, want: have <= want,
}


def tests(resource: str, query: Query, pc: PcClock, default_status: str) -> list[Test] | None:
    """What every shown object must pass; None when nothing can."""
    found: list[Test] = []
    for bound in ("updatedAfter", "updatedBefore"):
        if bound in query:
            moment = pc.read(query[bound], bound, end_of_day=bound == "updatedBefore")
            if is_near_epoch(moment):
                return None
            found.append(_after(moment) if bound == "updatedAfter" else _before(moment))
    found += _dates(query)
    found += [_refers(query[name], keys) for name, keys in _REFERENCES.items() if name in query and name != "itemIds"]
    found += _items(resource, query)
    found += _texts(query, "name") + _texts(query, "refNumber")
    found += [_balance(test, query[name]) for name, test in _COMPARED.items() if name in query]
    return found + _states(resource, query, default_status)


def _after(moment: float) -> Test:
    return lambda record: record.changed >= moment


def _before(moment: float) -> Test:
    return lambda record: record.changed <= moment


def _dates(query: Query) -> list[Test]:
    found: list[Test] = []
    if first := query.get("transactionDateFrom"):
        found.append(lambda record: record.shown["transactionDate"] >= first)
    if last := query.get("transactionDateTo"):
        found.append(lambda record: record.shown["transactionDate"] <= last)
    return found


def _refers(wanted: list[str], keys: tuple[str, ...]) -> Test:
    ids = frozenset(wanted)

    def test(record: Record) -> bool:
        return any(ref is not None and ref["id"] in ids for ref in map(record.shown.get, keys))

    return test


def _items(resource: str, query: Query) -> list[Test]:
    found: list[Test] = []
    if "itemIds" in query:
        ids, lines = frozenset(query["itemIds"]), _ITEM_LINES.get(resource)
        if lines is None:
            found.append(_refers(query["itemIds"], _REFERENCES["itemIds"]))
        else:
            found.append(lambda record: any(one["item"] and one["item"]["id"] in ids for one in record.shown[lines]))
    if (kind := query.get("itemType")) in _ITEM_SITES:
        (key,) = _ITEM_SITES[kind]
        found.append(lambda record: record.shown[key] is not None)
    return found


def _texts(query: Query, field: str) -> list[Test]:
    folded = field == "name"
    found: list[Test] = []

    def text(record: Record) -> str:
        value = record.shown.get(field) or record.shown.get("initial") or ""
        return str(value).lower() if folded else str(value)

    def wanted(ending: str) -> str:
        value: str = query[field + ending].strip()
        return value.lower() if folded else value

    if field + "Contains" in query:
        inner = wanted("Contains")
        found.append(lambda record: inner in text(record))
    if field + "StartsWith" in query:
        start = wanted("StartsWith")
        found.append(lambda record: text(record).startswith(start))
    if field + "EndsWith" in query:
        end = wanted("EndsWith")
        found.append(lambda record: text(record).endswith(end))
    if field + "From" in query:
        least = wanted("From")
        found.append(lambda record: _at_least(text(record), least))
    if field + "To" in query:
        most = wanted("To")
        found.append(lambda record: _at_least(most, text(record)))
    return found


def _at_least(value: str, bound: str) -> bool:
    """Numbers compare as numbers, everything else as text."""
    if value.isdecimal() and bound.isdecimal():
        return int(value) >= int(bound)
    return value >= bound


def _balance(test: Callable[[Any, Any], bool], wanted: str) -> Test:
    number = exact(wanted)
    return lambda record: test(exact(record.shown.get("totalBalance") or record.shown.get("balance")), number)


def _states(resource: str, query: Query, default_status: str) -> list[Test]:
    found: list[Test] = []
    status = query.get("status", default_status)
    if status != "all" and resource != "item-sites":
        wanted = status == "active"
        found.append(lambda record: record.shown.get("isActive", wanted) is wanted)
    payment = query.get("paymentStatus", "all")
    if payment != "all":
        paid = payment == "paid"
        found.append(lambda record: record.shown["isPaid"] is paid)
    if kind := query.get("accountType"):
        found.append(lambda record: record.shown["accountType"] == kind)
    return found
