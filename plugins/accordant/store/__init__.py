"""The sync store in Postgres: runs, staging, bindings, plans, operations, quarantine, certificates."""
