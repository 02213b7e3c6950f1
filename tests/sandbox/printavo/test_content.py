"""Generated accounts: the same for the same seed, of any size, with the trouble of real ones."""

from __future__ import annotations

import time
from decimal import Decimal

import psutil

from sandbox.printavo import details
from sandbox.printavo.content import Content, generate
from sandbox.printavo.key_accounts import COMPANIES, KNOWN_CUSTOMERS
from sandbox.printavo.small_lists import STATUS_LIST
from sandbox.seed.printavo.load import load_printavo
from sandbox.seed.printavo.promises import FILTERED, cents, promise, promise_of
from tests.sandbox.printavo.caller import BOTH, Caller

SOME = generate(3000, seed=9)
ORDERS = [SOME.order(number) for number in range(1, 3001)]


def _key(content: Content, number: int) -> str:
    order = content.order(number)
    return f"{order} {content.people.contacts[order['_contact']]}"


def test_an_account_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    again, other = generate(3000, seed=9), generate(3000, seed=10)
    assert all(_key(again, number) == _key(SOME, number) for number in range(1, 3001, 7))
    assert again.people == SOME.people
    assert _key(other, 5) != _key(SOME, 5)


def test_there_is_about_one_customer_for_eight_orders_and_few_are_key_customers() -> None:
    assert 300 < len(SOME.people.customers) < 450
    counted = {key: sum(SOME.company(number) == key for number in range(1, 3001)) for key in COMPANIES}
    assert all(0.01 < count / 3000 < 0.08 for count in counted.values())


def test_every_spelling_of_a_key_customer_and_every_near_miss_has_an_order() -> None:
    for content in (SOME, generate(400, seed=2026, open_share=0.5), generate(60)):
        ordering = {content.order(number)["_contact"] for number in range(1, content.orders + 1)}
        names = [content.people.customers[content.people.contacts[one]["_customer"]]["companyName"] for one in ordering]
        assert {one.name for one in KNOWN_CUSTOMERS} <= set(names)
    near = {"Immersive Media", "Harleston Town Council", "IMMO Agency", "Charlestons Bar", "Zimmer & Sons"}
    told = {
        SOME.people.customers[place]["companyName"]: SOME.people.customers[place]["_company"]
        for place in range(len(SOME.people.customers))
    }
    assert {told[name] for name in near} == {""}
    assert {told[name] for name in ("I.M.M.", "Imm Print Ltd", "IMM (UK)", "imm  ")} == {"imm"}
    assert {told[name] for name in ("Harleston's", "HARLESTONS LTD", "  Harlestons ")} == {"harlestons"}


def test_a_contact_of_another_customer_who_works_for_a_key_company_counts_for_it() -> None:
    [lee] = [one for one in SOME.people.contacts if one["_company"]]
    assert (lee["fullName"], SOME.people.company(lee["_number"])) == ("Harlestons (Lee Park)", "harlestons")
    customer = SOME.people.customers[lee["_customer"]]
    assert (customer["companyName"], SOME.people.company(customer["_contacts"][0])) == ("Northgate Studio", "")


def test_orders_have_the_trouble_of_real_ones() -> None:
    assert any(order["total"] is None for order in ORDERS if order["__typename"] == "Quote")
    assert all(order["total"] is not None for order in ORDERS if order["__typename"] == "Invoice")
    totals = [order["total"] for order in ORDERS if order["total"] is not None]
    assert 10.005 in totals
    assert any(Decimal(repr(total)) != cents(total) for total in totals if total != 10.005)
    for name in ("visualId", "nickname", "dueAt", "visualPoNumber", "productionNote"):
        assert 0 < sum(order[name] is None for order in ORDERS) < 3000, name
    assert any(one["email"] is None for one in SOME.people.contacts)
    assert any(one["companyName"] is None for one in SOME.people.customers)
    notes = "".join(order["productionNote"] or "" for order in ORDERS)
    assert all(sign in notes for sign in ("\n", "\r", "\t", "\\", '"', "'", "🚀", "Ș", "“", "<", "$"))


