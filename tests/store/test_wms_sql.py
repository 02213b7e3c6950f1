"""The SQL files of the warehouse: what they read is what was written, and a stamp is no change."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from accordant.include_dir import sql

Row = dict[str, Any]
_NUMBERS = count(1)
_ORDERS = ("sales_order", "purchase_order", "invoice", "inventory_adjustment")
_KINDS = ("customer", "vendor", "item", *_ORDERS)
_ADDRESS = {"line1": "Str. Lungă 4", "city": "Cluj", "state": None, "postal_code": "400001", "country": "Romania"}


class Wms:
    """Runs the files as the hook does: by name, with bound parameters."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self.connection = connection

    def __call__(self, name: str, /, **parameters: Any) -> list[Row]:
        bound = {key: Jsonb(value) if isinstance(value, dict | list) and key != "keys" else value
                 for key, value in parameters.items()}  # fmt: skip
        return self.connection.execute(sql(f"wms/{name}").encode(), bound).fetchall()

    def insert(self, kind: str, content: Row, quickbooks_id: str | None = None) -> str:
        """The key of a new record."""
        return str(self(f"{kind}_insert", content=content, quickbooks_id=quickbooks_id)[0]["key"])

    def read(self, kind: str, key: str) -> Row:
        """One record with its columns beside `content`."""
        return self(f"{kind}_read", since=None, keys=[key])[0]

    def content(self, kind: str, key: str) -> Row:
        """One record's canonical fields."""
        found: Row = self.read(kind, key)["content"]
        return found

    def update(self, kind: str, key: str, patch: Row) -> list[Row]:
        """Write a patch."""
        return self(f"{kind}_update", key=key, patch=patch)

    def changed(self, kind: str, key: str) -> datetime:
        """When the record last changed."""
        moment: datetime = self.read(kind, key)["updated_at"]
        return moment

    def stock(self) -> dict[tuple[str, str], Decimal]:
        """(item, site) -> quantity."""
        return {(row["item"], row["site"]): Decimal(row["quantity"]) for row in self("stock_read")}

    def item(self, name: str = "Tape", **fields: Any) -> str:
        """The key of a new inventory item."""
        return self.insert("item", {"kind": "inventory", "name": name} | fields)

    def order(self, kind: str = "sales_order", lines: int = 2, **fields: Any) -> str:
        """The key of a new order of a new customer or vendor."""
        party = {"purchase_order": "vendor"}.get(kind, "customer")
        item = self.item()
        content = {
            party: self.insert(party, {"name": "Acme"}),
            "transaction_date": "2026-01-15",
            "lines": [{"item": item, "description": f"line {n}", "quantity": str(n)} for n in range(1, lines + 1)],
        }
        if kind == "inventory_adjustment":
            content["lines"] = [{"item": item, "quantity_difference": str(n)} for n in range(1, lines + 1)]
        return self.insert(kind, content | fields)


@pytest.fixture
def wms(postgres: Any) -> Iterator[Wms]:
    """An empty warehouse."""
    name = f"wms_sql_{next(_NUMBERS)}"
    postgres.create_database(name)
    with psycopg.connect(postgres.uri(name), autocommit=True, row_factory=dict_row) as connection:
        connection.execute(sql("wms/schema").encode())
        yield Wms(connection)


def test_the_schema_may_be_made_twice(wms: Wms) -> None:
    wms.insert("customer", {"name": "Acme"})
    wms.connection.execute(sql("wms/schema").encode())
    assert len(wms("customer_read", since=None, keys=None)) == 1


