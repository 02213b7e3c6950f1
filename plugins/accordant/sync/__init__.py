"""The engine: records, matching, three-way merge, plan, intents, reconcile. Pure: no Airflow, no HTTP, no SQL."""
