"""The account as one ASGI application, with a control API and pages for people."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.printavo.account import Account
from sandbox.printavo.content import Content, generate
from sandbox.printavo.control import AccountControl, AccountObjects
from sandbox.printavo.engine import Engine
from sandbox.printavo.faults import FAULTS
from sandbox.printavo.gate import UserGate, throttled_body
from sandbox.printavo.journal import Journal
from sandbox.printavo.page import Page
from sandbox.printavo.person import Person
from sandbox.printavo.settings import Settings
from sandbox.printavo.small_lists import ACCOUNT_EMAIL
from sandbox.printavo.traffic import Traffic
from sandbox.shared.clock import Clock, Seconds, clock_of
from sandbox.shared.faults import Faults
from sandbox.shared.gate import FAULT, Receive, Scope, Send
from sandbox.shared.ledger import Ledger
from sandbox.shared.limits import Limits

API_PATH = "/api/v2"


@dataclass(frozen=True)
class Options:
    """How to start a sandbox Printavo.

    Attributes:
        data: the file of what was done to the account, which survives a restart; None is memory.
        content: what is in the account at the start, such as `generate(orders=400)`; nobody without it. What the data
            file says was done is done to it.
        email, token: who may call; the token is by default made once and kept in the file.
        page: whether people see the HTML pages; off when not on loopback.
        clock: the real time unless given; anything with `now()` in seconds will do.
    """

    data: Path | None = None
    content: Content | None = None
    latency_ms: float = 0.0
    limit: str | None = None
    email: str = ACCOUNT_EMAIL
    token: str | None = None
    page: bool = True
    settings: Settings | None = None
    clock: Clock | Seconds | None = None


class Printavo:
    """The whole server. `asgi` is what a web server runs."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock, self.ledger, self.faults = clock_of(options.clock), Ledger(), Faults(FAULTS)
        self.limits = Limits(self.clock, latency_ms=options.latency_ms, limit=options.limit)
        journal = Journal(options.data) if options.data else None
        self.token = journal.token(options.token) if journal else options.token or secrets.token_hex(16)
        self.account = Account(options.content or generate(orders=0), options.settings)
        self.person = Person(self.account, self.clock, journal)
        self.engine = Engine(self.account, self.person)
        self.traffic = Traffic(self.clock, self.account.settings)
        self._page = Page(self.account, self.engine.listing, self.ledger)
        objects = AccountObjects(self.account, self.person)
        shared = (self.clock, self.ledger, self.faults, self.limits, objects)
        self.asgi = UserGate(
            self._serve,
            AccountControl(*shared, self.account, self.person, self.traffic).application(),
            clock=self.clock,
            ledger=self.ledger,
            faults=self.faults,
            limits=self.limits,
            recorded=("/api/",),
            headers=self._headers,
            traffic=self.traffic,
            settings=self.account.settings,
            engine=self.engine,
            throttled=throttled_body,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if request.url.path.rstrip("/") == API_PATH:
            response = self._api(request, await request.body(), scope.get(FAULT))
        elif self.options.page and not request.url.path.startswith("/api/"):
            response = self._page.answer(request)
        else:
            response = JSONResponse({"error": "Not found"}, 404)
        await response(scope, receive, send)

    def _api(self, request: Request, sent: bytes, fault: str | None) -> Response:
        if request.method != "POST":
            return JSONResponse({"error": "Not found"}, 404)
        if not self._admits(request.headers):
            return JSONResponse({"error": "Unauthorized"}, 401)
        answer = self.engine.answer(sent, fault)
        return Response(answer.body, answer.status, media_type="application/json")

    def _admits(self, headers: Mapping[str, str]) -> bool:
        email, token = headers.get("email", ""), headers.get("token", "")
        return email.lower() == self.options.email.lower() and hmac.compare_digest(token.encode(), self.token.encode())

    def _headers(self) -> list[tuple[bytes, bytes]]:
        date = format_datetime(self.clock.now(), usegmt=True).encode()
        return [(b"x-request-id", uuid4().hex.encode()), (b"date", date)]
