"""Every fault that the sandbox can inject into a write: no duplicate, and the outcome recorded is the true one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import stamina
from psycopg.rows import dict_row

from accordant.sync.errors import AccordantError, RetryLater
from tests.end_to_end.world import World, invoice, marker

APPLIED = ["reset_after_apply", "error_500_after_apply", "truncated_answer", "reset_mid_body"]
NOT_APPLIED = ["reset_before_apply", "error_500_before_apply", "bad_gateway", "unavailable", "throttle", "garbage",
               "lost_race"]  # fmt: skip
PATHS = {
    "customer": "/api/company/$", "part": "/api/part/$", "sales_order": "/api/order/so/$",
    "sales_order_line": "/api/order/so-line/$",
}  # fmt: skip
DOCUMENT = {"_id": "d1", "data": [invoice(1, ("Hârtie A4", 3, 21.5), ("Cerneală", 1, 99.9))]}


def operations(world: World, run_id: str) -> list[dict[str, Any]]:
    with psycopg.connect(world.store, row_factory=dict_row) as connection:
        query = (
            "SELECT object_type, state, attempts, code, detail FROM accordant.operation WHERE run_id = %s ORDER BY seq"
        )
        return connection.execute(query, (run_id,)).fetchall()


def assert_agreed_once(world: World) -> None:
    state = world.inventree.control.state()
    assert [company["name"] for company in state["company"]] == ["Papirus SRL"]
    assert sorted(part["name"] for part in state["part"]) == ["Cerneală", "Hârtie A4"]
    assert set(world.orders()) == {marker(1)}
    assert world.lines(marker(1)) == [("Hârtie A4", "3", "21.5"), ("Cerneală", "1", "99.9")]
    assert world.document("d1")["sync_status"] == 1


@pytest.mark.parametrize("object_type", PATHS)
@pytest.mark.parametrize("fault", [*APPLIED, *NOT_APPLIED])
def test_a_fault_on_a_write_makes_no_duplicate(world: World, fault: str, object_type: str) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    world.inventree.control.arm(fault, method="POST", path=PATHS[object_type], times=1)
    summary = world.finish(run_id)
    assert summary["matches"]
    struck = next(row for row in operations(world, run_id) if row["object_type"] == object_type)
    assert struck["state"] == "applied"
    if fault in APPLIED:
        assert struck["attempts"] == 1, "it was not sent a second time"
        assert "the look-up found it applied" in struck["detail"]
    assert_agreed_once(world)


@pytest.mark.parametrize("fault", ["timeout_after_apply", "timeout_before_apply"])
def test_a_write_that_gets_no_answer_in_time_is_looked_up(
    world: World, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json
    import os

    connection = json.loads(os.environ["AIRFLOW_CONN_INVENTREE_DEFAULT"])
    monkeypatch.setenv("AIRFLOW_CONN_INVENTREE_DEFAULT", json.dumps({**connection, "extra": {"read_timeout": 1}}))
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    world.inventree.control.arm(fault, method="POST", path=PATHS["sales_order"], times=1, seconds=3)
    assert world.finish(run_id)["matches"]
    assert_agreed_once(world)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Do not repeat reads for minutes."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.mark.usefixtures("impatient")
def test_with_inventree_down_for_the_whole_run_the_documents_stay_to_be_done(world: World) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    fault = world.inventree.control.arm("stop_answering")
    with pytest.raises(RetryLater):
        world.finish(run_id)
    assert "sync_status" not in world.document("d1")
    world.inventree.control.disarm(fault)
    assert world.run(quick=True)["matches"]
    assert_agreed_once(world)


def test_inventree_dying_between_order_and_lines_leaves_an_order_that_is_completed(world: World) -> None:
    world.put(DOCUMENT)
    run_id = world.plan(quick=True)
    world.inventree.control.arm("bad_gateway", method="POST", path=PATHS["sales_order_line"], times=50)
    summary = world.finish(run_id)
    assert (summary["state"], summary["documents"]["pending"]) == ("incomplete", 1)
    assert set(world.orders()) == {marker(1)}
    assert world.lines(marker(1)) == []
    assert "sync_status" not in world.document("d1")
    world.inventree.control.disarm()
    assert world.run(quick=True)["matches"]
    assert_agreed_once(world)


def test_one_write_that_always_fails_does_not_stop_the_others(world: World) -> None:
    """Its document has no status and is tried again by the next run; the others are done."""
    other = {"denumire_client": "Alt Client SRL", "cod_unic_client": "2864518"}
    world.put(DOCUMENT, {"_id": "d2", "data": [invoice(2, ("Toner", 1, 5.0), **other)]})
    run_id = world.plan(quick=True)
    world.inventree.control.arm("error_500_before_apply", method="POST", path=PATHS["customer"], times=3)
    summary = world.finish(run_id)
    assert summary["documents"]["pending"] == 1
    assert summary["documents"]["done"] == 1
    assert "sync_status" not in world.document("d1")
    assert world.run(quick=True)["matches"]
    assert set(world.orders()) == {marker(1), marker(2)}
    assert len(world.inventree.control.state()["company"]) == 2


def test_a_wrong_token_stops_the_run_before_anything_is_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import json
    import os

    connection = json.loads(os.environ["AIRFLOW_CONN_INVENTREE_DEFAULT"])
    secret = "inv-not-a-token-4711"
    monkeypatch.setenv("AIRFLOW_CONN_INVENTREE_DEFAULT", json.dumps({**connection, "password": secret}))
    world.put(DOCUMENT)
    with pytest.raises(AccordantError, match="CREDENTIALS_REFUSED") as caught:
        world.run(quick=True)
    assert "inventree_default" in str(caught.value)
    assert secret not in str(caught.value)
    assert world.writes() == 0
    assert "sync_status" not in world.document("d1")


@pytest.mark.usefixtures("impatient")
def test_with_mongodb_down_the_run_says_so_and_nothing_is_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MONGO_DEFAULT", '{"conn_type": "mongo", "host": "127.0.0.1", "port": 9}')
    with pytest.raises(RetryLater, match="SYSTEM_DOWN"):
        world.run(quick=True)
    assert world.writes() == 0
