"""One object of the company file, and its copy for an answer."""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from typing import Any

Values = dict[str, Any]


@dataclass(slots=True)
class Record:
    """An object as QuickBooks holds it.

    Attributes:
        shown: every key of the answer. A reference is the very dict that the object referred to
            owns (`ref`), so that a rename shows everywhere at once.
        made, changed: seconds since 1970 on the PC's clock.
        links: line id -> (order id, line id of the order) that the line was made from.
        ref: `{id, fullName}` of a list object, shared by all that refer to it.
        names: the keys this object holds in the index of names.
    """

    resource: str
    shown: Values
    made: int
    changed: int
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    ref: Values = field(default_factory=dict)
    names: tuple[Any, ...] = ()

    @property
    def id(self) -> str:
        """The id QuickBooks gave it."""
        return str(self.shown["id"])

    @property
    def label(self) -> str:
        """What people call it."""
        return str(self.ref.get("fullName") or self.shown.get("refNumber") or self.id)


def copied(value: Any) -> Any:
    """A copy that shares nothing with the original; marshal is the quickest way for plain values."""
    return marshal.loads(marshal.dumps(value))  # noqa: S302 - our own bytes, made a moment ago
