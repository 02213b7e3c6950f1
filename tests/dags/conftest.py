"""All DAGs of the checkout, as the DAG processor loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

DAGS = Path(__file__).parents[2] / "dags"


@pytest.fixture(scope="session")
def bag() -> Any:
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(DAGS))


@pytest.fixture(scope="session")
def dags(bag: Any) -> dict[str, Any]:
    """The DAGs by their id."""
    return dict(bag.dags)
