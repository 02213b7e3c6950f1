"""What an accountant reads of a plan between the WMS and QuickBooks: which side, from what to what, by which rule."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from typer.testing import Result

from accordant.commands.output import people
from accordant.commands.reports import run_report, show_report
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.qbd_customers.flow import FLOW as CUSTOMERS
from accordant.flows.qbd_sales_orders.flow import FLOW as SALES_ORDERS
from accordant.include_dir import sql
from accordant.store.database import Database
from accordant.store.plans import decide, store_operations, store_plan
from accordant.store.quarantine import put_troubles
from accordant.store.runs import Run, open_run
from accordant.sync.agree import agree
from accordant.sync.operations import Operation, Severity, Trouble
from accordant.sync.pairs import Pair, Seen
from accordant.sync.plan import PlanDigest

Accordant = Callable[..., Result]

OURS, THEIRS = "wms.example/warehouse", "https://api.conductor.is/v1/end_usr_1"
ADDRESS = {"line1": "1 Main St", "line2": "", "city": "Austin", "state": "TX", "postal_code": "78701", "country": ""}


def planned(flow: Any, *pairs: Pair) -> list[Operation]:
    """Return what the flow's own planner makes of some records."""
    assert isinstance(flow, QuickBooksFlow)
    return [found for pair in pairs for found in agree(pair, flow.kind) if isinstance(found, Operation)]


def show(store: Database, accordant: Accordant, flow: Any, *pairs: Pair) -> tuple[Run, str]:
    """Store a plan as `diff` does and return its run and what `plan show` says."""
    run = open_run(store, flow=flow.name, ours=OURS, theirs=THEIRS, airflow_run_id="manual__1", preview=False,
                   parameters={})  # fmt: skip
    digest, operations = PlanDigest(), planned(flow, *pairs)
    for operation in operations:
        digest.add(operation)
    with store.transaction() as connection:
        store_operations(connection, run, iter(operations))
        store_plan(connection, sql("store/plan_put"), run, digest, {"writes": 1}, [])
    decide(store, run.id, "within_limits", "the limits of the flow")
    result = accordant("plan", "show", run.id)
    assert result.exit_code == 0
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2025-01-01 00:00:00", result.stdout.replace(run.id, "RUN-ID"))
    return run, "\n".join(line.rstrip() for line in text.splitlines())


def seen(store: Database, flow: str, side: str, object_type: str, key: str, name: str) -> None:
    """Keep a record that others refer to as the last run saw it."""
    store.execute(
        "store/side_record_put", flow=flow, ours=OURS, theirs=THEIRS, side=side, object_type=object_type, key=key,
        content="{}", hash="h", name=name, natural_key="", link="", mark="", rank=0, revision="", changed_at=None,
        run_id=None,
    )  # fmt: skip


def customer(**fields: Any) -> dict[str, Any]:
    assert isinstance(CUSTOMERS, QuickBooksFlow)
    return CUSTOMERS.mapping.ours({"name": "Acme", "phone": "555 0100", "is_active": True, **fields})


