"""Text in the form that both sides can hold, and the form in which names are compared."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Control characters, blanks of all kinds, and halves of surrogate pairs, which no system stores.
_CONTROL_OR_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\ufeff\ud800-\udfff]+")


def clean(value: object) -> str:
    """Return `value` as one trimmed line without control characters; '' for anything that is no text.

    Systems trim and drop control characters on their own ("Line\\nbreak" becomes "Linebreak" in
    InvenTree), so an untrimmed name would never compare equal to what they give back.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # documents written from JavaScript hold every number as a double
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _CONTROL_OR_SPACE.sub(" ", unicodedata.normalize("NFC", str(value))).strip()


def folded(text: str) -> str:
    """Return the form in which two names are the same: one line, case-insensitive."""
    return clean(text).casefold()


def short_digest(text: str) -> str:
    """Return ten hexadecimal digits that stand for `text`, for marks with little room."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def storable(text: str) -> str:
    """Return `text` without what Postgres cannot hold: NUL and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\x00", "")
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def shortened(value: object, limit: int = 120) -> str:
    """Return `value` as people should see it in a message: printable, and cut at `limit` characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"
