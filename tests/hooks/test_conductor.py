"""The hook of QuickBooks Desktop: what it sends, in whose turn, and what it tells of the company file."""

from __future__ import annotations

import gc
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.hooks.calls import ApiCall
from accordant.hooks.conductor import ConductorHook
from accordant.hooks.conductor_client import ConductorPatience, conductor_patience
from accordant.hooks.http import Patience
from accordant.sync.errors import Misconfigured, OutcomeUnknown, RecordRejected, RetryLater
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply

KEY = "sk_conductor_canary0123456789"
HASTY = ConductorPatience(
    attempts=3, seconds=5, first_wait=0.01, longest_wait=0.02, throttle_seconds=1.5, lock_wait=0.01
)
COMPANY = {
    "isSampleCompanyFile": False, "companyName": "Print & Co", "legalCompanyName": "Print SRL", "ein": "12-3456789",
    "address": {"line1": "1 Long Road", "city": "Cluj"}, "legalAddress": None, "phone": "1", "ssn": "999-99-9999",
}  # fmt: skip
CUSTOMER = {"id": "80000001-1", "name": "Ștefan", "balance": "10.00", "sublevel": 0, "fax": None}


def open_hook(host: str | None, calls: list[ApiCall] | None = None, **given: Any) -> ConductorHook:
    extra = {"end_user_id": "end_usr_1", "connect_timeout": 0.5, "read_timeout": 1.5, **given.pop("extra", {})}
    fields = {"conn_id": "conductor_test", "conn_type": "conductor", "password": KEY, **given.pop("fields", {})}
    connection = Connection(host=host, extra=json.dumps(extra), **fields)
    on_call = None if calls is None else calls.append
    return ConductorHook(connection=connection, on_call=on_call, **{"patience": HASTY, **given})


class Turns:
    """A turn that keeps an account of itself."""

    def __init__(self) -> None:
        self.open = self.taken = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        assert not self.open, "two turns at once"
        self.open, self.taken = 1, self.taken + 1
        try:
            yield
        finally:
            self.open = 0


# -- what is sent


def test_a_create_is_one_post_of_the_body_as_given(server: MisbehavingServer) -> None:
    server.script(Reply(200, CUSTOMER))
    body = {"name": "Ștefan", "billingAddress": {"line1": "1 & 2"}, "creditLimit": "10.00", "isActive": True}
    assert open_hook(f"{server.url}/v1").create("customers", body) == CUSTOMER
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.json) == ("POST", "/v1/quickbooks-desktop/customers", body)
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["conductor-end-user-id"] == "end_usr_1"
    assert asked.headers["content-type"] == "application/json"


def test_update_delete_and_void_go_to_the_record(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"id": "1-2"}))
    hook = open_hook(server.url)
    hook.update("sales-orders", "1-2", {"revisionNumber": "3"})
    hook.delete("sales-orders", "1-2")
    hook.void("invoices", "1-2")
    assert [(asked.method, asked.path, asked.body) for asked in server.asked] == [
        ("POST", "/quickbooks-desktop/sales-orders/1-2", b'{"revisionNumber":"3"}'),
        ("DELETE", "/quickbooks-desktop/sales-orders/1-2", b""),
        ("POST", "/quickbooks-desktop/invoices/1-2/void", b""),
    ]


def test_a_record_comes_with_every_key_and_plain_numbers(server: MisbehavingServer) -> None:
    server.script(Reply(200, b'{"id": "1", "quantity": 1234567.12345, "rate": "0.10", "extra": {"unknown": null}}'))
    found = open_hook(server.url).find("invoices", "1")
    assert found == {"id": "1", "quantity": 1234567.12345, "rate": "0.10", "extra": {"unknown": None}}
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("method", ["find", "delete", "void"])
def test_an_empty_id_never_reaches_the_whole_list(server: MisbehavingServer, method: str) -> None:
    with pytest.raises(ValueError, match="empty id"):
        getattr(open_hook(server.url), method)("invoices", "")
    assert server.asked == []


