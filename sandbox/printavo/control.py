"""What the control API of this server can do beside that of every sandbox server."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, fields
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.printavo.account import Account
from sandbox.printavo.person import Person
from sandbox.printavo.settings import Settings
from sandbox.printavo.traffic import Traffic
from sandbox.shared.control import Control, ControlRoute, json_object

_LIMITS = ("latency_ms", "limit")


@dataclass
class AccountObjects:
    """What the control API may do with the account as a whole."""

    account: Account
    person: Person

    def dump(self) -> dict[str, Any]:
        """All customers, contacts and orders, with the fields that are not lists."""
        with self.account.lock:
            people = self.account.people
            return {
                "customers": [_plain(one) for one in people.customers],
                "contacts": [_plain(one) for one in people.contacts],
                "orders": [_plain(one) for one in self.account.orders()],
            }

    def wipe(self) -> None:
        """Delete all customers, contacts and orders."""
        self.person.generate(0)


@dataclass
class AccountControl(Control):
    """The control API of one account."""

    account: Account
    person: Person
    traffic: Traffic

    def _more_routes(self) -> list[ControlRoute]:
        return [
            ("POST", "/generate", self._generate),
            ("POST", "/person", self._act),
            ("GET", "/counts", self._counts),
            ("GET", "/peaks", self._peaks),
            ("DELETE", "/peaks", self._clear_peaks),
        ]

    async def _generate(self, request: Request) -> Response:
        self.person.generate(**await json_object(request))
        return await self._counts(request)

    async def _act(self, request: Request) -> Response:
        asked = await json_object(request)
        return JSONResponse({"done": self.person.act(str(asked["action"]), asked["values"])})

    async def _counts(self, request: Request) -> Response:
        account = self.account
        counted: dict[str, Sized] = {
            "customers": account.people.customers,
            "contacts": account.people.contacts,
            "orders": account.numbers,
        }
        return JSONResponse({name: len(listed) for name, listed in counted.items()})

    async def _peaks(self, request: Request) -> Response:
        return JSONResponse(self.traffic.peaks())

    async def _clear_peaks(self, request: Request) -> Response:
        self.traffic.clear()
        return Response(status_code=204)

    async def _clear_ledger(self, request: Request) -> Response:
        self.traffic.clear()
        return await super()._clear_ledger(request)

    async def _reset(self, request: Request) -> Response:
        answer = await super()._reset(request)
        defaults = Settings()
        self.account.settings.change({field.name: getattr(defaults, field.name) for field in fields(Settings)})
        self.traffic.clear()
        return answer

    def _settings(self) -> dict[str, Any]:
        return super()._settings() | self.account.settings.read()

    def _change_settings(self, given: dict[str, Any]) -> None:
        self.account.settings.change({key: value for key, value in given.items() if key not in _LIMITS})
        super()._change_settings({key: value for key, value in given.items() if key in _LIMITS})


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name == "__typename" or not name.startswith("_")}
