"""The pieces documents are made of, and the ordinary documents among the troubled ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bson import ObjectId

from sandbox.seed.catalogue import COMPANIES, PERSONS, PRODUCTS, Customer, Product
from sandbox.seed.promises import Document, SeedDocument, SeedInvoice

_FIRST_DAY = datetime(2025, 11, 3, tzinfo=UTC)
_ORDINARY = 34


def article(product: Product, quantity: Any, price: Any = None, name: str | None = None) -> Document:
    """One article of an invoice."""
    return {
        "nume_produs": product.name if name is None else name,
        "cod_conta_produs": product.code,
        "cantitate": quantity,
        "pret_unitar": product.price if price is None else price,
        "detalii": "",
    }


class Writer:
    """Makes invoices and documents with ids and dates that are the same every time."""

    def __init__(self) -> None:
        self._numbers, self._documents = count(2001), count(1)

    def invoice(
        self, customer: Customer, articles: list[Document], *, code: str | None = None, **fields: Any
    ) -> Document:
        """One invoice; `fields` replace what it would say, and a field given as `...` is left out."""
        number = next(self._numbers)
        day = _FIRST_DAY + timedelta(days=(number - 2001) % 18)
        content: Document = {
            "id": 880_000 + number,
            "serie": "ACC",
            "numar": str(number),
            "denumire_client": customer.name,
            "cod_unic_client": customer.tax_id if code is None else code,
            "data_emitere": f"{day:%Y-%m-%dT00:00:00}",
            "articole": articles,
        }
        return {name: value for name, value in (content | fields).items() if value is not ...}

    def document(self, label: str, *invoices: SeedInvoice, single: bool = False, **also: Any) -> SeedDocument:
        """A document whose `data` is the list of these invoices, or the one invoice itself."""
        contents = [invoice.content for invoice in invoices]
        return SeedDocument(label, self._wrap(contents[0] if single else contents, **also), invoices)

    def misshapen(self, label: str, reason: str, data: Any) -> SeedDocument:
        """A document whose `data` is no list of invoices; `...` leaves `data` out."""
        return SeedDocument(label, self._wrap(data), bad_shape=reason)

    def done(self, label: str, invoice: SeedInvoice, order: str) -> SeedDocument:
        """A document the earlier script has dealt with."""
        key = f"SERIE={invoice.key[0]};NUMAR={invoice.key[1]}"
        log = {"invoice": key, "status": "ok", "order": order, "at": "2025-11-02T21:14:07"}
        content = self._wrap([invoice.content], sync_status=1, sync_log=[log])
        return SeedDocument(label, content, [invoice], already_done=True)

    def _wrap(self, data: Any, **also: Any) -> Document:
        number = next(self._documents)
        content: Document = {
            "_id": ObjectId(f"{0x69000000 + number * 3600:08x}{number:016x}"),
            "source": "fgo",
            "created_at": _FIRST_DAY + timedelta(hours=number * 5),
            **also,
        }
        return content if data is ... else content | {"data": data}


def ordinary(writer: Writer) -> Iterator[SeedDocument]:
    """Everyday documents: all good, though names and tax ids are spelt in every way."""
    dice = random.Random(20251120)
    for number in range(1, _ORDINARY + 1):
        invoices = [SeedInvoice(_ordinary_invoice(writer, dice)) for _ in range(dice.randint(2, 5))]
        yield writer.document(f"ordinary {number:02d}", *invoices)


def _ordinary_invoice(writer: Writer, dice: random.Random) -> Document:
    if dice.random() < 0.12:
        customer, code = dice.choice(PERSONS)
    else:
        customer = dice.choice(COMPANIES)
        code = dice.choice(customer.spellings())
    chosen = dice.sample(PRODUCTS, dice.randint(1, 5))
    articles = [
        article(product, dice.choice((1, 2, 3, 5, 10, 25, 0.5, 2.75, 100)), name=dice.choice(product.spellings()))
        for product in chosen
    ]
    return writer.invoice(customer, articles, code=code)
