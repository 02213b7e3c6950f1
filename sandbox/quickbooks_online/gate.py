"""The gate of this server: beside what every gate does, the limits of the realm."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from sandbox.quickbooks_online.errors import throttled_body
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.traffic import Traffic
from sandbox.shared.gate import Captured, Gate, Land, Message, Scope, Send
from sandbox.shared.ledger import Entry

API = "/v3/"
_BATCH = re.compile(r"/batch/?$")


class RealmGate(Gate):
    """Counts the calls of the realm, and refuses those that are too many."""

    def __init__(self, *parts: Any, traffic: Traffic, settings: Settings, **others: Any) -> None:
        super().__init__(*parts, **others)
        self._traffic, self._settings = traffic, settings

    async def _answer(self, scope: Scope, body: bytes, send: Send, entry: Entry, land: Land) -> None:
        if not entry.path.startswith(API):
            await super()._answer(scope, body, send, entry, land)
            return
        leave, wait = self._traffic.enter(batch=_BATCH.search(entry.path) is not None)

        def both() -> None:
            land()
            leave()

        async def leaving(message: Message) -> None:
            # Before the caller can know its answer, so that its next call is not counted beside this one.
            leave()
            await send(message)

        try:
            if wait is not None:
                await self._send(leaving, self._refusal(wait), entry)
            else:
                await super()._answer(scope, body, leaving, entry, both)
        finally:
            leave()

    def _refusal(self, wait: float) -> Captured:
        headers = [(b"content-type", b"application/json")]
        if self._settings.retry_after:
            headers.append((b"retry-after", str(max(1, math.ceil(wait))).encode()))
        return Captured(429, headers, json.dumps(throttled_body(self._settings.throttle_code)).encode())

    async def _apply(self, scope: Scope, body: bytes, entry: Entry) -> Captured:
        answer = await super()._apply(scope, body, entry)
        # A POST may be a query, and a batch may be of many writes or none.
        entry.items = scope.get("accordant.items", 0)
        entry.applied = scope.get("accordant.written", 0) > 0
        return answer