def test_a_customer_comes_back_as_it_was_written(wms: Wms) -> None:
    parent = wms.insert("customer", {"name": "Acme"})
    content = {
        "name": "Store 2", "parent": parent, "company_name": "Acme SRL", "first_name": "Ana", "last_name": "Țepeș",
        "billing_address": _ADDRESS, "shipping_address": None, "phone": "1", "email": "a@b.ro", "is_active": False,
        "custom_fields": {"Route": "N1"}, "balance": "1234567890123.45", "total_balance": "-0.10",
        "currency": "US Dollar", "customer_type": "Retail", "sales_representative": "AM", "terms": "Net 30",
        "preferred_payment_method": "Check",
    }  # fmt: skip
    key = wms.insert("customer", content, "80-1")
    row = wms.read("customer", key)
    assert row["content"] == content | {"full_name": "Acme:Store 2"}
    assert row["quickbooks_id"] == "80-1"
    assert row["last_synced_to_qb"] is not None


def test_a_vendor_comes_back_as_it_was_written(wms: Wms) -> None:
    content = {
        "name": "Mill", "company_name": None, "first_name": "Ana", "last_name": None, "billing_address": _ADDRESS,
        "shipping_address": None, "phone": None, "email": "m@b.ro", "is_active": True, "custom_fields": {},
        "balance": None, "currency": "Euro", "terms": None,
    }  # fmt: skip
    assert wms.content("vendor", wms.insert("vendor", content)) == content


_GOODS = {
    "sales_description": "Tape", "sales_price": "1.23456", "purchase_description": "Tape 50 m",
    "purchase_cost": "0.50000", "quantity_on_hand": "10.00000", "quantity_on_order": "0.00000",
    "quantity_on_sales_order": "2.00000", "reorder_point": "5.00000", "asset_account": "Inventory Asset",
    "cogs_account": "Cost of Goods Sold", "income_account": "Sales", "unit_of_measure_set": "Count",
    "purchase_tax_code": None,
}  # fmt: skip
_SUNDRY = {
    "sales_description": "Cutting", "sales_price": "9.00000", "income_account": "Services", "is_purchased": True,
    "expense_account": "Purchases", "purchase_cost": "4.00000", "purchase_description": None,
}  # fmt: skip
_BY_KIND: dict[str, Row] = {
    "inventory": _GOODS | {"sku": "S1"},
    "assembly": _GOODS,
    "non_inventory": _SUNDRY | {"sku": "S2"},
    "service": _SUNDRY,
    "discount": {"sales_description": "Ten off", "discount_percent": "10.00000", "income_account": "Discounts"},
}


@pytest.mark.parametrize("kind", list(_BY_KIND))
def test_an_item_of_each_kind_comes_back_as_it_was_written(wms: Wms, kind: str) -> None:
    content: Row = {"kind": kind, "name": "It", "is_active": True, "sales_tax_code": "Tax", "custom_fields": {"a": "b"}}
    content |= _BY_KIND[kind]
    if kind != "discount":
        content["preferred_vendor"] = wms.insert("vendor", {"name": "Mill"})
    found = wms.content("item", wms.insert("item", content))
    assert {name: found[name] for name in content} == content
    assert found["full_name"] == "It"
    assert {name for name in found if found[name] is not None} - set(content) <= {"full_name", "lines"}


def test_an_assembly_has_its_components_in_order(wms: Wms) -> None:
    first, second = wms.item("A"), wms.item("B")
    lines = [{"item": second, "quantity": "2"}, {"item": first, "quantity": "0.5"}]
    key = wms.insert("item", {"kind": "assembly", "name": "Kit", "lines": lines})
    found = wms.content("item", key)["lines"]
    assert [(line["item"], line["quantity"]) for line in found] == [(second, "2.00000"), (first, "0.50000")]
    wms.update("item", key, {"lines": [{"id": found[1]["id"], "quantity": "7"}]})
    assert [(line["id"], line["quantity"]) for line in wms.content("item", key)["lines"]] == [
        (found[1]["id"], "7.00000")
    ]


