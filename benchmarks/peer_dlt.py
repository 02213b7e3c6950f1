"""Runs in the peer's own environment: `peer_dlt.py TASK`, where TASK is JSON; tells what it took in one line of JSON.

dlt (https://github.com/dlt-hub/dlt) as its users write it: a resource that pages the GraphQL question with dlt's own
REST client, a primary key, and the write disposition `merge`; nested lists become tables as dlt makes them.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")

# By name, because only the peer's own environment has the package.
dlt: Any = import_module("dlt")
RESTClient: Any = import_module("dlt.sources.helpers.rest_client").RESTClient
CursorPaginator: Any = import_module("dlt.sources.helpers.rest_client.paginators").JSONResponseCursorPaginator


def orders(task: dict[str, Any]) -> Any:
    """Return the resource of all orders.

    Where the task says `newer`, dlt's own incremental cursor leaves out what did not change since the last load.
    """
    arguments: dict[str, Any] = {}
    if task["newer"]:
        arguments["updated"] = dlt.sources.incremental("timestamps.updatedAt")

    def pages(updated: Any = None) -> Iterator[Any]:
        client = RESTClient(base_url=task["base_url"], headers={"email": task["email"], "token": task["token"]})
        paginator = CursorPaginator(
            cursor_path="data.orders.pageInfo.endCursor",
            has_more_path="data.orders.pageInfo.hasNextPage",
            cursor_body_path="variables.after",
        )
        question = {"query": task["question"], "variables": task["variables"]}
        yield from client.paginate(
            "/api/v2", method="POST", json=question, paginator=paginator, data_selector="data.orders.nodes"
        )

    return dlt.resource(pages, name="orders", primary_key="id", write_disposition="merge")(**arguments)


def load(task: dict[str, Any]) -> None:
    """Load all orders into the task's database."""
    pipeline = dlt.pipeline(
        pipeline_name=task["name"], pipelines_dir=task["folder"], dataset_name="printavo",
        destination=dlt.destinations.postgres(credentials=task["credentials"]),
    )  # fmt: skip
    pipeline.run(orders(task)).raise_on_failed_jobs()


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    began, started = _cpu(), time.perf_counter()
    load(json.loads(sys.argv[1]))
    wall = time.perf_counter() - started
    print(json.dumps({"cpu": _cpu() - began, "importing": began, "wall": wall, "peak MB": _peak_mb()}))
