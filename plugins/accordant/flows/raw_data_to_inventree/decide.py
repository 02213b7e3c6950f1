"""The plan of one run: customers, parts, then invoice by invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from accordant.flows.base import Row, View
from accordant.flows.raw_data_to_inventree.masters import Masters
from accordant.flows.raw_data_to_inventree.orders import Decision, Invoice, OrderRules, decide_invoice
from accordant.flows.raw_data_to_inventree.settings import RawDataSettings
from accordant.sync.records import Binding


def decide(view: View, settings: RawDataSettings) -> Iterator[Decision]:
    """Yield the plan in its order, with what stands in the way; memory holds a few hundred invoices."""
    masters = Masters(view)
    yield from masters.decide()
    rules = OrderRules(settings.order.currency, settings.both_changed, masters.customers, masters.parts)
    for rows in view.rows("orders"):
        for invoice in invoices_of(view, rows, masters.linked):
            yield from decide_invoice(invoice, rules)


def invoices_of(view: View, rows: list[Row], linked: Mapping[tuple[str, str], str] | None = None) -> Iterator[Invoice]:
    """Gather what both sides know of these staged orders; `linked` are what the plan links first."""
    keys, sources = [row["key"] for row in rows], [row["source"] for row in rows]
    lines = _grouped(_flat(view, "lines", orders=keys, sources=sources))
    given = {row["parent"]: frozenset(row["keys"]) for row in _flat(view, "line_keys", orders=keys, sources=sources)}
    found, their_lines = _theirs(view, keys)
    bindings = view.bindings("sales_order", keys)
    line_bindings: dict[str, dict[str, Binding]] = defaultdict(dict)
    for binding in view.bindings_of_parents("sales_order_line", keys):
        line_bindings[binding.parent][binding.key] = binding
    customers = _ids(view, "customer", {row["content"]["customer_key"] for row in rows}, linked or {})
    parts = _ids(view, "part", {row["content"]["part_key"] for group in lines.values() for row in group}, linked or {})
    remote_ids = [row["remote_id"] for group in found.values() for row in group]
    taken = view.bound_ids("sales_order", remote_ids) if linked is not None else {}
    for row in rows:
        key = row["key"]
        others = sorted({taken[order["remote_id"]] for order in found[key] if order["remote_id"] in taken} - {key})
        yield Invoice(
            key=key, source=row["source"], content=row["content"], lines=lines[key], given=given.get(key, frozenset()),
            binding=bindings.get(key), line_bindings=line_bindings[key], found=found[key],
            their_lines=their_lines[key], customer_id=customers.get(row["content"]["customer_key"]), part_ids=parts,
            taken_by=others[0] if others else "",
        )  # fmt: skip


def _theirs(view: View, keys: list[str]) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    orders: dict[str, list[Row]] = defaultdict(list)
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in _flat(view, "theirs_of", keys=keys):
        if row["object_type"] == "sales_order":
            orders[row["key"]].append(row)
        else:
            lines[row["parent"]].append(row)
    return orders, lines


def _ids(view: View, object_type: str, keys: set[str], linked: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Return the remote ids of customers or parts: bound ones, and those that this plan links."""
    bound = {key: binding.remote_id for key, binding in view.bindings(object_type, sorted(keys)).items()}
    return {key: linked[object_type, key] for key in keys if (object_type, key) in linked} | bound


def _grouped(rows: Iterator[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["parent"]].append(row)
    return groups


def _flat(view: View, query: str, **parameters: object) -> Iterator[Row]:
    return (row for rows in view.rows(query, **parameters) for row in rows)
