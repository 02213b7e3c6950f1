"""Every answer of Printavo is data that is whole, or an error that says how to recover."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.hooks.calls import ApiCall
from accordant.hooks.http import Patience
from accordant.hooks.printavo import PrintavoHook
from accordant.sync.errors import AccordantError, Misconfigured, RecordRejected, RetryLater
from tests.hooks.misbehaving_server import MisbehavingServer, Reply

TOKEN = "canary-0123456789"
HASTY = Patience(attempts=3, seconds=5, first_wait=0.01, longest_wait=0.02, throttle_seconds=0.35, first_throttle=0.1)
ASKED = "query($id: ID!) { order(id: $id) { id } }"
GOOD = Reply(200, {"data": {"order": {"id": "7"}}})
WALL = Reply(403, b"<html><h1>Access denied</h1></html>")


@pytest.fixture
def hook(server: MisbehavingServer, calls: list[ApiCall]) -> PrintavoHook:
    return hook_for(server, calls)


def hook_for(server: MisbehavingServer, calls: list[ApiCall], **extra: Any) -> PrintavoHook:
    given = Connection(
        conn_id="printavo_test", conn_type="printavo", host=server.url, login="me@shop.example", password=TOKEN,
        extra=json.dumps({"connect_timeout": 0.5, "read_timeout": 1.5, **extra}),
    )  # fmt: skip
    return PrintavoHook(connection=given, on_call=calls.append, patience=HASTY)


def told(*messages: str, data: Any = None, path: list[Any] | None = None) -> Reply:
    errors = [{"message": message, **({"path": path} if path else {})} for message in messages]
    return Reply(200, {"errors": errors} if data is None else {"errors": errors, "data": data})


def test_a_question_is_posted_with_its_variables_and_credentials(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(GOOD)
    assert hook.ask(ASKED, {"id": "7"}) == {"order": {"id": "7"}}
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/api/v2")
    assert asked.json == {"query": ASKED, "variables": {"id": "7"}}
    assert (asked.headers["email"], asked.headers["token"]) == ("me@shop.example", TOKEN)


# answers that stay -> exception, code, words, how often it was asked
STAYING: list[tuple[str, Reply, type[AccordantError], str, str, int]] = [
    ("complexity", told("Query has complexity of 70386, which exceeds max complexity of 25000"),
     Misconfigured, "SETTING_INVALID", "complexity 70386; it allows 25000. Lower the limit `complexity`", 1),
    ("depth", told("Query has depth of 14, which exceeds max depth of 13"),
     Misconfigured, "SETTING_INVALID", "Lower the limit `depth`", 1),
    ("unknown field", told("Field 'visualIdd' doesn't exist on type 'Invoice'", path=["query", "order", "visualIdd"]),
     Misconfigured, "ADDRESS_WRONG", "another version", 1),
    ("unknown argument", told("Field 'orders' doesn't accept argument 'since'"),
     Misconfigured, "ADDRESS_WRONG", "argument 'since'", 1),
    ("not logged in", told("Unauthorized"), Misconfigured, "CREDENTIALS_REFUSED", "Unauthorized", 1),
    ("401", Reply(401, {"error": "Unauthorized"}), Misconfigured, "CREDENTIALS_REFUSED", "Unauthorized", 1),
    ("403 in JSON", Reply(403, {"error": "Premium only"}), Misconfigured, "PERMISSION_MISSING", "Premium only", 1),
    ("not allowed", told("You do not have permission", data={"order": None}, path=["order"]),
     Misconfigured, "PERMISSION_MISSING", "order: You do not have permission", 1),
    ("another page", Reply(200, b"<html>Sign in</html>"), Misconfigured, "ADDRESS_WRONG", "web page", 1),
    ("elsewhere", Reply(302, headers={"Location": "https://other.example/login"}),
     Misconfigured, "ADDRESS_WRONG", "https://other.example/login", 1),
    ("404", Reply(404, {"error": "Not found"}), Misconfigured, "ADDRESS_WRONG", "does not know the path", 1),
    ("nothing there", told("Line item group not found: 7"), RecordRejected, "REFUSED_BY_TARGET", "not found: 7", 1),
    ("a cursor", told("Invalid cursor: '!'"), RecordRejected, "REFUSED_BY_TARGET", "Invalid cursor", 1),
    ("something else", told("Something went wrong"), RetryLater, "SYSTEM_DOWN", "Something went wrong", 3),
    ("in part", told("Something went wrong", data={"order": {"total": None}}, path=["order", "total"]),
     RetryLater, "ANSWER_UNREADABLE", "in part only (order.total: Something went wrong", 3),
    ("in part, without words", Reply(200, {"errors": ["oops"], "data": {"order": {}}}),
     RetryLater, "ANSWER_UNREADABLE", "oops", 3),
    ("no data", Reply(200, {"hello": 1}), RetryLater, "ANSWER_UNREADABLE", "without data", 3),
    ("null", Reply(200, {"data": None}), RetryLater, "ANSWER_UNREADABLE", "without data", 3),
    ("a list", Reply(200, [1]), RetryLater, "ANSWER_UNREADABLE", "without data", 3),
    ("half", Reply(200, GOOD.body, cut=9), RetryLater, "ANSWER_UNREADABLE", "cut its answer off", 3),
    ("no JSON", Reply(200, b'{"data": {"order'), RetryLater, "ANSWER_UNREADABLE", "no JSON", 3),
    ("NaN", Reply(200, b'{"data": {"total": NaN}}'), RetryLater, "ANSWER_UNREADABLE", "no JSON", 3),
    ("500", Reply(500, {"error": "Internal Server Error"}), RetryLater, "SYSTEM_DOWN", "Internal Server Error", 3),
    ("502", Reply(502, b"<html></html>"), RetryLater, "SYSTEM_DOWN", "502", 3),
    ("silence", Reply(200, stall=3), RetryLater, "SYSTEM_DOWN", "did not answer in time", 3),
    ("reset", Reply(reset=True), RetryLater, "SYSTEM_DOWN", "broke the connection", 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "kind", "code", "words", "times"), [one[1:] for one in STAYING], ids=[one[0] for one in STAYING]
)
def test_an_answer_that_is_no_data_says_how_to_recover(
    server: MisbehavingServer, hook: PrintavoHook, calls: list[ApiCall],
    reply: Reply, kind: type[AccordantError], code: str, words: str, times: int,
) -> None:  # fmt: skip
    server.script(reply)
    with pytest.raises(kind) as raised:
        hook.ask(ASKED, {"id": "7"})
    assert raised.value.code.code == code
    assert words in raised.value.sentence
    assert len(server.asked) == len(calls) == times


PASSING = [one for one in STAYING if one[5] == 3]


@pytest.mark.parametrize("reply", [one[1] for one in PASSING], ids=[one[0] for one in PASSING])
def test_what_may_pass_is_asked_again(server: MisbehavingServer, hook: PrintavoHook, reply: Reply) -> None:
    server.script(reply, reply, GOOD)
    assert hook.ask(ASKED, {"id": "7"}) == {"order": {"id": "7"}}


THROTTLES = [
    Reply(429, {"error": "Too many requests"}), WALL, told("Rate limit exceeded"), Reply(429, b"<html></html>"),
    told("Throttled: slow down", data={"order": None}),
]  # fmt: skip


@pytest.mark.parametrize("reply", THROTTLES)
def test_a_throttle_of_any_form_is_waited_for_twice_as_long_each_time(
    server: MisbehavingServer, hook: PrintavoHook, calls: list[ApiCall], reply: Reply
) -> None:
    server.script(reply, reply, GOOD)
    assert hook.ask(ASKED)["order"]
    waits = [(later.at - call.at).total_seconds() for call, later in pairwise(calls)]
    assert waits[0] >= 0.1
    assert waits[1] >= 0.2


@pytest.mark.parametrize("reply", THROTTLES)
def test_a_throttle_that_lasts_is_for_the_next_run(server: MisbehavingServer, hook: PrintavoHook, reply: Reply) -> None:
    server.script(reply)
    with pytest.raises(RetryLater, match="THROTTLED"):
        hook.ask(ASKED)
    assert len(server.asked) == 3


def test_as_long_is_waited_as_printavo_asks(server: MisbehavingServer, calls: list[ApiCall]) -> None:
    hook = hook_for(server, calls)
    hook._client = hook._client.with_patience(Patience(throttle_seconds=2))  # type: ignore[assignment]
    server.script(Reply(429, {"error": "Too many requests"}, headers={"Retry-After": "1"}), GOOD)
    assert hook.ask(ASKED)["order"]
    assert (calls[1].at - calls[0].at).total_seconds() >= 1


def test_what_does_not_exist_is_null_whether_it_is_told_or_not(server: MisbehavingServer, hook: PrintavoHook) -> None:
    data = {"r0": {"id": "1"}, "r1": None}
    server.script(Reply(200, {"data": data}), told("Order not found", data=data, path=["r1"]))
    assert hook.ask("a") == hook.ask("b") == data


@pytest.mark.parametrize("path", [["r0"], ["r1", "contact"], []])
def test_not_found_in_any_other_place_is_not_taken_for_null(
    server: MisbehavingServer, hook: PrintavoHook, path: list[str]
) -> None:
    server.script(told("Couldn't find it", data={"r0": {"id": "1"}, "r1": None}, path=path))
    with pytest.raises(RecordRejected):
        hook.ask("a")


def test_half_of_a_surrogate_pair_does_not_spoil_a_page(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(Reply(200, b'{"data": {"order": {"note": "a\\ud83d", "total": 10.005}}}'))
    assert hook.ask(ASKED) == {"order": {"note": "a\ud83d", "total": 10.005}}


def test_a_note_that_speaks_of_errors_is_data(server: MisbehavingServer, hook: PrintavoHook) -> None:
    data = {"order": {"note": '"errors": [rate limit]'}, "errors": "errors"}
    server.script(Reply(200, {"data": data}))
    assert hook.ask(ASKED) == data


def test_each_call_is_told_with_what_went_wrong_and_without_the_token(
    server: MisbehavingServer, hook: PrintavoHook, calls: list[ApiCall]
) -> None:
    server.script(told(f"Something went wrong for {TOKEN}"), WALL, GOOD)
    hook.ask(ASKED)
    assert [(call.status, call.detail) for call in calls] == [
        (200, "Something went wrong for ***"), (403, "a web page"), (200, ""),
    ]  # fmt: skip
    assert {(call.path, call.write) for call in calls} == {("/api/v2", False)}


def test_the_client_needs_no_airflow() -> None:
    code = (
        "import sys, accordant.hooks.printavo_client, accordant.hooks.endpoints, accordant.flows.printavo.reading\n"
        "print([name for name in ('airflow', 'pandas', 'sqlalchemy', 'psycopg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- pages


def page(nodes: list[Any] | None, cursor: str | None, *, more: bool = True) -> Reply:
    info = {"endCursor": cursor, "hasNextPage": more}
    return Reply(200, {"data": {"orders": {"nodes": nodes, "pageInfo": info}}})


def read(hook: PrintavoHook, after: str | None = None) -> list[tuple[list[Any], str | None]]:
    return list(hook.pages("q", {"first": 2}, ("orders",), after))


def test_pages_are_read_to_the_end(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(page([1, 2], "Mg"), page([3], "Mw", more=False))
    assert read(hook) == [([1, 2], "Mg"), ([3], None)]
    assert [asked.json["variables"] for asked in server.asked] == [
        {"first": 2, "after": None}, {"first": 2, "after": "Mg"},
    ]  # fmt: skip


def test_pages_go_on_behind_a_cursor(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(page([3], "Mw", more=False))
    assert read(hook, "Mg") == [([3], None)]
    assert server.asked[0].json["variables"]["after"] == "Mg"


def test_a_page_that_repeats_its_cursor_once_is_asked_again(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(page([1, 2], "Mg"), page([1, 2], "Mg"), page([3], "Mw", more=False))
    assert read(hook) == [([1, 2], "Mg"), ([3], None)]


@pytest.mark.parametrize("cursors", [["Mg"], ["Mg", "Mw", "Mg"], ["Mg", None], ["Mg", ""]])
def test_pages_that_lead_in_a_circle_stop(
    server: MisbehavingServer, hook: PrintavoHook, cursors: list[str | None]
) -> None:
    server.script(*(page([1], cursor) for cursor in cursors))
    with pytest.raises(RetryLater, match="orders, led back to a page"):
        read(hook)
    assert len(server.asked) <= len(cursors) + 3


def test_a_page_that_leads_back_to_where_the_reading_began_stops_it(
    server: MisbehavingServer, hook: PrintavoHook
) -> None:
    server.script(page([1], "Mg"))
    with pytest.raises(RetryLater, match="led back"):
        read(hook, "Mg")


def test_a_few_empty_pages_are_passed_and_endless_ones_stop(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(page([], "MQ"), page(None, "Mg"), page([1], "Mw", more=False))
    assert read(hook) == [([], "MQ"), ([], "Mg"), ([1], None)]
    numbers = iter(range(1000))
    server.script(lambda _: page([], f"c{next(numbers)}"))
    with pytest.raises(RetryLater, match="empty pages in a row"):
        read(hook)
    assert len(server.asked) < 20


@pytest.mark.parametrize("found", [None, [], {"nodes": [1]}, {"nodes": {}, "pageInfo": {}}])
def test_what_is_no_page_is_not_taken_for_an_empty_one(
    server: MisbehavingServer, hook: PrintavoHook, found: Any
) -> None:
    server.script(Reply(200, {"data": {"orders": found}}))
    with pytest.raises(RetryLater, match="without a page of it"):
        read(hook)


def test_the_list_of_what_does_not_exist_is_empty(server: MisbehavingServer, hook: PrintavoHook) -> None:
    server.script(Reply(200, {"data": {"customer": None}}))
    assert list(hook.pages("q", {}, ("customer", "orders"))) == [([], None)]
