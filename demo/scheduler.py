"""Airflow's scheduler, with the libraries of the tasks imported before it forks its workers.

A task is a fork of the LocalExecutor: what its parent has imported costs it nothing. Only libraries are imported here,
so that an edited flow takes effect with the next task.
"""

from __future__ import annotations

import importlib
import sys

_LIBRARIES = (
    "airflow.dag_processing.dagbag", "airflow.providers.standard.operators.python",
    "alembic.command", "conductor.resources.qbd", "great_expectations", "pandas", "psycopg_pool", "pymongo",
    "pyrate_limiter", "sqlalchemy.dialects.postgresql", "stamina",
)  # fmt: skip


def main() -> None:
    """Import the libraries and become the scheduler."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    from airflow.__main__ import main as airflow

    sys.argv = ["airflow", "scheduler", "--skip-serve-logs"]
    airflow()


if __name__ == "__main__":
    main()
