"""From staging into the tables: only what differs is written, nothing is lost, and people's dates are kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accordant.flows.printavo.tables import ORDERS, ROOTS
from accordant.hooks.shop_changes import changes
from accordant.hooks.shop_merge import merge
from accordant.hooks.shop_proof import compared
from tests.hooks.shop.rows import FIRST, Shop

LINES = (("line_item_group", {"id": "g1", "order_id": "o1"}),
         ("line_item", {"id": "l1", "order_id": "o1", "group_id": "g1", "price": "10.005"}),
         ("line_item_size", {"line_item_id": "l1", "order_id": "o1", "size": "size_m", "count": "3"}))  # fmt: skip

BAD_LINE = {"id": "l3", "order_id": "o3", "group_id": "g1", "quantity": "9" * 11}


def test_a_first_merge_fills_the_tables_and_a_second_writes_nothing(shop: Shop) -> None:
    for expected in (True, False):
        shop.read(*FIRST, *LINES)
        with shop.database.transaction() as connection:
            written = merge(connection, ROOTS)
        assert any(written.values()) is expected, written
    assert shop.one("SELECT total FROM printavo.orders")["total"] == Decimal("100.00")
    assert shop.one("SELECT price FROM printavo.line_item")["price"] == Decimal("10.01")


def test_of_an_order_that_two_pages_held_the_last_one_counts(shop: Shop) -> None:
    shop.read(*FIRST, ("orders", {"id": "o1", "total": "120.00"}))
    shop.merge()
    assert shop.one("SELECT total FROM printavo.orders")["total"] == Decimal("120.00")


def test_a_part_that_its_order_does_not_have_any_more_is_marked_as_gone_and_comes_back(shop: Shop) -> None:
    shop.read(*FIRST, *LINES)
    shop.merge()
    for lines, expected in (((), True), (LINES, False)):
        shop.read(*FIRST, *lines)
        shop.merge()
        for table in ("line_item_group", "line_item", "line_item_size"):
            assert shop.one(f"SELECT gone_at IS NOT NULL AS gone FROM printavo.{table}")["gone"] is expected


def test_only_what_printavo_says_it_does_not_have_is_gone(shop: Shop) -> None:
    shop.read(*FIRST, ("orders", {"id": "o2", "visual_id": "1002"}))
    shop.merge()
    shop.read(gone=[("orders", "o2")])
    shop.merge()
    assert shop.rows("SELECT id FROM printavo.orders WHERE gone_at IS NULL") == [{"id": "o1"}]
    assert shop.rows("SELECT order_id FROM printavo.imm_orders") == [{"order_id": "o1"}]


def test_the_changes_name_each_record_with_its_fields_and_parts(shop: Shop) -> None:
    shop.read(*FIRST, *LINES)
    shop.merge()
    shop.read(("orders", {"id": "o1", "total": "90.00"}), ("orders", {"id": "o2", "visual_id": "1002"}))
    first, second = changes(shop.database, ORDERS)
    assert (first.id, first.parts) == ("o1", {"line_item": 1, "line_item_group": 1, "line_item_size": 1})
    assert first.before
    assert first.after
    assert [name for name in first.after if first.after[name] != first.before.get(name)] == ["total"]
    assert (second.id, second.before) == ("o2", None)


def test_a_value_that_a_column_cannot_hold_keeps_only_its_record_out(shop: Shop) -> None:
    shop.read(*FIRST, ("orders", {"id": "o2", "customer_due": "0000-00-00"}), ("orders", {"id": "o3"}),
              *LINES, ("line_item", BAD_LINE))  # fmt: skip
    shop.merge()
    assert shop.rows("SELECT id FROM printavo.orders ORDER BY id") == [{"id": "o1"}]
    found = shop.rows("SELECT name, id, field, value FROM printavo_staging.unusable ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        ("orders", "o2", "customer_due", "0000-00-00"), ("line_item", "o3", "quantity", "9" * 11)
    ]  # fmt: skip


def test_a_page_of_several_lines_loses_only_the_bad_one(shop: Shop) -> None:
    from tests.hooks.shop.rows import TABLES, line

    shop.staging.begin("run", "account", "full", fresh_minutes=0)
    lines = [line(TABLES["orders"], {"id": f"o{n}", "created_on": "bad" if n == 5 else "2026-01-01"}) for n in range(9)]
    shop.staging.put("orders", {"orders": b"".join(lines)}, "c", False)
    assert shop.one("SELECT count(*) FROM printavo_staging.orders")["count"] == 8
    assert shop.staging.where("orders").cursor == "c"


def test_an_interrupted_reading_goes_on_and_a_crash_of_postgres_begins_it_anew(shop: Shop) -> None:
    begin = shop.staging.begin
    assert begin("run 1", "account", "full", fresh_minutes=60) is False
    shop.staging.put("orders", {}, "next", False)
    assert begin("run 2", "account", "full", fresh_minutes=60) is True
    assert shop.staging.where("orders").cursor == "next"
    assert begin("run 3", "account", "incremental", fresh_minutes=60) is False
    shop.staging.put("orders", {"orders": b""}, "next", False)
    shop.rows("TRUNCATE printavo_staging.put")  # as Postgres leaves unlogged tables after a crash
    assert begin("run 4", "account", "incremental", fresh_minutes=60) is False
    shop.staging.finish()
    assert begin("run 5", "account", "incremental", fresh_minutes=60) is False


def test_the_proof_compares_every_record_with_its_parts(shop: Shop) -> None:
    shop.read(*FIRST, *LINES)
    shop.merge()
    ((row,),) = compared(shop.database, ORDERS)
    assert row["ours"] == row["theirs"]
    shop.rows("UPDATE printavo.line_item_size SET count = 4")
    ((row,),) = compared(shop.database, ORDERS)
    assert row["ours"] != row["theirs"]


def test_a_hidden_status_takes_an_order_out_and_a_hand_written_date_survives_it(shop: Shop) -> None:
    shop.read(*FIRST)
    shop.merge(hidden=[("imm", "s2")])
    shop.rows("UPDATE printavo.imm_orders SET customer_due = '2026-03-03'")
    shop.read(("orders", {"id": "o1", "status_id": "s2"}))
    shop.merge(hidden=[("imm", "s2")])
    assert shop.rows("SELECT * FROM printavo.imm_orders") == []
    shop.read(("orders", {"id": "o1", "status_id": "s1"}))
    shop.merge(hidden=[("imm", "s2")])
    row = shop.one("SELECT customer_due, due_from FROM printavo.imm_orders")
    assert (row["customer_due"], row["due_from"]) == (date(2026, 3, 3), "by hand")


def test_where_both_changed_a_date_the_setting_decides(shop: Shop) -> None:
    for printavo_wins, due, who in ((True, date(2026, 4, 4), "Printavo"), (False, date(2026, 3, 3), "by hand")):
        shop.read(*FIRST)
        shop.rows("DELETE FROM printavo.imm_orders; DELETE FROM printavo.company_due")
        shop.merge()
        shop.rows("UPDATE printavo.imm_orders SET customer_due = '2026-03-03'")
        for _ in range(2):
            shop.read(("orders", {"id": "o1", "customer_due": "2026-04-04"}))
            shop.merge(printavo_wins=printavo_wins)
            row = shop.one("SELECT customer_due, due_from FROM printavo.imm_orders")
            assert (row["customer_due"], row["due_from"]) == (due, who)


def test_a_date_that_somebody_edits_after_the_plan_is_left_for_the_next_one(shop: Shop) -> None:
    from accordant.hooks.shop_books import ShopBooks
    from tests.hooks.shop.rows import COMPANIES

    shop.read(*FIRST)
    shop.merge()
    shop.read(("orders", {"id": "o1", "customer_due": "2026-04-04"}))
    books = ShopBooks(shop.database, COMPANIES)
    shop.prepare(books, printavo_wins=True)
    shop.rows("UPDATE printavo.imm_orders SET customer_due = '2026-03-03'")
    with shop.database.transaction() as connection:
        merge(connection, ROOTS)
        assert books.write(connection) == {"harlestons": [], "imm": ["o1"]}
    assert shop.one("SELECT customer_due FROM printavo.imm_orders")["customer_due"] == date(2026, 3, 3)
