"""Conductor's secret key never leaves through a log, an exception, the call log or a pickle."""

from __future__ import annotations

import io
import logging
import pickle
import traceback
from typing import Any

import pytest

from accordant.hooks.calls import ApiCall
from accordant.sync.errors import AccordantError, Misconfigured
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply
from tests.hooks.test_conductor import CUSTOMER, KEY, open_hook
from tests.hooks.test_secrets import everything_logged, everything_said

__all__ = ["everything_logged"]  # the fixture is used by its name


def echo(status: int, code: str = "OTHER", integration_code: str | None = None) -> Any:
    def answer(asked: Asked) -> Reply:
        told = {"message": f"Bad header {asked.headers['authorization']}", "code": code}
        told |= {"integrationCode": integration_code} if integration_code else {}
        return Reply(status, {"error": told}, headers={"X-Echo": asked.headers["authorization"]})

    return answer


REPLIES: list[Any] = [
    echo(400), echo(401, "API_KEY_INVALID"), echo(403), echo(404), echo(404, "RESOURCE_MISSING"), echo(500),
    echo(409, "INTEGRATION_CONNECTION_NOT_SET_UP"), echo(502, "QBD_REQUEST_TIMEOUT"), Reply(reset=True),
    *(echo(502, "QBD_REQUEST_ERROR", code) for code in ("3200", "3100", "3175", "1000", "0x80040400", "0x80040420")),
    Reply(200, b"{", cut=1),
    lambda asked: Reply(302, headers={"Location": f"http://user:{KEY}@elsewhere/?token={KEY}"}),
    lambda asked: Reply(raw=f"{asked.headers['authorization']}\r\n\r\n".encode()),
    lambda asked: Reply(200, asked.headers["authorization"].encode()),
]  # fmt: skip


@pytest.mark.parametrize("reply", REPLIES, ids=range(len(REPLIES)))
@pytest.mark.parametrize("ask", ["write", "read", "list"])
def test_the_key_is_nowhere(
    server: MisbehavingServer, everything_logged: io.StringIO, reply: Any, ask: str
) -> None:  # fmt: skip
    calls: list[ApiCall] = []
    hook = open_hook(server.url, calls)
    server.script(reply)
    said = ""
    try:
        if ask == "write":
            hook.create("customers", {"name": "x"})
        else:
            hook.find("customers", "1") if ask == "read" else list(hook.rows("customers"))
    except AccordantError as error:
        said = everything_said(error) + repr(error.__context__) + repr(error.__cause__)
    said += repr(hook) + repr(vars(hook)) + repr(calls) + repr(pickle.dumps(calls)) + everything_logged.getvalue()
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert "canary" not in said


def test_the_libraries_may_log_all_the_rest(
    server: MisbehavingServer, everything_logged: io.StringIO
) -> None:  # fmt: skip
    server.script(lambda asked: Reply(200, CUSTOMER, headers={"X-Echo": asked.headers["authorization"]}))
    open_hook(server.url).find("customers", "1")
    logged = everything_logged.getvalue()
    assert "HTTP Request: GET" in logged
    assert "X-Echo" in logged
    assert "***" in logged


def test_other_records_of_those_loggers_are_left_alone(
    everything_logged: io.StringIO
) -> None:  # fmt: skip
    open_hook("http://127.0.0.1:1")
    logging.getLogger("httpx").warning("somebody else's %s", "request")
    assert "somebody else's request\n" in everything_logged.getvalue()


@pytest.mark.parametrize("key", ["sk_canary\nX: y", "sk canary", "sk_cänary", " "])
def test_a_key_that_no_header_can_hold_is_refused_before_the_client_sees_it(key: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        open_hook("http://127.0.0.1:1", fields={"password": key})
    assert "nary" not in str(caught.value)
    assert "endpoints.py" in str(traceback.extract_tb(caught.value.__traceback__)[-1].filename)
