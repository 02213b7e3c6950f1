"""A DAG file that cannot be imported."""

from airflow.sdk import dag  # noqa: F401

from accordant.sync import no_such_module  # type: ignore[attr-defined]  # noqa: F401
