"""The InvenTree hook's own ways: lists, searches, lines, its connection."""

from __future__ import annotations

from typing import Any

import pytest

from accordant.hooks.inventree import InvenTreeHook
from accordant.hooks.inventree_dialect import search_phrase, search_terms
from accordant.sync.errors import Misconfigured, RecordRejected, RetryLater
from accordant.sync.text import folded
from tests.hooks.conftest import CANARY, connection, hook_for
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply

PARTS = "/api/part/"


class Shelf:
    """A list of objects as InvenTree pages it; `before_call` may change it between pages."""

    def __init__(self, pks: list[int]) -> None:
        self.pks = pks
        self.before_call: dict[int, Any] = {}
        self.calls = 0
        self.most = 1000

    def __call__(self, asked: Asked) -> Reply:
        self.calls += 1
        self.before_call.get(self.calls, lambda: None)()
        limit, offset = min(int(asked.query["limit"]), self.most), int(asked.query["offset"])
        rows = [{"pk": pk} for pk in self.pks[offset : offset + limit]]
        return Reply(200, {"count": len(self.pks), "next": None, "previous": None, "results": rows})


def listed(hook: InvenTreeHook) -> list[int]:
    return [item["pk"] for page in hook.pages(PARTS) for item in page]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 20])
def test_a_list_is_read_whole(server: MisbehavingServer, hook: InvenTreeHook, count: int) -> None:
    server.script(Shelf(list(range(count))))
    assert listed(hook) == list(range(count))
    assert all(asked.query["ordering"] == "id" for asked in server.asked)


def test_an_object_that_slips_to_a_page_already_read_is_still_found(
    server: MisbehavingServer, hook: InvenTreeHook
) -> None:
    shelf = Shelf(list(range(9)))
    shelf.before_call[2] = lambda: shelf.pks.remove(0)
    server.script(shelf)
    assert set(range(1, 9)) <= set(listed(hook))


def test_an_object_is_given_once_though_a_new_one_pushed_it_to_the_next_page(
    server: MisbehavingServer, hook: InvenTreeHook
) -> None:
    shelf = Shelf(list(range(9)))
    shelf.before_call[2] = lambda: shelf.pks.insert(0, 100)
    server.script(shelf)
    found = listed(hook)
    assert len(found) == len(set(found))
    assert set(found) >= set(range(9))


