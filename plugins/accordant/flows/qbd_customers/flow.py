"""The flow qbd_customers."""

from __future__ import annotations

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_customers.mapping import CUSTOMERS

FLOW: TwoWayFlow = QuickBooksFlow("qbd_customers", CUSTOMERS)
