"""The control API under `/_sandbox`: read the ledger, arm faults, move the clock, reset."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.shared.clock import Clock
from sandbox.shared.faults import Faults
from sandbox.shared.gate import CONTROL
from sandbox.shared.ledger import Ledger, Wanted, tallies
from sandbox.shared.limits import Limits

Handler = Callable[[Request], Awaitable[Response]]
ControlRoute = tuple[str, str, Handler]


class Objects(Protocol):
    """What a server lets its control API do with the objects it holds."""

    def dump(self) -> dict[str, Any]:
        """All objects, by kind."""

    def wipe(self) -> None:
        """Delete all objects; users and tokens stay."""


@dataclass
class Control:
    """The control API of one server."""

    clock: Clock
    ledger: Ledger
    faults: Faults
    limits: Limits
    objects: Objects

    def application(self) -> Starlette:
        """The ASGI application that answers under `/_sandbox`."""
        routes = [*self._routes(), *self._more_routes()]
        return Starlette(
            routes=[Route(CONTROL + path, handler, methods=[method]) for method, path, handler in routes],
            exception_handlers={ValueError: _bad_request, TypeError: _bad_request},
        )

    def _more_routes(self) -> list[ControlRoute]:
        """What a particular server adds."""
        return []

    def _routes(self) -> list[ControlRoute]:
        return [
            ("GET", "/ledger", self._read_ledger),
            ("DELETE", "/ledger", self._clear_ledger),
            ("GET", "/faults", self._list_faults),
            ("POST", "/faults", self._arm),
            ("DELETE", "/faults", self._disarm),
            ("DELETE", "/faults/{id:int}", self._disarm),
            ("GET", "/clock", self._read_clock),
            ("POST", "/clock", self._set_clock),
            ("GET", "/settings", self._read_settings),
            ("POST", "/settings", self._set_settings),
            ("GET", "/state", self._state),
            ("POST", "/reset", self._reset),
        ]

    async def _read_ledger(self, request: Request) -> Response:
        query = request.query_params
        wanted = Wanted(
            since=int(query.get("since", 0)),
            method=query.get("method"),
            path=query.get("path"),
            status=int(query["status"]) if "status" in query else None,
            applied=query["applied"] == "true" if "applied" in query else None,
            fault=query.get("fault"),
        )
        entries = list(self.ledger.entries(wanted))
        shown = entries[-int(query.get("limit", 1000)) :]
        return JSONResponse(
            {
                "last": self.ledger.last,
                "count": len(entries),
                "most_in_flight": self.ledger.most_in_flight,
                "summary": tallies(entries),
                "entries": [asdict(entry) for entry in shown],
            }
        )

    async def _clear_ledger(self, request: Request) -> Response:
        self.ledger.clear()
        return Response(status_code=204)

    async def _list_faults(self, request: Request) -> Response:
        known = [
            {"name": kind.name, "meaning": kind.meaning, "applies": kind.applies} for kind in self.faults.kinds.values()
        ]
        armed = [fault.describe() for fault in self.faults.armed()]
        return JSONResponse({"known": known, "armed": armed})

    async def _arm(self, request: Request) -> Response:
        body = await json_object(request)
        armed = self.faults.arm(str(body.pop("name", "")), **body)
        return JSONResponse(armed.describe(), status_code=201)

    async def _disarm(self, request: Request) -> Response:
        self.faults.disarm(request.path_params.get("id"))
        return Response(status_code=204)

    async def _read_clock(self, request: Request) -> Response:
        return JSONResponse({"mode": self.clock.mode, "now": self.clock.now().isoformat()})

    async def _set_clock(self, request: Request) -> Response:
        body = await json_object(request)
        if "set" in body:
            self.clock.set(datetime.fromisoformat(body["set"]))
        if "advance" in body:
            self.clock.advance(float(body["advance"]))
        if body.get("mode") == "real":
            self.clock.be_real()
        elif body.get("mode") == "virtual":
            self.clock.advance(0)
        return await self._read_clock(request)

    async def _read_settings(self, request: Request) -> Response:
        return JSONResponse(self._settings())

    async def _set_settings(self, request: Request) -> Response:
        self._change_settings(await json_object(request))
        return await self._read_settings(request)

    def _settings(self) -> dict[str, Any]:
        rate = self.limits.rate
        return {"latency_ms": self.limits.latency_ms, "limit": str(rate) if rate else None}

    def _change_settings(self, given: dict[str, Any]) -> None:
        self.limits.change(**given)

    async def _state(self, request: Request) -> Response:
        return JSONResponse(self.objects.dump())

    async def _reset(self, request: Request) -> Response:
        self.objects.wipe()
        self.ledger.clear()
        self.faults.disarm()
        self.limits.restore()
        self.clock.be_real()
        return Response(status_code=204)


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object of a request's body."""
    body = await request.json()
    if not isinstance(body, dict):
        raise HTTPException(400, "the body must be a JSON object")
    return body


async def _bad_request(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=400)