def test_a_sales_order_comes_back_as_it_was_written(wms: Wms) -> None:
    content = {
        "customer": wms.insert("customer", {"name": "Acme"}), "ref_number": "SO-1", "transaction_date": "2026-01-15",
        "due_date": "2026-02-14", "billing_address": _ADDRESS, "shipping_address": _ADDRESS, "total_amount": "108.63",
        "is_fully_invoiced": False, "is_manually_closed": True, "memo": "100% \"quoted\" 'text'",
        "sales_representative": "AM", "sales_tax_code": "Tax", "sales_tax_item": "County",
        "sales_tax_percentage": "8.62500", "sales_tax_total": "8.63", "terms": "Net 30",
    }  # fmt: skip
    line = {"item": wms.item(), "description": "Tape", "quantity": "3.50000", "unit_price": "10.00000",
            "amount": "35.00", "sales_tax_code": "Non"}  # fmt: skip
    text = dict.fromkeys(line) | {"description": "only text"}
    key = wms.insert("sales_order", content | {"lines": [line | {"quickbooks_id": "L1"}, text]})
    row = wms.read("sales_order", key)
    lines = row["content"].pop("lines")
    assert row["content"] == content
    assert [{name: one[name] for name in line} for one in lines] == [line, text]
    assert row["bound_lines"] == [{"id": lines[0]["id"], "quickbooks_id": "L1"}]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("purchase_order", {
            "ref_number": "PO-1", "transaction_date": "2026-01-15", "due_date": None, "expected_date": "2026-01-20",
            "total_amount": "5.00", "is_fully_received": True, "is_manually_closed": False, "memo": "m",
            "shipping_address": _ADDRESS, "terms": None,
        }),
        ("invoice", {
            "ref_number": "INV-1", "transaction_date": "2026-01-15", "due_date": "2026-02-15",
            "billing_address": None, "shipping_address": None, "subtotal": "5.00", "sales_tax_total": "0.43",
            "total": "5.43", "balance_remaining": "0.00", "is_paid": True, "is_active": True,
        }),
        ("inventory_adjustment", {
            "transaction_date": "2026-01-15", "ref_number": None, "memo": "counted", "account": "Shrinkage",
            "site": "", "made_by": "accordant", "is_active": True,
        }),
    ],
)  # fmt: skip
def test_other_orders_come_back_as_they_were_written(wms: Wms, kind: str, fields: Row) -> None:
    found = wms.content(kind, wms.order(kind, **fields))
    assert {name: found[name] for name in fields} == fields
    assert [set(line) for line in found["lines"]] == [set(found["lines"][0])] * 2
    party = {"purchase_order": {"vendor"}, "invoice": {"customer"}}.get(kind, set())
    assert set(found) == set(fields) | {"lines"} | party


@pytest.mark.parametrize("kind", _KINDS)
def test_the_least_a_record_can_have_is_enough(wms: Wms, kind: str) -> None:
    key = wms.order(kind, lines=0) if kind in _ORDERS else wms.insert(kind, {"name": "Acme", "kind": "service"})
    assert wms.content(kind, key)


@pytest.mark.parametrize("kind", _KINDS)
def test_one_record_of_quickbooks_never_becomes_two(wms: Wms, kind: str) -> None:
    content = {"name": "Acme", "kind": "service", "transaction_date": "2026-01-15"}
    content |= {party: wms.insert(party, {"name": "Party"}) for party in ("customer", "vendor")}
    key = wms.insert(kind, content, "80-7")
    assert wms(f"{kind}_insert", content=content, quickbooks_id="80-7") == []
    assert wms(f"{kind}_by_quickbooks_id", quickbooks_id="80-7") == [{"key": key}]
    assert wms(f"{kind}_by_quickbooks_id", quickbooks_id="80-8") == []


def test_a_record_without_an_id_of_quickbooks_may_repeat(wms: Wms) -> None:
    assert wms.insert("customer", {"name": "Acme"}) != wms.insert("customer", {"name": "Acme"})


def test_a_patch_writes_only_what_it_names(wms: Wms) -> None:
    content = {"name": "Acme", "phone": "1", "email": "a@b.ro", "billing_address": _ADDRESS, "balance": "5.00"}
    key = wms.insert("customer", content)
    before = wms.content("customer", key)
    patch = {"phone": "2", "email": None, "billing_address": {"line1": "New"}, "custom_fields": {"x": "y"}}
    assert wms.update("customer", key, patch) == [{"key": key}]
    assert wms.content("customer", key) == before | patch
    assert wms.update("customer", "999", patch) == []


