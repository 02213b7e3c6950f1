"""What the control API of this server can do beside that of every sandbox server."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.conductor.company import Company
from sandbox.conductor.settings import Settings
from sandbox.shared.control import Control, ControlRoute, json_object

_LIMITS = ("latency_ms", "limit")


@dataclass
class CompanyControl(Control):
    """The control API of one company file."""

    company: Company

    def _more_routes(self) -> list[ControlRoute]:
        return [
            ("POST", "/load", self._load),
            ("POST", "/person", self._person),
            ("DELETE", "/objects/{resource}/{id}", self._delete),
        ]

    async def _load(self, request: Request) -> Response:
        return JSONResponse(self.company.load(await json_object(request)))

    async def _person(self, request: Request) -> Response:
        asked = await json_object(request)
        answer = self.company.person(str(asked.get("method")), str(asked.get("path")), asked.get("body"))
        return JSONResponse(answer.json, answer.status)

    async def _delete(self, request: Request) -> Response:
        path = f"/{request.path_params['resource']}/{request.path_params['id']}"
        answer = self.company.person("DELETE", path)
        return JSONResponse(answer.json, answer.status)

    async def _reset(self, request: Request) -> Response:
        answer = await super()._reset(request)
        defaults = Settings()
        self.company.change_settings({field.name: getattr(defaults, field.name) for field in fields(Settings)})
        # The basics get the time of the clock that is real again.
        self.company.wipe()
        return answer

    def _settings(self) -> dict[str, Any]:
        return super()._settings() | self.company.settings.read()

    def _change_settings(self, given: dict[str, Any]) -> None:
        self.company.change_settings({key: value for key, value in given.items() if key not in _LIMITS})
        super()._change_settings({key: value for key, value in given.items() if key in _LIMITS})
