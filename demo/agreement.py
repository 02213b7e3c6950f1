"""Whether both sides ended as the seed data promises: counted in the systems themselves, not in our store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pymongo
import requests

from demo.sandbox_home import Sandbox
from sandbox.seed.load import COLLECTION, DATABASE
from sandbox.seed.raw_data import documents, promise
from sandbox.shared.client import SandboxControl

_PATHS = {
    "customers": "/api/company/",
    "parts": "/api/part/",
    "orders": "/api/order/so/",
    "lines": "/api/order/so-line/",
}
_STATUS = {1: "agreed", 2: "agreed in part", 3: "refused", None: "not done"}


@dataclass(frozen=True)
class Measured:
    """What the systems hold: counts of InvenTree, and `sync_status` of each document."""

    counts: dict[str, int]
    statuses: dict[str, int | None]

    def documents(self) -> dict[str, int]:
        """Return how many documents ended how."""
        found = [_STATUS.get(status, "unknown") for status in self.statuses.values()]
        return {name: found.count(name) for name in _STATUS.values() if name in found}


def measure(sandbox: Sandbox) -> Measured:
    """Ask InvenTree and MongoDB."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Token {sandbox.token}"
        counts = {name: _count(session, sandbox.inventree + path) for name, path in _PATHS.items()}
    return Measured(counts, _statuses(sandbox.mongo))


def differences(measured: Measured) -> list[str]:
    """Return one sentence for everything that is not as promised."""
    promised = promise()
    wanted = {name: getattr(promised, name) for name in _PATHS}
    found = [
        f"InvenTree has {measured.counts[name]} {name}; the seed data promises {number}."
        for name, number in wanted.items()
        if measured.counts[name] != number
    ]
    for label, status in promised.document_statuses.items():
        actual = measured.statuses.get(label)
        if actual != status:
            found.append(f"Document '{label}' has sync_status {actual}; the seed data promises {status}.")
    return found


def write_calls(sandbox: Sandbox, since: int) -> int:
    """Return how many calls that could change something InvenTree got after the call numbered `since`."""
    summary = SandboxControl(sandbox.inventree).summary(since=since)
    return sum(int(row["calls"]) for pattern, row in summary.items() if not pattern.startswith(("GET ", "HEAD ")))


def last_call(sandbox: Sandbox) -> int:
    """Return the number of the newest call that InvenTree got."""
    return SandboxControl(sandbox.inventree).last_sequence()


def _count(session: requests.Session, url: str) -> int:
    answer = session.get(url, params={"limit": 1}, timeout=30)
    answer.raise_for_status()
    return int(answer.json()["count"])


def _statuses(uri: str) -> dict[str, int | None]:
    labels = {seed.content["_id"]: seed.label for seed in documents()}
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        rows = client[DATABASE][COLLECTION].find({}, {"sync_status": 1})
        return {labels.get(row["_id"], str(row["_id"])): row.get("sync_status") for row in rows}
