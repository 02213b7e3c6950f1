"""One object of the company, kept small: a hundred thousand invoices must fit in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.quickbooks_online.times import shown_time

Values = dict[str, Any]
_CENT = Decimal("0.01")


def _number(value: Any) -> Any:
    # Answers show money as JSON numbers, as the vendor does.
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"no JSON for {value!r}")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_number)


def encoded(value: Any) -> bytes:
    """Compact JSON; Decimal becomes a number."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def decoded(text: bytes | str) -> Any:
    """JSON whose fractions are Decimal."""
    return json.loads(text, parse_float=Decimal)


@dataclass(slots=True, eq=False)
class Record:
    """An object as QuickBooks holds it.

    Attributes:
        kind: `Customer`, `Invoice`, ...
        key: the name of a list object, the DocNumber of a transaction.
        text: the JSON of everything that is not one of the other attributes.
        token: the SyncToken.
        created, updated: seconds since 1970.
        customer, date: of a transaction.
        owed: cents, what a customer owes.
        paid: cents, what was paid of an invoice.
    """

    kind: str
    id: str
    key: str
    text: bytes
    created: int
    updated: int
    token: int = 0
    active: bool = True
    customer: str = ""
    date: str = ""
    owed: int = 0
    paid: int = 0

    def values(self) -> Values:
        """What `text` says."""
        found: Values = decoded(self.text)
        return found

    def json(self, zone: str) -> bytes:
        """The whole object as it is answered."""
        head = (
            f'{{"Id":"{self.id}","SyncToken":"{self.token}","domain":"QBO","sparse":false,'
            f'"MetaData":{{"CreateTime":"{shown_time(self.created, zone)}",'
            f'"LastUpdatedTime":"{shown_time(self.updated, zone)}"}},'
        )
        if self.kind == "Customer":
            owed = self.owed / 100
            head += f'"Balance":{owed},"BalanceWithJobs":{owed},'
        return head.encode() + self.text[1:]

    def full(self, zone: str) -> Values:
        """The whole object as values."""
        found: Values = decoded(self.json(zone))
        return found


def cents(amount: Decimal) -> int:
    """An amount of money in cents."""
    return int(amount.quantize(_CENT) * 100)
