"""Filters whose meaning MongoDB's query language hides: exact equality, and what comes after an id."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import Decimal128, MaxKey, MinKey, ObjectId, Timestamp
from bson.datetime_ms import DatetimeMS

# BSON's order of types, of those that an _id can have; numbers of all kinds are one.
_ORDER = (
    "minKey", "null", "number", "string", "object", "binData", "objectId", "bool", "date", "timestamp", "maxKey",
)  # fmt: skip
_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "bool"),  # before int, of which it is one
    ((int, float, Decimal128), "number"),
    (str, "string"),
    (ObjectId, "objectId"),
    ((datetime, DatetimeMS), "date"),
    (Timestamp, "timestamp"),
    (Mapping, "object"),
    (type(None), "null"),
    (MinKey, "minKey"),
    (MaxKey, "maxKey"),
)


def unchanged(field: str, as_read: Mapping[str, Any]) -> dict[str, Any]:
    """Return a filter for documents whose field is what was read, and nothing that only resembles it.

    `$eq` alone also finds an array that holds the value, and for null a missing field; hence the rest.
    NaN equals NaN, and numbers of different types are equal when their values are. `$expr` would be
    shorter, but compares NaN inside an array wrongly on the embedded server.
    """
    if field not in as_read:
        return {field: {"$exists": False}}
    value = as_read[field]
    return {field: {"$eq": value, "$exists": True, "$not": {"$elemMatch": {"$eq": value}}}}


def after(last: Any) -> dict[str, Any]:
    """Return a filter for all documents behind the one with this `_id`, in MongoDB's order.

    `$gt` looks at one type only, so the types that come later are named beside it.
    """
    kind = _kind(last)
    rest = {"_id": {"$type": list(_ORDER[_ORDER.index(kind) + 1 :])}}
    if kind == "maxKey":
        return {"_id": {"$in": []}}
    if kind in ("minKey", "null"):  # of these there is but one
        return rest
    if isinstance(last, float) and math.isnan(last):  # the first of the numbers, comparable to none
        return {"$or": [{"_id": {"$gte": -math.inf}}, rest]}
    return {"$or": [{"_id": {"$gt": last}}, rest]}


def _kind(value: Any) -> str:
    """Return the BSON type of an id; binary where it is none of the others."""
    return next((name for types, name in _TYPES if isinstance(value, types)), "binData")
