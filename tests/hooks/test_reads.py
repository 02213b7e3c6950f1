"""Reads are repeated for a while, and their errors say what to mend."""

from __future__ import annotations

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from accordant.hooks import wire
from accordant.hooks.answers import seconds_to_wait
from accordant.hooks.calls import ApiCall
from accordant.hooks.gates import Pace
from accordant.hooks.inventree import InvenTreeHook
from accordant.sync.errors import Misconfigured, RecordRejected, RetryLater
from tests.hooks.conftest import connection, hook_for
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply

PATH = "/api/part/1/"
GOOD = Reply(200, b'{"pk": 1, "price": 1234567890123.123456}')


@pytest.mark.parametrize(
    "bad",
    [
        Reply(500, {"error": "OperationalError"}),
        Reply(503, b"<html>maintenance</html>"),
        Reply(reset=True),
        Reply(stall=3),
        Reply(200, {"pk": 1, "name": "x" * 50}, cut=5),
        Reply(200, b'{"pk": '),
        Reply(200, b""),
    ],
    ids=["500", "503", "reset", "stalls", "cut", "half a json", "empty"],
)
def test_a_read_survives_a_passing_fault(server: MisbehavingServer, hook: InvenTreeHook, bad: Reply) -> None:
    server.script(bad, GOOD)
    assert hook.find(PATH) == {"pk": 1, "price": Decimal("1234567890123.123456")}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (Reply(500, {"detail": "x"}), "SYSTEM_DOWN"),
        (Reply(reset=True), "SYSTEM_DOWN"),
        (Reply(200, {"pk": 1, "name": "x"}, cut=5), "ANSWER_UNREADABLE"),
        (Reply(200, b'{"pk": '), "ANSWER_UNREADABLE"),
        (Reply(200, b"[" * 200_000), "ANSWER_UNREADABLE"),
        (Reply(200, b'{"pk": Infinity}'), "ANSWER_UNREADABLE"),
    ],
)
def test_a_lasting_fault_ends_after_the_attempts_allowed(
    server: MisbehavingServer, hook: InvenTreeHook, bad: Reply, code: str
) -> None:
    server.script(bad)
    with pytest.raises(RetryLater) as caught:
        hook.find(PATH)
    assert caught.value.code.code == code
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(401, {"detail": "Invalid token."}), "CREDENTIALS_REFUSED"),
        (Reply(403, {"detail": "no"}), "PERMISSION_MISSING"),
        (Reply(404, {"detail": "API endpoint not found"}), "ADDRESS_WRONG"),
        (Reply(404, b"<html></html>"), "ADDRESS_WRONG"),
        (Reply(302, headers={"Location": "/accounts/login/?next=x"}), "ADDRESS_WRONG"),
        (Reply(200, b"<!doctype html><html>login</html>"), "ADDRESS_WRONG"),
    ],
)
def test_a_wrong_setup_is_not_tried_again(
    server: MisbehavingServer, hook: InvenTreeHook, reply: Reply, code: str
) -> None:
    server.script(reply)
    with pytest.raises(Misconfigured) as caught:
        hook.find(PATH)
    assert caught.value.code.code == code
    assert len(server.asked) == 1


def test_a_missing_object_is_none_and_no_error(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(404, {"detail": "No Part matches the given query."}))
    assert hook.find(PATH) is None
    with pytest.raises(RecordRejected):
        hook.get(PATH)


def test_a_refused_question_names_its_field(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(400, {"updated_after": ["Enter a valid date."]}))
    with pytest.raises(RecordRejected) as caught:
        hook.get("/api/order/so/", {"updated_after": "x"})
    assert caught.value.field == "updated_after"


def test_a_throttled_read_waits_as_long_as_it_is_asked_to(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(429, headers={"Retry-After": "1"}), GOOD)
    started = time.monotonic()
    hook.find(PATH)
    assert 1.0 <= time.monotonic() - started < 2.0


def test_a_read_throttled_for_too_long_is_left_for_the_next_run(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(429, headers={"Retry-After": "99"}))
    with pytest.raises(RetryLater) as caught:
        hook.find(PATH)
    assert caught.value.code.code == "THROTTLED"
    assert "99 s" in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    now = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
    assert seconds_to_wait({"retry-after": text}, now) == seconds


def test_a_dripping_answer_is_given_up(server: MisbehavingServer) -> None:
    hook = hook_for(connection(server.url, extra={"read_timeout": 0.1}))
    server.script(Reply(200, {"pk": 1, "name": "x" * 500}, drip=0.02), GOOD)
    started = time.monotonic()
    assert hook.find(PATH)
    assert time.monotonic() - started < 2.0


def test_an_answer_may_come_compressed_and_in_chunks(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    body = gzip.compress(b'{"pk": 1}')
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.script(Reply(raw=head + chunks[:-9], reset=True), Reply(raw=head + chunks))
    assert hook.find(PATH) == {"pk": 1}
    assert len(server.asked) == 2


def test_an_endless_answer_is_given_up(
    server: MisbehavingServer, hook: InvenTreeHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_LARGEST_BODY", 100_000)
    server.script(Reply(200, b" " * 200_000), GOOD)
    assert hook.find(PATH)


def test_every_call_is_told_with_its_outcome(
    server: MisbehavingServer, hook: InvenTreeHook, calls: list[ApiCall]
) -> None:
    server.script(Reply(reset=True), Reply(500, {"detail": "lock"}), Reply(200, {"pk": 9}))
    hook.find("/api/part/9/")
    first = calls[0]
    assert (first.system, first.account, first.method, first.path) == ("inventree", server.url, "GET", "/api/part/9/")
    assert (first.write, first.at.tzinfo) == (False, UTC)
    assert [(call.status, call.detail) for call in calls] == [
        (None, "broke the connection"),
        (500, "lock"),
        (200, ""),
    ]
    assert all(call.milliseconds > 0 for call in calls)


def test_threads_do_not_share_a_session(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    everyone_here = threading.Barrier(4, timeout=5)

    def answer(asked: Asked) -> Reply:
        everyone_here.wait()
        return Reply(200, {"pk": int(asked.path.split("/")[-2])})

    server.script(answer)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda pk: hook.find(f"/api/part/{pk}/"), range(8)))
    assert [item["pk"] for item in found if item] == list(range(8))


def test_a_pace_spaces_the_calls_of_all_threads() -> None:
    pace, started = Pace(50), time.monotonic()

    def call(_: int) -> None:
        with pace("request"):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(call, range(11)))
    assert time.monotonic() - started >= 0.19
