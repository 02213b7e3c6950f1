"""Which hook speaks for which system of a flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from accordant.flows.base import Flow
from accordant.sync.rates import QuickBooksLimits

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


def _wms(flow: Flow, _: OnCall) -> Any:
    from accordant.hooks.wms import WmsHook

    return WmsHook(flow.source_connection)


def _mis(flow: Flow, _: OnCall) -> Any:
    from accordant.flows.mis_invoices.settings import settings
    from accordant.hooks.mis import MisHook
    from accordant.tasks.mis_rows import MisRows, tables_of

    return MisRows(MisHook(flow.source_connection, tables=tables_of(settings())), settings())


def _shop(flow: Flow, _: OnCall) -> Any:
    from accordant.hooks.shop import ShopHook

    return ShopHook(flow.source_connection)


def _printavo(flow: Flow, on_call: OnCall) -> Any:
    from accordant.flows.printavo.settings import settings
    from accordant.tasks.printavo_online import SharedPrintavoHook

    return SharedPrintavoHook(flow.target_connection, on_call=on_call, limits=settings().printavo)


def _conductor(flow: Flow, on_call: OnCall) -> Any:
    from accordant.hooks.conductor import ConductorHook
    from accordant.tasks.turns import turns

    turn_at = turns()
    hook = ConductorHook(flow.target_connection, on_call=on_call, turn=lambda: turn_at(hook.account))
    return hook


class _HasLimits(Protocol):
    @property
    def quickbooks(self) -> QuickBooksLimits:
        """How often the company may be called."""


def _quickbooks_online(flow: Flow, on_call: OnCall) -> Any:
    from accordant.tasks.quickbooks_online import SharedQuickBooksOnlineHook

    settings = cast(_HasLimits, flow.settings)
    return SharedQuickBooksOnlineHook(flow.target_connection, on_call=on_call, limits=settings.quickbooks)


# {connection id: what speaks to it}. A new system adds its line.
SOURCES: dict[str, Callable[[Flow, OnCall], Any]] = {
    "mongo_default": _raw_documents, "wms_default": _wms, "mis_default": _mis,
    "shop_default": _shop,
}  # fmt: skip
TARGETS: dict[str, Callable[[Flow, OnCall], Any]] = {
    "inventree_default": _inventree, "conductor_default": _conductor, "qbo_default": _quickbooks_online,
    "printavo_default": _printavo,
}  # fmt: skip


def open_source(flow: Flow, on_call: OnCall) -> Any:
    """Return our side of a flow."""
    return SOURCES[flow.source_connection](flow, on_call)


def open_target(flow: Flow, on_call: OnCall) -> Any:
    """Return the client of the other side of a flow."""
    return TARGETS[flow.target_connection](flow, on_call)
