"""Airflow's scheduler, with the libraries of the tasks imported before it forks its workers.

A task is a fork of the LocalExecutor: what its parent has imported costs it nothing. Only libraries are imported here,
so that an edited flow takes effect with the next task.
"""

# ruff: noqa: F401
from __future__ import annotations

import runpy
import sys

import airflow.dag_processing.dagbag
import airflow.providers.standard.operators.python
import alembic.command
import conductor.resources.qbd
import great_expectations
import psycopg_pool
import pymongo
import sqlalchemy.dialects.postgresql
import stamina

if __name__ == "__main__":
    sys.argv = ["airflow", "scheduler", "--skip-serve-logs"]
    runpy.run_module("airflow", run_name="__main__")
