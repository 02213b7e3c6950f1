"""Each check finds the trouble it is for and nothing else, and a repair mends exactly what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from accordant.flows.printavo.tables import ROOTS
from accordant.hooks.shop_checks import NO_REPAIR, Checked, Rules, checks, look, parsed
from accordant.hooks.shop_repairs import REPAIRS, repaired
from accordant.hooks.shop_schema import migrate
from accordant.sync.errors import Misconfigured
from tests.hooks.shop.rows import COMPANIES, Shop

_NUMBERS = count(1)
MEMBERS = [("imm", "customer", "k1", "customers: imm"), ("harlestons", "contact", "c2", "contact_ids: c2")]
HIDDEN = [("imm", "s2"), ("harlestons", "s2")]
CLEAN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"id": "s1"}), ("status", {"id": "s2", "name": "Completed"}),
    ("customer", {"id": "k1"}),
    ("customer", {"id": "k2", "company_name": "Harleston & Co", "primary_contact_id": "c2"}),
    ("contact", {"id": "c1"}), ("contact", {"id": "c2", "customer_id": "k2", "full_name": "Bo Hall"}),
    ("orders", {"id": "o1", "quantity": "5"}),
    ("orders", {"id": "o2", "visual_id": "1002", "status_id": "s2", "total": None, "amount_paid": None}),
    ("orders", {"id": "o3", "visual_id": "1003", "contact_id": "c2", "customer_id": "k2", "amount_paid": "0",
                "amount_outstanding": "100"}),
    ("orders", {"id": "o4", "visual_id": "1004", "amount_paid": "70.00", "amount_outstanding": "30.01"}),
    ("line_item_group", {"id": "g1", "order_id": "o1"}),
    ("line_item", {"id": "l1", "order_id": "o1", "group_id": "g1", "quantity": "5"}),
    ("line_item_size", {"line_item_id": "l1", "order_id": "o1", "size": "size_m", "count": "3"}),
    ("line_item_size", {"line_item_id": "l1", "order_id": "o1", "size": "size_l", "count": "2"}),
    ("fee", {"id": "f1", "order_id": "o1", "amount": "4.00"}),
    ("payment", {"id": "p1", "order_id": "o1", "kind": "payment", "amount": "50.00"}),
    ("payment", {"id": "p2", "order_id": "o1", "kind": "refund", "amount": "10.00"}),
    ("payment", {"id": "p3", "order_id": "o4", "kind": "payment", "amount": "99.99"}),
    ("payment", {"id": "p4", "order_id": "o4", "kind": "return", "amount": "20.00"}),
    ("payment", {"id": "p5", "order_id": "o4", "kind": "void", "amount": "10.00"}),
    ("payment", {"id": "p6", "order_id": "o4", "kind": "payment_dispute", "amount": "55.00"}),
)  # fmt: skip


def rules(**changed: Any) -> Rules:
    """Return what the clean database agrees with."""
    usual = {
        "tables": ROOTS, "companies": COMPANIES, "members": lambda *_: MEMBERS, "hidden": lambda _: HIDDEN,
        "certified": {"orders": (4, 0), "customer": (2, 0), "contact": (1, 1)},
    }  # fmt: skip
    return Rules(**{**usual, **changed})


@pytest.fixture(scope="module")
def clean_database(postgres: Any) -> str:
    """The name of a database whose tables are as they should be, of which every test gets a copy."""
    postgres.create_database("shop_clean")
    shop = Shop(f"host={postgres.socket_dir} user=postgres dbname=shop_clean")
    shop.read(*CLEAN)
    shop.merge(members=MEMBERS, hidden=HIDDEN)
    shop.database.close()
    return "shop_clean"


@pytest.fixture
def clean(postgres: Any, clean_database: str) -> Iterator[Shop]:
    """A shop whose tables are as they should be: o1 and o4 are IMM's, o2 is hidden, o3 is Harlestons'."""
    name = f"shop_checked_{next(_NUMBERS)}"
    postgres.create_database(name, like=clean_database)
    shop = Shop(f"host={postgres.socket_dir} user=postgres dbname={name}")
    yield shop
    shop.database.close()


def looked(shop: Shop, given: Rules | None = None) -> list[Checked]:
    found: list[Checked] = []
    with shop.database.transaction() as connection:
        found = look(connection, given or rules())
        raise psycopg.Rollback
    return found


def said(found: list[Checked]) -> dict[str, list[str]]:
    """Return {check: its findings as sentences} of the checks that found something."""
    return {
        one.check.name: [f"{finding.place}, {finding.record}: {finding.detail}" for finding in one.findings]
        for one in found if one.count
    }  # fmt: skip


def test_a_clean_database_has_no_finding(clean: Shop) -> None:
    found = looked(clean)
    assert said(found) == {}
    assert [one.check.name for one in found] == [check.name for check in checks()]
    assert {row["company"] for row in clean.rows("SELECT company FROM printavo.company_due")} == {"imm", "harlestons"}


def test_looking_leaves_nothing_behind(clean: Shop) -> None:
    looked(clean)
    assert clean.rows("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()") == []


# -- each check: what is planted, and all that is said of it

O1, O4 = "o1 (number 1001)", "o4 (number 1004)"
IMM = "UPDATE printavo.imm_orders SET"
PLANTED = {
    "schema_columns": ("DROP TABLE printavo.fee; ALTER TABLE printavo.imm_orders DROP COLUMN po_number", [
        "fee, the table: It is not there.",
        "imm_orders, column po_number: It is not there; it should be of type text."]),
    "schema_types": ("ALTER TABLE printavo.orders ALTER COLUMN subtotal TYPE text", [
        "orders, column subtotal: It is of type text; it should be numeric(14,2)."]),
    "schema_keys": ("ALTER TABLE printavo.line_item_size DROP CONSTRAINT line_item_size_pkey", [
        "line_item_size, primary key: It should be line_item_id, size; it is missing."]),
    "books_left": ("CREATE TABLE printavo.acme_orders (order_id text)", [
        "acme_orders, the table: No company is named acme in the settings."]),
    "members": ("INSERT INTO printavo.company_member VALUES ('imm', 'customer', 'k9', 'customers: imm *')", [
        "company_member, customer k9: It is noted as belonging to imm (customers: imm *), and no rule says so, or "
        "Printavo does not have it any more."]),
    "book_orders": (
        "DELETE FROM printavo.imm_orders WHERE order_id = 'o4'; "
        "INSERT INTO printavo.imm_orders SELECT * FROM printavo.harlestons_orders; "
        "INSERT INTO printavo.harlestons_orders (order_id, visual_id, kind) VALUES ('o1', '1001', 'invoice')", [
        f"harlestons_orders, {O1}: It should not be there: neither its customer nor its contact belongs to the "
        "company.",
        "imm_orders, o3 (number 1003): It should not be there: neither its customer nor its contact belongs to the "
        "company.",
        f"imm_orders, {O4}: The order is missing: it belongs to the company and its status Approved is not hidden."]),
    "book_unknown": ("INSERT INTO printavo.imm_orders (order_id, kind) VALUES ('o9', 'invoice')", [
        "imm_orders, o9: printavo.orders has no such order."]),
    "book_values": (f"{IMM} nickname = 'x', total = 1, contact_name = NULL WHERE order_id = 'o1'", [
        f"imm_orders, {O1}: contact_name is empty and should be 'Ann Lee'; nickname is 'x' and should be empty; "
        "total is '1.00' and should be '100.00'."]),
    "due_dates": (
        f"{IMM} customer_due = '2026-03-03' WHERE order_id = 'o1'; UPDATE printavo.company_due "
        "SET customer_due = '2026-03-03', printavo_customer_due = '2026-03-03' WHERE order_id = 'o1'",
        [f"imm_orders, {O1}: customer_due is 2026-03-03; Printavo says 2026-02-01."]),
    "due_from": (f"{IMM} due_from = 'CSV' WHERE order_id = 'o1'; {IMM} due_from = 'me' WHERE order_id = 'o4'", [
        f"imm_orders, {O1}: due_from is CSV, and both dates are Printavo's.",
        f"imm_orders, {O4}: due_from is 'me'; it must be Printavo, by hand or CSV."]),
    "due_noted": (
        "UPDATE printavo.company_due SET printavo_production_due = '2026-01-01T12:00:00Z' WHERE order_id = 'o1'", [
        f"company_due, imm {O1}: production_due of Printavo is noted as 2026-01-01 12:00:00+00; Printavo says "
        "2026-01-30 12:00:00+00."]),
    "due_edited": (f"{IMM} customer_due = '2026-03-03' WHERE order_id = 'o1'", [
        f"imm_orders, {O1}: customer_due is 2026-03-03 and production_due 2026-01-30 12:00:00+00; Printavo says "
        "2026-02-01 and 2026-01-30 12:00:00+00."]),
    "due_orphans": ("INSERT INTO printavo.company_due (company, order_id) VALUES ('imm', 'o9')", [
        "company_due, imm o9: printavo.orders has no such order."]),
    "references": (
        "UPDATE printavo.orders SET status_id = 's9' WHERE id = 'o3'; "
        "UPDATE printavo.harlestons_orders SET status = NULL; "
        "UPDATE printavo.customer SET gone_at = now() WHERE id = 'k2'; "
        "INSERT INTO printavo.customer (id, company_name) VALUES ('k3', 'x');"
        "UPDATE printavo.harlestons_orders SET customer_name = NULL", [
        "contact, c2 (Bo Hall): Its customer k2 is gone.", "orders, o3 (number 1003): Its customer k2 is gone.",
        "orders, o3 (number 1003): Its status s9 is not in the tables."]),
    "references_empty": (
        "UPDATE printavo.orders SET status_id = NULL, contact_id = NULL WHERE id = 'o1'; "
        f"{IMM} status = NULL, contact_name = NULL, contact_email = NULL WHERE order_id = 'o1'; "
        "UPDATE printavo.contact SET customer_id = NULL WHERE id = 'c1'", [
        "contact, c1 (Ann Lee): It has no customer.", f"orders, {O1}: It has no status, no contact."]),
    "parts_orphans": (
        "INSERT INTO printavo.fee (id, order_id) VALUES ('f9', 'o9'); "
        "INSERT INTO printavo.line_item (id, order_id, group_id) VALUES ('l9', 'o3', 'g9'); "
        "INSERT INTO printavo.line_item_size VALUES ('l8', 'o9', 'size_m', 0)", [
        "fee, f9: Its order o9 is missing.", "line_item, l9: Its group g9 is missing.",
        "line_item_size, l8 size_m: Its order o9 is missing. Its line item l8 is missing."]),
    "parts_left": (
        "UPDATE printavo.line_item_group SET gone_at = now(); UPDATE printavo.orders SET quantity = NULL; "
        "UPDATE printavo.imm_orders SET quantity = NULL; "
        "UPDATE printavo.orders SET gone_at = now() WHERE id = 'o3'; DELETE FROM printavo.harlestons_orders; "
        "INSERT INTO printavo.orders (id, kind, status_id, contact_id, customer_id) "
        "VALUES ('o5', 'quote', 's1', 'c2', 'k9'); "
        "INSERT INTO printavo.fee (id, order_id) VALUES ('f3', 'o3'); "
        "INSERT INTO printavo.customer (id) VALUES ('k9'); INSERT INTO printavo.harlestons_orders "
        "(order_id, kind, status, contact_name, contact_email) "
        "VALUES ('o5', 'quote', 'Approved', 'Bo Hall', 'ann@imm.example')", [
        "fee, f3: Its order o3 is gone.", "line_item, l1: Its group g1 is gone."]),
    "orders_same_number": (f"UPDATE printavo.orders SET visual_id = '1001'; {IMM} visual_id = '1001'; "
        "UPDATE printavo.harlestons_orders SET visual_id = '1001'", [
        "orders, number 1001: 4 orders have it: o1, o2, o3, o4."]),
    "customers_same_name": (
        "UPDATE printavo.customer SET company_name = ' I.M.M.' WHERE id = 'k1'; UPDATE printavo.customer SET "
        "company_name = 'ÍMM!' WHERE id = 'k2'; UPDATE printavo.harlestons_orders SET customer_name = 'ÍMM!'; "
        f"{IMM} customer_name = ' I.M.M.'", ["customer,  I.M.M.: 2 customers: k1 ( I.M.M.), k2 (ÍMM!)."]),
    "order_totals": (
        f"UPDATE printavo.orders SET total = 100.02 WHERE id = 'o1'; {IMM} total = 100.02 WHERE order_id = 'o1'", [
        f"orders, {O1}: The total is 100.02; paid 40.00 and outstanding 60.00 make 100.00."]),
    "order_payments": ("UPDATE printavo.payment SET amount = 10.02 WHERE id = 'p2'", [
        f"orders, {O1}: Its payments less refunds, returns and voids are 39.98; as paid stand 40.00."]),
    "quantities": ("UPDATE printavo.line_item_size SET count = 4 WHERE size = 'size_m'", [
        f"orders, {O1}: The quantity is 5; its sizes make 6."]),
    "due_order": (
        "UPDATE printavo.orders SET customer_due = '2026-01-04' WHERE id = 'o2'; "
        "UPDATE printavo.orders SET production_due = '2026-02-02T00:00:00Z' WHERE id = 'o2'", [
        "orders, o2 (number 1002): Production is due 2026-02-02 00:00:00+00, after the customer's date 2026-01-04.",
        "orders, o2 (number 1002): The customer's date 2026-01-04 is before the order was made, 2026-01-05."]),
    "counts": ("INSERT INTO printavo.customer (id, company_name) VALUES ('k3', 'x')", [
        "customer, the table: It has 3 records; the certificate of the last run says 2."]),
}  # fmt: skip
UNCOUNTED = {"references", "parts_left"}  # what is planted adds records, too


@pytest.mark.parametrize("name", PLANTED)
def test_a_check_finds_what_it_is_for_and_no_other_does(clean: Shop, name: str) -> None:
    statement, expected = PLANTED[name]
    clean.rows(statement)
    assert said(looked(clean, rules(certified={}) if name in UNCOUNTED else None)) == {name: expected}


def test_every_check_has_a_planted_trouble() -> None:
    assert PLANTED.keys() == {check.name for check in checks()}


def test_of_many_findings_all_are_counted_and_the_first_are_kept(clean: Shop) -> None:
    clean.rows("INSERT INTO printavo.fee (id, order_id) SELECT 'x' || n, 'o9' FROM generate_series(1, 1000) AS n")
    (found,) = [one for one in looked(clean) if one.count]
    assert (found.count, len(found.findings)) == (1000, 200)


# -- what is no trouble


def test_dates_that_were_corrected_and_named_so_are_in_order(clean: Shop) -> None:
    clean.rows(f"{IMM} customer_due = '2026-03-03'")
    clean.read(*CLEAN, run="run 2")
    clean.merge(members=MEMBERS, hidden=HIDDEN)
    assert clean.one("SELECT DISTINCT due_from FROM printavo.imm_orders")["due_from"] == "by hand"
    assert said(looked(clean)) == {}


def test_a_hidden_order_is_in_no_table_and_its_kept_dates_are_in_order(clean: Shop) -> None:
    clean.rows(f"{IMM} customer_due = '2026-03-03'")
    hidden = [*HIDDEN, ("imm", "s1")]
    clean.read(*CLEAN, run="run 2")
    clean.merge(members=MEMBERS, hidden=hidden)
    assert clean.rows("SELECT order_id FROM printavo.imm_orders") == []
    assert said(looked(clean, rules(hidden=lambda _: hidden))) == {}
    assert said(looked(clean)).keys() == {"book_orders"}


def test_an_order_that_is_gone_takes_its_parts_with_it(clean: Shop) -> None:
    clean.read(gone=[("orders", "o1")], run="run 2")
    clean.merge(members=MEMBERS, hidden=HIDDEN)
    assert said(looked(clean, rules(certified={}))) == {}
    assert clean.rows("SELECT id FROM printavo.payment WHERE gone_at IS NULL AND order_id = 'o1'") == []
    clean.read(*CLEAN, run="run 3")
    clean.merge(members=MEMBERS, hidden=HIDDEN)
    assert said(looked(clean)) == {}


def test_the_day_of_a_moment_is_the_shops(clean: Shop) -> None:
    """Six in the evening of the day in Chicago is midnight of the next in London."""
    clean.rows("UPDATE printavo.orders SET production_due = '2026-02-02T00:00:00Z' WHERE id = 'o2'")
    assert said(looked(clean)).keys() == {"due_order"}
    assert said(looked(clean, rules(time_zone="America/Chicago"))) == {}


def test_records_that_the_last_run_left_out_are_not_missed(clean: Shop) -> None:
    assert said(looked(clean, rules(certified={"orders": (1, 3), "customer": (2, 5)}))) == {}
    assert said(looked(clean, rules(certified={"orders": (1, 2)}))).keys() == {"counts"}


# -- the files


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_a_check_says_what_it_is_and_what_to_do(check: Any) -> None:
    assert check.repair in {NO_REPAIR, *REPAIRS}
    assert (check.repair == NO_REPAIR) == ("--repair" not in check.next)
    assert check.title[0].isupper()
    assert not check.title.endswith(".")


@pytest.mark.parametrize("line", ["-- severity: wrong", "-- title: It is", "-- next: Do", "-- repair: none"])
def test_a_file_that_does_not_say_all_is_refused(line: str) -> None:
    whole = "-- title: It is\n-- severity: wrong\n-- repair: none\n-- next: Do\nSELECT 1"
    assert parsed("name", whole).title == "It is"
    for broken in (whole.replace(line + "\n", ""), whole.replace("wrong", "bad")):
        with pytest.raises(Misconfigured, match=r"name\.sql.*must begin with"):
            parsed("name", broken)


# -- repairs

REPAIRED = {
    "schema_columns": ["make the table printavo.fee", "add po_number to printavo.imm_orders"],
    "schema_keys": ["give printavo.line_item_size its primary key"],
    "book_orders": ["take 1 order out of printavo.harlestons_orders", "take 1 order out of printavo.imm_orders",
                    "put 1 order into printavo.imm_orders"],
    "book_values": ["correct 1 order in printavo.imm_orders"],
    "due_dates": ["correct 1 order in printavo.imm_orders"],
    "due_from": ["correct 2 orders in printavo.imm_orders"],
    "parts_left": ["mark 1 of printavo.line_item as gone", "mark 2 of printavo.line_item_size as gone",
                   "mark 1 of printavo.fee as gone"],
}  # fmt: skip


def everything(shop: Shop) -> list[Any]:
    """Return all that is in schema printavo, but for when something went."""
    tables = shop.rows("SELECT relname FROM pg_class WHERE relnamespace = 'printavo'::regnamespace AND relkind = 'r'")
    return [
        (name, shop.rows(f"SELECT to_jsonb(t) - 'gone_at' AS row, to_jsonb(t) ->> 'gone_at' IS NULL AS live "
                         f"FROM printavo.{name} AS t ORDER BY to_jsonb(t)::text"))
        for name in sorted(row["relname"] for row in tables)
    ]  # fmt: skip


def test_everything_that_can_be_repaired_is_tested() -> None:
    assert {check.name for check in checks() if check.repair != NO_REPAIR} == REPAIRED.keys()


@pytest.mark.parametrize("name", REPAIRED)
def test_a_repair_shows_first_what_it_would_do_and_then_does_exactly_that(clean: Shop, name: str) -> None:
    clean.rows(PLANTED[name][0])
    given = rules(certified={}) if name in UNCOUNTED else rules()
    before = everything(clean)
    would, _ = repaired(clean.database, given, preview=True)
    assert sorted(would) == sorted(REPAIRED[name])
    assert everything(clean) == before
    done, found = repaired(clean.database, given, preview=False)
    assert (done, said(found), said(looked(clean, given))) == (would, {}, {})
    assert repaired(clean.database, given, preview=False)[0] == []


def test_the_companies_tables_are_after_a_repair_what_the_merge_had_made_them(clean: Shop) -> None:
    before = everything(clean)
    clean.rows(PLANTED["book_orders"][0] + "; " + PLANTED["book_values"][0] + "; " + PLANTED["due_dates"][0])
    repaired(clean.database, rules(), preview=False)
    after = everything(clean)
    assert [one for one in after if one[0].endswith("_orders")] == [one for one in before if one[0].endswith("_orders")]
    clean.read(*CLEAN, run="run 2")
    clean.merge(members=MEMBERS, hidden=HIDDEN)
    assert everything(clean)[-1] == after[-1]
    assert said(looked(clean)) == {}


def test_no_repair_touches_a_date_that_a_person_entered(clean: Shop) -> None:
    clean.rows(f"{IMM} customer_due = '2026-03-03' WHERE order_id = 'o1'")
    clean.read(*CLEAN, run="run 2")
    clean.merge(members=MEMBERS, hidden=HIDDEN)
    clean.rows(f"{IMM} production_due = '2026-03-02' WHERE order_id = 'o4'")  # not seen by a run yet
    clean.rows(f"{IMM} total = 1; DELETE FROM printavo.imm_orders WHERE order_id = 'o1'")
    repaired(clean.database, rules(), preview=False)
    rows = clean.rows("SELECT customer_due, production_due::date, due_from FROM printavo.imm_orders ORDER BY order_id")
    assert [tuple(row.values()) for row in rows] == [
        (date(2026, 3, 3), date(2026, 1, 30), "by hand"), (date(2026, 2, 1), date(2026, 3, 2), "Printavo")
    ]  # fmt: skip
    assert said(looked(clean)).keys() == {"due_edited"}
    clean.read(*CLEAN, run="run 3")
    clean.merge(members=MEMBERS, hidden=HIDDEN)
    assert clean.one("SELECT due_from FROM printavo.imm_orders WHERE order_id = 'o4'")["due_from"] == "by hand"


def test_a_correction_of_an_order_that_a_repair_takes_out_comes_back_with_it(clean: Shop) -> None:
    clean.rows(f"{IMM} customer_due = '2026-03-03' WHERE order_id = 'o1'")
    hidden = [*HIDDEN, ("imm", "s1")]
    repaired(clean.database, rules(hidden=lambda _: hidden), preview=False)
    assert clean.rows("SELECT order_id FROM printavo.imm_orders") == []
    repaired(clean.database, rules(), preview=False)
    row = clean.one("SELECT customer_due, due_from FROM printavo.imm_orders WHERE order_id = 'o1'")
    assert tuple(row.values()) == (date(2026, 3, 3), "by hand")


def test_no_order_is_taken_out_while_it_is_unsure_who_belongs_to_a_company(clean: Shop) -> None:
    clean.rows("DELETE FROM printavo.company_member")
    done, found = repaired(clean.database, rules(), preview=False)
    assert done == []
    assert said(found).keys() == {"members", "book_orders"}
    assert len(clean.rows("SELECT order_id FROM printavo.imm_orders")) == 2


def test_a_key_that_two_rows_share_is_left_to_a_person(clean: Shop) -> None:
    clean.rows(
        "ALTER TABLE printavo.fee DROP CONSTRAINT fee_pkey; INSERT INTO printavo.fee (id, order_id) VALUES ('f1', 'o4')"
    )
    done, found = repaired(clean.database, rules(), preview=False)
    assert (done, said(found).keys()) == ([], {"schema_keys"})


def test_a_database_in_which_nothing_is_gets_all_tables(postgres: Any) -> None:
    from accordant.hooks.shop_database import ShopDatabase

    postgres.create_database("shop_bare")
    database = ShopDatabase(f"host={postgres.socket_dir} user=postgres dbname=shop_bare")
    given = rules(members=lambda *_: [], hidden=lambda _: [], certified={})
    done, found = repaired(database, given, preview=True)
    assert "make the table printavo.imm_orders" in done
    assert said(found) == {}
    assert repaired(database, given, preview=False)[0] == done
    assert migrate(database, COMPANIES) == 1
    database.close()


def test_a_repair_waits_for_a_merge_that_is_under_way(clean: Shop) -> None:
    clean.rows(PLANTED["book_values"][0])
    with psycopg.connect(clean.database.conninfo) as other:
        other.execute("SELECT FROM printavo.reading FOR UPDATE")
        clean.rows("SET lock_timeout = '200ms'")
        with pytest.raises(Exception, match="lock timeout"):
            repaired(clean.database, rules(), preview=False)
    assert said(looked(clean)).keys() == {"book_values"}


def test_no_check_is_pasted_together_with_parameters() -> None:
    folder = Path(__file__).parents[3] / "include" / "sql" / "printavo" / "verify"
    assert not [path.name for path in folder.glob("*.sql") if re.search(r"[{]\w+[}]|%\(", path.read_text("utf-8"))]
