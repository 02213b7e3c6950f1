"""Records in canonical form, and the hashes by which they are compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from accordant.sync.numbers import plain

JsonObject = dict[str, Any]


def _canonical_value(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):  # only raw documents hold doubles; repr is their shortest exact form
        return repr(value)
    return str(value)


def canonical_json(content: object) -> str:
    """Return the one JSON text of `content`: sorted keys, plain decimals, no spaces."""
    safe = _with_named_doubles(content)
    return json.dumps(safe, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical_value)


def _with_named_doubles(content: object) -> object:
    """Replace doubles by their text: JSON has no NaN, and 1.0 must not become 1 on the way."""
    if isinstance(content, float):
        return repr(content)
    if isinstance(content, dict):
        return {str(key): _with_named_doubles(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_with_named_doubles(value) for value in content]
    return content


def content_hash(content: object) -> str:
    """Return the SHA-256 of the canonical JSON of `content`, in hexadecimal."""
    return hashlib.sha256(canonical_json(content).encode("utf-8", "surrogatepass")).hexdigest()


class Record(BaseModel):
    """One object in canonical form: frozen, typed, money as Decimal.

    Subclasses name their `object_type` and the fields both sides agree on. `key` is the natural key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    object_type: ClassVar[str]
    key: str

    def content(self) -> JsonObject:
        """Return the fields as JSON-safe values, decimals in plain notation."""
        return {name: _canonical_value(value) if isinstance(value, Decimal | date) else value for name, value in self}

    @classmethod
    def from_content(cls, content: JsonObject) -> Self:
        """Rebuild the record from what `content()` gave."""
        return cls.model_validate(content)


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A record as read from one side, on its way to the sync store's staging table."""

    object_type: str
    key: str
    content: JsonObject
    parent: str = ""
    position: int = 0
    remote_id: str = ""
    hash: str = field(default="")

    def fingerprint(self) -> str:
        """Return the given hash of the source, or that of the content."""
        return self.hash or content_hash(self.content)


@dataclass(frozen=True, slots=True)
class Binding:
    """The pair (our key, remote id) with the base: the record both sides last agreed on."""

    object_type: str
    key: str
    remote_id: str
    base: JsonObject
    base_hash: str
    parent: str = ""
    source: str = ""
    sealed_hash: str = ""
