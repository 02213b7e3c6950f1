"""An amount of money as people and programs write it in a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from accordant.flows.printavo.csv_evidence import Doubt, Evidence
from accordant.flows.printavo.csv_findings import Trouble, quoted

_LONGEST = 40
_SIGN_OF_MONEY = re.compile(r"[€$£¥]|\b(?:USD|EUR|GBP|CAD|AUD)\b", re.IGNORECASE)
_FORMS = {
    ".": re.compile(r"(?:[1-9]\d{0,2}(?P<gap>[ ',])\d{3}(?:(?P=gap)\d{3})*|\d*)(?:\.(?P<cents>\d+))?", re.ASCII),
    ",": re.compile(r"(?:[1-9]\d{0,2}(?P<gap>[ '.])\d{3}(?:(?P=gap)\d{3})*|\d*)(?:,(?P<cents>\d+))?", re.ASCII),
}
_LEFT_OUT = "The order was taken without its total, which is only compared."


def money_readings(text: str) -> Mapping[str, Decimal] | Trouble:
    """Return {decimal mark: the amount so read} of a cell, already trimmed and not empty."""
    body, negative = _unsigned(text.replace("’", "'"))
    readings = {}
    for mark, form in _FORMS.items():
        match = form.fullmatch(body)
        if match and any(character.isdigit() for character in body) and len(text) <= _LONGEST:
            whole = re.sub(r"\D", "", body[: match.start("cents")] if match["cents"] else body)
            amount = Decimal(f"{whole or 0}.{match['cents']}" if match["cents"] else whole)
            readings[mark] = -amount if negative else amount
    return readings or Trouble(f"{quoted(text)} is no amount. {_LEFT_OUT}")


def _unsigned(text: str) -> tuple[str, bool]:
    """Return the digits with their marks, and whether the amount is negative: -12, 12- or (12)."""
    bare = _SIGN_OF_MONEY.sub("", text).strip()
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True
    for sign in ("-", "−"):
        if bare.startswith(sign) or bare.endswith(sign):
            return bare.strip(sign).strip(), True
    return bare, False


def amount_of(text: str, readings: Mapping[str, Decimal], evidence: Evidence) -> Decimal | Trouble:
    """Return the amount, once it is known how the file writes amounts."""
    chosen = evidence.choose(readings)
    if chosen is Doubt.UNTOLD:
        either = " or ".join(format(amount, "f") for amount in readings.values())
        return Trouble(
            f"{quoted(text)} can be {either}. Write it with two decimals, or have the setting `decimal` set. "
            f"{_LEFT_OUT}"
        )
    if isinstance(chosen, Doubt):
        return Trouble(f"{quoted(text)} is not written with '{evidence.way}' before the cents. {_LEFT_OUT}")
    return chosen
