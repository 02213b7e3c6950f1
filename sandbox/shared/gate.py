"""The gate every call passes: ledger, limits, latency and faults, around any ASGI application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from sandbox.shared import connections
from sandbox.shared.clock import Clock
from sandbox.shared.faults import Armed, Ending, Faults
from sandbox.shared.ledger import MAX_BODY, Entry, Ledger
from sandbox.shared.limits import Limits

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Land = Callable[[], None]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTROL = "/_sandbox"
# Where a server finds the name of an `Ending.OWN` fault in the scope of its call.
FAULT = "accordant.fault"
# Long enough for two "parallel" calls to be seen as such, as a real server's work would be.
_OVERLAP_SECONDS = 0.05


@dataclass
class Captured:
    """An answer held back before it goes out."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


class Gate:
    """Lets calls through to `app`, or not, and writes every one down.

    Args:
        app: the server proper.
        control: the control API, reached under `/_sandbox` and never recorded.
        recorded: path prefixes of the calls that count; others (pages for people) pass freely.
        headers: added to every recorded answer, faulty ones too.
        serial: whether calls wait for each other, as on a server that does one at a time.
        throttled: the body of a 429 by the seconds to wait.
    """

    def __init__(
        self,
        app: Application,
        control: Application,
        *,
        clock: Clock,
        ledger: Ledger,
        faults: Faults,
        limits: Limits,
        recorded: str | tuple[str, ...],
        headers: Callable[[], list[tuple[bytes, bytes]]],
        serial: bool = False,
        throttled: Callable[[int], dict[str, Any]] | None = None,
    ) -> None:
        self._app, self._control = app, control
        self._clock, self._ledger, self._faults, self._limits = clock, ledger, faults, limits
        self._recorded, self._headers = recorded, headers
        self._turn: AbstractAsyncContextManager[Any] = asyncio.Lock() if serial else nullcontext()
        self._throttled = throttled or _throttled_detail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] == "http" and scope["path"].startswith(CONTROL):
            await self._control(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(self._recorded):
            await self._recorded_call(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _recorded_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = asyncio.get_running_loop().time()
        body = await _read(receive)
        entry = self._ledger.begin(
            time=self._clock.now().isoformat(timespec="milliseconds"),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            body=body,
        )
        land = self._ledger.take_off()
        try:
            await self._answer(scope, body, send, entry, land)
        finally:
            land()
            entry.milliseconds = round((asyncio.get_running_loop().time() - started) * 1000, 2)

    async def _answer(self, scope: Scope, body: bytes, send: Send, entry: Entry, land: Land) -> None:
        wait = self._limits.seconds_to_wait(_caller(scope))
        if wait is not None:
            await self._send(send, _too_many(wait, self._throttled(wait)), entry)
            return
        armed = self._faults.take(entry.method, entry.path, entry.query)
        entry.fault = armed.name if armed else None
        async with self._turn:
            await self._limits.delay()
            answer = await self._done(scope, body, armed, entry)
        if armed is None or armed.kind.ending in (Ending.SLOW, Ending.OWN):
            await self._send(send, answer, entry)
        else:
            await self._end(scope, send, answer, armed, entry, land)

    async def _done(self, scope: Scope, body: bytes, armed: Armed | None, entry: Entry) -> Captured:
        if armed is None:
            return await self._overlapping(scope, body, entry)
        if armed.kind.ending is Ending.SLOW:
            await self._clock.sleep(armed.seconds)
        if armed.kind.ending is Ending.OWN:
            scope[FAULT] = armed.name
        return await self._apply(scope, body, entry) if armed.kind.applies else Captured()

    async def _overlapping(self, scope: Scope, body: bytes, entry: Entry) -> Captured:
        lane = self._faults.lane(entry.method, entry.path, entry.query)
        if lane is None:
            return await self._apply(scope, body, entry)
        lane.running += 1
        try:
            await asyncio.sleep(_OVERLAP_SECONDS)
            return await self._apply(scope, body, entry)
        finally:
            lane.running -= 1

    async def _apply(self, scope: Scope, body: bytes, entry: Entry) -> Captured:
        answer = Captured()

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def capture(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, receive, capture)
        entry.applied = entry.write and 200 <= answer.status < 300
        return answer

    async def _end(self, scope: Scope, send: Send, answer: Captured, armed: Armed, entry: Entry, land: Land) -> None:
        kind = armed.kind
        if kind.ending is not Ending.HOLD:
            land()  # the caller may go on before the last line of this is reached
        if kind.ending is Ending.ANSWER:
            await self._send(send, _wrong_answer(armed), entry)
        elif kind.ending is Ending.HOLD:
            # Holding is always real time: it is the caller's own timeout that is being tried.
            await _hold(scope, armed.seconds, land)
            connections.reset(scope)
        elif kind.ending is Ending.RESET:
            connections.reset(scope)
        else:
            await self._send_half(send, answer)
            (connections.close if kind.ending is Ending.CUT else connections.reset)(scope)
        # Let the web server notice the end, or it reports a missing answer as our bug.
        await asyncio.sleep(0.005)

    async def _send(self, send: Send, answer: Captured, entry: Entry) -> None:
        entry.status = answer.status
        entry.answer_body = answer.body[:MAX_BODY].decode("utf-8", "replace")
        await send(self._start(answer))
        await send({"type": "http.response.body", "body": answer.body})

    async def _send_half(self, send: Send, answer: Captured) -> None:
        await send(self._start(answer))
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.02)  # let the half leave before the connection ends

    def _start(self, answer: Captured) -> Message:
        headers = [pair for pair in answer.headers if pair[0].lower() != b"content-length"]
        headers += [*self._headers(), (b"content-length", str(len(answer.body)).encode())]
        return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def _read(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def _caller(scope: Scope) -> str:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    return headers.get(b"authorization", b"anonymous").decode("latin-1")


async def _hold(scope: Scope, seconds: float, land: Land) -> None:
    """Say nothing for so long, or until the caller gives up."""
    gone = asyncio.Event()
    connections.when_lost(scope, land)
    connections.when_lost(scope, gone.set)
    with suppress(TimeoutError):
        await asyncio.wait_for(gone.wait(), seconds)


def _throttled_detail(wait: int) -> dict[str, Any]:
    return {"detail": f"Request was throttled. Expected available in {wait} second{'s' if wait > 1 else ''}."}


def _too_many(wait: int, body: dict[str, Any]) -> Captured:
    headers = [(b"content-type", b"application/json"), (b"retry-after", str(wait).encode())]
    return Captured(429, headers, json.dumps(body).encode())


def _wrong_answer(armed: Armed) -> Captured:
    kind = armed.kind
    headers = [(b"content-type", kind.content_type.encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in kind.headers]
    return Captured(kind.status, headers, kind.body.encode())
