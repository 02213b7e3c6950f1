"""Where include/ is: beside plugins/ in a checkout, inside the package when installed from a wheel."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from accordant.sync.errors import Misconfigured


@cache
def include_dir() -> Path:
    """Return the folder with sql/, expectations/ and settings/. ACCORDANT_INCLUDE overrides it.

    Raises:
        Misconfigured: no such folder was found.
    """
    package = Path(__file__).resolve().parent
    named = os.environ.get("ACCORDANT_INCLUDE")
    places = [Path(named)] if named else [package.parents[1] / "include", package / "include"]
    for place in places:
        if (place / "sql").is_dir():
            return place
    raise Misconfigured(
        "SETTING_INVALID",
        f"The folder include/ was not found in {', '.join(map(str, places))}. Set ACCORDANT_INCLUDE to it.",
    )


@cache
def sql(name: str) -> str:
    """Return the statement in include/sql/{name}.sql."""
    return (include_dir() / "sql" / f"{name}.sql").read_text(encoding="utf-8")
