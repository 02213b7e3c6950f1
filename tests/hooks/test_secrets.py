"""No credential ever leaves through a log, an exception, the call log or a pickle."""

from __future__ import annotations

import io
import logging
import pickle
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accordant.hooks.calls import ApiCall, Secrets, shown_path
from accordant.hooks.inventree import InvenTreeHook
from accordant.sync.errors import AccordantError, Misconfigured
from tests.hooks.conftest import CANARY, connection, hook_for
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply

PASSWORD = "canary-päss:wörd?"


def echo(status: int) -> Callable[[Asked], Reply]:
    """A server that sends our credentials back in its error text, as some do."""
    return lambda asked: Reply(status, {"detail": f"Bad header {asked.headers['authorization']}"})


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def everything_said(error: BaseException) -> str:
    """All that can be got out of an exception, with the local values of our own frames and all contexts."""
    seen: list[str] = []
    current: BaseException | None = error
    while current is not None:
        seen += [str(current), repr(current), repr(vars(current)), repr(pickle.dumps(current))]
        seen += traceback.TracebackException.from_exception(current, capture_locals=True).format()
        current = current.__cause__ or current.__context__
    return "\n".join(seen)


REPLIES: list[Any] = [
    echo(400), echo(401), echo(403), echo(404), echo(500), Reply(reset=True), Reply(201, b"{", cut=1),
    lambda asked: Reply(302, headers={"Location": f"http://user:{CANARY}@elsewhere/?token={CANARY}"}),
    lambda asked: Reply(raw=f"{asked.headers['authorization']}\r\n\r\n".encode()),
    lambda asked: Reply(200, asked.headers["authorization"].encode()),
]  # fmt: skip


@pytest.mark.parametrize("reply", REPLIES, ids=range(len(REPLIES)))
@pytest.mark.parametrize("write", [True, False])
def test_the_token_is_nowhere(
    server: MisbehavingServer, hook: InvenTreeHook, calls: list[ApiCall], everything_logged: io.StringIO,
    reply: Any, write: bool,
) -> None:  # fmt: skip
    server.script(reply)
    try:
        hook.create("/api/part/", {"name": "x"}) if write else hook.get("/api/part/")
    except AccordantError as error:
        said = everything_said(error)
    said += repr(hook) + repr(vars(hook)) + repr(calls) + repr(pickle.dumps(calls)) + everything_logged.getvalue()
    assert server.asked[0].headers["authorization"] == f"Token {CANARY}"
    assert "canary" not in said


def test_neither_password_nor_the_token_it_gives_is_anywhere(
    server: MisbehavingServer, calls: list[ApiCall], everything_logged: io.StringIO
) -> None:
    server.script(Reply(200, {"token": CANARY}), echo(403))
    hook = hook_for(connection(server.url, login="sync", password=PASSWORD), calls)
    with pytest.raises(Misconfigured) as caught:
        hook.find("/api/part/1/")
    said = everything_said(caught.value) + repr(vars(hook)) + repr(calls) + everything_logged.getvalue()
    basic = server.asked[0].headers["authorization"].removeprefix("Basic ")
    assert server.asked[1].headers["authorization"] == f"Token {CANARY}"
    assert "canary" not in said
    assert basic not in said


@pytest.mark.parametrize("token", ["inv-canary\nX: y", "inv canary", "inv-cänary", " "])
def test_a_token_that_no_header_can_hold_is_refused_before_the_http_library_sees_it(token: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        hook_for(connection("http://127.0.0.1:1", password=token))
    assert "nary" not in str(caught.value)
    assert "endpoints.py" in str(traceback.extract_tb(caught.value.__traceback__)[-1].filename)


def test_credentials_in_the_address_are_refused_without_being_shown() -> None:
    with pytest.raises(Misconfigured) as caught:
        hook_for(connection(f"http://user:{CANARY}@127.0.0.1:1"))
    assert "fields of their own" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_netrc_never_replaces_our_credentials(
    server: MisbehavingServer, hook: InvenTreeHook, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.script(Reply(200, {"pk": 1}))
    hook.find("/api/part/1/")
    assert server.asked[0].headers["authorization"] == f"Token {CANARY}"


def test_a_query_is_shown_without_what_is_secret_by_name_or_value() -> None:
    shown = shown_path("/x/", {"search": "a b", "api_key": "k", "q": "hunter22"}, Secrets("hunter22"))
    assert shown == "/x/?search=a+b&api_key=***&q=***"


def test_exceptions_have_no_context_that_could_hold_a_header(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(reset=True))
    with pytest.raises(AccordantError) as caught:
        hook.create("/api/part/", {})
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert "requests" not in {type(caught.value).__module__.split(".")[0]}
    assert sys.exc_info() == (None, None, None)
