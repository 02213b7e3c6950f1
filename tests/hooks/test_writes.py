"""A write is sent exactly once, and its error says whether it may have been applied."""

from __future__ import annotations

import pytest

from accordant.hooks.inventree import InvenTreeHook
from accordant.sync.errors import AccordantError, Misconfigured, OutcomeUnknown, RecordRejected, RetryLater
from tests.hooks.conftest import connection, hook_for
from tests.hooks.misbehaving_server import MisbehavingServer, Reply

CREATED = Reply(201, {"pk": 7, "name": "Ștefan"})
PATH = "/api/company/"


def failure(hook: InvenTreeHook) -> AccordantError:
    with pytest.raises(AccordantError) as caught:
        hook.create(PATH, {"name": "Ștefan"})
    return caught.value


def test_a_create_gives_back_the_object(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(CREATED)
    assert hook.create(PATH, {"name": "Ștefan"})["pk"] == 7
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.json) == ("POST", PATH, {"name": "Ștefan"})


def test_a_change_is_a_patch(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(200, {"pk": 7}))
    hook.change(f"{PATH}7/", {"name": "A"})
    assert server.asked[0].method == "PATCH"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(stall=3),
        Reply(reset=True),
        Reply(201, {"pk": 7}, cut=3),
        Reply(201, {"pk": 7, "name": "A" * 99}, cut=20, reset=True),
        Reply(201, b'{"pk": 7'),
        Reply(201, b"<html>hello</html>"),
        Reply(201, {"name": "no pk"}),
        Reply(201, b'{"pk": NaN}'),
        Reply(204),
        Reply(500, {"error": "IntegrityError", "error_class": "x", "detail": "y", "status_code": 500}),
        Reply(502, b"<html>bad gateway</html>"),
        Reply(503, headers={"Retry-After": "1"}),
        Reply(408),
        Reply(raw=b"not http at all\r\n\r\n"),
        Reply(raw=b""),
    ],
    ids=[
        "stalls", "reset", "cut", "cut and reset", "half a json", "web page", "no pk", "nan", "empty", "500", "502",
        "503", "408", "no http", "closed",
    ],
)  # fmt: skip
def test_a_write_without_a_whole_answer_is_unknown_and_never_sent_again(
    server: MisbehavingServer, hook: InvenTreeHook, reply: Reply
) -> None:
    server.script(reply)
    assert isinstance(failure(hook), OutcomeUnknown)
    assert len(server.asked) == 1


@pytest.mark.parametrize("host", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "https://127.0.0.1:{live}"])
def test_a_write_that_never_went_out_may_be_sent_later(server: MisbehavingServer, free_port: int, host: str) -> None:
    server.script(CREATED)
    error = failure(hook_for(connection(host.format(port=free_port, live=server.port))))
    assert isinstance(error, RetryLater)
    assert error.code.code == "SYSTEM_DOWN"
    assert server.asked == []


def test_a_write_that_cannot_connect_in_time_may_be_sent_later(silent_port: int) -> None:
    error = failure(hook_for(connection(f"http://127.0.0.1:{silent_port}", extra={"connect_timeout": 0.2})))
    assert isinstance(error, RetryLater)
    assert "could not be connected to in time" in error.sentence


@pytest.mark.parametrize(
    ("body", "sentence", "field"),
    [
        ({"quantity": ["A valid number is required."]}, "quantity: A valid number is required.", "quantity"),
        ({"non_field_errors": ["Must make a unique set."]}, "Must make a unique set.", ""),
        ({"non_field_errors": "Only a string"}, "Only a string", ""),
        (["Bad model"], "Bad model", ""),
        ({"detail": "JSON parse error - x"}, "JSON parse error - x", ""),
        ({"error": "No match found"}, "No match found", ""),
        ({"a": ["x", "y"], "b": {"c": ["z"]}}, "a: x; a: y; b.c: z", ""),
        ({}, "no reason was given", ""),
    ],
)
def test_a_refusal_is_one_readable_sentence(
    server: MisbehavingServer, hook: InvenTreeHook, body: object, sentence: str, field: str
) -> None:
    server.script(Reply(400, body))
    error = failure(hook)
    assert isinstance(error, RecordRejected)
    assert (error.code.code, error.sentence, error.field) == ("REFUSED_BY_TARGET", sentence, field)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(401, {"detail": "Invalid token."}), "CREDENTIALS_REFUSED"),
        (Reply(403, {"detail": "You do not have permission to perform this action."}), "PERMISSION_MISSING"),
        (Reply(301, headers={"Location": "https://elsewhere.example/?t=secret"}), "ADDRESS_WRONG"),
        (Reply(308, headers={"Location": "/api/company"}), "ADDRESS_WRONG"),
        (Reply(404, {"detail": "API endpoint not found", "url": "/x"}), "ADDRESS_WRONG"),
        (Reply(404, b"<html>nginx</html>"), "ADDRESS_WRONG"),
        (Reply(400, b"<html>Bad Request (400)</html>"), "ADDRESS_WRONG"),
    ],
)
def test_a_wrong_setup_stops_the_run_and_names_the_connection(
    server: MisbehavingServer, hook: InvenTreeHook, reply: Reply, code: str
) -> None:
    server.script(reply)
    error = failure(hook)
    assert isinstance(error, Misconfigured)
    assert (error.code.code, error.record) == (code, "inventree_test")
    assert len(server.asked) == 1
    assert "secret" not in str(error)


@pytest.mark.parametrize("status", [404, 405, 409, 413, 415, 422])
def test_other_refusals_reject_the_record_alone(server: MisbehavingServer, hook: InvenTreeHook, status: int) -> None:
    server.script(Reply(status, {"detail": "No Company matches the given query."}))
    assert isinstance(failure(hook), RecordRejected)


def test_a_throttled_write_is_sent_again_because_nothing_was_applied(
    server: MisbehavingServer, hook: InvenTreeHook
) -> None:
    server.script(Reply(429, headers={"Retry-After": "0"}), CREATED)
    assert hook.create(PATH, {})["pk"] == 7
    assert len(server.asked) == 2


def test_a_write_throttled_for_too_long_may_be_sent_later(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(429, headers={"Retry-After": "3600"}))
    error = failure(hook)
    assert isinstance(error, RetryLater)
    assert error.code.code == "THROTTLED"
    assert len(server.asked) == 1


def test_half_a_character_rejects_the_record_before_anything_is_sent(
    server: MisbehavingServer, hook: InvenTreeHook
) -> None:
    server.script(CREATED)
    with pytest.raises(RecordRejected):
        hook.create(PATH, {"name": "\ud800"})
    assert server.asked == []
