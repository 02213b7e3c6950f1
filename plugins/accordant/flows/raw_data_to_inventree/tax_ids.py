"""Romanian tax ids: when two of them are one company.

`RO18547290` and `18547290` are one company: RO says only that it is registered for VAT (python-stdnum,
stdnum/ro/cui.py). Thirteen digits are the personal code of a private person (CNP).
"""

from __future__ import annotations

import re

from stdnum.ro import cf

from accordant.sync.text import clean

_SEPARATORS = re.compile(r"[\s\-./]")
_PERSONAL_CODE_DIGITS = 13


def normalised(raw: object) -> str:
    """Return the digits of a Romanian tax id, any other id in capitals, or '' where there is none."""
    text = _SEPARATORS.sub("", clean(raw)).upper()
    digits = text.removeprefix("RO")
    if not digits.isdecimal() or not digits.isascii():
        return text if any(character.isdecimal() for character in text) else ""  # "N/A", "PF": no id without a digit
    if not digits.strip("0"):
        return ""  # "0000000000000" stands for a private person without an id
    return digits if len(digits) == _PERSONAL_CODE_DIGITS else digits.lstrip("0")


def checks(tax_id: str) -> bool | None:
    """Tell whether a normalised id passes its check digit; None for foreign ids, which are not ours to check."""
    return bool(cf.is_valid(tax_id)) if tax_id.isdecimal() else None
