"""Sales orders of the WMS and of QuickBooks Desktop."""
