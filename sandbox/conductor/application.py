"""The company file as one ASGI application, with a control API and pages for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from sandbox.conductor.company import Answer, Company
from sandbox.conductor.control import CompanyControl
from sandbox.conductor.errors import invalid
from sandbox.conductor.faults import FAULTS, throttled
from sandbox.conductor.page import Page
from sandbox.conductor.settings import Settings
from sandbox.shared.clock import Clock
from sandbox.shared.faults import Faults
from sandbox.shared.gate import Gate, Receive, Scope, Send
from sandbox.shared.ledger import Ledger
from sandbox.shared.limits import Limits


@dataclass(frozen=True)
class Options:
    """How to start a sandbox Conductor.

    Attributes:
        data: the SQLite file that survives a restart; None is memory.
        secret_key, end_user_id: by default fresh ones are made and kept in the file.
        page: whether people see the HTML pages; off when not on loopback.
        settings: of the company file and its PC; those kept in the file win.
    """

    data: Path | None = None
    latency_ms: float = 0.0
    limit: str | None = None
    secret_key: str | None = None
    end_user_id: str | None = None
    page: bool = True
    settings: Settings | None = None


class Conductor:
    """The whole server: company file, control API and pages. `asgi` is what a web server runs."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock, self.ledger, self.faults = Clock(), Ledger(), Faults(FAULTS)
        self.limits = Limits(self.clock, latency_ms=options.latency_ms, limit=options.limit)
        self.company = Company(
            data=options.data,
            clock=self.clock,
            settings=options.settings,
            secret_key=options.secret_key,
            end_user_id=options.end_user_id,
        )
        self._page = Page(self.company, self.ledger)
        control = CompanyControl(self.clock, self.ledger, self.faults, self.limits, self.company, self.company)
        self.asgi = Gate(
            self._serve,
            control.application(),
            clock=self.clock,
            ledger=self.ledger,
            faults=self.faults,
            limits=self.limits,
            recorded="/v1",
            headers=self._date_header,
            serial=True,
            throttled=throttled,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if request.url.path.startswith("/v1"):
            response = _response(self._answer(request, await request.body()))
        elif self.options.page:
            response = self._page.answer(request)
        else:
            response = Response(status_code=404)
        await response(scope, receive, send)

    def _answer(self, request: Request, sent: bytes) -> Answer:
        path, headers = request.url.path, dict(request.headers)
        query = request.query_params.multi_items()
        try:
            body = json.loads(sent) if sent else None
        except ValueError:
            refusal = invalid("The request body is not valid JSON")
            return Answer(refusal.status, refusal.body("req_unreadable"))
        return self.company.handle(request.method, path, query, body, headers)

    def _date_header(self) -> list[tuple[bytes, bytes]]:
        """The true time: the PC's clock may be wrong, Conductor's is not."""
        return [(b"date", format_datetime(self.clock.now(), usegmt=True).encode())]


def _response(answer: Answer) -> Response:
    content = json.dumps(answer.json, ensure_ascii=False).encode()
    return Response(content, answer.status, answer.headers, "application/json")
