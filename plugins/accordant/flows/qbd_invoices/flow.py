"""The flow qbd_invoices."""

from __future__ import annotations

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_invoices.mapping import INVOICES

FLOW: TwoWayFlow = QuickBooksFlow("qbd_invoices", INVOICES, money="total")
