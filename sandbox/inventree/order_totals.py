"""What an order adds up to, over its lines and extra lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.inventree.store import Row, Store

_LINES = """
SELECT "order", quantity, shipped, discount, sale_price AS price, sale_price_currency AS currency, 1 AS goods
FROM so_line WHERE "order" IN ({0})
UNION ALL
SELECT "order", quantity, '0', discount, price, price_currency, 0 FROM so_extra_line WHERE "order" IN ({0})
"""


@dataclass
class Total:
    """Count and money of one order's lines; `amount` is None once it cannot be expressed."""

    lines: int = 0
    completed: int = 0
    amount: Decimal | None = Decimal(0)

    def add(self, line: Row, currency: str) -> None:
        """Add one line; there are no exchange rates, so another currency spoils the sum."""
        if line["goods"]:
            self.lines += 1
            self.completed += Decimal(line["shipped"] or 0) >= Decimal(line["quantity"])
        if line["price"] is None or self.amount is None:
            return
        self.amount = self.amount + line_total(line) if line["currency"] == currency else None

    @property
    def text(self) -> str | None:
        """The amount as the API shows it."""
        return None if self.amount is None else f"{self.amount:.6f}"


def line_total(line: Row, price: str = "price") -> Decimal:
    """Quantity times price (the field of that name), less the discount in percent."""
    share = 1 - Decimal(line["discount"] or 0) / 100
    return Decimal(line["quantity"]) * Decimal(line[price] or 0) * share


def totals(store: Store, currencies: dict[int, str]) -> dict[int, Total]:
    """The totals of several orders, given the currency of each."""
    found = {pk: Total() for pk in currencies}
    for chunk in _chunks(sorted(currencies)):
        sql = _LINES.format(",".join("?" * len(chunk)))
        for line in store.rows(sql, [*chunk, *chunk]):
            found[line["order"]].add(line, currencies[line["order"]])
    return found


def _chunks(pks: Sequence[int]) -> Iterable[Sequence[int]]:
    return (pks[start : start + 400] for start in range(0, len(pks), 400))
