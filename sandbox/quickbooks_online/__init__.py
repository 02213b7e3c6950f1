"""One QuickBooks Online company behind the Accounting API v3."""
