"""Any number of clean documents, for benchmarks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bson import ObjectId

from sandbox.seed.catalogue import cui
from sandbox.seed.promises import Document

_FIRST_DAY = datetime(2025, 1, 2, tzinfo=UTC)
_PER_DOCUMENT = 10


def generate(
    n_invoices: int, lines: int = 3, seed: int = 1, *, customers: int = 200, products: int = 300
) -> Iterator[Document]:
    """Documents of up to ten invoices with `lines` articles each, one at a time.

    Every invoice has its own series and number; customers and products repeat.
    """
    dice = random.Random(seed)
    for first in range(0, n_invoices, _PER_DOCUMENT):
        numbers = range(first, min(first + _PER_DOCUMENT, n_invoices))
        yield {
            "_id": ObjectId(f"{0x67000000 + first:08x}{seed:08x}{first:08x}"),
            "source": "benchmark",
            "created_at": _FIRST_DAY + timedelta(minutes=first),
            "data": [_invoice(dice, number, lines, customers, products) for number in numbers],
        }


def _invoice(dice: random.Random, number: int, lines: int, customers: int, products: int) -> Document:
    customer = dice.randrange(customers)
    day = _FIRST_DAY + timedelta(days=number % 300)
    return {
        "id": 1_000_000 + number,
        "serie": "BEN",
        "numar": str(number + 1),
        "denumire_client": f"Societatea Măsurată {customer:04d} SRL",
        "cod_unic_client": f"RO{cui(5_000_000 + customer)}",
        "data_emitere": f"{day:%Y-%m-%dT00:00:00}",
        "articole": [_article(dice, product) for product in dice.sample(range(products), lines)],
    }


def _article(dice: random.Random, product: int) -> Document:
    return {
        "nume_produs": f"Produs măsurat {product:05d}",
        "cod_conta_produs": None,
        "cantitate": dice.randint(1, 50),
        "pret_unitar": dice.randint(1, 5_000_000) / 10_000,
        "detalii": "",
    }
