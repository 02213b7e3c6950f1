"""The sandbox's company file behind the methods of the Conductor hook, without HTTP; it errs as the hook does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from accordant.hooks.answers import Verdicts
from accordant.hooks.calls import Secrets
from accordant.hooks.conductor_errors import DIALECT, ConductorVerdicts
from accordant.hooks.wire import Answer
from accordant.sync.errors import NeedsPerson, RecordRejected
from sandbox.conductor.company import Company
from sandbox.conductor.faults import FAULTS
from sandbox.shared.clock import Clock

Json = dict[str, Any]
_ROOT = "/v1/quickbooks-desktop"
_GONE = {"REFERENCE_UNKNOWN", "RECORD_GONE"}


@dataclass
class Fault:
    """What the next calls of a method meet.

    Attributes:
        name: of the sandbox's faults; those that apply do the work and lose the answer.
    """

    name: str
    method: str
    times: int = 1
    skip: int = 0


@dataclass
class MemoryBooks:
    """One company file, as the flows see it."""

    clock: Clock
    faults: list[Fault] = field(default_factory=list)
    account: str = "memory/books"
    writes: int = 0

    def __post_init__(self) -> None:
        self.company = Company(clock=self.clock)
        self._verdicts: Verdicts = ConductorVerdicts(DIALECT, self.account, "memory", Secrets())

    # -- as accordant.hooks.conductor.ConductorHook

    def fingerprint(self) -> str:
        """Return what identifies the company file."""
        return "memory"

    def server_time(self) -> datetime:
        """Return Conductor's time."""
        return self.clock.now().replace(microsecond=0)

    def rows(self, resource: str, **filters: Any) -> Iterator[Json]:
        """Yield a list, drained page by page."""
        pairs = [pair for name, value in filters.items() for pair in _pairs(name, value)]
        cursor: list[tuple[str, str]] = []
        found: list[Json] = []
        while True:
            page = self._verdicts_on("GET", resource, pairs + cursor)
            found += page["data"]
            if not page.get("hasMore"):
                break
            cursor = [("cursor", page["nextCursor"])]
        yield from found

    def find(self, resource: str, id: str) -> Json | None:
        """Return one record, or None where there is none."""
        try:
            found: Json | None = self._verdicts_on("GET", f"{resource}/{id}")
        except (RecordRejected, NeedsPerson) as error:
            if error.code.code not in _GONE:
                raise
            return None
        return found

    def create(self, resource: str, body: Mapping[str, Any]) -> Json:
        """Create a record."""
        return self._written(resource, body)

    def update(self, resource: str, id: str, body: Mapping[str, Any]) -> Json:
        """Change a record."""
        return self._written(f"{resource}/{id}", body)

    # -- calls

    def _written(self, path: str, body: Mapping[str, Any]) -> Json:
        self.writes += 1
        written: Json = self._verdicts_on("POST", path, body=json.loads(json.dumps(body)))
        return written

    def _verdicts_on(self, method: str, path: str, pairs: list[tuple[str, str]] | None = None, body: Any = None) -> Any:
        fault = self._fault(method)
        if fault is None or FAULTS[fault].applies:
            answer = self.company.handle(method, f"{_ROOT}/{path}", pairs or (), body)
            if fault is None and answer.status == 200:
                return answer.json
            status, text = answer.status, json.dumps(answer.json)
        if fault is not None and (fault_status := FAULTS[fault].status):
            status, text = fault_status, FAULTS[fault].body
        judge = self._verdicts.value_read if method == "GET" else self._verdicts.value_written
        return judge(Answer(status, {}, text.encode() if isinstance(text, str) else text))

    def _fault(self, method: str) -> str | None:
        for fault in self.faults:
            if fault.method == method:
                if fault.skip:
                    fault.skip -= 1
                elif fault.times:
                    fault.times -= 1
                    if FAULTS[fault.name].status != 429:
                        return fault.name
                    raise self._verdicts.throttled(Answer(429, {}, b""), asked=60)
        return None


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    camel = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
    if isinstance(value, list):
        return [(camel, str(one)) for one in value]
    if isinstance(value, datetime):
        return [(camel, value.astimezone(UTC).isoformat(timespec="seconds"))]
    return [(camel, value.isoformat() if isinstance(value, date) else str(value))]
