"""QuickBooks Desktop behind the Conductor REST API: one company file that behaves as the real one does."""
