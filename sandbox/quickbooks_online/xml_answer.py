"""XML, which the vendor answers to those who do not ask for JSON."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

_SPACE = "http://schema.intuit.com/finance/v3"


def as_xml(body: bytes) -> bytes:
    """The XML of a JSON answer."""
    answer: dict[str, Any] = json.loads(body)
    time = answer.pop("time", None)
    inner = "".join(_element(name, value) for name, value in answer.items())
    stamp = f' time="{time}"' if time else ""
    whole = f'<IntuitResponse xmlns="{_SPACE}"{stamp}>{inner}</IntuitResponse>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{whole}'.encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        value = "".join(_element(key, one) for key, one in value.items())
        return f"<{name}>{value}</{name}>"
    if value is None:
        return ""
    return f"<{name}>{str(value).lower() if isinstance(value, bool) else escape(str(value))}</{name}>"
