"""A client of the control API, for tests, benchmarks and the demo."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

_TIMEOUT = 30


class SandboxControl:
    """Reads the ledger of one sandbox server, arms its faults, moves its clock."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        self._base = f"{address.scheme}://{address.netloc}/_sandbox"
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has no business on loopback

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self._session.request(method, self._base + path, timeout=_TIMEOUT, **options)
        if answer.status_code >= 400:
            raise ValueError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def ledger(self, **wanted: Any) -> dict[str, Any]:
        """`last`, `count`, `summary` and `entries`; filters: since, method, path (regular
        expression), status, applied, fault, limit."""
        query = {key: str(value).lower() if isinstance(value, bool) else value for key, value in wanted.items()}
        found: dict[str, Any] = self._call("GET", "/ledger", params=query)
        return found

    def entries(self, **wanted: Any) -> list[dict[str, Any]]:
        """The recorded calls, oldest first."""
        found: list[dict[str, Any]] = self.ledger(**wanted)["entries"]
        return found

    def summary(self, **wanted: Any) -> dict[str, dict[str, Any]]:
        """Calls, applied writes, faults and statuses per `METHOD /path/{id}/`."""
        found: dict[str, dict[str, Any]] = self.ledger(limit=1, **wanted)["summary"]
        return found

    def applied(self, path: str = ".", **wanted: Any) -> int:
        """How many writes were done on the paths that match."""
        return int(self.ledger(path=path, applied=True, limit=1, **wanted)["count"])

    def last_sequence(self) -> int:
        """The newest call's number; pass it as `since` later."""
        return int(self.ledger(limit=1)["last"])

    def most_in_flight(self) -> int:
        """The greatest number of calls that ran at the same time since the ledger was cleared."""
        return int(self.ledger(limit=1)["most_in_flight"])

    def clear_ledger(self) -> None:
        """Forget all calls."""
        self._call("DELETE", "/ledger")

    def arm(self, name: str, **options: Any) -> int:
        """Arm a fault and return its id; options: method, path, times, skip, probability, seed,
        seconds, only_parallel."""
        return int(self._call("POST", "/faults", json={"name": name, **options})["id"])

    def disarm(self, fault_id: int | None = None) -> None:
        """Disarm one fault, or all."""
        self._call("DELETE", "/faults" if fault_id is None else f"/faults/{fault_id}")

    def faults(self) -> list[dict[str, Any]]:
        """The armed faults, with how often each matched and struck."""
        found: list[dict[str, Any]] = self._call("GET", "/faults")["armed"]
        return found

    def advance(self, seconds: float) -> str:
        """Make the clock virtual and move it forward; the new time."""
        return str(self._call("POST", "/clock", json={"advance": seconds})["now"])

    def set_clock(self, moment: str) -> None:
        """Make the clock virtual and stand it at an ISO moment with a zone."""
        self._call("POST", "/clock", json={"set": moment})

    def real_clock(self) -> None:
        """Return to the machine's own time."""
        self._call("POST", "/clock", json={"mode": "real"})

    def settings(self, *, latency_ms: float | None = None, limit: str | None = None, **others: Any) -> None:
        """Change latency, rate limit (`60/s`; an empty text removes it) or a setting of this server."""
        given = {"latency_ms": latency_ms, "limit": limit, **others}
        body = {key: value for key, value in given.items() if value is not None}
        self._call("POST", "/settings", json=body)

    def state(self) -> dict[str, list[dict[str, Any]]]:
        """Every object the server holds, by kind."""
        found: dict[str, list[dict[str, Any]]] = self._call("GET", "/state")
        return found

    def reset(self) -> None:
        """Delete all objects, calls and faults; users and tokens stay."""
        self._call("POST", "/reset")
