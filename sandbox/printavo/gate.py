"""The gate of this server: beside what every gate does, the limit of each user, and what a call asks for."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from sandbox.printavo.engine import Engine
from sandbox.printavo.faults import API
from sandbox.printavo.settings import Settings
from sandbox.printavo.traffic import Traffic
from sandbox.shared.gate import Captured, Gate, Land, Scope, Send
from sandbox.shared.ledger import Entry

_API = re.compile(API)


class UserGate(Gate):
    """Counts the calls of each user, and refuses those that are too many."""

    def __init__(self, *parts: Any, traffic: Traffic, settings: Settings, engine: Engine, **others: Any) -> None:
        super().__init__(*parts, **others)
        self._traffic, self._settings, self._engine = traffic, settings, engine

    async def _answer(self, scope: Scope, body: bytes, send: Send, entry: Entry, land: Land) -> None:
        if _API.search(entry.path):
            entry.query = self._engine.described(body)
            wait = self._traffic.enter(_user(scope))
            if wait is not None:
                await self._send(send, self._refusal(wait), entry)
                return
        await super()._answer(scope, body, send, entry, land)

    async def _apply(self, scope: Scope, body: bytes, entry: Entry) -> Captured:
        answer = await super()._apply(scope, body, entry)
        entry.applied = False  # every call here reads, although it is a POST
        return answer

    def _refusal(self, wait: float) -> Captured:
        headers = [(b"content-type", b"application/json")]
        if self._settings.retry_after:
            headers.append((b"retry-after", str(max(1, math.ceil(wait))).encode()))
        return Captured(429, headers, json.dumps(throttled_body(0)).encode())


def throttled_body(wait: int) -> dict[str, Any]:
    """What a 429 says."""
    return {"error": "Too many requests"}


def _user(scope: Scope) -> str:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    client = scope.get("client") or ("",)
    return headers.get(b"email", b"").decode("latin-1").lower() or str(client[0])
