"""Reading back: what InvenTree holds after load, record by record beside what our documents say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from accordant.flows.base import Proof, ProvenRecord, Row, View
from accordant.flows.raw_data_to_inventree.decide import invoices_of
from accordant.flows.raw_data_to_inventree.orders import Invoice
from accordant.flows.raw_data_to_inventree.records import line_key
from accordant.flows.raw_data_to_inventree.remote import Reader
from accordant.flows.raw_data_to_inventree.settings import RawDataSettings
from accordant.sync.certificate import Difference
from accordant.sync.records import JsonObject, StagedRow


def read_back(view: View, reader: Reader, settings: RawDataSettings) -> Iterator[list[Proof]]:
    """Yield the proofs of all orders that this run had to agree, a few hundred at a time."""
    with ThreadPoolExecutor(settings.look_up.parallel, thread_name_prefix="read-back") as pool:
        for rows in view.rows("orders"):
            troubles = _troubles(view, rows)
            invoices = list(invoices_of(view, rows))
            now = pool.map(lambda invoice: _now(reader, invoice), invoices)
            hashes = {row["key"]: row["hash"] for row in rows}
            yield [
                _prove(invoice, found, troubles[invoice.key], settings.order.currency, hashes[invoice.key])
                for invoice, found in zip(invoices, now, strict=True)
            ]


def _now(reader: Reader, invoice: Invoice) -> list[StagedRow]:
    """Return the order and its lines as they are now; nothing for an order that was never agreed."""
    return [] if invoice.binding is None else reader.bound_order(invoice.key, invoice.binding.remote_id)


def _troubles(view: View, rows: list[Row]) -> dict[str, list[Row]]:
    keys, sources = [row["key"] for row in rows], [row["source"] for row in rows]
    found: dict[str, list[Row]] = defaultdict(list)
    for page in view.rows("troubles", orders=keys, sources=sources):
        for row in page:
            found[row["order_key"]].append(row)
    return found


def _prove(invoice: Invoice, found: list[StagedRow], troubles: list[Row], currency: str, source_hash: str) -> Proof:
    """Compare one order with its invoice; what a known trouble explains is an excused difference."""
    excuses = _Excuses(troubles, whole=invoice.key if invoice.binding is None else "")
    order = next((row for row in found if row.object_type == "sales_order"), None)
    lines = {row.remote_id: row for row in found if row.object_type == "sales_order_line"}
    records: list[ProvenRecord] = []
    differences: list[Difference] = []
    _compare(
        ProvenRecord("sales_order", invoice.key, _our_order(invoice), _their_order(invoice, order)),
        excuses, records, differences,
    )  # fmt: skip
    for row in invoice.lines:
        binding = invoice.line_bindings.get(row["key"])
        line = lines.pop(binding.remote_id, None) if binding is not None else None
        _compare(_line_pair(row, line, invoice, currency), excuses, records, differences)
    bound = {binding.remote_id: key for key, binding in invoice.line_bindings.items()}
    for remote_id in lines:
        key = bound.get(remote_id, f"{invoice.key}#{remote_id}")
        is_ours = remote_id in bound or line_key(invoice.key, lines[remote_id].content["mark"]) in invoice.given
        excuse = excuses.of("sales_order_line", key) if is_ours else "LINE_NOT_OURS"
        differences.append(Difference("sales_order_line", key, "Only InvenTree has this line.", excuse))
    refused = [row for row in troubles if row["severity"] != "warning" or row["code"] == "TARGET_EDITED"]
    complete = not refused and all(difference.excuse == "LINE_NOT_OURS" for difference in differences)
    return Proof(invoice.key, records, differences, source_hash if complete else "")


class _Excuses:
    """What is known of the records of one order, and which differences it explains.

    Args:
        whole: the key of an order that was never made: why it was not made explains that its lines were not.
    """

    def __init__(self, troubles: list[Row], whole: str = "") -> None:
        self._whole = whole
        self._stopped: dict[tuple[str, str], str] = {}
        self._kept: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in troubles:
            record = row["object_type"], row["key"]
            if row["severity"] != "warning":
                self._stopped.setdefault(record, row["code"])
            elif row["code"] == "TARGET_EDITED":
                self._kept[record].add(row["field"])

    def of(self, object_type: str, key: str, fields: set[str] | None = None) -> str:
        """Return the code that explains a difference in these fields, or ''. A mere warning explains none."""
        record = object_type, key
        if code := self._stopped.get(record) or self._stopped.get(("sales_order", self._whole)):
            return code
        return "TARGET_EDITED" if fields and fields <= self._kept[record] else ""


def _compare(pair: ProvenRecord, excuses: _Excuses, records: list[ProvenRecord], differences: list[Difference]) -> None:
    """Take a record into the proof, unless it differs for a reason that is already known."""
    if pair.ours == pair.theirs:
        records.append(pair)
        return
    excuse = excuses.of(pair.object_type, pair.key, _changed(pair) if pair.theirs else None)
    differences.append(Difference(pair.object_type, pair.key, _sentence(pair), excuse))
    if not excuse:
        records.append(pair)


def _changed(pair: ProvenRecord) -> set[str]:
    ours, theirs = pair.ours or {}, pair.theirs or {}
    return {name for name in ours if ours[name] != theirs.get(name)}


def _sentence(pair: ProvenRecord) -> str:
    if pair.theirs is None:
        return "InvenTree does not have it."
    ours, theirs = pair.ours or {}, pair.theirs
    changed = sorted(_changed(pair))
    return "; ".join(f"{name} is {ours[name]} here and {theirs.get(name)} in InvenTree" for name in changed) + "."


def _our_order(invoice: Invoice) -> JsonObject:
    return {"description": invoice.key, "customer_id": invoice.customer_id or "", "date": invoice.content["date"]}


def _their_order(invoice: Invoice, order: StagedRow | None) -> JsonObject | None:
    if order is None:
        return None
    return {name: order.content[name] for name in ("description", "customer_id", "date")}


def _line_pair(row: Row, line: StagedRow | None, invoice: Invoice, currency: str) -> ProvenRecord:
    content = row["content"]
    ours = {
        "part_id": invoice.part_ids.get(content["part_key"], ""), "quantity": content["quantity"],
        "price": content["price"], "currency": currency, "notes": content["notes"],
    }  # fmt: skip
    theirs = None if line is None else {name: line.content[name] for name in ours}
    return ProvenRecord(
        "sales_order_line", row["key"], ours, theirs, _amount(ours), _amount(theirs) if theirs else Decimal(0)
    )


def _amount(content: Mapping[str, Any]) -> Decimal:
    return Decimal(content["quantity"]) * Decimal(content["price"] or 0)
