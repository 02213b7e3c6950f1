"""The company as one ASGI application, with its token endpoint, a control API and pages for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.quickbooks_online.company import Answer, Company
from sandbox.quickbooks_online.control import CompanyControl
from sandbox.quickbooks_online.errors import throttled_body
from sandbox.quickbooks_online.faults import FAULTS
from sandbox.quickbooks_online.gate import API, RealmGate
from sandbox.quickbooks_online.page import Page
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.tokens import TokenRefusal
from sandbox.quickbooks_online.traffic import Traffic
from sandbox.quickbooks_online.xml_answer import as_xml
from sandbox.shared.clock import Clock, Seconds, clock_of
from sandbox.shared.faults import Faults
from sandbox.shared.gate import FAULT, Receive, Scope, Send
from sandbox.shared.ledger import Ledger
from sandbox.shared.limits import Limits

TOKEN_PATH = "/oauth2/v1/tokens/bearer"  # noqa: S105 - a path
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
_DISCOVERY = "/.well-known/"
_HARD_HEADER = "x-include-refresh-token-hard-expires-in"


@dataclass(frozen=True)
class Options:
    """How to start a sandbox QuickBooks Online.

    Attributes:
        data: the SQLite file that survives a restart; None is memory.
        realm, client_id, client_secret: by default made once and kept in the file.
        page: whether people see the HTML pages; off when not on loopback.
        settings: of the company; those kept in the file win.
        clock: the real time unless given; anything with `now()` in seconds will do.
    """

    data: Path | None = None
    latency_ms: float = 0.0
    limit: str | None = None
    realm: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    page: bool = True
    settings: Settings | None = None
    clock: Clock | Seconds | None = None


class QuickBooksOnline:
    """The whole server. `asgi` is what a web server runs."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock, self.ledger, self.faults = clock_of(options.clock), Ledger(), Faults(FAULTS)
        self.limits = Limits(self.clock, latency_ms=options.latency_ms, limit=options.limit)
        self.company = Company(
            data=options.data,
            clock=self.clock,
            settings=options.settings,
            realm=options.realm,
            client_id=options.client_id,
            client_secret=options.client_secret,
        )
        self.traffic = Traffic(self.clock, self.company.settings)
        self._page = Page(self.company, self.ledger)
        shared = (self.clock, self.ledger, self.faults, self.limits, self.company)
        control = CompanyControl(*shared, self.company, self.traffic)
        self.asgi = RealmGate(
            self._serve,
            control.application(),
            clock=self.clock,
            ledger=self.ledger,
            faults=self.faults,
            limits=self.limits,
            recorded=(API, "/oauth2/", "/v2/oauth2/"),
            headers=self._headers,
            traffic=self.traffic,
            settings=self.company.settings,
            throttled=lambda _wait: throttled_body(),
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        path = request.url.path
        if path.startswith(API):
            response = self._api(request, await request.body(), scope)
        elif path in (TOKEN_PATH, REVOKE_PATH):
            response = self._token(request, await request.body(), scope)
        elif path.startswith(_DISCOVERY):
            response = self._discovery(request)
        elif self.options.page:
            response = self._page.answer(request)
        else:
            response = Response(status_code=404)
        await response(scope, receive, send)

    def _api(self, request: Request, sent: bytes, scope: Scope) -> Response:
        headers = request.headers
        answer: Answer = self.company.handle(
            request.method,
            request.url.path,
            request.query_params,
            sent,
            authorization=headers.get("authorization"),
            content_type=headers.get("content-type", ""),
            fault=scope.get(FAULT),
        )
        scope["accordant.items"], scope["accordant.written"] = answer.items, answer.written
        asks_json = "application/json" in headers.get("accept", "")
        if asks_json or not self.company.settings.xml_without_accept:
            return Response(answer.body, answer.status, media_type="application/json")
        return Response(as_xml(answer.body), answer.status, media_type="application/xml")

    def _token(self, request: Request, sent: bytes, scope: Scope) -> Response:
        headers = request.headers
        try:
            if request.method != "POST":
                raise TokenRefusal("invalid_request", 405)
            authorization = headers.get("authorization")
            if request.url.path == REVOKE_PATH:
                form = dict(parse_qsl(sent.decode())) if not sent.startswith(b"{") else _json(sent)
                self.company.tokens.revoke_token(authorization, str(form.get("token")))
                told: dict[str, Any] = {}
            else:
                if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
                    raise TokenRefusal("invalid_request")
                hard = headers.get(_HARD_HEADER) == "true"
                told = self.company.tokens.answer(authorization, dict(parse_qsl(sent.decode())), hard=hard)
        except TokenRefusal as refusal:
            return JSONResponse({"error": refusal.error}, refusal.status)
        self.company.commit_tokens()
        scope["accordant.written"] = 1
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    @staticmethod
    def _discovery(request: Request) -> Response:
        """Where the client packages look for the endpoints."""
        site = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse(
            {
                "issuer": f"{site}/op/v1",
                "authorization_endpoint": f"{site}/connect/oauth2",
                "token_endpoint": site + TOKEN_PATH,
                "revocation_endpoint": site + REVOKE_PATH,
                "userinfo_endpoint": f"{site}/v1/openid_connect/userinfo",
                "jwks_uri": f"{site}/op/v1/jwks",
            }
        )

    def _headers(self) -> list[tuple[bytes, bytes]]:
        date = format_datetime(self.clock.now(), usegmt=True).encode()
        return [(b"intuit_tid", f"1-{uuid4().hex}".encode()), (b"date", date)]


def _json(sent: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sent)
    return found
