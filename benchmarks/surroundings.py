"""What the product runs in while it is measured: a sync store, an InvenTree server, an Airflow home of its own."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil

from sandbox.inventree.server import InvenTreeProcess, running_inventree_process
from sandbox.postgres import RunningPostgres, running_postgres

_STORES = count(1)
COLLECTION = "ACCORDANT_BENCHMARK_COLLECTION"  # path of the documents' file, for the steps in other processes


@contextmanager
def own_airflow_home() -> Iterator[None]:
    """Keep Airflow away from the developer's own home; must come before Airflow is imported."""
    with tempfile.TemporaryDirectory(prefix="accordant-bench-") as home:
        os.environ["AIRFLOW_HOME"] = home
        os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
        os.environ["AIRFLOW__LOGGING__LOGGING_LEVEL"] = "ERROR"
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
        yield


@dataclass
class Surroundings:
    """The running systems, each in processes of its own."""

    postgres: RunningPostgres
    inventree: InvenTreeProcess
    folder: Path

    def fresh(self) -> Path:
        """Empty the store and InvenTree; return the path for a new file of documents."""
        self.inventree.control.reset()
        number = next(_STORES)
        name = f"bench_{os.getpid()}_{number}"
        self.postgres.create_database(name)
        store = {"conn_type": "postgres", "host": str(self.postgres.socket_dir), "login": "postgres", "schema": name}
        target = {"conn_type": "inventree", "host": self.inventree.base_url, "password": self.inventree.token}
        os.environ["AIRFLOW_CONN_ACCORDANT_STORE"] = json.dumps(store)
        os.environ["AIRFLOW_CONN_INVENTREE_DEFAULT"] = json.dumps(target)
        os.environ[COLLECTION] = str(self.folder / f"{name}.sqlite")
        return Path(os.environ[COLLECTION])

    def postgres_cpu(self) -> float:
        """Return the CPU seconds of Postgres so far, with those of its ended processes."""
        return postgres_cpu(self.postgres)

    def inventree_cpu(self) -> float:
        """Return the CPU seconds of the InvenTree sandbox so far."""
        return _cpu(psutil.Process(self.inventree.process.pid))


@contextmanager
def surroundings(*, durable: bool = True) -> Iterator[Surroundings]:
    """Start everything; `durable`: Postgres waits for the disk at each commit, as in production."""
    with (
        tempfile.TemporaryDirectory(prefix="accordant-bench-") as folder,
        running_postgres(fsync=durable) as postgres,
        running_inventree_process() as inventree,
    ):
        yield Surroundings(postgres, inventree, Path(folder))


def postgres_cpu(server: RunningPostgres) -> float:
    """Return the CPU seconds of all processes of a server so far, with those that ended."""
    main = psutil.Process(server.pid)
    return _cpu(main) + sum(_cpu(child) for child in main.children(recursive=True))


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
