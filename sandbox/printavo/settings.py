"""What can be chosen about the API in front of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.shared.settings import ChangeableSettings

_ORDERS = ("newest_first", "oldest_first")
_MAY_BE_NONE = ("max_complexity", "max_depth", "max_page_size")


@dataclass
class Settings(ChangeableSettings):
    """The settings, changeable while the server runs.

    Attributes:
        enforce_limits: whether calls above `requests` in any `seconds` get 429; per e-mail.
        retry_after: whether such a 429 says Retry-After.
        max_complexity, max_depth: of a query; None is no limit.
        default_page_size: the nodes of a connection without `first` and `last`.
        max_page_size: what a larger `first` or `last` is cut to; None cuts nothing. What the vendor does is not known.
        default_order: of orders, invoices and quotes without `sortOn`: `newest_first` or `oldest_first`. Not known
            either.
    """

    enforce_limits: bool = False
    requests: int = 10
    seconds: float = 5.0
    retry_after: bool = False
    max_complexity: int | None = 25_000
    max_depth: int | None = 13
    default_page_size: int = 25
    max_page_size: int | None = None
    default_order: str = "newest_first"

    @staticmethod
    def _check(given: Mapping[str, Any]) -> None:
        for name, value in given.items():
            if name == "default_order":
                fits = value in _ORDERS
            elif name in ("enforce_limits", "retry_after"):
                fits = isinstance(value, bool)
            elif value is None:
                fits = name in _MAY_BE_NONE
            else:
                kind = (int, float) if name == "seconds" else int
                fits = isinstance(value, kind) and not isinstance(value, bool) and value > 0
            if not fits:
                raise ValueError(f"the setting {name} cannot be {value!r}")
