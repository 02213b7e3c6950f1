"""Files that the office drops: seen in the plan, merged as corrections by hand, put away with a report."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.printavo.server import PrintavoThread, running_printavo
from sandbox.seed.printavo.promises import promise
from tests.end_to_end.killable import Killable
from tests.end_to_end.print_shop import FLOW, PrintShop, account_of_the_demo


@pytest.fixture(scope="module")
def printavo_server() -> Iterator[PrintavoThread]:
    """The Printavo sandbox with the demo's account."""
    with running_printavo(content=account_of_the_demo()) as server:
        yield server


@pytest.fixture
def shop(
    postgres: Any, store: str, printavo_server: PrintavoThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PrintShop]:
    """A shop that has read everything once."""
    printavo_server.account.fill(account_of_the_demo())
    shop = PrintShop(postgres, printavo_server, tmp_path, monkeypatch)
    shop.run()
    yield shop
    shop.close()


def drop(shop: PrintShop, text: str, company: str = "imm") -> Path:
    """Drop a file, as the office does."""
    path = shop.folder / f"{company}_orders.csv"
    path.write_text(text, "utf-8")
    return path


def two_orders(shop: PrintShop, company: str = "imm") -> list[dict[str, Any]]:
    """Return two orders of a company that have a number."""
    return [row for row in shop.book(company).values() if row["visual_id"]][:2]


def test_a_preview_shows_what_a_file_changes_and_leaves_it_where_it_is(shop: PrintShop) -> None:
    first, _ = two_orders(shop)
    path = drop(shop, f"Order #,Customer due date\n{first['visual_id']},2027-01-15\n")
    summary = shop.attempt(preview=True)[0]
    assert summary["object_types"]["company_order"]["planned"] == 1
    assert path.exists()
    assert shop.book("imm")[first["order_id"]]["customer_due"] == first["customer_due"]


def test_a_file_corrects_dates_is_put_away_and_changes_nothing_the_second_time(shop: PrintShop) -> None:
    first, second = two_orders(shop)
    lines = f"Order #;Customer due date\n{first['visual_id']};15.01.2027\n{second['visual_id']};\n"
    path = drop(shop, lines)
    shop.run()
    row = shop.book("imm")[first["order_id"]]
    assert (row["customer_due"], row["due_from"]) == (date(2027, 1, 15), "CSV")
    assert shop.book("imm")[second["order_id"]] == second
    assert not path.exists()
    assert sorted(one.suffix for one in (shop.folder / "done").iterdir()) == [".csv", ".txt"]
    before = shop.digest()
    drop(shop, lines)
    shop.run()
    assert shop.digest() == before


def test_a_correction_stands_until_printavo_changes_its_own_date(shop: PrintShop) -> None:
    first, _ = two_orders(shop)
    drop(shop, f"Order #,Customer due date\n{first['visual_id']},2027-01-15\n")
    shop.run()
    shop.run(full=True)
    assert shop.book("imm")[first["order_id"]]["customer_due"] == date(2027, 1, 15)
    shop.printavo.person.set_due_dates(first["order_id"], customer_due="2027-02-02")
    shop.run()
    row = shop.book("imm")[first["order_id"]]
    assert (row["customer_due"], row["due_from"]) == (date(2027, 2, 2), "Printavo")


def test_a_file_of_which_nothing_can_be_used_is_rejected_with_line_column_and_reason(shop: PrintShop) -> None:
    first, _ = two_orders(shop)
    drop(shop, f"Order #,Customer due date\n{first['visual_id']},31.02.2027\n999999,2027-01-15\n")
    summary = shop.run()
    (report,) = (shop.folder / "rejected").glob("*.txt")
    said = report.read_text("utf-8")
    assert "line 2" in said
    assert "line 3" in said
    assert "Customer due date" in said
    assert "999999" in said
    assert summary["state"] == "needs_person"
    assert summary["object_types"]["file"]["quarantined"] == 2


