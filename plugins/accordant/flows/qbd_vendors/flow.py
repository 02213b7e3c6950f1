"""The flow qbd_vendors."""

from __future__ import annotations

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_vendors.mapping import VENDORS

FLOW: TwoWayFlow = QuickBooksFlow("qbd_vendors", VENDORS)
