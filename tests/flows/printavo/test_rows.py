"""What Printavo says is what the tables hold, to the letter and to the cent; what they cannot hold is named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accordant.flows.printavo.graphql_aliases import GoingOn
from accordant.flows.printavo.rows import Rows, Unusable, rows_of, rows_of_list
from accordant.flows.printavo.tables import (
    CUSTOMERS,
    GROUPS,
    HEADERS,
    LINE_ITEMS,
    ORDERS,
    PAYMENTS,
    SIZES,
    STATUSES,
    TABLES,
)
from accordant.sync.tables import Column, Kind, Table
from tests.flows.printavo.staging import copied

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
TIMES = {"createdAt": "2026-11-20T08:00:00Z", "updatedAt": "2026-11-21T09:17:31-05:00"}


def page(*nodes: dict[str, Any], more: bool = False, cursor: str | None = "Mg") -> dict[str, Any]:
    return {"nodes": list(nodes), "pageInfo": {"endCursor": cursor, "hasNextPage": more}}


def line(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"L{number}", "position": number, "itemNumber": "G500", "description": "Tee", "color": "Black",
        "category": {"name": "Screen"}, "price": 4.25, "items": 12, "taxed": True, "productStatus": "in",
        "timestamps": TIMES, "sizes": [{"size": "size_m", "count": 12}], **fields,
    }  # fmt: skip


def group(*lines: dict[str, Any], number: int = 1, more: bool = False) -> dict[str, Any]:
    return {"id": f"G{number}", "position": number, "timestamps": TIMES, "lineItems": page(*lines, more=more)}


def payment(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "__typename": "Payment", "id": f"P{number}", "amount": 10.0, "category": "CASH", "description": None,
        "processing": False, "transactionDate": "2026-11-20", "timestamps": TIMES, **fields,
    }  # fmt: skip


def order(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "__typename": "Invoice", "id": f"O{number}", "visualId": str(number), "nickname": "Shirts",
        "status": {"id": "S1"}, "contact": {"id": "K1", "customer": {"id": "C1"}}, "owner": None,
        "createdAt": "2026-11-01", "invoiceAt": "2026-11-02", "customerDueAt": "2026-11-21", "dueAt": None,
        "startAt": "2026-11-03T09:00:00-05:00", "paymentDueAt": "2026-12-01", "total": 10.0, "subtotal": None,
        "totalUntaxed": 10, "salesTax": 7.25, "salesTaxAmount": 0.72, "discount": None, "discountAmount": None,
        "discountAsPercentage": None, "amountPaid": 0.0, "amountOutstanding": 10.72, "paidInFull": False,
        "totalQuantity": 12, "visualPoNumber": None, "customerNote": None, "productionNote": "a\tb\nc\\d",
        "deliveryMethod": {"name": "Pick up"}, "paymentTerm": None, "tags": ["rush", 'a"b\\'], "publicUrl": "https://x",
        "timestamps": TIMES, "lineItemGroups": page(group(line())), "fees": page(), "transactions": page(payment()),
        **fields,
    }  # fmt: skip


def status(number: int, **fields: Any) -> dict[str, Any]:
    shared = {"name": "Ready", "type": "INVOICE", "color": "#fff", "position": number, "timestamps": TIMES}
    return {"id": str(number), **shared, **fields}


def kept(rows: Rows, table: Table) -> list[dict[str, str | None]]:
    return [*copied(table, rows.lines.get(table.name, b""))]


# -- through a real Postgres


@pytest.fixture(scope="module")
def database(postgres: Any) -> Iterator[psycopg.Connection[Any]]:
    postgres.create_database("printavo_rows")
    with psycopg.connect(f"host={postgres.socket_dir} user=postgres dbname=printavo_rows", autocommit=True) as opened:
        opened.prepare_threshold = None
        for table in (*TABLES, HEADERS):
            columns = ", ".join(f'"{column.name}" {column.kind.value}' for column in table.columns)
            opened.execute(f'CREATE TABLE "{table.name}" ({columns})'.encode())
        yield opened


def through_copy(database: psycopg.Connection[Any], kind: Kind, values: Sequence[Any]) -> list[Any]:
    """What a column holds in the end; each value as JSON brings it."""
    table = Table("thing", "things", (Column("id", "id"), Column("value", "value", kind)))
    nodes = [{"id": str(number), "value": value} for number, value in enumerate(values)]
    rows = rows_of(table, nodes)
    assert rows.unusable == []
    database.execute("DROP TABLE IF EXISTS thing")
    database.execute(f"CREATE TEMPORARY TABLE thing (id text, value {kind.value})".encode())
    with database.cursor() as cursor:
        with cursor.copy("COPY thing (id, value) FROM STDIN") as copy:
            copy.write(rows.lines["thing"])
        found = cursor.execute("SELECT value FROM thing ORDER BY id::int").fetchall()
    return [value for (value,) in found]


MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def holdable(text: str) -> str:
    return "".join(letter for letter in text if letter != "\x00" and not "\ud800" <= letter <= "\udfff")


@MANY
@given(st.lists(st.none() | ANY_TEXT, min_size=1, max_size=8))
def test_any_text_comes_back_without_what_postgres_cannot_hold(
    database: psycopg.Connection[Any], texts: list[str | None]
) -> None:
    assert through_copy(database, Kind.TEXT, texts) == [None if text is None else holdable(text) for text in texts]


@MANY
@given(st.lists(st.none() | st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8))
def test_any_amount_of_cents_is_exact(database: psycopg.Connection[Any], amounts: list[Decimal | None]) -> None:
    sent = orjson.loads(json.dumps([None if amount is None else float(amount) for amount in amounts]))
    assert through_copy(database, Kind.MONEY, sent) == amounts


@MANY
@given(st.lists(st.floats(-1e11, 1e11), min_size=1, max_size=8))
def test_any_other_amount_is_rounded_once_half_up_by_its_shortest_digits(
    database: psycopg.Connection[Any], amounts: list[float]
) -> None:
    rounded = [Decimal(repr(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP) for amount in amounts]
    assert through_copy(database, Kind.MONEY, amounts) == rounded


def test_half_a_cent_is_rounded_up_and_null_stays_null(database: psycopg.Connection[Any]) -> None:
    sent = orjson.loads("[10.005, -10.005, 1.115, 3.3000000000000003, 7, null, 999999999999.99, 1e-7]")
    told = ["10.01", "-10.01", "1.12", "3.30", "7.00", None, "999999999999.99", "0.00"]
    assert through_copy(database, Kind.MONEY, sent) == [None if text is None else Decimal(text) for text in told]


@MANY
@given(st.lists(st.none() | st.datetimes(timezones=st.timezones(), allow_imaginary=False), min_size=1, max_size=5))
def test_any_moment_comes_back_as_the_same_moment(database: psycopg.Connection[Any], moments: list[Any]) -> None:
    database.execute("SET TIME ZONE 'UTC'")
    near = [None if moment is None else moment.replace(year=min(max(moment.year, 2), 9998)) for moment in moments]
    sent = [None if moment is None else moment.isoformat() for moment in near]
    assert through_copy(database, Kind.MOMENT, sent) == near


@MANY
@given(st.lists(st.none() | st.dates(), min_size=1, max_size=5))
def test_any_day_comes_back(database: psycopg.Connection[Any], days: list[Any]) -> None:
    assert through_copy(database, Kind.DAY, [None if day is None else day.isoformat() for day in days]) == days


@MANY
@given(st.lists(st.none() | st.lists(ANY_TEXT, max_size=3) | st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3)))
def test_any_document_comes_back(database: psycopg.Connection[Any], documents: list[Any]) -> None:
    if documents:
        assert through_copy(database, Kind.JSON, documents) == [cleaned(document) for document in documents]


def cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {holdable(name): holdable(text) for name, text in value.items()}
    return None if value is None else [holdable(text) for text in value]


def test_truths_and_counts_come_back(database: psycopg.Connection[Any]) -> None:
    assert through_copy(database, Kind.TRUTH, [True, False, None]) == [True, False, None]
    assert through_copy(database, Kind.COUNT, [0, -3, 2**31 - 1, None]) == [0, -3, 2**31 - 1, None]


def test_whole_orders_go_into_their_tables(database: psycopg.Connection[Any]) -> None:
    rows = rows_of(ORDERS, [order(1), order(2, lineItemGroups=page(group(line(2), line(3))))])
    for name, lines in rows.lines.items():
        with database.cursor() as cursor:
            with cursor.copy(f'COPY "{name}" FROM STDIN'.encode()) as copy:
                copy.write(lines)
            assert cursor.rowcount == rows.counts[name]
    assert (
        database.execute("SELECT production_note, tags FROM orders").fetchall()
        == [("a\tb\nc\\d", ["rush", 'a"b\\'])] * 2
    )


# -- which column gets what


def test_an_order_becomes_rows_of_all_its_tables() -> None:
    rows = rows_of(ORDERS, [order()])
    assert rows.counts == {"orders": 1, "line_item_group": 1, "line_item": 1, "line_item_size": 1, "payment": 1}
    assert (rows.ids, rows.going_on, rows.unusable) == (["O1"], [], [])
    (kept_order,) = kept(rows, ORDERS)
    assert (kept_order["kind"], kept_order["customer_id"], kept_order["owner"]) == ("invoice", "C1", None)
    assert (kept_order["total"], kept_order["total_untaxed"], kept_order["paid_in_full"]) == ("10.0", "10", "f")
    (kept_line,) = kept(rows, LINE_ITEMS)
    assert (kept_line["order_id"], kept_line["group_id"], kept_line["category"]) == ("O1", "G1", "Screen")
    assert kept(rows, SIZES) == [{"line_item_id": "L1", "order_id": "O1", "size": "size_m", "count": "12"}]


def test_kinds_are_written_small_and_apart() -> None:
    types = ["Payment", "Refund", "Return", "Void", "PaymentDispute"]
    payments = [payment(number, __typename=name) for number, name in enumerate(types)]
    rows = rows_of(ORDERS, [order(__typename="Quote", transactions=page(*payments))])
    kinds = ["payment", "refund", "return", "void", "payment_dispute"]
    assert [row["kind"] for row in kept(rows, PAYMENTS)] == kinds
    assert kept(rows, ORDERS)[0]["kind"] == "quote"


def test_parts_belong_to_their_own_parents() -> None:
    first = order(1, lineItemGroups=page(group(line(1), line(2)), group(line(3), number=2)))
    second = order(2, lineItemGroups=page(group(number=3), group(line(4), number=4)))
    rows = rows_of(ORDERS, [first, order(3, lineItemGroups=page()), second])
    owned = [(row["order_id"], row["group_id"], row["id"]) for row in kept(rows, LINE_ITEMS)]
    assert owned == [("O1", "G1", "L1"), ("O1", "G1", "L2"), ("O1", "G2", "L3"), ("O2", "G4", "L4")]
    assert [(row["order_id"], row["id"]) for row in kept(rows, GROUPS)] == [
        ("O1", "G1"), ("O1", "G2"), ("O2", "G3"), ("O2", "G4"),
    ]  # fmt: skip


def test_what_is_missing_on_the_way_is_null() -> None:
    bare = order(contact=None, deliveryMethod=None, transactions=None)
    del bare["nickname"], bare["paymentTerm"], bare["status"]
    rows = rows_of(ORDERS, [order(1), bare])
    assert rows.unusable == []
    found = kept(rows, ORDERS)[1]
    nulls = ("contact_id", "customer_id", "delivery_method", "nickname", "payment_term", "status_id")
    assert [found[name] for name in nulls] == [None] * 6
    assert rows.counts["payment"] == 1


def test_lists_that_go_on_are_told_with_their_parents_and_cursors() -> None:
    busy = order(lineItemGroups=page(group(line(), more=True), more=True, cursor="NA"), fees=page(more=True))
    rows = rows_of(ORDERS, [order(2), busy])
    found = {(one.table.name, one.owner, one.parent, one.cursor) for one in rows.going_on}
    assert found == {
        ("line_item_group", "O1", "O1", "NA"), ("line_item", "O1", "G1", "Mg"), ("fee", "O1", "O1", "Mg"),
    }  # fmt: skip


def test_the_next_page_of_a_list_belongs_to_the_same_parents() -> None:
    rows = rows_of_list(LINE_ITEMS, [line(7)], "O1", "G1")
    assert [(row["order_id"], row["group_id"], row["id"]) for row in kept(rows, LINE_ITEMS)] == [("O1", "G1", "L7")]
    groups = rows_of_list(GROUPS, [group(line(8), number=5, more=True)], "O1", "O1")
    assert groups.going_on == [GoingOn(LINE_ITEMS, "O1", "G5", "Mg")]
    assert kept(groups, SIZES)[0]["order_id"] == "O1"


def test_an_empty_page_has_no_rows() -> None:
    assert rows_of(ORDERS, []).lines == {}
    assert rows_of(ORDERS, [None]) == Rows()


# -- what cannot be used

BAD: list[tuple[dict[str, Any], str, str, str]] = [
    ({"id": None}, "", "id", "None"),
    ({"id": ""}, "", "id", ""),
    ({"id": 7}, "", "id", "7"),
    ({"total": "10.00"}, "O1", "total", "10.00"),
    ({"total": True}, "O1", "total", "True"),
    ({"total": 1e12}, "O1", "total", "1000000000000.0"),
    ({"total": float("nan")}, "O1", "total", "nan"),
    ({"totalQuantity": 1.5}, "O1", "totalQuantity", "1.5"),
    ({"totalQuantity": 2**31}, "O1", "totalQuantity", "2147483648"),
    ({"paidInFull": 1}, "O1", "paidInFull", "1"),
    ({"customerDueAt": "2026-02-30"}, "O1", "customerDueAt", "2026-02-30"),
    ({"customerDueAt": "20261121"}, "O1", "customerDueAt", "20261121"),
    ({"dueAt": "2026-11-21T09:00:00"}, "O1", "dueAt", "2026-11-21T09:00:00"),
    ({"dueAt": "2026-11-21"}, "O1", "dueAt", "2026-11-21"),
    ({"dueAt": "2026-W47-1T09:00:00Z"}, "O1", "dueAt", "2026-W47-1T09:00:00Z"),
    ({"dueAt": "2026-11-21T09:00:00+16:00"}, "O1", "dueAt", "2026-11-21T09:00:00+16:00"),
    ({"nickname": ["a"]}, "O1", "nickname", "['a']"),
    ({"tags": "rush"}, "O1", "tags", "rush"),
    ({"status": "Ready"}, "O1", "status", "Ready"),
    ({"contact": {"id": "K", "customer": []}}, "O1", "contact.customer", "[]"),
    ({"__typename": "MerchOrder"}, "O1", "__typename", "MerchOrder"),
    ({"fees": "none"}, "O1", "fees", "none"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "record", "field", "value"), BAD, ids=[f"{one[2]}={one[3]}" for one in BAD])
def test_an_order_that_cannot_be_used_is_named_and_the_others_go_on(
    fields: dict[str, Any], record: str, field: str, value: str
) -> None:
    nodes = [order(5), order(**fields), order(6)]
    rows = rows_of(ORDERS, nodes)
    assert rows.unusable == [Unusable("orders", record, field, value)]
    assert rows.ids == ["O5", "O6"]
    assert {row["order_id"] for row in kept(rows, LINE_ITEMS)} == {"O5", "O6"}


@pytest.mark.parametrize(
    ("table", "fields", "field"),
    [
        ("line_item", {"lineItemGroups": page(group(line(price="4")))}, "price"),
        ("line_item", {"lineItemGroups": page(group({**line(), "id": None}))}, "id"),
        ("line_item_size", {"lineItemGroups": page(group(line(sizes=[{"size": None, "count": 1}])))}, "size"),
        ("line_item_size", {"lineItemGroups": page(group(line(sizes={"size_m": 1})))}, "sizes"),
        ("payment", {"transactions": page(payment(amount="10"))}, "amount"),
        ("line_item_group", {"lineItemGroups": page(["G1"])}, ""),  # type: ignore[arg-type]
    ],
)
def test_an_order_with_a_part_that_cannot_be_used_is_left_out_whole(
    table: str, fields: dict[str, Any], field: str
) -> None:
    rows = rows_of(ORDERS, [order(1, **fields), order(2)])
    assert [(one.table, one.record, one.field) for one in rows.unusable] == [(table, "O1", field)]
    for part in ORDERS.all():
        assert all(row.get("order_id", row.get("id")) == "O2" for row in kept(rows, part))


def test_a_bad_part_behind_the_first_page_names_the_order() -> None:
    rows = rows_of_list(LINE_ITEMS, [line(1), line(2, items=None), line(3, items="x")], "O1", "G1")
    assert rows.unusable == [Unusable("line_item", "O1", "items", "x")]
    assert rows.counts["line_item"] == 2


def test_a_node_that_is_no_object_is_named() -> None:
    rows = rows_of(STATUSES, [status(1), ["x"], status(2)])
    assert rows.unusable == [Unusable("status", "", "", "['x']")]
    assert rows.ids == ["1", "2"]


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_whatever_is_bad_all_the_good_ones_are_kept_in_turn(kinds: list[int], every: int) -> None:
    nodes = [status(number, position="x" if kind == 0 else 1) for number, kind in enumerate(kinds)] * every
    rows = rows_of(STATUSES, nodes)
    assert rows.ids == [node["id"] for node in nodes if node["position"] == 1]
    assert len(rows.unusable) == len(nodes) - len(rows.ids)


def test_the_nodes_are_left_as_they_were() -> None:
    nodes = [order(1), order(2, status=None)]
    before = deepcopy(nodes)
    rows_of(ORDERS, nodes)
    assert nodes == before


def test_an_address_is_kept_as_it_came() -> None:
    address = {"address1": '1 "Long" Road\\', "city": "Nüremberg", "zipCode": None}
    customer = {"id": "C1", "primaryContact": {"id": "K1"}, "timestamps": TIMES, "billingAddress": address}
    (row,) = kept(rows_of(CUSTOMERS, [customer]), CUSTOMERS)
    assert json.loads(row["billing_address"] or "") == address
    assert row["shipping_address"] is None
