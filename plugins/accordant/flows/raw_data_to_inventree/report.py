"""What is written back to each document: `sync_status` and `sync_log`, in the shape of the earlier script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accordant.flows.base import DocumentReport, Row, View
from accordant.sync.records import Binding, JsonObject

ALL_DONE, SOME_FAILED, ALL_FAILED = 1, 2, 3  # the values of sync_status


@dataclass(frozen=True, slots=True)
class _Invoice:
    """One invoice of a document with all that decides how it ended."""

    row: Row
    articles: Sequence[Row]
    troubles: Sequence[Row]
    open: Sequence[Row]
    order: Binding | None
    customer: Binding | None
    lines: Mapping[str, Binding]

    @property
    def refused(self) -> list[Row]:
        """Return the troubles that keep the invoice or a part of it from going."""
        return [row for row in self.troubles if row["severity"] != "warning"]

    @property
    def blamed(self) -> list[str]:
        """Return why operations wait that will not go by themselves."""
        return [row["blame"] for row in self.open if row["state"] == "held" and row["blame"]]

    def verdict(self) -> str:
        """Return successful, partial, failed, or pending where a passing fault left work to do."""
        if self._will_go_by_itself():
            return "pending"
        bound = [row for row in self.articles if row["key"] in self.lines]
        if self.order is None or not bound:
            return "failed" if self.refused or self.blamed else "pending"
        if self.refused or self.blamed:
            return "partial"
        is_complete = len(bound) == len(self.articles) and self._is_proven()
        return "successful" if is_complete else "pending"

    def _will_go_by_itself(self) -> bool:
        """Tell whether an operation waits for no person. The lines of a blamed order wait for what it waits for."""
        if any(row["state"] != "held" for row in self.open):
            return True
        explained = any(row["object_type"] == "sales_order" and row["blame"] for row in self.open)
        return not explained and any(not row["blame"] for row in self.open)

    def _is_proven(self) -> bool:
        """Tell whether reconcile found both sides equal, but for what a person changed in the target."""
        assert self.order is not None
        edited = any(row["code"] == "TARGET_EDITED" for row in self.troubles)
        return edited or self.order.sealed_hash == self.row["hash"]


def document_reports(view: View, rows: Sequence[Row], run_id: str, now: datetime) -> Iterator[DocumentReport]:
    """Yield one report for each of these staged documents; pending ones have no status."""
    invoices = _invoices(view, [row["key"] for row in rows])
    troubles = _of(view, "troubles_of", sources=[row["key"] for row in rows])
    for row in rows:
        own = [trouble for trouble in troubles if trouble["source"] == row["key"]]
        yield _report(row, invoices[row["key"]], own, run_id, now)


def _invoices(view: View, sources: list[str]) -> dict[str, list[_Invoice]]:
    rows = _of(view, "invoices_of", sources=sources)
    orders = sorted({row["key"] for row in rows})
    given = _of(view, "articles_of", sources=sources, orders=orders)
    articles = _by(given, lambda row: (row["content"]["source"], row["parent"]))
    troubles = _by(_of(view, "troubles_of_orders", orders=orders), lambda row: row["parent"] or row["key"])
    unfinished = _by(_of(view, "open_operations", orders=orders), lambda row: row["grp"])
    bindings = view.bindings("sales_order", orders)
    customers = view.bindings("customer", sorted({row["content"]["customer_key"] for row in rows}))
    lines: dict[str, dict[str, Binding]] = defaultdict(dict)
    for binding in view.bindings_of_parents("sales_order_line", orders):
        lines[binding.parent][binding.key] = binding
    result: dict[str, list[_Invoice]] = defaultdict(list)
    for row in rows:
        key, source = row["key"], row["parent"]
        result[source].append(_Invoice(
            row, articles[source, key], _own(troubles[key], source), unfinished[key], bindings.get(key),
            customers.get(row["content"]["customer_key"]), lines[key],
        ))  # fmt: skip
    return result


def _own(troubles: list[Row], source: str) -> list[Row]:
    """Return the troubles of an invoice in one document, with those that were noted under a copy's document."""
    own = {_place(row): row for row in troubles}
    own |= {_place(row): row for row in troubles if row["source"] == source}
    return [own[place] for place in sorted(own)]


def _place(row: Row) -> tuple[str, str, str, str]:
    return row["object_type"], row["key"], row["code"], row["field"]


def _report(row: Row, invoices: list[_Invoice], troubles: list[Row], run_id: str, now: datetime) -> DocumentReport:
    verdicts = [invoice.verdict() for invoice in invoices]
    shape = [f"{one['code']}: {one['sentence']}" for one in troubles if one["object_type"] == "document"]
    log = {
        "timestamp": now.isoformat(),
        "total_invoices": len(invoices),
        "successful": verdicts.count("successful"),
        "partial": verdicts.count("partial"),
        "failed": verdicts.count("failed"),
        "invoices": [_entry(invoice, verdict, now) for invoice, verdict in zip(invoices, verdicts, strict=True)],
        "errors": shape,
        "run_id": run_id,
        "document_hash": row["content"]["hash"],
    }
    return DocumentReport(row["key"], row["content"]["hash"], _status(verdicts, shape), log, len(invoices))


def _status(verdicts: list[str], shape: list[str]) -> int | None:
    if "pending" in verdicts:
        return None
    if shape:
        return ALL_FAILED
    if all(verdict == "successful" for verdict in verdicts):
        return ALL_DONE
    return ALL_FAILED if all(verdict == "failed" for verdict in verdicts) else SOME_FAILED


def _entry(invoice: _Invoice, verdict: str, now: datetime) -> JsonObject:
    content = invoice.row["content"]
    customer, order = invoice.customer, invoice.order
    return {
        "timestamp": now.isoformat(),
        "invoice_id": content["invoice_id"],
        "serie": content["serie"],
        "numar": content["numar"],
        "status": verdict,
        "customer": {"id": int(customer.remote_id), "name": customer.base["name"]} if customer else None,
        "sales_order": {"id": int(order.remote_id), "description": order.key} if order else None,
        "added_lines": [_line(article, invoice.lines[article["key"]])
                        for article in invoice.articles if article["key"] in invoice.lines],
        "missing_products": [_missing(article, invoice) for article in invoice.articles
                             if article["key"] not in invoice.lines],
        "errors": [f"{row['code']}: {row['sentence']}" for row in invoice.troubles] + invoice.blamed,
    }  # fmt: skip


def _line(article: Row, binding: Binding) -> JsonObject:
    return {"part": article["content"]["name"], "qty": binding.base["quantity"], "line_id": int(binding.remote_id)}


def _missing(article: Row, invoice: _Invoice) -> str:
    reasons = [row["sentence"] for row in invoice.refused if row["key"] == article["key"]]
    name = article["content"]["name"] or article["content"]["mark"]
    return f"{name}: {reasons[0]}" if reasons else str(name)


def _of(view: View, query: str, **parameters: Any) -> list[Row]:
    return [row for rows in view.rows(query, **parameters) for row in rows]


def _by(rows: list[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
