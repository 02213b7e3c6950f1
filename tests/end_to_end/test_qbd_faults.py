"""What becomes of a write when QuickBooks, Conductor or the line between fails: every cell has a named expectation."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from itertools import count
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import stamina

from accordant.flows.qbd import target
from accordant.hooks import conductor_client, http
from accordant.store.database import Database
from accordant.store.quarantine import ask_again
from accordant.sync.errors import AccordantError, Misconfigured, RetryLater
from accordant.tasks import steps
from sandbox.conductor.server import running_conductor
from tests.end_to_end.conftest import office_at
from tests.end_to_end.killable import Killable
from tests.end_to_end.matrix import cells
from tests.end_to_end.office import Office
from tests.end_to_end.office_records import OBJECT_TYPES, ObjectType, prepared


class Expected(Enum):
    """What an accountant finds after the run."""

    APPLIED_ONCE = "it is in QuickBooks once, before the run ends"
    COMES_BACK = "nothing was written; the next run does it, once"
    QUARANTINED = "QuickBooks refused it; it waits for a person and is not sent again as it is"
    RUN_STOPS = "nothing was written, neither this nor what came after; the next run does all"


A, B, Q, S = Expected.APPLIED_ONCE, Expected.COMES_BACK, Expected.QUARANTINED, Expected.RUN_STOPS

# fault -> (expectation, code that the operation shows, how often it was sent)
EXPECTATIONS: dict[str, tuple[Expected, str, int]] = {
    # the line
    "reset_before_apply":          (A, "", 2),
    "reset_after_apply":           (A, "", 1),
    "reset_mid_body":              (A, "", 1),
    "timeout_before_apply":        (A, "", 2),
    "timeout_after_apply":         (A, "", 1),
    "truncated_answer":            (A, "", 1),
    "garbage":                     (A, "", 2),
    "bad_gateway":                 (A, "", 2),
    "unavailable":                 (A, "", 2),
    # Conductor
    "error_500_before_apply":      (A, "", 2),
    "error_500_after_apply":       (A, "", 1),
    "error_502_before_apply":      (A, "", 2),
    "error_502_after_apply":       (A, "", 1),
    "error_503_before_apply":      (A, "", 2),
    "error_503_after_apply":       (A, "", 1),
    "error_504_before_apply":      (A, "", 2),
    "error_504_after_apply":       (A, "", 1),
    "throttle":                    (A, "", 1),
    "connection_not_set_up":       (S, "QUICKBOOKS_NOT_LINKED", 1),
    # QuickBooks
    "slow":                        (A, "", 1),
    "request_timeout":             (A, "", 2),
    "request_timeout_after_apply": (A, "", 1),
    "record_locked":               (A, "", 1),
    "quickbooks_closed":           (B, "QUICKBOOKS_CLOSED", 1),
    "duplicate_name":              (Q, "NAME_IN_USE", 1),
}  # fmt: skip
PUSHED = [kind for kind, what in OBJECT_TYPES.items() if what.pushed]
CREATED, UPDATED = "create", "update"
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def books(postgres: Any) -> Iterator[Office]:
    """An office whose books go on through the matrix."""
    with pytest.MonkeyPatch.context() as monkeypatch, running_conductor() as server:
        found = office_at(postgres, server, monkeypatch)
        prepared(found)
        for kind in OBJECT_TYPES.values():
            kind.make_theirs(found, edited(kind), "10")
            assert found.quick(kind.flow)["matches"]
        hurried = SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic, perf_counter=time.perf_counter)
        monkeypatch.setattr(conductor_client, "time", hurried)  # who is told to wait waits no longer than it must
        monkeypatch.setattr(http, "time", hurried)
        yield found


def edited(kind: ObjectType) -> str:
    """Return the name of the agreed record that is edited again and again."""
    return f"ed {kind.name[:4]}"


def to_quickbooks(office: Office, run_id: str) -> list[dict[str, Any]]:
    """Return a plan's writes to QuickBooks; balances and quantities that orders moved come to the WMS beside them."""
    return [row for row in office.operations(run_id) if row["side"] == "theirs" and row["action"] != "link"]


