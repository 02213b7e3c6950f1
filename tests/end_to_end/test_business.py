"""What the office sees: orders, statuses, logs, quarantine."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from accordant.store.database import Database
from accordant.store.quarantine import ask_again, waiting
from accordant.tasks import steps
from tests.end_to_end.world import FLOW, World, invoice, marker

PAPER, INK = ("Hârtie A4", 3.0, 21.5), ("Cerneală", 1.0, 99.9)


def codes(world: World) -> set[str]:
    with Database(world.store) as database:
        return {row["code"] for row in waiting(database)}


def create(world: World, path: str, **body: Any) -> dict[str, Any]:
    import requests

    answer = requests.post(world.inventree.base_url + path, json=body, headers=world.inventree.headers, timeout=10)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(world: World, path: str, **body: Any) -> None:
    import requests

    answer = requests.patch(world.inventree.base_url + path, json=body, headers=world.inventree.headers, timeout=10)
    assert answer.status_code == 200, answer.text


def test_an_invoice_becomes_a_draft_order_in_its_currency_with_every_article_as_its_own_line(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER, INK, PAPER)]})
    assert world.run(quick=True)["matches"]
    order = world.orders()[marker(1)]
    assert order["status"] == 10
    assert order["issue_date"] == "2025-11-20"
    assert order["order_currency"] == "RON"
    assert [name for name, _, _ in world.lines(marker(1))] == ["Hârtie A4", "Cerneală", "Hârtie A4"]
    assert {line["sale_price_currency"] for line in world.inventree.control.state()["so_line"]} == {"RON"}
    (company,) = world.inventree.control.state()["company"]
    assert (company["is_customer"], company["is_supplier"], company["tax_id"]) == (True, False, "18547290")


def test_the_log_has_the_shape_that_users_of_the_earlier_script_know(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER, ("Retur", -1.0, 5.0))]})
    world.run()
    document = world.document("d1")
    log = document["sync_log"]
    assert document["sync_status"] == 2
    assert (log["total_invoices"], log["successful"], log["partial"], log["failed"]) == (1, 0, 1, 0)
    (entry,) = log["invoices"]
    assert entry["invoice_id"] == "i1"
    assert (entry["serie"], entry["numar"]) == ("ACC", "1")
    assert entry["customer"]["name"] == "Papirus SRL"
    assert entry["sales_order"]["description"] == marker(1)
    (line,) = entry["added_lines"]
    assert (line["part"], line["qty"]) == ("Hârtie A4", "3")
    assert entry["missing_products"] == ["Retur: The quantity '-1.0' is negative (storno)."]
    assert log["run_id"]
    assert log["document_hash"]


def test_a_second_run_plans_nothing_and_calls_nobody(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    world.run(quick=True)
    second = world.run(quick=True)
    assert "inventree" not in second["calls"]
    assert all(row["planned"] == 0 for row in second["object_types"].values())


def test_a_changed_price_is_updated_and_its_line_stays_the_same(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER, INK)]})
    world.run(quick=True)
    before = {line["pk"] for line in world.inventree.control.state()["so_line"]}
    world.documents.update_one({"_id": "d1"}, {"$set": {"data.0.articole.0.pret_unitar": 22.75}})
    assert world.run(quick=True)["matches"]
    assert world.lines(marker(1)) == [("Hârtie A4", "3", "22.75"), ("Cerneală", "1", "99.9")]
    assert {line["pk"] for line in world.inventree.control.state()["so_line"]} == before


def test_a_line_that_vanished_from_the_document_is_a_conflict_and_stays_in_inventree(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER, INK)]})
    world.run(quick=True)
    world.documents.update_one({"_id": "d1"}, {"$pop": {"data.0.articole": 1}})
    summary = world.run(quick=True)
    assert len(world.lines(marker(1))) == 2
    assert "LINE_VANISHED" in codes(world)
    assert summary["state"] == "needs_person"


def test_what_a_person_changed_in_inventree_is_kept(world: World) -> None:
    """The document changes another line; the edited one is named, not overwritten."""
    world.put({"_id": "d1", "data": [invoice(1, PAPER, INK)]})
    world.run(quick=True)
    edited = min(line["pk"] for line in world.inventree.control.state()["so_line"])
    change(world, f"/api/order/so-line/{edited}/", quantity=7)
    world.documents.update_one({"_id": "d1"}, {"$set": {"data.0.articole.1.cantitate": 2.0}})
    world.run(quick=True)
    assert world.lines(marker(1)) == [("Hârtie A4", "7", "21.5"), ("Cerneală", "2", "99.9")]
    assert "TARGET_EDITED" in codes(world)


def test_a_line_that_both_sides_changed_waits_for_a_person(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    world.run(quick=True)
    (line,) = world.inventree.control.state()["so_line"]
    change(world, f"/api/order/so-line/{line['pk']}/", quantity=7)
    world.documents.update_one({"_id": "d1"}, {"$set": {"data.0.articole.0.cantitate": 5.0}})
    world.run(quick=True)
    assert world.lines(marker(1)) == [("Hârtie A4", "7", "21.5")]
    assert "BOTH_CHANGED" in codes(world)


def test_an_issued_order_is_not_changed(world: World) -> None:
    import requests

    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    world.run(quick=True)
    url = f"{world.inventree.base_url}/api/order/so/{world.orders()[marker(1)]['pk']}/issue/"
    requests.post(url, json={}, headers=world.inventree.headers, timeout=10)
    world.documents.update_one({"_id": "d1"}, {"$set": {"data.0.articole.0.cantitate": 5.0}})
    world.run(quick=True)
    assert world.lines(marker(1)) == [("Hârtie A4", "3", "21.5")]
    assert "ORDER_NOT_DRAFT" in codes(world)


def test_one_company_with_and_without_ro_is_one_customer(world: World) -> None:
    world.put(
        {
            "_id": "d1",
            "data": [invoice(1, PAPER), invoice(2, PAPER, cod_unic_client="18547290", denumire_client="PAPIRUS")],
        }
    )
    world.run(quick=True)
    assert len(world.inventree.control.state()["company"]) == 1


def test_two_companies_with_one_name_stay_two(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER), invoice(2, PAPER, cod_unic_client="2864518")]})
    assert world.run(quick=True)["matches"]
    names = {company["tax_id"]: company["name"] for company in world.inventree.control.state()["company"]}
    assert names == {"18547290": "Papirus SRL", "2864518": "Papirus SRL (2864518)"}
    customers = {order["description"]: order["customer"] for order in world.orders().values()}
    assert customers[marker(1)] != customers[marker(2)]


def test_a_customer_that_is_none_is_refused_and_can_be_retried(world: World) -> None:
    company = create(world, "/api/company/", name="Papirus SRL", tax_id="RO18547290", is_customer=False)
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    assert world.run(quick=True)["matches"], "why the order was not made explains that its lines were not"
    assert world.orders() == {}
    assert world.document("d1")["sync_status"] == 3
    assert "COMPANY_NOT_CUSTOMER" in codes(world)
    change(world, f"/api/company/{company['pk']}/", is_customer=True)
    with Database(world.store) as database:
        assert ask_again(database, FLOW, []) == 1
    assert world.run(quick=True)["matches"]
    assert world.document("d1")["sync_status"] == 1
    assert codes(world) == set(), "what is mended waits no longer"


@pytest.mark.parametrize(
    ("flag", "code"), [({"active": False, "salable": True}, "PART_INACTIVE"), ({"salable": False}, "PART_NOT_SALABLE")]
)
def test_a_part_that_may_not_be_sold_is_refused_and_the_other_lines_go(
    world: World, flag: dict[str, bool], code: str
) -> None:
    part = create(world, "/api/part/", name="hârtie a4", **flag)
    world.put({"_id": "d1", "data": [invoice(1, PAPER, INK)]}, {"_id": "d2", "data": [invoice(2, PAPER)]})
    assert world.run(quick=True)["matches"]
    assert world.document("d2")["sync_status"] == 3
    assert world.lines(marker(1)) == [("Cerneală", "1", "99.9")]
    assert world.document("d1")["sync_status"] == 2
    assert codes(world) == {code, "INVOICE_NO_GOOD_LINE"}
    change(world, f"/api/part/{part['pk']}/", active=True, salable=True)
    assert world.run(quick=True, redo=True)["matches"]
    assert world.document("d1")["sync_status"] == 1


def test_an_order_of_the_earlier_script_is_completed_not_doubled(world: World) -> None:
    customer = create(world, "/api/company/", name="Papirus SRL", tax_id="RO18547290", is_customer=True)
    part = create(world, "/api/part/", name="Hârtie A4", salable=True)
    order = create(world, "/api/order/so/", customer=customer["pk"], description=marker(1))
    line = {"quantity": 3, "sale_price": "21.5", "sale_price_currency": "RON"}
    create(world, "/api/order/so-line/", order=order["pk"], part=part["pk"], **line)
    world.put({"_id": "d1", "data": [invoice(1, PAPER, PAPER, INK)]})
    assert world.run(quick=True)["matches"]
    assert len(world.lines(marker(1))) == 3, "one line was there, two were missing"


def test_the_same_invoice_in_two_documents_makes_one_order(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]}, {"_id": "d2", "data": [invoice(1, PAPER)]})
    assert world.run(quick=True)["matches"]
    assert set(world.orders()) == {marker(1)}
    assert world.document("d1")["sync_status"] == world.document("d2")["sync_status"] == 1


def test_one_number_with_two_contents_is_a_conflict(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]}, {"_id": "d2", "data": [invoice(1, INK)]})
    world.run()
    assert world.orders() == {}
    assert codes(world) == {"INVOICE_TWICE_DIFFERENT"}


def test_a_later_document_with_other_content_is_a_conflict_until_the_first_is_gone(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    world.run()
    world.put({"_id": "d2", "data": [invoice(1, ("Hârtie A4", 4.0, 21.5))]})
    world.run()
    assert world.lines(marker(1)) == [("Hârtie A4", "3", "21.5")]
    assert codes(world) == {"INVOICE_TWICE_DIFFERENT"}
    world.documents.delete_one({"_id": "d1"})
    world.run(redo=True)
    assert world.lines(marker(1)) == [("Hârtie A4", "4", "21.5")]


def test_two_runs_at_once_never_make_two_orders(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER), invoice(2, INK)]})
    first, second = world.plan(quick=True), world.plan(quick=True)
    threads = [threading.Thread(target=steps.load, args=(FLOW, run_id)) for run_id in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(world.orders()) == {marker(1), marker(2)}
    assert len(world.inventree.control.state()["so_line"]) == 2
    assert world.run(quick=True)["matches"]


def test_two_runs_at_once_keep_what_is_in_quarantine(world: World) -> None:
    world.put({"_id": "bad", "data": "nothing"}, {"_id": "d1", "data": [invoice(1, PAPER, ("Retur", -1.0, 2.0))]})
    first, second = world.plan(), world.plan()
    summaries = [world.finish(first), world.finish(second)]
    assert [summary["state"] for summary in summaries] == ["needs_person", "needs_person"]
    assert codes(world) == {"DATA_SHAPE", "STORNO_LINE"}
    assert (world.document("bad")["sync_status"], world.document("d1")["sync_status"]) == (3, 2)


def test_a_document_changed_during_the_run_keeps_no_status_of_its_old_content(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    run_id = world.plan(quick=True)
    world.documents.update_one({"_id": "d1"}, {"$set": {"data.0.articole.0.cantitate": 4.0}})
    assert world.finish(run_id)["documents"]["changed_meanwhile"] == 1
    assert "sync_status" not in world.document("d1")
    assert world.run(quick=True)["matches"]
    assert world.lines(marker(1)) == [("Hârtie A4", "4", "21.5")]


def test_a_preview_writes_nothing(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    run_id = steps.prepare(FLOW, "preview", {"preview": True})
    steps.extract(FLOW, run_id)
    steps.diff(FLOW, run_id)
    assert steps.decide_alone(FLOW, run_id)["decision"] == "open"
    with pytest.raises(Exception, match="is open"):
        steps.load(FLOW, run_id)
    assert world.writes() == 0


def test_a_run_can_be_cancelled_between_two_operations(world: World) -> None:
    world.put({"_id": "d1", "data": [invoice(number, PAPER) for number in range(1, 30)]})
    run_id = world.plan(quick=True)
    world.inventree.control.settings(latency_ms=50)

    def cancel() -> None:
        with Database(world.store) as database:
            database.execute("store/run_cancel", run_id=run_id)

    threading.Timer(0.7, cancel).start()
    with pytest.raises(Exception, match="RUN_CANCELLED"):
        steps.load(FLOW, run_id)
    world.inventree.control.settings(latency_ms=0)
    assert 0 < len(world.orders()) < 29
    assert world.run(quick=True)["matches"]
    assert len(world.orders()) == 29


def test_a_customer_that_was_deleted_in_inventree_is_found_anew(world: World) -> None:
    import requests

    world.put({"_id": "d1", "data": [invoice(1, PAPER)]})
    world.run(quick=True)
    (old,) = world.inventree.control.state()["company"]
    answer = requests.delete(
        f"{world.inventree.base_url}/api/company/{old['pk']}/", headers=world.inventree.headers, timeout=10
    )
    assert answer.status_code == 204
    kept = create(world, "/api/company/", name="Papirus (corect)", tax_id="RO 18547290", is_customer=True)
    world.put({"_id": "d2", "data": [invoice(2, PAPER)]})
    assert world.run(quick=True)["documents"]["pending"] == 1
    assert world.run(quick=True)["matches"]
    assert world.orders()[marker(2)]["customer"] == kept["pk"]


def test_a_bson_date_at_local_midnight_is_that_day(world: World) -> None:
    from datetime import UTC, datetime

    midnight = datetime(2025, 11, 19, 22, 0, tzinfo=UTC)  # 00:00 on the 20th in Bucharest
    world.put({"_id": "d1", "data": [invoice(1, PAPER, data_emitere=midnight)]})
    world.run(quick=True)
    assert world.orders()[marker(1)]["issue_date"] == "2025-11-20"
