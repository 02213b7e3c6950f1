"""What all transactions have in common: their natural key, their title, and how a lost create is found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from accordant.flows.qbd.canonical import text_of
from accordant.flows.qbd.mapping import Json
from accordant.sync.text import folded


def number_key(content: Json) -> str:
    """Return the number of a transaction as its natural key; '' where it has none."""
    return folded(text_of(content.get("ref_number")))


def titled(noun: str) -> Callable[[Json], str]:
    """Return what people call a transaction."""

    def title(content: Json) -> str:
        number = content.get("ref_number") or "without a number"
        return f"{noun} {number} of {str(content.get('transaction_date') or '')[:10]}"

    return title


def by_day(party: str) -> Callable[[Json], dict[str, Any]]:
    """Return the list filters that find a create again: by customer or vendor, and day."""

    def look_up(body: Json) -> dict[str, Any]:
        day = date.fromisoformat(body["transactionDate"])
        filters: dict[str, Any] = {"transaction_date_from": day, "transaction_date_to": day}
        if (found := body.get(f"{party}Id")) is not None:
            filters[f"{party}_ids"] = [found]
        return filters

    return look_up
