"""What QuickBooks makes of a text: trimmed, Latin-1 only, no control characters."""

from __future__ import annotations

import re
from typing import Any

from sandbox.conductor.errors import unparsable
from sandbox.conductor.settings import Settings

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def stored(text: str, settings: Settings) -> str:
    """The text as QuickBooks keeps it.

    Raises:
        Refusal: a control character, or by setting a character outside Latin-1.
    """
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text
    if _CONTROL.search(text):
        raise unparsable()
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        if settings.latin1 == "refuse":
            raise unparsable() from None
        return text.encode("latin-1", "replace").decode("latin-1")
    return text


def stored_deep(value: Any, settings: Settings) -> Any:
    """A request body with every text as QuickBooks keeps it; an empty text means none."""
    if isinstance(value, str):
        return stored(value, settings) or None
    if isinstance(value, dict):
        return {key: stored_deep(one, settings) for key, one in value.items()}
    if isinstance(value, list):
        return [stored_deep(one, settings) for one in value]
    return value