class Cell:
    """A create and an update of one object type, each struck by a fault once."""

    def __init__(self, office: Office, kind: ObjectType, fault: str) -> None:
        number = next(_NUMBERS)
        self.office, self.kind = office, kind
        self.values = {f"new {number}": "11", edited(kind): str(1000 + number)}
        for name, value in self.values.items():
            (kind.edit_ours if name == edited(kind) else kind.make_ours)(office, name, value)
        self.run_id = office.quick_plan(kind.flow)
        for ending in ("$", "/"):
            path = f"/{kind.resource}{ending}"
            office.conductor.control.arm(fault, method="POST", path=path, times=1, seconds=0.05)
        self.mark = office.mark()

    def load(self) -> AccordantError | None:
        """Do the step load; return why it stopped, if it did."""
        try:
            steps.load(self.kind.flow, self.run_id)
        except AccordantError as error:
            return error
        finally:
            self.office.conductor.control.disarm()
        return None

    def shown(self) -> dict[str, tuple[str, str, int]]:
        """Return {action: (state, code, how often sent)} of what goes to QuickBooks."""
        rows = to_quickbooks(self.office, self.run_id)
        return {row["action"]: (row["state"], row["code"], row["attempts"]) for row in rows}

    def assert_applied_once(self) -> None:
        """Check both sides, and that QuickBooks did each write once."""
        for name, value in self.values.items():
            assert self.kind.ids_theirs(self.office, name) == self.kind.ids_ours(self.office, name)
            sides = self.kind.value_ours(self.office, name), self.kind.value_theirs(self.office, name)
            assert sides == (value, value)
        assert self.office.conductor.control.applied(since=self.mark) == 2
        assert self.office.stuck() == []


@pytest.mark.parametrize(("kind", "fault"), cells(PUSHED, list(EXPECTATIONS), each=8))
def test_a_fault_on_a_create_and_on_an_update_ends_as_the_table_says(books: Office, kind: str, fault: str) -> None:
    expected, code, sent = EXPECTATIONS[fault]
    cell = Cell(books, OBJECT_TYPES[kind], fault)
    stopped = cell.load()
    if expected is A:
        assert stopped is None
        assert cell.shown() == {CREATED: ("applied", "", sent), UPDATED: ("applied", "", sent)}
    elif expected is B:
        went = any(row["state"] == "applied" for row in books.operations(cell.run_id))
        assert isinstance(stopped, RetryLater) or (went and stopped is None)  # what moved in the WMS beside them went
        assert cell.shown() == {CREATED: ("planned", code, sent), UPDATED: ("planned", code, sent)}
    elif expected is Q:
        assert stopped is None
        assert cell.shown() == {CREATED: ("not_applied", code, sent), UPDATED: ("not_applied", code, sent)}
        assert [row["code"] for row in books.troubles()] == [code, code]
        assert to_quickbooks(books, books.quick_plan(cell.kind.flow)) == []
        with Database(books.store) as database:
            ask_again(database, cell.kind.flow, [])
    else:
        assert isinstance(stopped, Misconfigured)
        assert stopped.code.code == code
        assert cell.shown() == {CREATED: ("planned", code, 1), UPDATED: ("planned", "", 0)}
    if expected is not A:
        assert books.conductor.control.applied(since=cell.mark) == 0
        steps.load(cell.kind.flow, books.quick_plan(cell.kind.flow))
        assert books.troubles() == []
    cell.assert_applied_once()


@pytest.mark.parametrize("kind", PUSHED)
def test_a_revision_that_is_out_of_date_is_read_again_and_the_update_goes_once(books: Office, kind: str) -> None:
    """Nothing but the revision moved; a create has none. test_qbd_stale.py has what somebody really edited."""
    what = OBJECT_TYPES[kind]
    value = str(5000 + next(_NUMBERS))
    what.edit_ours(books, edited(what), value)
    run_id = books.quick_plan(what.flow)
    books.conductor.control.arm("stale_revision", path=f"/{what.resource}/", times=2)
    mark = books.mark()
    steps.load(what.flow, run_id)
    assert [row["state"] for row in to_quickbooks(books, run_id)] == ["applied"]
    assert what.value_theirs(books, edited(what)) == value
    assert books.conductor.control.applied(since=mark) == 1


# -- reads

CUSTOMERS = "qbd_customers"


