"""The plan of one run: customers, parts, then invoice by invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

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
        for invoice in invoices_of(view, rows):
            yield from decide_invoice(invoice, rules)


def invoices_of(view: View, rows: list[Row]) -> Iterator[Invoice]:
    """Gather what both sides know of these staged orders."""
    keys, sources = [row["key"] for row in rows], [row["source"] for row in rows]
    lines = _grouped(_flat(view, "lines", orders=keys, sources=sources))
    given = {row["parent"]: frozenset(row["keys"]) for row in _flat(view, "line_keys", orders=keys, sources=sources)}
    found, their_lines = _theirs(view, keys)
    bindings = view.bindings("sales_order", keys)
    line_bindings: dict[str, dict[str, Binding]] = defaultdict(dict)
    for binding in view.bindings_of_parents("sales_order_line", keys):
        line_bindings[binding.parent][binding.key] = binding
    customers = view.bindings("customer", [row["content"]["customer_key"] for row in rows])
    parts = _part_ids(view, lines)
    for row in rows:
        key = row["key"]
        customer = customers.get(row["content"]["customer_key"])
        yield Invoice(
            key=key, source=row["source"], content=row["content"], lines=lines[key], given=given.get(key, frozenset()),
            binding=bindings.get(key), line_bindings=line_bindings[key], found=found[key],
            their_lines=their_lines[key], customer_id=customer.remote_id if customer else None, part_ids=parts,
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


def _part_ids(view: View, lines: dict[str, list[Row]]) -> dict[str, str]:
    """Return the remote ids of the lines' parts: bound ones, and those that this plan links."""
    keys = {row["content"]["part_key"] for rows in lines.values() for row in rows}
    ids = {key: binding.remote_id for key, binding in view.bindings("part", sorted(keys)).items()}
    staged = (row for rows in view.rows("theirs", object_type="part") for row in rows)
    return {row["key"]: row["remote_id"] for row in staged if row["key"] in keys} | ids


def _grouped(rows: Iterator[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["parent"]].append(row)
    return groups


def _flat(view: View, query: str, **parameters: object) -> Iterator[Row]:
    return (row for rows in view.rows(query, **parameters) for row in rows)
