"""Hooks that talk to a company of QuickBooks Online: one that misbehaves on order, or the sandbox."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from airflow.sdk import Connection

from accordant.hooks.calls import ApiCall
from accordant.hooks.http import Patience
from accordant.hooks.quickbooks_online import QuickBooksOnlineHook
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply

SECRET = "canary-client-secret-0123456789"
REFRESH = "RT1-canary-0"
TID = {"intuit_tid": "1-abc"}
THROTTLE = Reply(429, {"Fault": {"Error": [{"Message": "ThrottleExceeded", "code": "003001"}], "type": "SERVICE"}}, TID)
REFUSED = Reply(401, {"fault": {"error": [{"message": "AuthenticationFailed", "code": "3200"}]}}, TID)
HASTY = Patience(attempts=3, seconds=5, first_wait=0.01, longest_wait=0.02, throttle_seconds=0.35, first_throttle=0.1)


class Company:
    """A scripted company: the token endpoint gives pair after pair, all other calls get the next reply.

    Attributes:
        asked: the calls of the API.
        renewals: the refresh tokens that were sent.
        tokens: replies of the token endpoint to come; none means that a new pair is given.
    """

    def __init__(self, server: MisbehavingServer) -> None:
        self.url = server.url
        self.asked: list[Asked] = []
        self.renewals: list[str] = []
        self.tokens: list[Any] = []
        self._replies: list[Any] = []
        server.script(self._answer)

    def script(self, *replies: Any) -> None:
        self._replies = list(replies)

    def _answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/oauth2/"):
            self.renewals.append(parse_qs(asked.body.decode())["refresh_token"][0])
            reply = self.tokens.pop(0) if self.tokens else pair(len(self.renewals))
        else:
            self.asked.append(asked)
            reply = self._replies[0] if len(self._replies) == 1 else self._replies.pop(0)
        return reply if isinstance(reply, Reply) else reply(asked)

    def hook(self, calls: list[ApiCall] | None = None, **options: Any) -> QuickBooksOnlineHook:
        return hook_for(self.url, on_call=None if calls is None else calls.append, **options)


def pair(number: int, **fields: Any) -> Reply:
    """What the token endpoint answers for the n-th time."""
    told = {"access_token": f"canary-access-{number}", "refresh_token": f"RT1-canary-{number}", "expires_in": 3600}
    return Reply(200, {**told, **fields})


def connection_to(url: str, **fields: Any) -> Connection:
    extra = {
        "realm_id": "46208", "refresh_token": REFRESH, "token_url": f"{url}/oauth2/v1/tokens/bearer",
        "connect_timeout": 0.5, "read_timeout": 1.5, **fields.pop("extra", {}),
    }  # fmt: skip
    given = {"conn_id": "qbo_test", "conn_type": "quickbooks_online", "login": "client-7", "password": SECRET, **fields}
    return Connection(host=url, extra=json.dumps(extra), **given)


def hook_for(url: str, *, fields: dict[str, Any] | None = None, **options: Any) -> QuickBooksOnlineHook:
    return QuickBooksOnlineHook(connection=connection_to(url, **(fields or {})), **{"patience": HASTY, **options})


def sandbox_connection(qbo: Any, **extra: Any) -> Connection:
    """The Connection that leads to the sandbox."""
    found = qbo.connection
    given = {**found.pop("extra"), "read_timeout": 2, **extra}
    return Connection(conn_id="qbo_default", extra=json.dumps(given), **found)


def sandbox_hook(qbo: Any, *, extra: dict[str, Any] | None = None, **options: Any) -> QuickBooksOnlineHook:
    """A hook that talks to the sandbox."""
    connection = sandbox_connection(qbo, **(extra or {}))
    return QuickBooksOnlineHook(connection=connection, **{"patience": HASTY, **options})


def fault(*errors: tuple[str, str], kind: str = "ValidationFault", element: str = "") -> dict[str, Any]:
    told = [{"Message": words, "Detail": "", "code": code, "element": element} for code, words in errors]
    return {"Fault": {"Error": told, "type": kind}, "time": "2026-11-21T09:17:31.892-07:00"}
