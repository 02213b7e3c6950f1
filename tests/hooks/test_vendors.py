"""The connections of hosted systems: their accounts, what they lack, and each tested by one cheap read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.hooks.conductor import ConductorHook
from accordant.hooks.printavo import PrintavoHook
from accordant.hooks.quickbooks_online import QuickBooksOnlineHook
from accordant.hooks.vendor_hook import VendorHook
from accordant.sync.errors import Misconfigured
from tests.hooks.misbehaving_server import MisbehavingServer, Reply

TOKEN = "canary-0123456789"
EXTRAS: dict[type[VendorHook], dict[str, Any]] = {
    ConductorHook: {"end_user_id": "end_usr_1"},
    QuickBooksOnlineHook: {"realm_id": "4620816365", "refresh_token": "RT1-canary"},
    PrintavoHook: {},
}


def open_hook(kind: type[VendorHook], host: str | None, **fields: Any) -> VendorHook:
    extra = {**EXTRAS[kind], "connect_timeout": 0.5, "read_timeout": 1.5, **fields.pop("extra", {})}
    given = {"conn_id": "vendor_test", "login": "me@shop.example", "password": TOKEN, **fields}
    return kind(connection=Connection(host=host, conn_type=kind.form.conn_type, extra=json.dumps(extra), **given))


GREETINGS = [
    (ConductorHook, {"duration": 12.4, "status": "ok"}, "in 12 ms"),
    (PrintavoHook, {"data": {"account": {"id": "1", "companyName": "Print"}}}, "answers as Print"),
]
REFUSALS = [
    (ConductorHook, {"error": {"message": "Bad key.", "code": "API_KEY_INVALID"}}, "Bad key. (API_KEY_INVALID)"),
    (PrintavoHook, {"errors": [{"message": "Unauthorized"}]}, "Unauthorized"),
]


@pytest.mark.parametrize(("kind", "body", "words"), GREETINGS)
def test_a_working_connection_says_whom_it_reached(
    server: MisbehavingServer, kind: type[VendorHook], body: object, words: str
) -> None:
    server.script(Reply(200, body))
    works, sentence = open_hook(kind, server.url).test_connection()
    assert works, sentence
    assert words in sentence
    assert TOKEN in str(server.asked[0].headers)


@pytest.mark.parametrize(("kind", "body", "words"), REFUSALS)
def test_refused_credentials_are_told_in_the_vendors_words(
    server: MisbehavingServer, kind: type[VendorHook], body: object, words: str
) -> None:
    server.script(Reply(401, body))
    works, sentence = open_hook(kind, server.url).test_connection()
    assert not works
    assert sentence.startswith("CREDENTIALS_REFUSED vendor_test")
    assert words in sentence
    assert TOKEN not in sentence
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", [ConductorHook, PrintavoHook])
@pytest.mark.parametrize("reply", [Reply(200, {"hello": 1}), Reply(200, b"<html></html>"), Reply(200, [1])])
def test_another_server_is_not_taken_for_the_vendor(
    server: MisbehavingServer, kind: type[VendorHook], reply: Reply
) -> None:
    server.script(reply)
    assert not open_hook(kind, server.url).test_connection()[0]


def test_a_graphql_error_with_status_200_is_an_error(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"errors": [{"message": "Invalid token"}]}))
    works, sentence = open_hook(PrintavoHook, server.url).test_connection()
    assert not works
    assert "Invalid token" in sentence


def test_conductor_is_told_whose_company_file(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"status": "ok"}))
    open_hook(ConductorHook, server.url).test_connection()
    assert server.asked[0].headers["conductor-end-user-id"] == "end_usr_1"
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_accounts_tell_companies_and_worlds_apart() -> None:
    sandbox = open_hook(QuickBooksOnlineHook, None, extra={"environment": "sandbox"})
    assert sandbox.account == "https://sandbox-quickbooks.api.intuit.com/4620816365"
    assert open_hook(QuickBooksOnlineHook, None).account == "https://quickbooks.api.intuit.com/4620816365"
    assert open_hook(ConductorHook, None).account == "https://api.conductor.is/v1/end_usr_1"
    assert open_hook(PrintavoHook, None).account == "https://www.printavo.com/me@shop.example"


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (ConductorHook, {"extra": {"end_user_id": ""}}, "`end_user_id`"),
        (QuickBooksOnlineHook, {"extra": {"environment": "prod"}}, "one of production, sandbox"),
        (QuickBooksOnlineHook, {"password": None}, "has no password"),
        (QuickBooksOnlineHook, {"login": ""}, "has no login"),
        (QuickBooksOnlineHook, {"extra": {"refresh_token": ""}}, "`refresh_token`"),
        (QuickBooksOnlineHook, {"extra": {"token_url": "ftp://x"}}, "`token_url`"),
        (PrintavoHook, {"login": ""}, "has no login"),
    ],
)
def test_an_incomplete_connection_says_what_it_lacks(
    kind: type[VendorHook], fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(Misconfigured, match=words):
        open_hook(kind, None, **fields)
