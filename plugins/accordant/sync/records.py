"""Records in canonical form, and the hashes by which they are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, ClassVar, Self

import orjson
from pydantic import BaseModel, ConfigDict

from accordant.sync.numbers import plain

JsonObject = dict[str, Any]
_PLAIN = frozenset({str, bool, int, NoneType, Decimal})


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
    if _is_plain(content):
        try:
            # the same text, five times as fast
            return orjson.dumps(content, default=_canonical_value, option=orjson.OPT_SORT_KEYS).decode()
        except TypeError:  # half a surrogate pair, a key that is no text
            pass
    safe = _with_named_doubles(content)
    return json.dumps(safe, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical_value)


def _is_plain(content: object) -> bool:
    """Tell whether content holds only what JSON has by itself and Decimals, and no doubles."""
    if type(content) is dict:
        values: Collection[object] = content.values()
    elif type(content) is list:
        values = content
    else:
        return False
    if _PLAIN.issuperset(map(type, values)):
        return True
    return all(type(value) in _PLAIN or _is_plain(value) for value in values)


def _with_named_doubles(content: object) -> object:
    """Replace doubles by their text: JSON has no NaN, and 1.0 must not become 1 on the way."""
    if isinstance(content, float):
        return repr(content)
    if isinstance(content, dict):
        return {str(key): _with_named_doubles(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_with_named_doubles(value) for value in content]
    return content


def plain_json(content: object) -> str:
    """Return JSON of content that is known to hold no doubles: keys as they come, Decimals as canonical text."""
    try:
        return orjson.dumps(content, default=_canonical_value).decode()
    except TypeError:  # half a surrogate pair
        return canonical_json(content)


def content_hash(content: object) -> str:
    """Return the SHA-256 of the canonical JSON of `content`, in hexadecimal."""
    return text_hash(canonical_json(content))


def text_hash(text: str) -> str:
    """Return the same hash of a canonical JSON text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plain_hash(content: JsonObject) -> str:
    """Return the same hash of content that is known to hold only text, flags, None, objects and lists: 8 times as fast.

    Each record of each side is hashed at every reading; a double in it would get another hash than `content_hash`.
    """
    try:
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except TypeError:  # half a surrogate pair
        return content_hash(content)


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
    """A record as read from one side, on its way to the sync store's staging table.

    Attributes:
        name: what people call the record.
        natural_key: by which it is matched at first meeting; '' for none.
        link: the other side's id, where this side keeps it; `mark` is the mark that travels with a create.
        rank: a record may refer to records of its own type that have a lower rank.
        revision: the system's own mark of this version.
        changed_at: when it last changed, by that side's clock.
        gone: it was deleted there.
    """

    object_type: str
    key: str
    content: JsonObject
    parent: str = ""
    position: int = 0
    remote_id: str = ""
    hash: str = field(default="")
    name: str = ""
    natural_key: str = ""
    link: str = ""
    mark: str = ""
    rank: int = 0
    revision: str = ""
    changed_at: datetime | None = None
    gone: bool = False

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
