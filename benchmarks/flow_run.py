"""Runs of the flow on a file of documents: all steps in this process, or each in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from accordant.flows.raw_data_to_inventree.settings import settings
from accordant.tasks import closing, proof, push, steps, systems, validate
from accordant.tasks.raw_documents import RawDocuments
from benchmarks.collection import Collection
from benchmarks.own_process import peak_mb
from benchmarks.surroundings import COLLECTION

FLOW = "raw_data_to_inventree"


def _report(flow: str, run_id: str) -> dict[str, Any]:
    """Write how each document ended, and close the run."""
    return closing.close(run_id, push.report(flow, run_id))


STEPS: dict[str, Callable[[str, str], Any]] = {
    "extract": steps.extract, "validate": validate.validate, "diff": steps.diff, "approve": steps.decide_alone,
    "load": steps.load, "reconcile": proof.reconcile, "report": _report,
}  # fmt: skip


@dataclass
class Spent:
    """What one step took, in seconds; `peak_mb` only of a process of its own."""

    step: str
    wall: float
    cpu: float
    peak_mb: float | None = None


def collection() -> Collection:
    """Return the documents that the flow reads now."""
    return Collection(Path(os.environ[COLLECTION]))


def read_from_file() -> None:
    """Make the flow read the file of documents in place of MongoDB."""
    systems.SOURCES["mongo_default"] = lambda _flow, _on_call: RawDocuments(collection(), settings())


def opened() -> str:
    """Open a run and return its id."""
    read_from_file()
    return steps.prepare(FLOW, f"benchmark {uuid4()}", {})


def in_process(run_id: str, name: str) -> Spent:
    """Do one step in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    _do(run_id, name)
    return Spent(name, time.perf_counter() - wall, time.process_time() - cpu)


def run() -> list[Spent]:
    """Do a whole run in this process."""
    run_id = opened()
    return [in_process(run_id, name) for name in STEPS]


def in_own_process(run_id: str, name: str) -> Spent:
    """Do one step in a process of its own, as an Airflow worker does, and return its peak memory."""
    command = [sys.executable, "-m", "benchmarks.flow_run", run_id, name]
    wall = time.perf_counter()
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    spent = json.loads(told.splitlines()[-1])
    return Spent(name, time.perf_counter() - wall, spent["cpu"], spent["peak_mb"])


def _do(run_id: str, name: str) -> None:
    answer = STEPS[name](FLOW, run_id)
    if name == "approve" and answer["decision"] == "waiting":  # larger than the flow's limits
        steps.record_answer(FLOW, run_id, answer["plan"], approved=True, by="the benchmark")


def _main() -> None:
    read_from_file()
    if sys.argv[2] != "nothing":
        _do(sys.argv[1], sys.argv[2])
    print(json.dumps({"cpu": time.process_time(), "peak_mb": peak_mb()}))


if __name__ == "__main__":
    _main()
