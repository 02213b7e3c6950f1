"""Plans the links of a first meeting, as a process of its own: `python -m benchmarks.first_meeting CONNINFO RUN`."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

from accordant.flows.qbd_customers.flow import FLOW
from accordant.store.database import Database
from accordant.store.runs import find_run
from accordant.store.view import RunView
from accordant.sync.operations import Operation
from accordant.sync.plan import PlanDigest
from accordant.sync.timing import Clocks
from benchmarks.own_process import peak_mb


def main(conninfo: str, run_id: str) -> None:
    """Plan as the step diff does, from the store's rows to the plan's id, and tell what it took."""
    digest, troubles = PlanDigest(), Counter[str]()
    wall, cpu = time.perf_counter(), time.process_time()
    with Database(conninfo) as database:
        view = RunView(database, find_run(database, run_id), FLOW.owners)
        for decision in FLOW.decide(view, Clocks()):
            if isinstance(decision, Operation):
                digest.add(decision)
            else:
                troubles[decision.code] += 1
    told = {
        "wall s": time.perf_counter() - wall, "python cpu s": time.process_time() - cpu, "peak MB": peak_mb(),
        "operations": digest.operations, "actions": digest.table(), "troubles": dict(troubles),
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
