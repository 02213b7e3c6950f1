"""Inventory adjustments of the WMS and of QuickBooks Desktop: each side applies the other's net change."""
