"""The flow qbd_items."""

from __future__ import annotations

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_items.mapping import ITEMS

FLOW: TwoWayFlow = QuickBooksFlow("qbd_items", ITEMS)
