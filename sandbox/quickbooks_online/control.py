"""What the control API of this server can do beside that of every sandbox server."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.quickbooks_online.company import Company
from sandbox.quickbooks_online.record import encoded
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.traffic import Traffic
from sandbox.shared.control import Control, ControlRoute, json_object

_LIMITS = ("latency_ms", "limit")


@dataclass
class CompanyControl(Control):
    """The control API of one company."""

    company: Company
    traffic: Traffic

    def _more_routes(self) -> list[ControlRoute]:
        return [
            ("POST", "/load", self._load),
            ("POST", "/edit", self._edit),
            ("POST", "/act", self._act),
            ("GET", "/objects/{kind}", self._objects),
            ("GET", "/peaks", self._peaks),
            ("DELETE", "/peaks", self._clear_peaks),
            ("GET", "/tokens", self._tokens),
            ("POST", "/tokens/{action}", self._change_tokens),
        ]

    async def _load(self, request: Request) -> Response:
        return JSONResponse(self.company.load(await json_object(request)))

    async def _edit(self, request: Request) -> Response:
        asked = await json_object(request)
        return JSONResponse(self._plain(self.company.edit(str(asked["kind"]), str(asked["id"]), asked["values"])))

    async def _act(self, request: Request) -> Response:
        asked = await json_object(request)
        self.company.act(str(asked["action"]), str(asked["id"]), asked.get("amount"))
        return Response(status_code=204)

    async def _objects(self, request: Request) -> Response:
        kind = str(request.path_params["kind"])
        if kind not in self.company.books.tables:
            raise ValueError(f"no entity is called {kind!r}; there are {', '.join(self.company.books.tables)}")
        return JSONResponse(self._plain(self.company.dump([kind])[kind]))

    async def _state(self, request: Request) -> Response:
        return JSONResponse(self._plain(self.company.dump()))

    async def _peaks(self, request: Request) -> Response:
        return JSONResponse(self.traffic.peaks())

    async def _clear_peaks(self, request: Request) -> Response:
        self.traffic.clear()
        return Response(status_code=204)

    async def _clear_ledger(self, request: Request) -> Response:
        self.traffic.clear()
        return await super()._clear_ledger(request)

    async def _tokens(self, request: Request) -> Response:
        return JSONResponse(self.company.tokens.kept())

    async def _change_tokens(self, request: Request) -> Response:
        tokens = self.company.tokens
        actions = {"fresh": tokens.fresh, "code": tokens.code, "expire": tokens.expire_access, "revoke": tokens.revoke}
        action = actions.get(request.path_params["action"])
        if action is None:
            raise ValueError(f"tokens can be changed by {', '.join(actions)}")
        told = action()
        self.company.commit_tokens()
        return JSONResponse({"value": told})

    async def _reset(self, request: Request) -> Response:
        answer = await super()._reset(request)
        defaults = Settings()
        self.company.change_settings({field.name: getattr(defaults, field.name) for field in fields(Settings)})
        # The basics get the time of the clock that is real again.
        self.company.wipe()
        self.company.tokens.fresh()
        self.company.commit_tokens()
        self.traffic.clear()
        return answer

    def _settings(self) -> dict[str, Any]:
        return super()._settings() | self.company.settings.read()

    def _change_settings(self, given: dict[str, Any]) -> None:
        self.company.change_settings({key: value for key, value in given.items() if key not in _LIMITS})
        super()._change_settings({key: value for key, value in given.items() if key in _LIMITS})

    @staticmethod
    def _plain(value: Any) -> Any:
        """Without Decimal."""
        return json.loads(encoded(value))
