from airflow.plugins_manager import AirflowPlugin


class AccordantPlugin(AirflowPlugin):
    name = "accordant"
