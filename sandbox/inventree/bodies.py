"""Reading a request's body as the real server does: parse, then sanitise every text."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.inventree.errors import one_field, parse_error, server_error, unsupported_media_type

# Fields that hold Markdown keep their line breaks and are not searched for tags.
_MARKDOWN = frozenset({"company.notes", "part.notes", "salesorder.notes"})
_TAG = re.compile(r"<[/!?]?[A-Za-z!?-]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e]")


def parse(body: bytes, content_type: str) -> Any:
    """The body as data; no body is an empty object."""
    if not body:
        return {}
    kind = content_type.split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if kind != "application/json":
        raise unsupported_media_type(content_type)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except ValueError as error:
        raise parse_error(str(error)) from error


def sanitised(data: Any, model: str, path: str) -> dict[str, Any]:
    """The body with control characters taken out.

    Raises:
        Refusal: 400 for HTML tags; 500 for a body that is not an object, because the real
            sanitiser calls `.items()` on it.
    """
    if not isinstance(data, dict):
        raise server_error("AttributeError", path)
    return {name: _clean(name, value, model) for name, value in data.items()}


def _clean(name: str, value: Any, model: str) -> Any:
    if isinstance(value, dict):
        return {inner: _clean(inner, child, model) for inner, child in value.items()}
    # Lists pass as they are: the real sanitiser does not look into them.
    if not isinstance(value, str) or f"{model}.{name}" in _MARKDOWN:
        return value
    if _TAG.search(value):
        raise one_field(name, "Remove HTML tags from this value")
    return _CONTROL.sub("", value)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"Out of range float values are not JSON compliant: '{name}'")
