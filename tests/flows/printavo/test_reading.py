"""Printavo is read whole, whatever happens meanwhile, and with few questions where little changed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from accordant.flows.printavo.reading import Reading
from accordant.flows.printavo.reading_lists import CountedClient
from accordant.hooks.calls import ApiCall
from accordant.sync.errors import Misconfigured, RetryLater
from accordant.sync.rates import PrintavoLimits
from sandbox.printavo.server import PrintavoThread, running_printavo
from tests.flows.printavo.staging import MemoryStaging, client_of, copied, truth

SMALL = PrintavoLimits(most_per_page=30)
BEHIND_THE_FIRST = r"^orders\(.*after: "
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    newest: int = 100
    due_days: int = 30
    all_headers: bool = True


@pytest.fixture(scope="module")
def server() -> Iterator[PrintavoThread]:
    with running_printavo() as running:
        yield running


@pytest.fixture
def printavo(server: PrintavoThread) -> PrintavoThread:
    """An account of 120 orders; pages hold at most 30 records."""
    server.control.disarm()
    server.control.reset()
    server.control.settings(latency_ms=0, limit="")
    server.control.generate(120)
    server.control.clear_ledger()
    return server


def read_all(printavo: PrintavoThread, base: dict[str, Any] | None = None, **options: Any) -> MemoryStaging:
    staging = MemoryStaging(base or {})
    Reading(client_of(printavo, **options), staging, SMALL).full()
    return staging


def questions(printavo: PrintavoThread) -> int:
    found: int = printavo.control.peaks()["calls"]
    return found


# -- everything


def test_a_full_reading_holds_everything_once(printavo: PrintavoThread) -> None:
    staging = read_all(printavo)
    assert staging.sums() == truth(printavo)
    assert len(staging.rows("orders")) == len(staging.rows("header")) == 120
    assert (staging.refused, staging.noted_gone) == ([], set())
    assert all(place.complete for place in staging.places.values())


@pytest.mark.parametrize("most", [1, 2, 3])
def test_lists_within_orders_are_read_to_their_ends(printavo: PrintavoThread, most: int) -> None:
    printavo.control.generate(12)
    printavo.control.settings(max_page_size=most)
    assert read_all(printavo).sums() == truth(printavo)


FAULTS = [
    "reset_before_apply", "reset_mid_body", "truncated_answer", "bad_gateway", "unavailable", "throttle",
    "throttle_retry_after", "firewall_page", "server_error", "partial_data", "slow",
]  # fmt: skip


@pytest.mark.parametrize("skip", [0, 4])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_passing_fault_changes_nothing(printavo: PrintavoThread, fault: str, skip: int) -> None:
    printavo.control.arm(fault, skip=skip, times=2, seconds=0.05)
    assert read_all(printavo).sums() == truth(printavo)
    assert [armed["struck"] for armed in printavo.control.faults()] == [2]


def test_an_answer_that_never_comes_is_asked_for_again(printavo: PrintavoThread) -> None:
    printavo.control.arm("timeout", skip=3, seconds=1)
    assert read_all(printavo, read_timeout=0.4).sums() == truth(printavo)


@pytest.mark.parametrize("name", ["order_moves", "order_moves_in"])
@pytest.mark.parametrize("times", [1, 3])
def test_orders_that_move_between_pages_are_neither_lost_nor_doubled(
    printavo: PrintavoThread, name: str, times: int
) -> None:
    printavo.control.arm(name, times=times, query=BEHIND_THE_FIRST)
    staging = read_all(printavo)
    assert staging.sums() == truth(printavo) or name == "order_moves"
    there = {id_ for (id_,) in truth(printavo)["orders"]}
    assert there <= staging.staged("orders")
    assert len(staging.rows("orders")) == len(staging.staged("orders"))


def test_records_that_come_on_two_pages_are_staged_once(printavo: PrintavoThread) -> None:
    printavo.control.arm("duplicate_across_pages")
    staging = read_all(printavo)
    assert staging.sums() == truth(printavo)
    assert len(staging.rows("orders")) == 120


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("expired_token", Misconfigured, "CREDENTIALS_REFUSED"),
        ("garbage", Misconfigured, "ADDRESS_WRONG"),
        ("stop_answering", RetryLater, "SYSTEM_DOWN"),
        ("throttle", RetryLater, "THROTTLED"),
        ("firewall_page", RetryLater, "THROTTLED"),
        ("partial_data", RetryLater, "ANSWER_UNREADABLE"),
        ("server_error", RetryLater, "SYSTEM_DOWN"),
    ],
)
def test_a_fault_that_stays_stops_the_reading_and_says_why(
    printavo: PrintavoThread, fault: str, kind: type[Exception], code: str
) -> None:
    printavo.control.arm(fault, times=None, skip=4)
    staging = MemoryStaging({"orders": {"20000001": None}})
    with pytest.raises(kind, match=code):
        Reading(client_of(printavo), staging, SMALL).full()
    assert not staging.noted_gone
    assert not staging.where("orders").complete
    printavo.control.disarm()
    Reading(client_of(printavo), staging, SMALL).full()
    assert staging.sums() == truth(printavo)


def test_a_limit_above_the_vendors_names_the_setting(printavo: PrintavoThread) -> None:
    printavo.control.settings(max_complexity=9_000)
    with pytest.raises(Misconfigured, match="Lower the limit `complexity`"):
        Reading(client_of(printavo), MemoryStaging()).full()
    staging = MemoryStaging()
    Reading(client_of(printavo), staging, PrintavoLimits(complexity=9_000)).full()
    assert staging.sums() == truth(printavo)


# -- what is gone


def test_only_what_printavo_says_it_does_not_have_is_gone(printavo: PrintavoThread) -> None:
    base = read_all(printavo).as_base()
    printavo.person.delete_order("20000007")
    base["customer"]["99"] = base["contact"]["98"] = None
    staging = read_all(printavo, base)
    assert staging.noted_gone == {("orders", "20000007"), ("customer", "99"), ("contact", "98")}
    assert staging.sums() == truth(printavo)


def test_an_order_that_no_page_held_is_not_gone(printavo: PrintavoThread) -> None:
    base = read_all(printavo).as_base()
    printavo.control.arm("order_moves", times=4, query=BEHIND_THE_FIRST)
    staging = read_all(printavo, base)
    there = {id_ for (id_,) in truth(printavo)["orders"]}
    assert len(there) == 116
    assert there <= staging.staged("orders")
    assert staging.noted_gone == set()  # those that were deleted had been on a page before
    assert read_all(printavo, base).noted_gone == {("orders", id_) for id_ in base["orders"].keys() - there}


@pytest.mark.parametrize("what", ["incremental", "company"])
def test_a_partial_reading_never_notes_anything_as_gone(printavo: PrintavoThread, what: str) -> None:
    base = read_all(printavo).as_base()
    printavo.person.delete_order("20000007")
    staging = MemoryStaging(base)
    reading = Reading(client_of(printavo), staging, SMALL)
    reading.incremental(Asked()) if what == "incremental" else reading.company(lambda: [("customer", "1")])
    assert staging.noted_gone == set()


# -- what changed


def test_only_what_changed_is_read_again(printavo: PrintavoThread) -> None:
    base = read_all(printavo).as_base()
    changed = printavo.person.change_some(9)
    new = printavo.person.put_like("20000003")
    staging = MemoryStaging(base)
    Reading(client_of(printavo), staging, SMALL).incremental(Asked())
    assert staging.staged("orders") == {*changed, new}
    assert staging.staged("header") == {id_ for (id_,) in truth(printavo)["orders"]}


def test_an_incremental_reading_of_few_changes_costs_a_twentieth_of_a_full_one(server: PrintavoThread) -> None:
    server.control.disarm()
    server.control.reset()
    server.control.generate(5_000)
    server.control.clear_ledger()
    staging = MemoryStaging()
    Reading(client_of(server), staging).full()
    full = questions(server)
    changed = server.person.change_some(20)
    server.control.clear_ledger()
    later = MemoryStaging(staging.as_base())
    Reading(client_of(server), later).incremental(Asked())
    assert later.staged("orders") == {*changed}
    assert questions(server) <= 0.05 * full


def test_without_all_headers_only_the_newest_the_open_and_those_due_are_looked_at(printavo: PrintavoThread) -> None:
    base = read_all(printavo).as_base()
    staging = MemoryStaging(base)
    reading = Reading(client_of(printavo), staging, SMALL, now=lambda: NOW)
    reading.incremental(Asked(newest=10, due_days=5, all_headers=False), hidden=["Completed", "cancelled"])
    assert {"headers newest", "headers open", "headers due"} <= staging.places.keys()
    newest = sorted(base["orders"])[-10:]
    assert {*newest} <= staging.staged("header")
    assert len(staging.staged("header")) < 120


def test_the_orders_of_a_companys_customers_are_read(printavo: PrintavoThread) -> None:
    everything = read_all(printavo)
    customers = sorted({row["customer_id"] or "" for row in everything.rows("orders")})[:2]
    staging = MemoryStaging()
    Reading(client_of(printavo), staging, SMALL).company(lambda: [("customer", one) for one in (*customers, "99")])
    expected = [row for row in everything.rows("orders") if row["customer_id"] in customers]
    assert sorted(row["id"] or "" for row in staging.rows("orders")) == sorted(row["id"] or "" for row in expected)


# -- being stopped


def test_a_reading_that_was_killed_goes_on_at_its_page(printavo: PrintavoThread) -> None:
    base = read_all(printavo).as_base()
    printavo.person.delete_order("20000007")
    whole = questions_of(printavo, base)
    for dies_at in count(1):
        printavo.control.clear_ledger()
        staging = MemoryStaging(base, dies_at=dies_at)
        if not was_killed(printavo, staging):
            break
        Reading(client_of(printavo), staging, SMALL).full()
        assert staging.sums() == truth(printavo)
        assert staging.noted_gone == {("orders", "20000007")}
        assert whole <= questions(printavo) <= whole + 1
    assert dies_at > 15


def was_killed(printavo: PrintavoThread, staging: MemoryStaging) -> bool:
    try:
        Reading(client_of(printavo), staging, SMALL).full()
    except KeyboardInterrupt:
        return True
    return False


def questions_of(printavo: PrintavoThread, base: dict[str, Any]) -> int:
    printavo.control.clear_ledger()
    read_all(printavo, base)
    return questions(printavo)


def test_a_place_that_is_not_known_any_more_begins_the_list_anew(printavo: PrintavoThread) -> None:
    staging = MemoryStaging()
    Reading(client_of(printavo), staging, SMALL).full()
    staging.places["orders"] = replace(staging.places["orders"], cursor="!!", complete=False)
    staging.tables["orders"] = []
    Reading(client_of(printavo), staging, SMALL).full()
    assert staging.sums() == truth(printavo)


# -- orders that change while they are read


class Meddling(CountedClient):
    """A client at whose first question about a group somebody deletes the order."""

    def __init__(self, printavo: PrintavoThread, order: str) -> None:
        super().__init__(client_of(printavo))
        self._printavo, self._order = printavo, order

    def ask(self, question: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        if "lineItemGroup(id" in question and self._order:
            self._printavo.person.delete_order(self._order)
            self._order = ""
        return super().ask(question, variables)


def test_an_order_that_is_deleted_while_its_lines_are_read_is_not_kept_in_part(printavo: PrintavoThread) -> None:
    printavo.control.generate(12)
    printavo.control.settings(max_page_size=2)
    staging = MemoryStaging()
    busy = next(row["order_id"] for row in read_all(printavo).rows("line_item") if row["position"] == "3")
    Reading(Meddling(printavo, busy or ""), staging, SMALL).full()
    assert staging.sums() == truth(printavo)
    assert not [row for row in staging.rows("line_item") if row["order_id"] == busy]


# -- what is told


def test_each_list_has_one_line_in_the_log(printavo: PrintavoThread, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="accordant.flows.printavo")
    calls: list[ApiCall] = []
    Reading(client_of(printavo, calls), MemoryStaging(), SMALL).full()
    lines = [record.message for record in caplog.records]
    assert "orders: 120 records on 4 pages, by 4 questions." in lines
    assert lines[-1] == f"Everything was read by {len(calls)} questions."
    assert len(lines) == 6  # no line about what needed no question


def test_a_cell_of_copy_is_read_back() -> None:
    from accordant.flows.printavo.tables import SIZES

    assert list(copied(SIZES, b"1\t\\N\ta\\\\N\\n\t3\n")) == [
        {"line_item_id": "1", "order_id": None, "size": "a\\N\n", "count": "3"}
    ]
