"""The DAG itself, on real Airflow, through the command line: killed in the middle of load, then plainly run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.world import World, invoice, marker

ROOT = Path(__file__).parents[2]
PAPER, INK, STORNO = ("Hârtie A4", 3.0, 21.5), ("Cerneală", 1.0, 99.9), ("Retur", -1.0, 2.0)


def accordant(home: Path, *words: str, kill_at: str = "") -> tuple[int, dict[str, Any]]:
    """Run the command line on an Airflow home of its own; return exit code and what it printed as JSON."""
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "ACCORDANT_KILL_AT": kill_at,
    }
    command = [sys.executable, "-m", "accordant.cli", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}


@pytest.mark.airflow
def test_a_dag_run_killed_in_load_is_finished_by_a_plain_re_run(world: World, tmp_path: Path) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER, INK), invoice(2, PAPER, STORNO)]})
    run = ("run", "raw_data_to_inventree", "--json", "--no-wait")
    killed, _ = accordant(tmp_path, *run, kill_at="load.3.after_send:5")
    assert killed == -signal.SIGKILL
    assert len(world.orders()) >= 1
    ended, report = accordant(tmp_path, *run)
    assert ended == 1, "the storno line needs a person"
    assert report["matches"] is True
    assert report["object_types"]["sales_order_line"]["quarantined"] == 1
    assert world.lines(marker(1)) == [("Hârtie A4", "3", "21.5"), ("Cerneală", "1", "99.9")]
    assert world.lines(marker(2)) == [("Hârtie A4", "3", "21.5")]
    assert world.document("d1")["sync_status"] == 2
    writes = world.writes()
    _, again = accordant(tmp_path, *run)
    assert world.writes() == writes
    assert "inventree" not in again["calls"]
    verified, _ = accordant(tmp_path, "verify", "raw_data_to_inventree", "--json")
    assert verified == 0
