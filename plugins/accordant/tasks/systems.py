"""Which hook speaks for which system of a flow. A new flow adds its line to SOURCES and TARGETS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accordant.flows.base import Flow

OnCall = Callable[[Any], None]


def _raw_documents(flow: Flow, on_call: OnCall) -> Any:
    from accordant.flows.raw_data_to_inventree.settings import settings
    from accordant.hooks.raw_data import RawDataHook
    from accordant.tasks.raw_documents import RawDocuments

    where = settings().source
    hook = RawDataHook(flow.source_connection, database=where.database, collection=where.collection, on_call=on_call)
    return RawDocuments(hook, settings())


def _inventree(flow: Flow, on_call: OnCall) -> Any:
    from accordant.hooks.inventree import InvenTreeHook

    return InvenTreeHook(flow.target_connection, on_call=on_call)


SOURCES: dict[str, Callable[[Flow, OnCall], Any]] = {"raw_data_to_inventree": _raw_documents}
TARGETS: dict[str, Callable[[Flow, OnCall], Any]] = {"raw_data_to_inventree": _inventree}


def open_source(flow: Flow, on_call: OnCall) -> Any:
    """Return our side of a flow."""
    return SOURCES[flow.name](flow, on_call)


def open_target(flow: Flow, on_call: OnCall) -> Any:
    """Return the client of the other side of a flow."""
    return TARGETS[flow.name](flow, on_call)
