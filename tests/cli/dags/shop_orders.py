"""A tiny flow that does to the sync store what the six steps do, in the way its parameter `fate` says."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, task

from tests.cli import shop


@dag(
    dag_id="shop_orders", schedule=None,
    params={
        "fate": Param("agreed", enum=list(shop.FATES)),
        "preview": Param(False, type="boolean"),
        "wait_for_approval": Param(True, type="boolean"),
    },
    default_args={"retries": 0},
)  # fmt: skip
def shop_orders() -> None:
    """Agree a shop's orders."""

    @task
    def prepare(dag_run=None, params=None) -> str:  # type: ignore[no-untyped-def]
        return shop.opened(dag_run.run_id, dict(params))

    @task(retries=1, retry_delay=timedelta(seconds=1))
    def load(opened: str, params=None, ti=None) -> None:  # type: ignore[no-untyped-def]
        shop.load(opened, params["fate"], ti.try_number)

    @task
    def close(opened: str, params=None) -> None:  # type: ignore[no-untyped-def]
        shop.close(opened, params["fate"])

    opened = prepare()
    load(opened) >> close(opened)  # type: ignore[arg-type]


shop_orders()
