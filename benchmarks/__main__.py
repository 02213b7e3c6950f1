"""`python -m benchmarks NAME [--quick]`: measure, print a table, write .accordant/benchmarks/NAME.json."""

from __future__ import annotations

import argparse
from importlib import import_module

from benchmarks.results import publish
from benchmarks.surroundings import own_airflow_home

NAMES = (
    "imports", "calls", "latency", "memory", "qbd_calls", "planner", "full_compare", "qbo_throughput", "qbo_memory",
    "printavo_speed", "printavo_requests",
)  # fmt: skip


def main() -> int:
    """Run one benchmark or all; the exit code tells whether every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=(*NAMES, "all"), default="all")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, for trying it out")
    asked = parser.parse_args()
    kept = True
    with own_airflow_home():
        for name in NAMES if asked.name == "all" else (asked.name,):
            measure = import_module(f"benchmarks.{name}").measure  # Airflow may be imported only now
            kept = publish(measure(quick=asked.quick)) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
