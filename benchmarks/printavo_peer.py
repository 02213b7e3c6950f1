"""The peer of the Printavo flow: dlt, in an environment of its own, because its dependencies clash with Airflow's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.printavo_reading import Task
from benchmarks.results import FOLDER

VERSION = "1.31.0"
_VENV = FOLDER / "peer_dlt"
_SCRIPT = Path(__file__).with_name("peer_dlt.py")
HELD = """
SELECT (SELECT count(*) FROM printavo.orders) AS orders,
       (SELECT count(*) FROM printavo.orders__line_item_groups__nodes__line_items__nodes) AS lines,
       (SELECT count(*) FROM printavo.orders__line_item_groups__nodes__line_items__nodes__sizes) AS sizes,
       (SELECT count(*) FROM printavo.orders__fees__nodes) AS fees,
       (SELECT count(*) FROM printavo.orders__transactions__nodes) AS payments,
       (SELECT sum(round(total::numeric, 2)) FROM printavo.orders) AS total
"""


class PeerMissing(Exception):
    """The package cannot be had here."""


def installed() -> Path:
    """Return the Python that has dlt, in a folder of its own; install it when absent.

    Raises:
        PeerMissing: there is no such package, or no way to it.
    """
    python = _VENV / "bin" / "python"
    if not _is_there(python):
        uv, wanted = str(Path(sys.executable).with_name("uv")), f"dlt[postgres]=={VERSION}"
        for command in (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(_VENV)],
            [uv, "pip", "install", "--quiet", "--python", str(python), wanted],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            if done.returncode:
                raise PeerMissing(f"{wanted} cannot be installed: {done.stderr.strip()[:300]}")
    return python


def _is_there(python: Path) -> bool:
    if not python.exists():
        return False
    check = f"from importlib.metadata import version as v; v('psycopg2-binary'); assert v('dlt') == {VERSION!r}"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def loaded(python: Path, task: Task, folder: Path, *, newer: bool) -> dict[str, Any]:
    """Let dlt load what a task reads once; return what it took.

    Args:
        folder: where it keeps what it knows of earlier loads.
        newer: whether it leaves out orders that are not newer than those of the load before.
    """
    question, where = task.question(), urlsplit(task.conninfo)
    host = parse_qs(where.query)["host"][0]
    given = {
        "base_url": task.base_url, "email": task.email, "token": task.token, "question": question.text,
        "variables": dict(question.variables), "newer": newer, "folder": str(folder), "name": where.path[1:],
        "credentials": f"postgresql://postgres:none@localhost:5432{where.path}?host={host}",
    }  # fmt: skip
    command = [str(python), str(_SCRIPT), json.dumps(given)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder).stdout
    return dict(json.loads(told.splitlines()[-1]))