def test_what_a_file_got_wrong_is_settled_by_a_better_one_of_its_name(shop: PrintShop) -> None:
    first, _ = two_orders(shop)
    drop(shop, f"Order #,Customer due date\n{first['visual_id']},31.02.2027\n")
    shop.run()
    shop.run(full=True)
    assert {one["code"] for one in shop.troubles("file")} == {"FILE_REFUSED"}, "only a better file settles it"
    drop(shop, f"Order #,Customer due date\n{first['visual_id']},2027-01-15\n")
    shop.run()
    assert shop.troubles("file") == []


def test_an_order_of_another_company_or_a_hidden_one_is_named_and_not_changed(shop: PrintShop) -> None:
    other, _ = two_orders(shop, "harlestons")
    hidden = sorted(promise().companies["imm"].filtered)
    number = shop.value(f"SELECT visual_id FROM printavo.orders WHERE id = ANY('{{{','.join(hidden)}}}') "
                        "AND visual_id IS NOT NULL ORDER BY id LIMIT 1")  # fmt: skip
    drop(shop, f"Order #,Customer due date\n{other['visual_id']},2027-01-15\n{number},2027-01-15\n")
    before = shop.digest()
    shop.run()
    said = next((shop.folder / "rejected").glob("*.txt")).read_text("utf-8")
    assert "0 of 2 rows taken" in said
    assert f"order {other['visual_id']} is not in imm_orders" in said
    assert f"order {number} is not in imm_orders" in said
    assert shop.digest() == before


def test_a_run_killed_while_files_are_put_away_loses_and_doubles_nothing(shop: PrintShop) -> None:
    first, other = two_orders(shop)[0], two_orders(shop, "harlestons")[0]
    for company, row in (("imm", first), ("harlestons", other)):
        drop(shop, f"Order #,Customer due date\n{row['visual_id']},2027-01-15\n", company)
    shop.close()
    with Killable() as killable:
        assert killable.run(FLOW, "killed", "files.1.put_away", shop.changed) == -signal.SIGKILL
        assert killable.run(FLOW, "killed", "", shop.changed) == 0
    assert sorted(path.name for path in shop.folder.glob("*.csv")) == []
    assert len([*(shop.folder / "done").glob("*.csv")]) == 2
    for company, row in (("imm", first), ("harlestons", other)):
        assert shop.book(company)[row["order_id"]]["customer_due"] == date(2027, 1, 15)


def test_a_file_that_only_repeats_printavos_dates_leaves_a_correction_by_hand_alone(shop: PrintShop) -> None:
    first, second = two_orders(shop)
    shop.rows(f"UPDATE printavo.imm_orders SET customer_due = '2027-03-03' WHERE order_id = '{first['order_id']}'")
    drop(shop, f"Order #,Customer due date\n{first['visual_id']},{first['customer_due']}\n"
               f"{second['visual_id']},2027-01-15\n")  # fmt: skip
    shop.run()
    book = shop.book("imm")
    assert book[first["order_id"]]["customer_due"] == date(2027, 3, 3)
    assert book[second["order_id"]]["customer_due"] == date(2027, 1, 15)
    said = next((shop.folder / "done").glob("*.txt")).read_text("utf-8")
    assert "1 of 2 rows taken" in said
    assert f"order {first['visual_id']} has that date in Printavo already" in said


def test_a_file_of_which_a_correction_has_to_wait_stays_where_it_is(shop: PrintShop) -> None:
    first, _ = two_orders(shop)
    path = drop(shop, f"Order #,Customer due date\n{first['visual_id']},2027-01-15\n")
    plan = shop.plan()
    shop.rows(f"UPDATE printavo.imm_orders SET production_due = now() WHERE order_id = '{first['order_id']}'")
    assert shop.finish(plan)["state"] == "incomplete"
    assert path.exists()
    shop.run()
    assert not path.exists()
    assert shop.book("imm")[first["order_id"]]["customer_due"] == date(2027, 1, 15)