def test_the_parts_of_an_order_add_up() -> None:
    seen = set()
    for order in ORDERS[::3]:
        groups = details.groups(order)
        lines = [line for group in groups for line in details.lines(group)]
        assert 1 <= len(groups) <= 3
        assert all(1 <= len(group["_lines"]) <= 4 for group in groups)
        assert all(line["items"] == sum(size["count"] for size in line["sizes"]) for line in lines)
        money = details.transactions(order)
        seen |= {one["__typename"] for one in money}
        if order["total"] is not None:
            worth = sum(Decimal(repr(line["price"])) * line["items"] for line in lines)
            worth += sum(Decimal(repr(fee["amount"])) for fee in details.fees(order))
            assert Decimal(repr(order["subtotal"])) == worth
            assert order["totalQuantity"] == sum(line["items"] for line in lines)
            assert abs(order["total"] - order["amountPaid"] - order["amountOutstanding"]) < 0.006
    assert seen == {"Payment", "Refund", "Return", "Void", "PaymentDispute"}


def test_ids_are_texts_and_no_two_records_of_a_kind_share_one() -> None:
    lines = [line["id"] for order in ORDERS for group in details.groups(order) for line in details.lines(group)]
    groups = [group["id"] for order in ORDERS for group in details.groups(order)]
    money = [one["id"] for order in ORDERS for one in details.transactions(order)]
    for identities in (lines, groups, money, [order["id"] for order in ORDERS]):
        assert len(set(identities)) == len(identities)
        assert all(isinstance(one, str) for one in identities)


def test_two_hundred_thousand_orders_need_little_memory_and_time() -> None:
    process = psutil.Process()
    before, started = process.memory_info().rss, time.process_time()
    content = generate(200_000)
    assert content.order(200_000)["visualId"] == "200000"
    assert process.memory_info().rss - before < 400 * 1024**2
    assert time.process_time() - started < 10


def test_the_demo_is_loaded_once(ask: Caller) -> None:
    ask.control.generate(0)
    assert load_printavo(ask.server.base_url) == 400
    ask.control.act("change_some", count=3, seed=1)
    assert load_printavo(ask.server.base_url) == 0
    assert ask.control.counts()["orders"] == 400


def test_the_promises_are_what_a_reader_of_the_demo_finds(ask: Caller) -> None:
    ask.control.generate(0)
    load_printavo(ask.server.base_url)
    ask.control.settings(max_complexity=None)
    fields = "id total totalQuantity status{name type} contact{fullName customer{companyName}}"
    fields += " transactions(first:9){nodes{__typename}} fees(first:9){totalNodes} lineItemGroups(first:9){totalNodes}"
    nodes = ask(f"{{orders(first:400){{nodes{{{BOTH % (fields, fields)}}}}}}}")["orders"]["nodes"]
    promised = promise()
    assert len(nodes) == promised.counts["orders"] == 400
    assert sum(len(node["transactions"]["nodes"]) for node in nodes) == promised.counts["payment"]
    assert sum(node["fees"]["totalNodes"] for node in nodes) == promised.counts["fee"]
    assert sum(node["lineItemGroups"]["totalNodes"] for node in nodes) == promised.counts["line_item_group"]
    assert sum(node["status"]["type"] == "QUOTE" for node in nodes) == promised.counts["quote"]
    assert sum((cents(node["total"]) for node in nodes), Decimal(0)) == promised.total
    by_id = {node["id"]: node for node in nodes}
    for company in promised.companies.values():
        assert company.shown
        assert company.filtered == company.orders - company.shown
        assert {by_id[one]["status"]["name"] for one in company.filtered} == set(FILTERED)
        assert company.total == sum((cents(by_id[one]["total"]) for one in company.shown), Decimal(0))
        assert company.quantity == sum(by_id[one]["totalQuantity"] or 0 for one in company.shown)
        assert company.quotes + company.invoices == len(company.shown)
    names = {
        (by_id[one]["contact"]["customer"]["companyName"] or "").strip() for one in promised.companies["imm"].orders
    }
    assert names == {"IMM", "I.M.M.", "Imm Print Ltd", "IMM (UK)", "imm"}


def test_statuses_have_the_names_that_the_promises_filter_by() -> None:
    assert set(FILTERED) < {status["name"] for status in STATUS_LIST}
    assert promise_of(SOME).counts["status"] == 12
