"""The flow qbd_sales_orders."""

from __future__ import annotations

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_sales_orders.mapping import SALES_ORDERS

FLOW: TwoWayFlow = QuickBooksFlow("qbd_sales_orders", SALES_ORDERS, money="total_amount")