def test_a_list_that_shrinks_to_nothing_meanwhile_ends(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    shelf = Shelf(list(range(9)))
    shelf.before_call[2] = shelf.pks.clear
    server.script(shelf)
    assert listed(hook) == [0, 1, 2]


def test_a_list_that_never_holds_still_is_left_for_later(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    shelf = Shelf(list(range(9)))
    for call in range(2, 200):
        shelf.before_call[call] = lambda call=call: shelf.pks.insert(0, 1000 + call)
    server.script(shelf)
    with pytest.raises(RetryLater):
        listed(hook)


def test_a_server_with_smaller_pages_than_asked_for_is_read_whole(
    server: MisbehavingServer, hook: InvenTreeHook
) -> None:
    shelf = Shelf(list(range(9)))
    shelf.most = 2
    server.script(shelf)
    assert listed(hook) == list(range(9))


def test_a_server_that_ignores_the_limit_gives_one_bare_list(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(200, [{"pk": 1}, {"pk": 2}, {"pk": 1}]))
    assert listed(hook) == [1, 2]


@pytest.mark.parametrize("body", [{"hello": 1}, "text", {"count": 1, "results": [{"id": 1}]}, [1]])
def test_something_that_is_no_list_of_objects_is_unreadable(
    server: MisbehavingServer, hook: InvenTreeHook, body: object
) -> None:
    server.script(Reply(200, body))
    with pytest.raises(RetryLater):
        listed(hook)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Müller & Söhne GmbH", "GmbH ller hne"),
        ("RO14399840", "RO14399840"),
        ('Bolt, M8 "long"', "Bolt long M8"),
        ("Strasse", "Stra"),
        ("ț ș", None),
        ("", None),
        ("日本", None),
    ],
)
def test_only_words_that_every_server_finds_are_searched_for(text: str, terms: str | None) -> None:
    assert search_terms(text) == terms


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("MÜLLER gmbh", "Müller GmbH"), ("STRASSE 12", "Straße 12"), ("Alfa  Beta", "alfa beta"), ("ŞTEFAN", "ştefan")],
)
def test_a_search_finds_every_name_that_is_the_same(ours: str, theirs: str) -> None:
    assert folded(ours) == folded(theirs)
    ascii_only = str.maketrans({letter: letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
    terms = (search_terms(ours) or "").translate(ascii_only).split()
    assert all(term in theirs.translate(ascii_only) for term in terms)


def test_a_term_without_a_usable_word_reads_the_whole_list(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Shelf([1, 2]))
    assert [c["pk"] for c in hook.search_companies("日本")] == [1, 2]
    assert "search" not in server.asked[0].query
    assert [c["pk"] for c in hook.search_parts(None)] == [1, 2]


def test_an_order_is_searched_as_a_phrase(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Shelf([5]))
    assert [order["pk"] for order in hook.search_orders("SERIE=A B;NUMAR=1")] == [5]
    assert server.asked[0].query["search"] == '"SERIE=A B;NUMAR=1"'
    assert search_phrase('say "hi" there') == "there say hi"


def test_lines_come_with_their_order(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    line = {"pk": 1, "order": 4, "order_detail": {"pk": 4}}
    server.script(Reply(200, {"count": 1, "results": [line]}))
    assert hook.lines_of(4) == [line]
    assert server.asked[0].query["order"] == "4"
    assert server.asked[0].query["order_detail"] == "true"


def test_lines_of_another_order_are_never_taken_for_this_one(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(200, [{"pk": 1, "order": 4}, {"pk": 2, "order": 9}]))
    with pytest.raises(RetryLater, match="other orders"):
        hook.lines_of(4)


def test_an_order_that_is_gone_has_no_lines(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    refused = Reply(400, {"order": ["Select a valid choice."]})
    server.script(refused, Reply(404, {"detail": "No SalesOrder matches the given query."}))
    assert hook.lines_of(4) == []
    server.script(refused, Reply(200, {"pk": 4}))
    with pytest.raises(RecordRejected):
        hook.lines_of(4)


# -- the connection


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({"host": "HTTP://Inv.Example.com:80/"}, "http://inv.example.com"),
        ({"host": "https://inv.example.com/sub/path/"}, "https://inv.example.com/sub/path"),
        ({"host": "https://inv.example.com/api/"}, "https://inv.example.com"),
        ({"host": "inv.example.com", "schema": "http", "port": 1234}, "http://inv.example.com:1234"),
        ({"host": "inv.example.com"}, "https://inv.example.com"),
        ({"host": "http://[::1]:8000"}, "http://[::1]:8000"),
    ],
)
def test_the_account_is_the_address_in_one_form(fields: dict[str, Any], account: str) -> None:
    assert hook_for(connection(**fields)).account == account


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": ""}, "has no host"),
        ({"host": "http://x", "password": ""}, "has no password"),
        ({"host": "ftp://x"}, "no address"),
        ({"host": "http://x:99999"}, "no address"),
        ({"host": "http://x", "extra": {"page_size": "many"}}, "`page_size`"),
        ({"host": "http://x", "extra": {"page_size": 1}}, "at least 2"),
        ({"host": "http://x", "extra": {"verify": "/no/such/file"}}, "does not exist"),
    ],
)
def test_an_incomplete_connection_says_what_it_lacks(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        hook_for(connection(**fields))
    assert words in str(caught.value)
    assert caught.value.record == "inventree_test"


def test_a_connection_that_is_not_defined_says_so() -> None:
    with pytest.raises(Misconfigured) as caught:
        InvenTreeHook("nobody_made_this")
    assert caught.value.code.code == "CONNECTION_MISSING"


def test_extras_may_come_as_text_as_forms_and_uris_give_them(server: MisbehavingServer) -> None:
    server.script(Shelf([1]))
    hook = hook_for(connection(server.url, extra={"page_size": "7", "read_timeout": "2", "verify": "False"}))
    list(hook.pages(PARTS))
    assert server.asked[0].query["limit"] == "7"


def test_a_password_buys_one_token(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"token": CANARY}), Reply(200, {"pk": 1}))
    hook = hook_for(connection(server.url, login="sync", password="päss:word"))
    hook.find("/api/part/1/")
    hook.find("/api/part/1/")
    assert [asked.headers["authorization"].split()[0] for asked in server.asked] == ["Basic", "Token", "Token"]
    assert (server.asked[0].path, server.asked[0].query) == ("/api/user/token/", {"name": "accordant"})


ROOT = Reply(200, {"server": "InvenTree", "version": "1.5.0 dev", "apiVersion": 530})
EMPTY = Reply(200, {"count": 0, "results": []})


def test_a_working_connection_says_whom_it_reached(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(ROOT, EMPTY)
    works, sentence = hook.test_connection()
    assert works
    assert "1.5.0 dev (API 530)" in sentence
    assert "authorization" not in server.asked[0].headers


def test_an_old_server_says_what_is_missing(server: MisbehavingServer, hook: InvenTreeHook) -> None:
    server.script(Reply(200, {"version": "0.17", "apiVersion": 300}), EMPTY)
    works, sentence = hook.test_connection()
    assert works
    assert "older than API 500" in sentence


@pytest.mark.parametrize(
    ("replies", "code"),
    [
        ([ROOT, Reply(401, {"detail": "Invalid token."})], "CREDENTIALS_REFUSED"),
        ([ROOT, EMPTY, Reply(403, {"detail": "You do not have permission."})], "PERMISSION_MISSING"),
        ([Reply(200, {"hello": "world"})], "ADDRESS_WRONG"),
        ([Reply(200, b"<html></html>")], "ADDRESS_WRONG"),
        ([Reply(404, b"<html></html>")], "ADDRESS_WRONG"),
        ([Reply(500)], "SYSTEM_DOWN"),
    ],
)
def test_a_broken_connection_says_where_to_mend_it(
    server: MisbehavingServer, hook: InvenTreeHook, replies: list[Reply], code: str
) -> None:
    server.script(*replies)
    works, sentence = hook.test_connection()
    assert not works
    assert sentence.startswith(code)
