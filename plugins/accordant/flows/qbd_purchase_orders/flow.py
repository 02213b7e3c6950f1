"""The flow qbd_purchase_orders."""

from __future__ import annotations

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_purchase_orders.mapping import PURCHASE_ORDERS

FLOW: TwoWayFlow = QuickBooksFlow("qbd_purchase_orders", PURCHASE_ORDERS, money="total_amount")