@pytest.fixture
def impatient() -> Iterator[None]:
    """Do not repeat reads for minutes."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
def two(office: Office) -> Office:
    """An office with a new customer on either side."""
    office.conductor.control.load({"customers": [{"name": "Acme"}]})
    office.sql("INSERT INTO wms.customer (name) VALUES ('Baker')")
    return office


def assert_both_have_two(office: Office) -> None:
    assert office.quick(CUSTOMERS)["matches"]
    assert {row["name"] for row in office.books("customers")} == {"Acme", "Baker"}
    assert office.sql("SELECT count(*) AS n FROM wms.customer")[0]["n"] == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "fault",
    ["error_503_before_apply", "quickbooks_closed", "request_timeout", "reset_before_apply", "truncated_answer"],
)
@pytest.mark.parametrize("path", ["/company$", "/customers$", "/deleted-list-objects$"])
def test_a_side_that_cannot_be_read_ends_the_run_before_anything_is_written(two: Office, path: str, fault: str) -> None:
    two.conductor.control.arm(fault, method="GET", path=path, times=50, seconds=0.05)
    with pytest.raises(RetryLater):
        two.quick(CUSTOMERS)
    two.conductor.control.disarm()
    assert two.writes() == 0
    assert two.sql("SELECT count(*) AS n FROM wms.customer")[0]["n"] == 1
    assert_both_have_two(two)


def test_a_list_whose_cursor_expires_is_begun_anew(office: Office) -> None:
    office.conductor.control.load({"customers": [{"name": f"C{n}"} for n in range(160)]})
    office.conductor.control.arm("expired_cursor", times=1)
    assert office.quick(CUSTOMERS)["matches"]
    assert office.sql("SELECT count(DISTINCT quickbooks_id) AS n, count(*) AS m FROM wms.customer") == [
        {"n": 160, "m": 160}
    ]


# -- the WMS


def test_the_wms_lost_right_after_quickbooks_was_written_is_caught_up_with_by_the_next_run(
    two: Office, monkeypatch: pytest.MonkeyPatch, postgres: Any
) -> None:
    run_id = two.quick_plan(CUSTOMERS)
    name = psycopg.conninfo.conninfo_to_dict(two.wms)["dbname"]

    def reachable(yes: bool) -> None:
        address = f"host={postgres.socket_dir} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}")  # type: ignore[arg-type]

    with monkeypatch.context() as changed:
        changed.setattr(target, "failpoint", lambda _: reachable(False))
        with pytest.raises(RetryLater):
            steps.load(CUSTOMERS, run_id)
    reachable(True)
    assert [row["state"] for row in two.operations(run_id)] == ["unknown", "planned"]
    assert [row["name"] for row in two.books("customers")] == ["Acme", "Baker"]
    assert_both_have_two(two)
    assert two.made_twice() == []
    assert two.stuck() == []


# -- what only a person can mend


def connection(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Change the Connection of QuickBooks."""
    name = "AIRFLOW_CONN_CONDUCTOR_DEFAULT"
    monkeypatch.setenv(name, json.dumps({**json.loads(os.environ[name]), **changes}))


def test_a_wrong_key_stops_the_run_with_the_place_to_mend_it(two: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "sk_conductor_wrong_4711"
    with monkeypatch.context() as changed:
        connection(changed, password=secret)
        with pytest.raises(Misconfigured, match="CREDENTIALS_REFUSED") as caught:
            two.quick(CUSTOMERS)
    assert "conductor_default" in str(caught.value)
    assert secret not in str(caught.value)
    assert two.writes() == 0
    assert_both_have_two(two)


@pytest.mark.parametrize("when", ["before the run", "between plan and load"])
def test_another_company_file_stops_the_run_before_anything_is_written(two: Office, when: str) -> None:
    assert_both_have_two(two)
    two.sql("UPDATE wms.customer SET phone = '2'")
    mark = two.mark()
    run_id = two.quick_plan(CUSTOMERS) if when == "between plan and load" else ""
    two.conductor.control.arm("wrong_company")
    with pytest.raises(Misconfigured, match="COMPANY_WRONG"):
        steps.load(CUSTOMERS, run_id) if run_id else two.quick(CUSTOMERS)
    two.conductor.control.disarm()
    assert two.writes(mark) == 0
    assert two.quick(CUSTOMERS)["matches"]


# -- one at a time


def test_two_processes_never_speak_to_quickbooks_at_the_same_time(office: Office) -> None:
    office.conductor.control.load({"customers": [{"name": f"C{n}"} for n in range(5)]})
    for n in range(5):
        office.sql("INSERT INTO wms.customer (name) VALUES (%s)", f"D{n}")
        office.sql("INSERT INTO wms.vendor (name) VALUES (%s)", f"V{n}")
    office.conductor.control.settings(latency_ms=10)
    office.conductor.control.clear_ledger()
    with Killable() as one, Killable() as other, ThreadPoolExecutor(2) as pool:
        never = "load.8.finished:99"
        runs = [
            pool.submit(process.run, flow, "one", never) for process, flow in ((one, CUSTOMERS), (other, "qbd_vendors"))
        ]
        assert [run.result() for run in runs] == [0, 0]
    office.conductor.control.settings(latency_ms=0)
    assert office.conductor.control.most_in_flight() == 1
    assert len(office.books("customers")) == 10
    assert len(office.books("vendors")) == 5
