"""How long each DAG file takes to import, beyond Airflow itself: its SDK and the operators of its standard provider."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from benchmarks.results import Promise, Result, Row, Table

_ROOT = Path(__file__).resolve().parents[1]
_TRIES = 5
_LIMIT = 100.0  # milliseconds
_LIMIT_MORE = 15.0
_COLUMN = "beyond airflow.sdk"
# Whether a full garbage collection happens to fall into the measured part is chance; it would search what Airflow
# itself made. So that is set aside before.
_TIMED = """
import gc, sys, time
import airflow.sdk
import airflow.providers.standard.operators.python
import airflow.providers.standard.operators.trigger_dagrun
gc.collect()
gc.freeze()
started = time.process_time()
code = compile(open(sys.argv[1]).read(), sys.argv[1], "exec")
exec(code, {"__name__": "the_dag", "__file__": sys.argv[1]})
print((time.process_time() - started) * 1000)
"""
_IMPORTTIME = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( +)(\S+)")


def measure(*, quick: bool = False) -> Result:
    """Measure every file in dags/, each try in a process of its own, byte code compiled."""
    rows = [import_row(path, 2 if quick else _TRIES) for path in dag_files()]
    tables = [Table("CPU milliseconds to import a DAG file, best of several", rows)]
    tables += [Table(f"Dearest modules of {path.name} (ms, -X importtime)", dearest(path)) for path in dag_files()]
    result = Result("imports", tables)
    for row in rows:
        limit = limit_of(_ROOT / "dags" / row["dag"])
        sentence = f"{row['dag']}: under {limit:.0f} ms beyond Airflow (seen: {row[_COLUMN]:.0f} ms)."
        result.promises.append(Promise(sentence, row[_COLUMN] < limit))
    return result


def dag_files() -> list[Path]:
    """Return the DAG files."""
    return sorted((_ROOT / "dags").glob("*.py"))


def limit_of(path: Path) -> float:
    """Return the milliseconds that a file may take: some for its first DAG, a few for each further one."""
    return _LIMIT + _LIMIT_MORE * max(0, path.read_text(encoding="utf-8").count("quickbooks_dag(") - 1)


def import_row(path: Path, tries: int = _TRIES) -> Row:
    """Return the best times of one DAG file; the first try compiles the byte code and does not count."""
    _milliseconds(path)
    return {"dag": path.name, _COLUMN: min(_milliseconds(path) for _ in range(tries))}


def _milliseconds(path: Path) -> float:
    command = [sys.executable, "-c", _TIMED, str(path)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=_ROOT).stdout
    return float(told.splitlines()[-1])


def dearest(path: Path, most: int = 12) -> list[Row]:
    """Return the modules that cost most, with all that they import for the first time, after airflow.sdk."""
    code = (
        f"import airflow.sdk, sys; print('--', file=sys.stderr); exec(compile(open({str(path)!r}).read(), 'd', 'exec'))"
    )
    command = [sys.executable, "-X", "importtime", "-c", code]
    told = subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True, cwd=_ROOT).stderr
    after = told.rpartition("\n--\n")[2]
    rows = [
        {"module": "  " * (len(indent) // 2) + name, "alone": int(own) / 1000, "with its imports": int(total) / 1000}
        for own, total, indent, name in _IMPORTTIME.findall(after)
    ]
    return sorted(rows, key=lambda row: float(row["with its imports"]), reverse=True)[:most]
