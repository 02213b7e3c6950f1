"""The flows there are: every folder of the package accordant.flows with a flow.py."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from accordant import flows
from accordant.flows.base import Flow


def flow_names() -> list[str]:
    """Return the names of all flows."""
    return sorted({path.parent.name for folder in flows.__path__ for path in Path(folder).glob("*/flow.py")})


def dag_of(name: str) -> str:
    """Return the DAG that runs a flow when a person asks; the name itself for a flow that is not here."""
    return flow_named(name).dag_id if name in flow_names() else name


def flow_named(name: str) -> Flow:
    """Return a flow by its name.

    Raises:
        LookupError: there is none.
    """
    if name not in flow_names():
        raise LookupError(f"No flow is named {name!r}; there are {', '.join(flow_names())}.")
    return cast(Flow, import_module(f"accordant.flows.{name}.flow").FLOW)
