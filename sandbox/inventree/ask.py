"""One call, as the resources see it, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class User:
    """Who calls. `level` is `admin` (every role), `view` (may only read) or `none` (no roles)."""

    pk: int
    username: str
    level: str


@dataclass(frozen=True)
class Ask:
    """A call with its query and its parsed body.

    `base` is scheme and host, for the links of a page.
    """

    method: str
    path: str
    base: str
    query: dict[str, str]
    data: Any
    user: User

    def wants(self, name: str) -> bool:
        """Whether a `..._detail=true` is asked for."""
        return self.query.get(name, "").lower() in ("true", "1", "yes", "y", "t", "on")

    def link(self, **changes: int | None) -> str:
        """This call's address with other paging."""
        query: dict[str, Any] = dict(self.query) | changes
        kept = {name: value for name, value in query.items() if value is not None}
        return f"{self.base}{self.path}?{urlencode(kept)}"


@dataclass(frozen=True)
class Answer:
    """Status, JSON body (None is an empty body) and extra headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
