"""The environment of the demo's processes: nothing of the person's own Airflow gets in."""

from __future__ import annotations

import os
from collections.abc import Mapping

from demo.layout import CHECKOUT, Home
from demo.ports import LOOPBACK
from demo.secrets import USER, Secrets

# Set by some machines; without byte code every start takes three times as long.
_UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH"}
_FOREIGN = ("AIRFLOW", "_AIRFLOW", "ACCORDANT_")


def clean_environment(person: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the person's environment without any setting of Airflow or of Accordant."""
    person = os.environ if person is None else person
    kept = {name: value for name, value in person.items() if not name.startswith(_FOREIGN)}
    return {name: value for name, value in kept.items() if name not in _UNWANTED} | {"PYTHONUNBUFFERED": "1"}


def of_airflow(env: Mapping[str, str]) -> dict[str, str]:
    """Return what Airflow's own command line needs of an environment; the Connections come by another way."""
    return {name: value for name, value in env.items() if name.startswith("AIRFLOW_") and not _is_connection(name)} | {
        "PYTHONPATH": env["PYTHONPATH"]
    }


def _is_connection(name: str) -> bool:
    return name.startswith("AIRFLOW_CONN_")


def airflow_environment(
    home: Home, secrets: Secrets, database: str, connections: Mapping[str, str], ports: Mapping[str, int]
) -> dict[str, str]:
    """Return the environment shared by every process of this Airflow.

    Args:
        home: the demo's folder.
        secrets: the keys that its processes share.
        database: SQLAlchemy URL of the metadata database, driver spelled out.
        connections: `AIRFLOW_CONN_*` variables of the sandbox.
        ports: `api` and `task_logs`, both on loopback.
    """
    url = f"http://{LOOPBACK}:{ports['api']}"
    settings = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "CORE__PLUGINS_FOLDER": str(CHECKOUT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__FERNET_KEY": secrets.fernet_key,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home.passwords),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__HOSTNAME_CALLABLE": "demo.ports.hostname",
        # One second by default, which every step of a DAG then waits.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        "DATABASE__SQL_ALCHEMY_CONN": database,
        "API__HOST": LOOPBACK,
        "API__PORT": str(ports["api"]),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.api_secret,
        "API_AUTH__JWT_SECRET": secrets.jwt_secret,
        "LOGGING__BASE_LOG_FOLDER": str(home.airflow / "logs"),
        "LOGGING__WORKER_LOG_SERVER_PORT": str(ports["task_logs"]),
        "LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports["task_logs"]),
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {
        **clean_environment(),
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        **connections,
        "AIRFLOW_HOME": str(home.airflow),
        "PYTHONPATH": str(CHECKOUT),
        "SCARF_ANALYTICS": "false",
    }
