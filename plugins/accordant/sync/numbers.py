"""Numbers as sources send them, made exact.

JSON and BSON hold doubles: 3.1 + 0.2 arrives as 3.3000000000000003. That last digit is noise of the
double and is rounded away; a digit that a person could have typed never is.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_MOST_DIGITS = 100
_NOISE = Decimal("1e-12")  # a double holds 15 to 17 significant digits


@dataclass(frozen=True, slots=True)
class Number:
    """What stood in a number field.

    Attributes:
        kind: number, null, text, nan, endless, bool or object.
        text: the exact decimal in plain notation where kind is number, else ''.
    """

    kind: str
    text: str = ""


def number_of(value: object, *, places: int) -> Number:
    """Read a number field whose target holds `places` decimals.

    Text is accepted only in plain notation with a point: "3,5" may mean 3.5 or 35 and is not guessed.
    """
    if value is None:
        return Number("null")
    if isinstance(value, bool):
        return Number("bool")
    if isinstance(value, int | Decimal):
        return _exact(Decimal(value))
    if callable(to_decimal := getattr(value, "to_decimal", None)):  # BSON's Decimal128
        return _exact(to_decimal())
    if isinstance(value, float):
        return _from_double(value, places)
    if isinstance(value, str):
        text = value.strip()
        return _exact(Decimal(text)) if _PLAIN_NUMBER.fullmatch(text) else Number("text")
    return Number("object")


def plain(value: Decimal) -> str:
    """Return the one way we write a decimal: no exponent, no trailing zeros, no negative zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _exact(value: Decimal) -> Number:
    if not value.is_finite():
        return Number("nan")
    if abs(value.adjusted()) > _MOST_DIGITS or len(value.as_tuple().digits) > _MOST_DIGITS:
        return Number("endless")  # written out, it would fill pages; no field holds it
    return Number("number", plain(value))


def _from_double(value: float, places: int) -> Number:
    if not math.isfinite(value):
        return Number("nan")
    exact = Decimal(repr(value))
    if abs(exact) >= Decimal(10) ** 15:  # beyond any field; quantize would run out of digits
        return _exact(exact)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    is_noise = abs(exact - rounded) <= abs(exact) * _NOISE
    return _exact(rounded if is_noise else exact)
