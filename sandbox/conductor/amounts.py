"""Exact money: how texts are read and written, and how quantity, rate and amount make each other."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

ZERO = Decimal(0)
_CENT, _RATE = Decimal("0.01"), Decimal("0.00001")


def exact(value: Any) -> Decimal:
    """A number or text as a Decimal, as it is written."""
    return ZERO if value is None else Decimal(str(value))


def cents(value: Decimal) -> Decimal:
    """Rounded to cents, half away from zero."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def money_text(value: Decimal) -> str:
    """An amount as QuickBooks writes it: two decimals, no negative zero."""
    return f"{cents(value) + ZERO:.2f}"


def rate_text(value: Decimal) -> str:
    """A price as QuickBooks writes it: two to five decimals."""
    text = f"{value.quantize(_RATE, ROUND_HALF_UP):f}".rstrip("0")
    whole, _, part = text.partition(".")
    return f"{'0' if whole in ('-0', '') and not part else whole}.{part:0<2}"


def number(value: Decimal) -> int | float:
    """A quantity as a JSON number."""
    return int(value) if value == value.to_integral_value() else float(value)


def counted(value: Any) -> int | float:
    """A quantity with the five decimals QuickBooks keeps."""
    return number(exact(value).quantize(_RATE, ROUND_HALF_UP))


def total(amounts: Iterable[Any]) -> Decimal:
    """The sum of amounts written as texts."""
    return sum((exact(one) for one in amounts), ZERO)


def divided(amount: Decimal, quantity: Decimal) -> Decimal:
    """A price that makes this amount."""
    with localcontext() as context:
        context.prec = 40
        return (amount / quantity).quantize(_RATE, ROUND_HALF_UP)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """So many percent, in cents."""
    return cents(amount * percent / 100)
