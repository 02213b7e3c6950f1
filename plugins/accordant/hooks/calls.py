"""What is told about each call to an outside system, with everything secret left out."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

_SECRET_NAME = re.compile(r"token|passw|secret|key|auth|sign", re.IGNORECASE)
_HIDDEN = "***"
_SHORTEST = 4  # hiding shorter values would blank ordinary words

Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call as it went over the wire; a repeated call is told each time.

    Attributes:
        system: which system was called, by its connection type.
        account: whose data, as stored ids are keyed.
        method: HTTP method, or the database's word for it.
        path: path and query, redacted.
        status: HTTP status; None when no whole answer came, and for databases.
        milliseconds: from before the first byte out to after the last byte in.
        at: when it began, with its zone.
        write: whether it may change data.
        detail: a few words on what went wrong; empty when nothing did.
    """

    system: str
    account: str
    method: str
    path: str
    status: int | None
    milliseconds: float
    at: datetime
    write: bool
    detail: str


OnCall = Callable[[ApiCall], None]


class Secrets:
    """Values that may be shown nowhere, not even when a server sends them back in its error text."""

    def __init__(self, *values: str | None) -> None:
        self._values: list[str] = []
        for value in values:
            self.add(value)

    def add(self, value: str | None) -> None:
        """Hide this value from now on, in the forms in which it may come back."""
        if value and len(value) >= _SHORTEST:
            forms = {value, quote(value), quote(value, safe=""), b64encode(value.encode()).decode()}
            self._values = sorted({*self._values, *forms}, key=len, reverse=True)

    def hidden_in(self, text: str) -> str:
        """Return `text` with every secret blanked."""
        for value in self._values:
            text = text.replace(value, _HIDDEN)
        return text

    def __repr__(self) -> str:
        return f"<Secrets: {len(self._values)} hidden>"

    def __reduce__(self) -> tuple[type[Secrets], tuple[()]]:
        """Leave the values behind when something that holds them is pickled."""
        return Secrets, ()


def shown_path(path: str, params: Params, secrets: Secrets) -> str:
    """Return path and query as they may be shown."""
    shown = {name: _HIDDEN if _SECRET_NAME.search(name) else value for name, value in params.items()}
    query = f"?{urlencode(shown, safe='*/:')}" if shown else ""
    return secrets.hidden_in(path + query)
