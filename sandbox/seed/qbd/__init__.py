"""A wholesaler of printing and packing supplies: its warehouse (WMS) and its books in QuickBooks Desktop."""