def test_an_id_cannot_leave_its_place_in_the_address(server: MisbehavingServer) -> None:
    server.script(Reply(404, {"error": {"code": "RESOURCE_MISSING", "message": 'No such customer: "x".'}}))
    assert open_hook(server.url).find("customers", "../invoices?a=b") is None
    assert server.asked[0].path == "/quickbooks-desktop/customers/..%2Finvoices%3Fa%3Db"


@pytest.mark.parametrize(
    ("patience", "read_timeout", "server_seconds", "ours"),
    [
        (None, 100, "90", 100.0),
        (None, 300, "270", 300.0),
        (Patience(), 100, "90", 100.0),
        (ConductorPatience(server_seconds=45), 100, "45", 55.0),
    ],
)
def test_conductor_gives_up_waiting_a_little_before_we_do(
    server: MisbehavingServer, patience: Patience | None, read_timeout: float, server_seconds: str, ours: float
) -> None:
    server.script(Reply(200, CUSTOMER))
    open_hook(server.url, patience=patience, extra={"read_timeout": read_timeout}).find("customers", "1")
    assert server.asked[0].headers["conductor-timeout-seconds"] == server_seconds
    assert float(server.asked[0].headers["x-stainless-read-timeout"]) == ours


def test_a_hook_opens_one_client_only(server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accordant.hooks.vendor_hook.open_client", None)
    assert open_hook(server.url).account


def test_any_patience_becomes_one_of_conductors() -> None:
    assert conductor_patience(Patience(attempts=2, seconds=7)) == ConductorPatience(attempts=2, seconds=7)


def test_the_environment_of_the_vendors_client_changes_nothing(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDUCTOR_SECRET_KEY", "sk_other")
    monkeypatch.setenv("CONDUCTOR_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CONDUCTOR_CUSTOM_HEADERS", "Authorization: Bearer other\nConductor-End-User-Id: end_usr_other")
    server.script(Reply(200, CUSTOMER))
    open_hook(server.url).find("customers", "1")
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.asked[0].headers["conductor-end-user-id"] == "end_usr_1"


@pytest.mark.parametrize(("no_proxy", "through"), [("", True), ("127.0.0.0/8", False), ("localhost,127.0.0.1", False)])
def test_a_proxy_is_used_where_our_other_hooks_would_use_it(
    server: MisbehavingServer, free_port: int, monkeypatch: pytest.MonkeyPatch, no_proxy: str, through: bool
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", no_proxy)
    server.script(Reply(200, CUSTOMER))
    hook = open_hook(f"http://127.0.0.1:{free_port}")
    if through:
        assert hook.find("customers", "1") == CUSTOMER
    else:
        with pytest.raises(RetryLater, match="refused the connection"):
            hook.find("customers", "1")


# -- exactly once


@pytest.mark.parametrize(
    "reply",
    [
        Reply(stall=3),
        Reply(reset=True),
        Reply(200, {"id": "7"}, cut=3),
        Reply(200, {"id": "7", "name": "A" * 99}, cut=20, reset=True),
        Reply(200, {"id": "7", "name": "A" * 99}, drip=0.2),
        Reply(200, b'{"id": "7'),
        Reply(200, b"<html>hello</html>"),
        Reply(200, {"name": "no id"}),
        Reply(200, b'{"id": NaN}'),
        Reply(200, [1]),
        Reply(204),
        Reply(500, {"error": {"type": "INTERNAL_ERROR", "code": "INTERNAL_ERROR", "message": "x"}}),
        Reply(502, b"<html>bad gateway</html>"),
        Reply(503, headers={"Retry-After": "1"}),
        Reply(504),
        Reply(408),
        Reply(raw=b"not http at all\r\n\r\n"),
        Reply(raw=b""),
    ],
    ids=[
        "stalls", "reset", "cut", "cut and reset", "drips", "half a json", "web page", "no id", "nan", "list", "empty",
        "500", "502", "503", "504", "408", "no http", "closed",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["create", "delete"])
def test_a_write_without_a_whole_answer_is_unknown_and_never_sent_again(
    server: MisbehavingServer, reply: Reply, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accordant.hooks.conductor_wire._SLOWEST_BODY", 1)
    server.script(reply)
    arguments: list[Any] = [{}] if method == "create" else ["1"]
    with pytest.raises(OutcomeUnknown):
        getattr(open_hook(server.url), method)("invoices", *arguments)
    assert len(server.asked) == 1


@pytest.mark.parametrize("host", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "https://127.0.0.1:{live}"])
def test_a_write_that_never_went_out_may_be_sent_later(server: MisbehavingServer, free_port: int, host: str) -> None:
    server.script(Reply(200, CUSTOMER))
    with pytest.raises(RetryLater) as caught:
        open_hook(host.format(port=free_port, live=server.port)).create("customers", {})
    assert caught.value.code.code == "SYSTEM_DOWN"
    assert server.asked == []


def test_a_write_that_cannot_connect_in_time_may_be_sent_later(silent_port: int) -> None:
    with pytest.raises(RetryLater, match="could not be connected to in time"):
        open_hook(f"http://127.0.0.1:{silent_port}", extra={"connect_timeout": 0.2}).create("customers", {})


def test_half_a_character_rejects_the_record_before_anything_is_sent(server: MisbehavingServer) -> None:
    with pytest.raises(RecordRejected):
        open_hook(server.url).create("customers", {"name": "\ud800"})
    assert server.asked == []


def test_an_endless_answer_is_not_taken_into_memory(server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accordant.hooks.conductor_wire._LARGEST_BODY", 1000)
    server.script(Reply(200, {"id": "x" * 5000}))
    with pytest.raises(RetryLater, match="sent an answer of more than"):
        open_hook(server.url).find("customers", "1")


# -- turns


def test_every_request_has_a_turn_of_its_own_and_waits_outside_of_it(server: MisbehavingServer) -> None:
    turns = Turns()
    seen: list[int] = []

    def answer(asked: Asked) -> Reply:
        seen.append(turns.open)
        return Reply(503) if len(seen) == 1 else Reply(200, CUSTOMER)

    server.script(answer)
    open_hook(server.url, turn=turns).find("customers", "1")
    open_hook(server.url, turn=turns).create("customers", {})
    assert (turns.taken, seen) == (3, [1, 1, 1])


def test_without_a_turn_given_two_hooks_of_one_company_file_take_turns(server: MisbehavingServer) -> None:
    inside, most = [0], [0]
    lock = threading.Lock()

    def answer(asked: Asked) -> Reply:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.01)
        with lock:
            inside[0] -= 1
        return Reply(200, CUSTOMER)

    server.script(answer)
    hooks = [open_hook(server.url) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: hooks[number % 2].find("customers", "1"), range(16)))
    assert most == [1]
    assert len(server.asked) == 16


def test_a_turn_that_cannot_be_had_sends_nothing(server: MisbehavingServer) -> None:
    @contextmanager
    def taken() -> Iterator[None]:
        raise RetryLater("RUN_OVERLAPS", "Somebody else has the turn.")
        yield

    with pytest.raises(RetryLater, match="RUN_OVERLAPS"):
        open_hook(server.url, turn=taken).create("customers", {})
    assert server.asked == []


# -- calls


def test_every_call_over_the_wire_is_told(server: MisbehavingServer) -> None:
    calls: list[ApiCall] = []
    server.script(Reply(503), Reply(200, {"data": [], "objectType": "list"}), Reply(200, CUSTOMER))
    hook = open_hook(server.url, calls)
    list(hook.rows("customers", ids=["a", "b"]))
    hook.create("customers", {})
    assert [(call.method, call.status, call.write) for call in calls] == [
        ("GET", 503, False), ("GET", 200, False), ("POST", 200, True),
    ]  # fmt: skip
    assert calls[0].path == "/quickbooks-desktop/customers?ids=a&ids=b&limit=150"
    assert (calls[0].system, calls[0].account) == ("conductor", f"{server.url}/end_usr_1")


def test_waiting_for_the_turn_is_not_counted_as_the_systems_time(server: MisbehavingServer) -> None:
    @contextmanager
    def slow() -> Iterator[None]:
        time.sleep(0.2)
        yield

    calls: list[ApiCall] = []
    server.script(Reply(200, CUSTOMER))
    open_hook(server.url, calls, turn=slow).find("customers", "1")
    assert calls[0].milliseconds < 150


# -- the company file


def test_the_fingerprint_names_the_company_and_changes_with_the_file_only(server: MisbehavingServer) -> None:
    other_phone, other_blanks = {**COMPANY, "phone": "2"}, {**COMPANY, "companyName": " PRINT & Co"}
    other_file = {**COMPANY, "ein": "98-7654321"}
    server.script(*(Reply(200, company) for company in (COMPANY, other_phone, other_blanks, other_file)))
    prints = [open_hook(server.url).fingerprint() for _ in range(4)]
    digests = [text.rpartition("#")[2] for text in prints]
    assert prints[0].startswith("Print & Co #")
    assert digests[0] == digests[1] == digests[2] != digests[3]
    assert "999" not in prints[0]


@pytest.mark.parametrize("expected", [None, "", "print & co"])
def test_the_company_is_given_whole_when_it_is_the_expected_one(
    server: MisbehavingServer, expected: str | None
) -> None:
    server.script(Reply(200, COMPANY))
    assert open_hook(server.url, extra={"company_name": expected}).company() == COMPANY
    assert server.asked[0].path == "/quickbooks-desktop/company"


def test_another_company_file_is_refused_before_anything_is_done(server: MisbehavingServer) -> None:
    server.script(Reply(200, COMPANY))
    with pytest.raises(Misconfigured) as caught:
        open_hook(server.url, extra={"company_name": "Wholesale Inc"}).fingerprint()
    assert (caught.value.record, caught.value.field) == ("conductor_test", "company_name")
    assert "has open is Print & Co, not Wholesale Inc" in str(caught.value)


def test_the_servers_time_is_that_of_its_date_header(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"id": "end_usr_1"}, headers={"Date": "Sat, 21 Nov 2026 07:08:09 GMT"}))
    assert open_hook(server.url).server_time() == datetime(2026, 11, 21, 7, 8, 9, tzinfo=UTC)
    assert server.asked[0].path == "/end-users/end_usr_1"


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_an_answer_without_a_date_gives_no_time(server: MisbehavingServer, headers: dict[str, str]) -> None:
    server.script(Reply(200, {"id": "end_usr_1"}, headers=headers))
    with pytest.raises(RetryLater, match="without its date"):
        open_hook(server.url).server_time()


def test_a_connection_test_says_which_company_file_is_open(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"duration": 12.4, "status": "ok"}), Reply(200, COMPANY))
    works, sentence = open_hook(server.url).test_connection()
    assert works
    assert sentence == "QuickBooks Desktop answered through Conductor in 12 ms with the company file Print & Co."


def test_a_connection_test_fails_for_another_company_file(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"duration": 12.4, "status": "ok"}), Reply(200, COMPANY))
    works, sentence = open_hook(server.url, extra={"company_name": "Other"}).test_connection()
    assert not works
    assert "Print & Co, not Other" in sentence


# -- closing


def test_a_hook_closes_its_client_when_told_and_when_forgotten(server: MisbehavingServer) -> None:
    server.script(Reply(200, CUSTOMER))
    with open_hook(server.url) as hook:
        hook.find("customers", "1")
        told = hook._wire.client
    assert told.is_closed()
    hook = open_hook(server.url)
    forgotten = hook._wire.client
    del hook
    gc.collect()
    assert forgotten.is_closed()
