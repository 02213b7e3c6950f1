"""Text in the form that both sides can hold, and the form in which names are compared."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_CONTROL_OR_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\ufeff]+")


def clean(value: object) -> str:
    """Return `value` as one trimmed line without control characters; '' for anything that is no text.

    Systems trim and drop control characters on their own ("Line\\nbreak" becomes "Linebreak" in
    InvenTree), so an untrimmed name would never compare equal to what they give back.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _CONTROL_OR_SPACE.sub(" ", unicodedata.normalize("NFC", str(value))).strip()


def folded(text: str) -> str:
    """Return the form in which two names are the same: one line, case-insensitive."""
    return clean(text).casefold()


def short_digest(text: str) -> str:
    """Return ten hexadecimal digits that stand for `text`, for marks with little room."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def shortened(value: object, limit: int = 120) -> str:
    """Return `value` as people should see it in a message: printable, and cut at `limit` characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"