def test_a_patch_cannot_change_what_binds_the_record(wms: Wms) -> None:
    key = wms.insert("customer", {"name": "Acme"}, "80-1")
    wms.update("customer", key, {"id": "77", "quickbooks_id": "80-2", "updated_at": "2000-01-01", "name": "New"})
    row = wms.read("customer", key)
    assert (row["key"], row["quickbooks_id"], row["content"]["name"]) == (key, "80-1", "New")
    assert row["updated_at"].year > 2000


def test_a_patch_moves_references(wms: Wms) -> None:
    parent, other = wms.insert("customer", {"name": "A"}), wms.insert("customer", {"name": "B"})
    key = wms.insert("customer", {"name": "C", "parent": parent})
    wms.update("customer", key, {"parent": other})
    assert wms.content("customer", key)["full_name"] == "B:C"
    wms.update("customer", key, {"parent": None})
    assert wms.content("customer", key)["full_name"] == "C"
    order = wms.order()
    wms.update("sales_order", order, {"customer": other})
    assert wms.content("sales_order", order)["customer"] == other


def test_a_patch_of_an_item_reaches_the_table_of_its_kind(wms: Wms) -> None:
    vendor = wms.insert("vendor", {"name": "Mill"})
    key = wms.item(sales_price="1", reorder_point="3", preferred_vendor=vendor)
    wms.update("item", key, {"sales_price": "2.5", "sku": "S9"})
    found = wms.content("item", key)
    assert (found["sales_price"], found["sku"], found["reorder_point"]) == ("2.50000", "S9", "3.00000")
    assert found["preferred_vendor"] == vendor
    wms.update("item", key, {"preferred_vendor": None})
    assert wms.content("item", key)["preferred_vendor"] is None


@pytest.mark.parametrize("kind", _ORDERS)
def test_a_patch_replaces_the_lines_and_keeps_those_with_an_id(wms: Wms, kind: str) -> None:
    key = wms.order(kind, lines=3)
    first, second, third = wms.content(kind, key)["lines"]
    quantity = "quantity_difference" if kind == "inventory_adjustment" else "quantity"
    new = {"item": first["item"], quantity: "9"}
    wms.update(kind, key, {"lines": [third | {quantity: "5"}, new, {"id": first["id"]}]})
    found = wms.content(kind, key)["lines"]
    assert [line["id"] for line in found if line["id"] in (first["id"], second["id"], third["id"])] == [
        third["id"], first["id"],
    ]  # fmt: skip
    assert [Decimal(line[quantity]) for line in found] == [5, 9, 1]
    assert found[2] == first


def test_a_patch_without_lines_leaves_them_alone(wms: Wms) -> None:
    key = wms.order()
    before = wms.content("sales_order", key)["lines"]
    wms.update("sales_order", key, {"memo": "m"})
    assert wms.content("sales_order", key)["lines"] == before
    wms.update("sales_order", key, {"lines": []})
    assert wms.content("sales_order", key)["lines"] == []


def test_a_line_of_another_order_is_not_stolen(wms: Wms) -> None:
    mine, other = wms.order(), wms.order()
    theirs = wms.content("sales_order", other)["lines"]
    wms.update("sales_order", mine, {"lines": [theirs[0]]})
    assert wms.content("sales_order", other)["lines"] == theirs
    assert wms.content("sales_order", mine)["lines"][0]["id"] != theirs[0]["id"]


