"""What InvenTree holds before the first run: near matches, unfit objects, one order of the earlier script."""

from __future__ import annotations

from typing import Any

from sandbox.seed import catalogue as goods
from sandbox.seed.promises import Existing, product_identity

EARLIER_KEY = ("FGO", "1001")
EARLIER_LINES = ((goods.TONER, 2), (goods.HARTIE, 10))

COMPANIES: tuple[dict[str, Any], ...] = (
    # Found by tax id: the prefix and the case of the name differ from the invoices.
    {
        "name": "TIPOGRAFIA ȘTEFAN & FIII SRL",
        "tax_id": f"RO{goods.TIPOGRAFIA.tax_id}",
        "is_customer": True,
        "is_supplier": False,
        "currency": "RON",
    },
    # A supplier that an invoice names as a customer.
    {
        "name": goods.FURNIZOR.name,
        "tax_id": f"RO{goods.FURNIZOR.tax_id}",
        "is_customer": False,
        "is_supplier": True,
        "currency": "RON",
    },
    # Nobody's customer: it must stay as it is.
    {
        "name": "Client Fără Facturi SRL",
        "tax_id": goods.cui(9_876_543),
        "is_customer": True,
        "is_supplier": False,
        "currency": "EUR",
    },
)
PARTS: tuple[dict[str, Any], ...] = (
    {"name": "Toner HP 12a", "salable": True, "active": True},
    # SQLite does not fold the case of letters outside ASCII, so a search for the invoice's name misses it.
    {"name": goods.HARTIE.name.upper(), "salable": True, "active": True},
    {"name": goods.PLIC_VECHI.name, "salable": True, "active": False},
    {"name": goods.MANOPERA.name, "salable": False, "active": True},
)
EXISTING = Existing(
    customers=frozenset({goods.TIPOGRAFIA.tax_id}),
    companies=len(COMPANIES),
    parts=frozenset(product_identity(part["name"]) for part in PARTS),
    orders=frozenset({EARLIER_KEY}),
    lines=len(EARLIER_LINES),
)


def earlier_order(customer: int) -> dict[str, Any]:
    """The order as the earlier script made it: the marker in the description, no tag."""
    serie, numar = EARLIER_KEY
    return {
        "customer": customer,
        "description": f"SERIE={serie};NUMAR={numar}",
        "target_date": "2025-10-30",
    }


def earlier_lines(order: int, parts: list[int]) -> list[dict[str, Any]]:
    """Its lines, without reference."""
    return [
        {
            "order": order,
            "part": part,
            "quantity": quantity,
            "sale_price": str(product.price),
            "sale_price_currency": "RON",
        }
        for part, (product, quantity) in zip(parts, EARLIER_LINES, strict=True)
    ]
