"""The sandbox InvenTree as one ASGI application."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.auth import NOT_PROVIDED, Accounts
from sandbox.inventree.bodies import parse
from sandbox.inventree.errors import Refusal, server_error, unauthenticated
from sandbox.inventree.page import Page
from sandbox.inventree.routes import Routes, api_root
from sandbox.inventree.settings import API_VERSION
from sandbox.inventree.store import Store
from sandbox.shared.clock import Clock
from sandbox.shared.control import Control
from sandbox.shared.faults import Faults
from sandbox.shared.gate import Gate, Receive, Scope, Send
from sandbox.shared.ledger import Ledger
from sandbox.shared.limits import Limits

DEFAULT_PASSWORD = "inventree"  # noqa: S105 - the sandbox holds nothing worth protecting


@dataclass(frozen=True)
class Options:
    """How to start a sandbox InvenTree.

    Attributes:
        data: the SQLite file that survives a restart; None is memory.
        token: the first user's token; by default a fresh one is made and kept in the file.
        page: whether people see the HTML pages; off when not on loopback.
        allowed_hosts: Host names answered to; others get 400. `*` is any.
    """

    data: Path | None = None
    latency_ms: float = 0.0
    limit: str | None = None
    user: str = "admin"
    password: str = DEFAULT_PASSWORD
    token: str | None = None
    page: bool = True
    allowed_hosts: tuple[str, ...] = ("*",)
    others: dict[str, str] = field(default_factory=lambda: {"viewer": "view", "guest": "none"})


class InvenTree:
    """The whole server: store, users, control API and pages. `asgi` is what a web server runs."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = Store(options.data)
        self.clock, self.ledger, self.faults = Clock(), Ledger(), Faults()
        self.limits = Limits(self.clock, latency_ms=options.latency_ms, limit=options.limit)
        self.accounts = Accounts(self.store, self.clock)
        self.accounts.add(options.user, options.password, "admin")
        for username, level in options.others.items():
            self.accounts.add(username, username, level)
        self.token = self.accounts.token(options.user, value=options.token)["token"]
        self._routes = Routes(self.store, self.clock, self.accounts)
        self._page = Page(self.store, self.ledger)
        control = Control(self.clock, self.ledger, self.faults, self.limits, self.store)
        self.asgi = Gate(
            self._serve,
            control.application(),
            clock=self.clock,
            ledger=self.ledger,
            faults=self.faults,
            limits=self.limits,
            recorded="/api",
            headers=_headers,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if request.url.path.startswith("/api"):
            response = _respond(self._answer(request, await request.body()))
        elif self.options.page:
            response = self._page.answer(request)
        else:
            response = Response(status_code=404)
        await response(scope, receive, send)

    def _answer(self, request: Request, body: bytes) -> Answer:
        if not self._host_allowed(request):
            return Answer(400, {"detail": "Bad Request"})
        try:
            return self._decide(request, body)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body, refusal.headers)
        except Exception as error:  # a handler's bug must look like the real server's bug: a 500
            kind = type(error)
            failed = server_error(f"{kind.__module__}.{kind.__qualname__}", request.url.path)
            return Answer(failed.status, failed.body | {"sandbox": repr(error)})

    def _decide(self, request: Request, body: bytes) -> Answer:
        path, method = request.url.path, request.method
        if path == "/api/" and method == "GET":
            return api_root()
        route, placeholders = self._routes.find(path, str(request.url))
        header = request.headers.get("authorization")
        if not header:
            raise unauthenticated(NOT_PROVIDED)
        user = self.accounts.identify(header)
        data = parse(body, request.headers.get("content-type", "")) if method != "GET" else {}
        base = f"{request.url.scheme}://{request.url.netloc}"
        ask = Ask(method, path, base, dict(request.query_params), data, user)
        return self._routes.answer(route, placeholders, ask)

    def _host_allowed(self, request: Request) -> bool:
        allowed = self.options.allowed_hosts
        return "*" in allowed or re.sub(r":\d+$", "", request.headers.get("host", "")) in allowed


def _respond(answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    content = json.dumps(answer.body, ensure_ascii=False).encode()
    return Response(content, answer.status, answer.headers, "application/json")


def _headers() -> list[tuple[bytes, bytes]]:
    """What every API answer carries; the connection is closed after each one."""
    return [
        (b"x-inventree-api", str(API_VERSION).encode()),
        (b"x-inventree-reqid", uuid.uuid4().hex.encode()),
        (b"connection", b"close"),
    ]
