"""A raw document, taken apart into rows for staging: the document, its invoices, their articles.

Nothing is judged here: what a field holds is written down in a form that the rules in
include/expectations/ can read. The one exception is shape: what is no invoice cannot become a row of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from accordant.flows.raw_data_to_inventree import tax_ids
from accordant.flows.raw_data_to_inventree.records import customer_key, line_key, line_mark, marker, part_key
from accordant.sync.numbers import number_of
from accordant.sync.records import JsonObject, StagedRow, content_hash
from accordant.sync.text import clean, shortened

QUANTITY_PLACES, PRICE_PLACES = 5, 6  # decimals that an InvenTree line holds
NOTES_LENGTH = 500

Document = dict[str, Any]


def document_rows(documents: Iterable[Document], zone: tzinfo = UTC) -> Iterator[StagedRow]:
    """Yield the rows of documents, each document before its invoices, each invoice before its articles.

    Args:
        zone: where the invoices are dated: midnight there is the evening before in UTC.
    """
    for document in documents:
        yield from _rows_of(document, zone)


def document_hash(document: Document) -> str:
    """Return the hash by which a changed document is noticed."""
    return content_hash(document.get("data"))


def _rows_of(document: Document, zone: tzinfo) -> Iterator[StagedRow]:
    source = str(document["_id"])
    shape, invoices = _invoices_in(document)
    content = {"shape": shape, "invoices": len(invoices), "hash": document_hash(document)}
    yield StagedRow("document", source, content)
    for position, invoice in enumerate(invoices):
        yield from _invoice_rows(source, position, invoice, zone)


def _invoices_in(document: Document) -> tuple[str, list[Document]]:
    """Return the shape of `data` and the invoices in it."""
    if "data" not in document:
        return "missing", []
    data = document["data"]
    if isinstance(data, dict):
        return "invoices", [data]
    if isinstance(data, list):
        return ("invoices", data) if all(isinstance(one, dict) for one in data) else ("a list of other things", [])
    return {type(None): "null", str: "a text", bool: "true or false"}.get(type(data), "a number"), []


def _invoice_rows(source: str, position: int, invoice: Document, zone: tzinfo) -> Iterator[StagedRow]:
    serie, numar = clean(invoice.get("serie")), clean(invoice.get("numar"))
    numbered = bool(serie and numar)
    key = marker(serie, numar) if numbered else f"{source}[{position}]"
    name, tax_id = clean(invoice.get("denumire_client")), tax_ids.normalised(invoice.get("cod_unic_client"))
    articles = invoice.get("articole")
    fingerprint = content_hash(invoice)
    content = {
        "invoice_id": invoice.get("id") if isinstance(invoice.get("id"), str | int) else None,
        "serie": serie or None,
        "numar": numar or None,
        "marker": key if numbered else None,
        "customer_name": name or None,
        "customer_key": customer_key(tax_id, name),
        "tax_id": tax_id,
        "tax_id_checks": tax_ids.checks(tax_id),
        "date": _calendar_date(invoice.get("data_emitere"), zone),
        "date_given": _given(invoice.get("data_emitere")),
        "articles": len(articles) if isinstance(articles, list) else None,
    }
    yield StagedRow("sales_order", key, content, parent=source, position=position, hash=fingerprint)
    if isinstance(articles, list):
        yield from _article_rows(source, key, articles)


def _article_rows(source: str, invoice_key: str, articles: list[Any]) -> Iterator[StagedRow]:
    occurrences: Counter[str] = Counter()
    for position, article in enumerate(articles):
        fields = article if isinstance(article, dict) else {}
        name = clean(fields.get("nume_produs"))
        occurrences[part_key(name)] += 1
        mark = line_mark(name, occurrences[part_key(name)]) if name else f"article {position + 1}"
        content = {"is_object": isinstance(article, dict), "name": name or None, "mark": mark, "source": source}
        yield StagedRow(
            "sales_order_line", line_key(invoice_key, mark), {**content, **_article_fields(name, fields)},
            parent=invoice_key, position=position,
        )  # fmt: skip


def _article_fields(name: str, fields: Document) -> JsonObject:
    quantity = number_of(fields.get("cantitate"), places=QUANTITY_PLACES)
    price = number_of(fields.get("pret_unitar"), places=PRICE_PLACES)
    details = clean(fields.get("detalii"))
    return {
        "part_key": part_key(name),
        "code": clean(fields.get("cod_conta_produs")) or None,
        "quantity": quantity.text or None,
        "quantity_given": _given(fields.get("cantitate")),
        "price": price.text or None,
        "price_given": _given(fields.get("pret_unitar")),
        "notes": details[:NOTES_LENGTH].rstrip(),
        "notes_length": len(details),
    }


def _given(value: object) -> str | None:
    """Return what stood in a field, for a message."""
    return None if value is None else shortened(value, 60)


def _calendar_date(value: object, zone: tzinfo) -> str | None:
    """Return the day of a date, with or without time, as YYYY-MM-DD; None where it is no day."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        return _local(value, zone).date().isoformat()
    return value.isoformat() if isinstance(value, date) else None


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """Return a moment with a zone as the invoice's clock shows it; one without is on that clock already."""
    try:
        return moment if moment.tzinfo is None else moment.astimezone(zone)
    except OverflowError:  # the first or the last day that there is
        return moment