@pytest.mark.parametrize("kind", _KINDS)
def test_a_stamp_binds_and_is_no_change(wms: Wms, kind: str) -> None:
    key = wms.order(kind) if kind in _ORDERS else wms.insert(kind, {"name": "Acme", "kind": "service"})
    before = wms.read(kind, key)
    lines = [
        {"id": line["id"], "quickbooks_id": f"L{place}"}
        for place, line in enumerate(before["content"].get("lines", []))
    ]
    assert wms(f"{kind}_stamp", key=key, quickbooks_id="80-9", lines=lines) == [{"key": key}]
    after = wms.read(kind, key)
    assert after["updated_at"] == before["updated_at"]
    assert after["content"] == before["content"]
    assert (after["quickbooks_id"], after.get("bound_lines", [])) == ("80-9", lines)
    assert after["last_synced_to_qb"] is not None


def test_every_change_of_content_moves_the_time(wms: Wms) -> None:
    key = wms.insert("customer", {"name": "Acme"})
    before = wms.changed("customer", key)
    wms.update("customer", key, {"name": "Acme"})
    assert wms.changed("customer", key) == before  # nothing changed
    wms.update("customer", key, {"name": "Acme 2"})
    assert wms.changed("customer", key) > before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE wms.sales_order_line SET quantity = 8 WHERE position = 1",
        "DELETE FROM wms.sales_order_line WHERE position = 1",
        "INSERT INTO wms.sales_order_line (sales_order_id, position) SELECT id, 9 FROM wms.sales_order",
    ],
)
def test_a_change_of_a_line_is_a_change_of_the_order(wms: Wms, statement: str) -> None:
    key = wms.order()
    before = wms.changed("sales_order", key)
    wms.connection.execute(statement.encode())
    assert wms.changed("sales_order", key) > before


def test_a_change_in_the_table_of_its_kind_is_a_change_of_the_item(wms: Wms) -> None:
    key = wms.item()
    before = wms.changed("item", key)
    wms.connection.execute("UPDATE wms.item_inventory SET sales_price = 3")
    assert wms.changed("item", key) > before


def test_a_new_name_above_is_a_change_of_all_below(wms: Wms) -> None:
    top = wms.insert("customer", {"name": "A"})
    middle = wms.insert("customer", {"name": "B", "parent": top})
    bottom, other = wms.insert("customer", {"name": "C", "parent": middle}), wms.insert("customer", {"name": "D"})
    before = {key: wms.changed("customer", key) for key in (bottom, other)}
    wms.update("customer", top, {"name": "AA"})
    assert wms.content("customer", bottom)["full_name"] == "AA:B:C"
    assert wms.changed("customer", bottom) > before[bottom]
    assert wms.changed("customer", other) == before[other]


def test_a_circle_of_parents_ends(wms: Wms) -> None:
    first = wms.insert("customer", {"name": "A"})
    second = wms.insert("customer", {"name": "B", "parent": first})
    wms.update("customer", first, {"parent": second})
    assert len(wms("customer_read", since=None, keys=None)) == 2


def test_a_read_since_a_moment_takes_what_changed_then_or_later(wms: Wms) -> None:
    old = wms.insert("customer", {"name": "Old"})
    now = wms("now")[0]["now"]
    new = wms.insert("customer", {"name": "New"})
    assert [row["key"] for row in wms("customer_read", since=now, keys=None)] == [new]
    since = wms.changed("customer", old)
    assert [row["key"] for row in wms("customer_read", since=since, keys=None)] == [old, new]
    assert [row["key"] for row in wms("customer_read", since=None, keys=[old])] == [old]
    assert wms("customer_read", since=None, keys=[]) == []


def test_an_adjustment_moves_the_stock_of_its_site(wms: Wms) -> None:
    wms("site_ensure", name="East")
    key = wms.order("inventory_adjustment", lines=1, site="East", made_by="accordant")
    item = wms.content("inventory_adjustment", key)["lines"][0]["item"]
    assert wms.stock() == {(item, "East"): Decimal(1)}
    wms.update("inventory_adjustment", key, {"lines": [{"item": item, "quantity_difference": "4"}], "site": ""})
    assert {place: quantity for place, quantity in wms.stock().items() if quantity} == {(item, ""): Decimal(4)}
    wms.update("inventory_adjustment", key, {"is_active": False})
    assert set(wms.stock().values()) == {0}
    wms.update("inventory_adjustment", key, {"is_active": True})
    wms.connection.execute("DELETE FROM wms.inventory_adjustment")
    assert set(wms.stock().values()) == {0}


