"""Items of all five kinds of the WMS and of QuickBooks Desktop."""
