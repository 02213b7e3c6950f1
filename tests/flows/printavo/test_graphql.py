"""Questions are as large as the limits allow and never larger, by Printavo's count and not only by ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.printavo.graphql import (
    Filters,
    Question,
    counts_question,
    orders_question,
    page_question,
)
from accordant.flows.printavo.graphql_aliases import (
    AliasQuestion,
    GoingOn,
    by_id_question,
    ids_at_a_time,
    lists_at_a_time,
    rest_question,
)
from accordant.flows.printavo.graphql_fields import node_of
from accordant.flows.printavo.tables import (
    CONTACTS,
    CUSTOMERS,
    FEES,
    GROUPS,
    HEADERS,
    LINE_ITEMS,
    ORDERS,
    PAYMENTS,
    ROOTS,
    STATUSES,
)
from accordant.sync.errors import Misconfigured
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table
from sandbox.printavo.server import PrintavoThread, running_printavo
from tests.flows.printavo.staging import client_of

LIMITS = PrintavoLimits()
NESTED = (GROUPS, LINE_ITEMS, FEES, PAYMENTS)
TABLES = (*ROOTS, HEADERS)
DUE = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def printavo() -> Iterator[PrintavoThread]:
    with running_printavo() as server:
        server.control.generate(30)
        yield server


def named(tables: tuple[Table, ...]) -> Any:
    return pytest.mark.parametrize("table", tables, ids=[table.name for table in tables])


def going_on(table: Table, count: int) -> list[GoingOn]:
    return [GoingOn(table, "20000001", "200000010" if table is LINE_ITEMS else "20000001", None)] * count


def questions() -> Iterator[tuple[str, Question | AliasQuestion, dict[str, Any]]]:
    for table in TABLES:
        yield table.name, page_question(table, LIMITS), {}
    both = Filters(descending=True, status_ids=("30001", "30002"), due_after=DUE)
    yield "filtered", page_question(HEADERS, LIMITS, both), {}
    yield "a customer's orders", orders_question("customer", ORDERS, LIMITS), {"id": "10000001"}
    yield "a contact's orders", orders_question("contact", ORDERS, LIMITS), {"id": "10000001"}
    for table in (ORDERS, CUSTOMERS, CONTACTS):
        yield f"{table.name} by id", by_id_question(table, ["20000001"] * ids_at_a_time(table, LIMITS)), {}
    for table in NESTED:
        asked = rest_question(table, going_on(table, lists_at_a_time(table, LIMITS)), LIMITS)
        yield f"more of {table.name}", asked, {}


QUESTIONS = list(questions())
BY_NAME = pytest.mark.parametrize(
    ("question", "more"), [one[1:] for one in QUESTIONS], ids=[one[0] for one in QUESTIONS]
)


@BY_NAME
def test_a_question_is_within_the_limits(question: Question | AliasQuestion, more: dict[str, Any]) -> None:
    assert 0 < question.complexity <= LIMITS.complexity
    assert 0 < question.depth <= LIMITS.depth


@BY_NAME
def test_printavo_counts_what_we_count(
    printavo: PrintavoThread, question: Question | AliasQuestion, more: dict[str, Any]
) -> None:
    """The sandbox refuses what is one more than its limit, and counts for itself."""
    variables = {**question.variables, **more}
    printavo.control.settings(max_complexity=question.complexity, max_depth=question.depth)
    client_of(printavo).ask(question.text, variables)
    for limit in ("max_complexity", "max_depth"):
        printavo.control.settings(max_complexity=question.complexity, max_depth=question.depth)
        printavo.control.settings(**{limit: getattr(question, limit.removeprefix("max_")) - 1})
        with pytest.raises(Misconfigured, match="SETTING_INVALID"):
            client_of(printavo).ask(question.text, variables)
    printavo.control.settings(max_complexity=25_000, max_depth=13)


@given(st.integers(1, 60_000), st.sampled_from(TABLES))
def test_a_page_is_the_largest_that_the_complexity_allows(complexity: int, table: Table) -> None:
    limits = PrintavoLimits(complexity=complexity)
    try:
        question = page_question(table, limits)
    except Misconfigured:
        assert complexity < node_of(table).cost + 5
        return
    assert question.complexity <= complexity < question.complexity + node_of(table).cost


def test_a_setting_and_a_wish_make_pages_smaller() -> None:
    assert page_question(HEADERS, PrintavoLimits(most_per_page=100)).first == 100
    assert page_question(HEADERS, LIMITS, most=7).variables == {"first": 7}
    assert ids_at_a_time(ORDERS, PrintavoLimits(most_per_page=10)) == 10


@pytest.mark.parametrize("limits", [PrintavoLimits(complexity=50), PrintavoLimits(depth=4)])
def test_limits_that_allow_nothing_name_the_setting(limits: PrintavoLimits) -> None:
    for ask in (page_question, ids_at_a_time):
        with pytest.raises(Misconfigured, match=r"limits: (complexity|depth): it is"):
            ask(ORDERS, limits)


def test_orders_are_filtered_and_sorted_and_nothing_else_is() -> None:
    asked = page_question(HEADERS, LIMITS, Filters(descending=True, status_ids=("1", "2"), due_after=DUE))
    assert asked.variables["statusIds"] == ["1", "2"]
    assert asked.variables["inProductionAfter"] == "2026-11-01T00:00:00+00:00"
    assert "sortOn: VISUAL_ID, sortDescending: true, statusIds: $statusIds" in asked.text
    assert "statusIds" not in page_question(HEADERS, LIMITS).text
    assert "sortOn" not in page_question(CUSTOMERS, LIMITS).text


def test_filters_choose_the_orders_that_they_say(printavo: PrintavoThread) -> None:
    client = client_of(printavo)
    everything = page_question(HEADERS, LIMITS)
    ((nodes, _),) = client.pages(everything.text, everything.variables, everything.path)
    status = nodes[0]["status"]["id"]
    some = page_question(HEADERS, LIMITS, Filters(descending=True, status_ids=(status,)))
    ((found, _),) = client.pages(some.text, some.variables, some.path)
    assert [node["id"] for node in found] == [node["id"] for node in reversed(nodes) if node["status"]["id"] == status]


def test_records_by_id_come_under_their_aliases_and_missing_ones_are_null(printavo: PrintavoThread) -> None:
    question = by_id_question(ORDERS, ["20000002", "7", "20000001"])
    data = client_of(printavo).ask(question.text, question.variables)
    assert [data[alias] and data[alias]["id"] for alias in question.aliases] == ["20000002", None, "20000001"]
    assert data["r0"]["__typename"] in ORDERS.members


def test_a_question_for_many_records_names_their_fields_once_per_type() -> None:
    one, many = (by_id_question(ORDERS, ["1"] * count).text for count in (1, 40))
    assert one.count("lineItemGroups") == many.count("lineItemGroups") == len(ORDERS.members)
    assert len(many) < 10_000


@named(NESTED)
def test_what_is_read_on_is_at_least_as_much_as_came_with_the_parent(table: Table) -> None:
    for limits in (LIMITS, PrintavoLimits(complexity=2_000)):
        count = lists_at_a_time(table, limits)
        asked = rest_question(table, going_on(table, count), limits)
        assert asked.variables["first"] >= table.first
        assert asked.complexity <= limits.complexity


def test_counts_are_those_of_the_account(printavo: PrintavoThread) -> None:
    data = client_of(printavo).ask(counts_question())
    counts = printavo.control.counts()
    assert data["invoices"]["totalNodes"] + data["quotes"]["totalNodes"] == counts["orders"] == 30
    assert data["customers"]["totalNodes"] == counts["customers"]
    assert orjson.dumps(data).count(b"totalNodes") == 4


def test_every_table_asks_for_what_its_columns_need() -> None:
    assert "billingAddress { address1 address2 city" in node_of(CUSTOMERS).text
    assert "contact { id customer { id } }" in node_of(ORDERS).text
    assert node_of(STATUSES).text == "id name type color position timestamps { createdAt updatedAt }"
    assert node_of(STATUSES).cost == 8
