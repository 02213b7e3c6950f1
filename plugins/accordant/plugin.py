"""The Airflow plugin. Its name is what `airflow plugins` lists; it adds nothing to Airflow's UI."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class AccordantPlugin(AirflowPlugin):
    """Accordant, as Airflow's list of plugins shows it."""

    name = "accordant"
