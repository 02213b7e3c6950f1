"""Lists: pages, cursors, filters and sorts."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import pytest

from sandbox.printavo.small_lists import STATUS_LIST, status_id
from tests.sandbox.printavo.caller import PAGE, Caller, orders

IDS = orders("id")
ALL = [str(20_000_000 + number) for number in range(60, 0, -1)]


def _nodes(ask: Caller, fields: str, arguments: str, name: str = "orders") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask.page(orders(fields, arguments, name), 100, name=name)["nodes"]
    return found


def test_a_page_has_25_nodes_unless_asked_otherwise(ask: Caller) -> None:
    found = ask("{orders{nodes{__typename} pageInfo{hasNextPage endCursor}}}")["orders"]
    assert len(found["nodes"]) == 25
    assert found["pageInfo"] == {"hasNextPage": True, "endCursor": "MjU"}


def test_all_pages_together_hold_every_order_once_newest_first(ask: Caller) -> None:
    assert ask.ids(IDS, 7) == ALL
    ask.control.settings(default_order="oldest_first")
    assert ask.ids(IDS, 60) == ALL[::-1]


def test_a_cursor_is_a_place_in_base64(ask: Caller) -> None:
    page = ask.page(IDS, 7, base64.b64encode(b"50").decode())
    assert [node["id"] for node in page["nodes"]] == ALL[50:57]
    assert page["pageInfo"] == {
        "hasNextPage": True, "hasPreviousPage": True, "startCursor": "NTE", "endCursor": "NTc",
    }  # fmt: skip
    last = ask.page(IDS, 7, "NTc")
    assert (len(last["nodes"]), last["pageInfo"]["hasNextPage"]) == (3, False)
    assert ask.errors(IDS, first=1, after="é!") == ["Invalid cursor: 'é!'"]


def test_pages_go_backwards_too(ask: Caller) -> None:
    found = ask('{orders(last:2 before:"NQ"){edges{cursor node{...on Invoice{id} ...on Quote{id}}}}}')["orders"]
    assert [edge["node"]["id"] for edge in found["edges"]] == ALL[2:4]
    assert [edge["cursor"] for edge in found["edges"]] == ["Mw", "NA"]


def test_an_order_put_in_or_taken_out_between_pages_shifts_the_next(ask: Caller) -> None:
    first = ask.page(IDS, 10)["pageInfo"]["endCursor"]
    ask.control.act("put_like", order_id=ALL[0])
    assert ask.page(IDS, 10, first)["nodes"][0]["id"] == ALL[9]
    ask.control.act("delete_order", order_id=ALL[0])
    ask.control.act("delete_order", order_id=ALL[1])
    assert ask.page(IDS, 10, first)["nodes"][0]["id"] == ALL[11]


def test_first_is_cut_to_a_maximum_only_if_one_is_set(ask: Caller) -> None:
    assert len(ask.page(IDS, 60)["nodes"]) == 60
    ask.control.settings(max_page_size=20)
    page = ask.page(IDS, 60)
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (20, True)


def test_statuses_are_included_and_excluded(ask: Caller) -> None:
    wanted = [status_id("Completed"), status_id("Archived")]
    text = str(wanted).replace("'", '"')
    names = {node["status"]["name"] for node in _nodes(ask, "status{name}", f"statusIds:{text}")}
    assert names == {"Completed", "Archived"}
    others = {node["status"]["name"] for node in _nodes(ask, "status{name}", f"excludeStatusIds:{text}")}
    assert others
    assert not others & names


def test_invoices_and_quotes_are_told_by_their_status(ask: Caller) -> None:
    invoices = _nodes(ask, "id status{type}", "", "invoices")
    quotes = _nodes(ask, "id status{type}", "", "quotes")
    assert {node["status"]["type"] for node in invoices} == {"INVOICE"}
    assert {node["status"]["type"] for node in quotes} == {"QUOTE"}
    assert sorted(node["id"] for node in invoices + quotes) == sorted(ALL)
    quote = quotes[0]["id"]
    ask.control.act("change_status", order_id=quote, status_id=status_id("Approved"))
    assert ask("query($id:ID!){quote(id:$id){id} invoice(id:$id){id}}", id=quote) == {
        "quote": None, "invoice": {"id": quote},
    }  # fmt: skip


def test_in_production_after_looks_at_due_and_before_at_start(ask: Caller) -> None:
    everything = _nodes(ask, "id dueAt startAt", "")
    moment = datetime.fromisoformat("2026-05-01T00:00:00+01:00")
    after = {node["id"] for node in _nodes(ask, "id", f'inProductionAfter:"{moment.isoformat()}"')}
    due = {one["id"] for one in everything if one["dueAt"] and datetime.fromisoformat(one["dueAt"]) > moment}
    assert after == due
    before = {node["id"] for node in _nodes(ask, "id", 'inProductionBefore:"2026-05-01T00:00:00+01:00"')}
    assert before == {one["id"] for one in everything if datetime.fromisoformat(one["startAt"]) < moment}
    assert 0 < len(after) < 60
    assert 0 < len(before) < 60
    assert ask.errors('{orders(inProductionAfter:"soon"){pageInfo{hasNextPage}}}') == [
        "'soon' is not an ISO8601 date and time"
    ]


@pytest.mark.parametrize("status", ["UNPAID", "PARTIAL_PAYMENT", "PAID"])
def test_the_payment_status_filters(ask: Caller, status: str) -> None:
    found = _nodes(ask, "paidInFull amountPaid", f"paymentStatus:{status}")
    assert found
    for node in found:
        paid = node["amountPaid"] or 0
        assert status == ("PAID" if node["paidInFull"] else "PARTIAL_PAYMENT" if paid > 0 else "UNPAID")


def test_a_query_finds_names_and_numbers_and_ignores_tags(ask: Caller) -> None:
    assert [node["visualId"] for node in _nodes(ask, "visualId", 'query:"immersive" tags:["nothing"]')]
    assert "58" in {node["visualId"] for node in _nodes(ask, "visualId", 'query:"58"')}
    tagged = _nodes(ask, "tags", 'tags:["rush","VIP"]')
    assert tagged
    assert all({"rush", "VIP"} & set(node["tags"]) for node in tagged)


# How Postgres sorts: what is null comes last, and first when descending.
_KEYS = {
    "VISUAL_ID": ("visualId", lambda node: node["visualId"] and int(node["visualId"])),
    "TOTAL": ("total", lambda node: node["total"]),
    "CUSTOMER_DUE_AT": ("customerDueAt", lambda node: node["customerDueAt"]),
    "STATUS": ("status{position}", lambda node: node["status"]["position"]),
    "OWNER": ("owner{name}", lambda node: node["owner"]["name"]),
    "CUSTOMER_NAME": (
        "contact{customer{companyName}}",
        lambda node: (node["contact"]["customer"]["companyName"] or "").strip().lower() or None,
    ),
}


@pytest.mark.parametrize("name", _KEYS)
def test_orders_are_sorted_as_asked(ask: Caller, name: str) -> None:
    fields, key = _KEYS[name]
    up = [key(node) for node in _nodes(ask, fields, f"sortOn:{name}")]
    there = [one for one in up if one is not None]
    assert there == sorted(there)
    assert up == there + [None] * (len(up) - len(there))
    assert [key(node) for node in _nodes(ask, fields, f"sortOn:{name} sortDescending:true")] == up[::-1]


def test_a_changed_order_moves_in_a_sorted_list(ask: Caller) -> None:
    arguments = "sortOn:VISUAL_ID sortDescending:true"
    assert next(node["id"] for node in _nodes(ask, "id visualId", arguments) if node["visualId"]) == ALL[0]
    ask.control.act("change_order", order_id=ALL[30], values={"visualId": "99999"})
    assert next(node["id"] for node in _nodes(ask, "id visualId", arguments) if node["visualId"]) == ALL[30]


def test_customers_have_no_filter_and_connections_of_unions_no_total(ask: Caller) -> None:
    assert "Unknown argument" in ask.errors('{customers(query:"imm"){totalNodes}}')[0]
    for name in ("orders", "transactions"):
        assert "Cannot query field 'totalNodes'" in ask.errors(f"{{{name}{{totalNodes}}}}")[0]
    found = ask("{customers{totalNodes} invoices{totalNodes totalAmount} quotes{totalNodes}}")
    assert found["customers"]["totalNodes"] == ask.control.counts()["customers"]
    assert found["invoices"]["totalNodes"] + found["quotes"]["totalNodes"] == 60
    assert found["invoices"]["totalAmount"] > 1000


def test_contacts_are_found_sorted_and_counted(ask: Caller) -> None:
    found = ask('{contacts(query:"imm" sortOn:CONTACT_NAME){nodes{fullName orderCount orders{nodes{__typename}}}}}')
    names = [node["fullName"].lower() for node in found["contacts"]["nodes"]]
    assert names == sorted(names)
    assert "ian marsh" in names
    assert all(node["orderCount"] == len(node["orders"]["nodes"]) for node in found["contacts"]["nodes"])
    assert sum(node["orderCount"] for node in found["contacts"]["nodes"]) > 3


def test_statuses_of_both_types_are_listed(ask: Caller) -> None:
    found = ask("{statuses{nodes{name type}} quote: statuses(type:QUOTE){totalNodes}}")
    assert [(one["name"], one["type"]) for one in found["statuses"]["nodes"]] == [
        (one["name"], one["type"]) for one in STATUS_LIST
    ]
    assert (len(STATUS_LIST), found["quote"]["totalNodes"]) == (12, 4)


def test_every_transaction_of_every_order_is_listed_once(ask: Caller) -> None:
    query = f"query($after:String){{transactions(first:9 after:$after){{{PAGE} nodes{{...on IDed{{id}}}}}}}}"
    found, after = [], None
    for _ in range(100):
        page = ask(query, after=after)["transactions"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    own = _nodes(ask, "transactions(first:9){nodes{...on IDed{id}}}", "")
    assert sorted(found) == sorted(one["id"] for node in own for one in node["transactions"]["nodes"])
    assert len(set(found)) == len(found) > 30
