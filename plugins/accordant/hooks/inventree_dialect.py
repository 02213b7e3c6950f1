"""How InvenTree words its errors and understands a search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from accordant.hooks.answers import Dialect, Refusal

_NO_ENDPOINT = "API endpoint not found"
_WHOLE_RECORD = frozenset({"non_field_errors", "detail", "error", "__all__"})
_WORDS = re.compile(r"[A-Za-z0-9]+")
_MOST_WORDS = 8  # each costs the server a condition; fewer words find more, never less
_UNQUOTABLE = re.compile(r"""["'\\\x00-\x1f]""")


def refusal(body: Any) -> Refusal:
    """Return what an error body says, whichever of its shapes it has.

    Seen: `{"field": ["..."]}`, `{"non_field_errors": ["..."]}`, `{"non_field_errors": "..."}`, `["..."]`,
    `{"detail": "..."}`, `{"error": "..."}`; nested objects for nested fields.
    """
    told = list(_told(body, ""))
    parts = [f"{field}: {text}" if field else text for field, text in told]
    named = {field for field, _ in told if field}
    return Refusal("; ".join(parts) or "no reason was given", named.pop() if len(named) == 1 else "")


def _told(body: Any, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(body, Mapping):
        if "error" in body and "error_class" in body:  # the shape of a 500
            yield field, f"{body['error']}: {body.get('detail', '')}"
            return
        for name, value in body.items():
            inner = field if name in _WHOLE_RECORD else f"{field}.{name}".lstrip(".")
            yield from _told(value, inner)
    elif isinstance(body, list):
        for value in body:
            yield from _told(value, field)
    elif body not in (None, ""):
        yield field, str(body)


def is_missing_object(body: Any) -> bool:
    """Tell a missing object from an unknown path; both are a 404 with `detail`."""
    return isinstance(body, Mapping) and "detail" in body and body["detail"] != _NO_ENDPOINT


DIALECT = Dialect("InvenTree", refusal, is_missing_object)


def search_terms(text: str) -> str | None:
    """Return what to search for so that every record with this text is found, and some others; None for nothing usable.

    All words must be found, anywhere and as parts of words; so a part of each word is enough. Kept are
    runs of ASCII letters and digits: SQLite folds the case of nothing else ("MÜLLER" misses "Müller"), and
    blanks, commas and quotes part words. Doubled s parts them too, for "Strasse" and "Straße" are the
    same name when case is ignored.
    """
    words = {piece for run in _WORDS.findall(text) for piece in re.split("ss", run, flags=re.IGNORECASE)}
    usable = sorted((word for word in words if len(word) > 1), key=lambda word: (-len(word), word))
    return " ".join(usable[:_MOST_WORDS]) or None


def search_phrase(text: str) -> str | None:
    """Return what to search for so that every record that holds exactly this text is found."""
    if not text.strip():
        return None
    return search_terms(text) if _UNQUOTABLE.search(text) else f'"{text.strip()}"'
