"""The six steps as Airflow tasks; the only place where Airflow meets the engine."""
