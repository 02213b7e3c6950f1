"""Customers of the WMS and of QuickBooks Desktop."""