def test_an_unknown_site_is_refused(wms: Wms) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="no site named"):
        wms.order("inventory_adjustment", site="Nowhere")


def test_a_site_is_made_once(wms: Wms) -> None:
    made = wms("site_ensure", name="East")
    assert wms("site_ensure", name="EAST") == made
    assert [row["name"] for row in wms("sites")] == ["East"]


def test_a_lock_holds_the_record_until_it_is_written(wms: Wms, postgres: Any) -> None:
    key = wms.insert("customer", {"name": "Acme"})
    uri = wms.connection.info.dsn
    with psycopg.connect(uri, autocommit=True) as other, wms.connection.transaction():
        assert wms("customer_lock", key=key)[0]["key"] == key
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("UPDATE wms.customer SET name = 'Other'")
    assert wms("customer_lock", key="999") == []


def _documented() -> list[str]:
    """The statements of docs/own-wms.md, in their order."""
    text = (Path(__file__).parents[2] / "docs" / "own-wms.md").read_text()
    blocks = re.findall(r"^    [A-Z].*(?:\n(?:    .*)?)*", text, re.MULTILINE)
    return [one.strip() for block in blocks for one in re.split(r";\s*(?:\n|$)", block) if one.strip()]


def test_the_example_of_the_docs_keeps_the_contract(wms: Wms) -> None:
    sequence, table, read, update, insert, lock, stamp, by_id = _documented()
    for statement in ("CREATE SCHEMA crm", sequence, table):
        wms.connection.execute(statement.encode())

    def run(statement: str, **parameters: Any) -> list[Row]:
        return wms.connection.execute(statement.encode(), parameters).fetchall()

    parent = run(insert, content=Jsonb({"name": "Acme"}), quickbooks_id=None)[0]["key"]
    content = {"name": "Store", "parent": parent, "terms": "Net 30", "phone": "1", "billing_address": {"city": "Cluj"}}
    key = run(insert, content=Jsonb(content), quickbooks_id="80-1")[0]["key"]
    assert run(insert, content=Jsonb(content), quickbooks_id="80-1") == []
    (before,) = run(read, since=None, keys=[key])
    run(update, key=key, patch=Jsonb({"phone": "2"}))
    assert run(stamp, key=key, quickbooks_id="80-2") == run(by_id, quickbooks_id="80-2") == [{"key": key}]
    (after,) = run(read, since=before["updated_at"], keys=[key])
    assert after["content"] == before["content"] | {"phone": "2"}
    assert set(after["content"]) == set(wms.content("customer", wms.insert("customer", {"name": "A"})))
    assert (after["content"]["full_name"], after["content"]["terms"]) == ("Acme:Store", "Net 30")
    assert run(lock, key=key)[0]["updated_at"] == after["updated_at"] > before["updated_at"]


def test_two_hundred_thousand_customers_are_read_in_seconds(wms: Wms) -> None:
    wms.connection.execute(
        "INSERT INTO wms.customer (name, parent_id, phone) "
        "SELECT 'Customer ' || n, CASE WHEN n > 1 AND n % 8 = 0 THEN 1 END, '555' FROM generate_series(1, 200000) AS n"
    )
    wms.connection.execute("ANALYZE wms.customer")
    started = time.monotonic()
    counted = b"SELECT count(content), max(content ->> 'full_name') AS last FROM (%s) AS read" % (
        sql("wms/customer_read").strip().rstrip(";").encode()
    )
    row = wms.connection.execute(counted, {"since": None, "keys": None}).fetchone()
    assert row == {"count": 200000, "last": "Customer 99999"}
    assert time.monotonic() - started < 10  # about one second on a machine of its own