def order(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    assert isinstance(SALES_ORDERS, QuickBooksFlow)
    day = {"customer": "17", "ref_number": "SO-7", "transaction_date": "2026-01-15"}
    return SALES_ORDERS.mapping.ours({**day, **fields, "lines": list(lines)})


def line(id: str, item: str, quantity: str, unit_price: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "item": item, "quantity": quantity, "unit_price": unit_price, **fields}


def both(name: str, key: str, base: dict[str, Any] | None, ours: dict[str, Any], theirs: dict[str, Any]) -> Pair:
    return Pair(key, f"80-{key}", name, Seen(key, ours, "o"), Seen(f"80-{key}", theirs, "t", "3"), base, "b")


def test_a_customer_that_was_edited_on_both_sides(
    store: Database, accordant: Accordant, snapshot: SnapshotAssertion
) -> None:
    pair = both(
        "customer Acme", "17", customer(),
        customer(phone="555 0200", email="office@acme.example", billing_address=ADDRESS, is_active=False),
        customer(phone="555 0300", terms="Net 30", parent="@80-9"),
    )  # fmt: skip
    seen(store, "qbd_customers", "theirs", "customer", "80-9", "customer Acme [Holding]")
    run, text = show(store, accordant, CUSTOMERS, pair)
    assert text == snapshot
    first = json.loads(accordant("plan", "show", run.id, "--json").stdout)["records"][0]
    assert (first["written"], first["side"], first["name"]) == ("ours", OURS, "customer Acme")
    phone = next(change for change in first["changes"] if change["field"] == "phone")
    assert phone == {
        "field": "phone", "from": "555 0200", "to": "555 0300",
        "rule": "changed on both sides: QuickBooks decides",
    }  # fmt: skip


def test_a_sales_order_whose_lines_change(store: Database, accordant: Accordant, snapshot: SnapshotAssertion) -> None:
    bolt, tape, box = line("1", "5", "2", "10.5"), line("2", "6", "1", "4"), line("3", "7", "9", "0.1")
    base = order(bolt, tape, box) | {
        "lines": [{**one, "ours": one["id"], "theirs": f"T{one['id']}"} for one in order(bolt, tape, box)["lines"]]
    }
    ours = order({**bolt, "quantity": "3"}, tape, box, line("4", "8", "6", "2", description="a gift"), memo="Rush")
    theirs = order(*({**one, "id": f"T{one['id']}"} for one in (bolt, tape)))
    for key, name in (("5", "Bolt"), ("6", "Tape"), ("7", "Box"), ("8", "Ribbon")):
        seen(store, "qbd_items", "ours", "item", key, f"item {name}")
    _, text = show(store, accordant, SALES_ORDERS, both("sales order SO-7", "41", base, ours, theirs))
    assert text == snapshot


def test_a_record_that_only_one_side_has(store: Database, accordant: Accordant, snapshot: SnapshotAssertion) -> None:
    only_theirs = customer(name="Baker", billing_address=ADDRESS, parent="17")
    seen(store, "qbd_customers", "ours", "customer", "17", "customer Acme")
    baker = Pair("", "80-18", "customer Acme:Baker", None, Seen("80-18", only_theirs, "t"), phase=1)
    new_order = order(line("1", "5", "2", "10.5"), customer="17")
    _, text = show(store, accordant, CUSTOMERS, baker)
    _, more = show(store, accordant, SALES_ORDERS, Pair("41", "", "sales order SO-7", Seen("41", new_order, "o"), None))
    assert f"{text}\n\n{more}" == snapshot


def test_a_record_that_somebody_deleted(store: Database, accordant: Accordant, snapshot: SnapshotAssertion) -> None:
    gone = Seen("80-17", {}, gone=True)
    pair = Pair("17", "80-17", "customer Acme", Seen("17", customer(), "o"), gone, customer(), "b")
    _, text = show(store, accordant, CUSTOMERS, pair)
    assert text == snapshot


def test_records_that_are_the_same_are_linked_and_neither_side_changes(store: Database, accordant: Accordant) -> None:
    _, text = show(store, accordant, CUSTOMERS, both("customer Acme", "17", None, customer(), customer()))
    assert "customer Acme: link, neither side changes" in text


# -- what waits for another record

HELD = Trouble(
    Severity.HELD, "sales_order", "41", "WAITS_FOR_REFERENCE",
    "sales order SO-7 waits: its customer is not agreed with QuickBooks yet.", field="customer", source="41",
)  # fmt: skip


@pytest.fixture
def held(store: Database) -> Run:
    """A run of which one order waits for its customer."""
    run = open_run(store, flow=SALES_ORDERS.name, ours=OURS, theirs=THEIRS, airflow_run_id="manual__1", preview=False,
                   parameters={})  # fmt: skip
    put_troubles(store, run, [HELD])
    return run


def test_what_waits_for_another_record_is_not_an_error(held: Run, accordant: Accordant) -> None:
    (one,) = json.loads(accordant("status", "--json").stdout)
    assert (one["waiting"], one["held"], one["last_errors"]) == (0, 1, [])
    assert "1 record waits for another one and goes by itself" in accordant("status").stdout


def test_quarantine_lists_what_waits_for_another_record_and_that_nobody_acts(held: Run, accordant: Accordant) -> None:
    text = accordant("quarantine", "list").stdout
    assert re.search(r"Q\d+ +waits +WAITS_FOR_REFERENCE  sales order 41\n", text)
    assert HELD.sentence in text
    (one,) = json.loads(accordant("quarantine", "list", "--json").stdout)
    assert (one["severity"], one["actor"]) == ("held", "nobody")


def test_the_report_of_a_run_counts_what_waits(held: Run, store: Database, capsys: pytest.CaptureFixture[str]) -> None:
    row = store.row("store/run_get", run=held.id)
    assert row is not None
    report = run_report(store, row)
    assert report["object_types"]["sales_order"]["waiting"] == 1
    show_report(people(), report)
    assert re.search(r"unknown +waiting\n", capsys.readouterr().out)
