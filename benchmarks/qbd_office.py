"""A warehouse and a company file that people edit: a real WMS, the sandbox over HTTP, and runs of the flows between."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from accordant.include_dir import sql
from accordant.tasks import closing, proof, steps
from sandbox.conductor.server import ConductorProcess, running_conductor_process
from sandbox.postgres import running_postgres


@dataclass
class Office:
    """Both sides, and what the company file was asked."""

    wms: str
    conductor: ConductorProcess

    def at_wms(self, statement: str, **values: Any) -> None:
        """Let somebody at the warehouse do something."""
        with psycopg.connect(self.wms) as connection:
            connection.execute(statement, values)  # type: ignore[arg-type]

    def ids(self, table: str) -> list[str]:
        """Return the ids that the WMS keeps of QuickBooks, in the order of its own."""
        with psycopg.connect(self.wms) as connection:
            rows = connection.execute(f"SELECT quickbooks_id FROM wms.{table} ORDER BY id").fetchall()  # type: ignore[arg-type]
        return [row[0] for row in rows]

    def at_books(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Let somebody at QuickBooks do something."""
        return self.conductor.control.person(method, path, body)

    def books(self, resource: str) -> list[dict[str, Any]]:
        """Return all that the company file has of a list."""
        return list(self.conductor.control.state()[resource])

    def run(self, flow: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Do a whole run without the step validate, which calls nobody; return its summary and QuickBooks' calls."""
        before = self.conductor.control.last_sequence()
        run_id = steps.prepare(flow, f"benchmark {uuid4()}", {})
        steps.extract(flow, run_id)
        steps.diff(flow, run_id)
        answer = steps.decide_alone(flow, run_id)
        if answer["decision"] == "waiting":  # larger than the flow's limits
            steps.record_answer(flow, run_id, answer["plan"], approved=True, by="the benchmark")
        steps.load(flow, run_id)
        summary = closing.close(run_id, proof.reconcile(flow, run_id), reported=False)
        return summary, self.conductor.control.entries(since=before, limit=1_000_000)


@contextmanager
def office() -> Iterator[Office]:
    """Start both sides and the sync store, empty, with the Airflow Connections that lead to them."""
    with (
        tempfile.TemporaryDirectory(prefix="accordant-bench-") as folder,
        running_postgres(Path(folder), databases=("store", "wms")) as postgres,
        running_conductor_process() as conductor,
    ):
        with psycopg.connect(postgres.uri("wms")) as connection:
            connection.execute(sql("wms/schema"))
        database = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres"}
        company_file = {
            "conn_type": "conductor", "host": conductor.base_url, "password": conductor.secret_key,
            "extra": {"end_user_id": conductor.end_user_id},
        }  # fmt: skip
        os.environ["AIRFLOW_CONN_ACCORDANT_STORE"] = json.dumps({**database, "schema": "store"})
        os.environ["AIRFLOW_CONN_WMS_DEFAULT"] = json.dumps({**database, "schema": "wms"})
        os.environ["AIRFLOW_CONN_CONDUCTOR_DEFAULT"] = json.dumps(company_file)
        yield Office(postgres.uri("wms"), conductor)
