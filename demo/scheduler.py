"""Airflow's scheduler, with the libraries of the tasks imported before it forks its workers.

A task is a fork of the LocalExecutor: what its parent has imported costs it nothing. Only libraries are imported here,
so that an edited flow takes effect with the next task.
"""

from __future__ import annotations

import importlib
import runpy
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
    sys.argv = ["airflow", "scheduler", "--skip-serve-logs"]
    runpy.run_module("airflow", run_name="__main__")


if __name__ == "__main__":
    main()
