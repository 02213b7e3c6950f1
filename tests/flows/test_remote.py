"""Reading InvenTree: searches give too much, and only what is exactly wanted is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from accordant.flows.raw_data_to_inventree.records import customer_key, part_key
from accordant.flows.raw_data_to_inventree.remote import Reader, line_row
from accordant.flows.raw_data_to_inventree.settings import LookUpSettings
from accordant.sync.records import StagedRow
from tests.flows.fakes import Memory


@dataclass
class Needs:
    """A view that only knows what is needed."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, query: str, **_: Any) -> Iterator[list[dict[str, Any]]]:
        yield getattr(self, query)


def customer(name: str, tax_id: str = "") -> dict[str, Any]:
    return {"key": customer_key(tax_id, name), "name": name, "tax_id": tax_id}


def part(name: str) -> dict[str, Any]:
    return {"key": part_key(name), "name": name, "code": None}


def order(key: str, bound_id: str | None = None) -> dict[str, Any]:
    return {"key": key, "bound_id": bound_id}


def read(memory: Memory, one_by_one: int = 25, **needed: Any) -> list[StagedRow]:
    reader = Reader(memory, LookUpSettings(one_by_one=one_by_one, parallel=2), "issue_date")
    return list(reader.rows(Needs(**needed)))  # type: ignore[arg-type]


@pytest.mark.parametrize("one_by_one", [0, 25])
def test_only_the_companies_with_the_tax_id_or_the_name_are_staged_each_once(one_by_one: int) -> None:
    memory = Memory()
    memory.has_company(1, "Papirus SRL", "RO18547290")
    memory.has_company(2, "Papirus SRL Cluj")
    memory.has_company(3, "Other", "118547290")
    memory.has_company(4, "papirus  srl", "2864518")
    rows = read(memory, one_by_one, customers=[customer("Papirus SRL", "18547290")])
    # one by one, a hit by tax id makes the search by name unnecessary
    assert [row.remote_id for row in rows] == (["1"] if one_by_one else ["1", "4"])


def test_where_the_tax_id_finds_nobody_the_name_is_searched() -> None:
    memory = Memory()
    memory.has_company(3, "Papirus SRL")
    assert [row.remote_id for row in read(memory, customers=[customer("Papirus SRL", "18547290")])] == ["3"]
    assert memory.asked["one company"] == 2


@pytest.mark.parametrize("one_by_one", [0, 25])
def test_only_the_part_with_exactly_the_name_is_staged(one_by_one: int) -> None:
    memory = Memory()
    for pk, name in enumerate(["Hârtie A4 color", "HÂRTIE  A4", "Hârtie", "Hârtie A4"], start=1):
        memory.has_part(pk, name)
    rows = read(memory, one_by_one, parts=[part("Hârtie A4")])
    found = {row.remote_id for row in rows}
    assert "4" in found
    assert found <= {"2", "4"}


@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_few_are_searched_one_by_one_and_many_through_one_list(count: int) -> None:
    memory = Memory()
    names = [f"Part {n}." for n in range(count)]
    for pk, name in enumerate(names, start=1):
        memory.has_part(pk, name)
        memory.has_company(pk, name)
    rows = read(memory, 3, parts=[part(name) for name in names], customers=[customer(name) for name in names])
    assert len(rows) == 2 * count
    asked = {"all part": 1, "all company": 1} if count > 3 else {"one part": count, "one company": count}
    assert dict(memory.asked) == asked


def test_what_is_not_needed_is_not_asked() -> None:
    memory = Memory()
    assert read(memory) == []
    assert not memory.asked


def test_a_bound_order_costs_one_call_with_its_lines() -> None:
    memory = Memory()
    memory.has_order(1, "SERIE=A;NUMAR=1")
    memory.has_line(11, 1)
    memory.has_line(12, 1)
    rows = read(memory, orders=[order("SERIE=A;NUMAR=1", "1")])
    assert [row.remote_id for row in rows] == ["1", "11", "12"]
    assert dict(memory.asked) == {"lines": 1}


def test_a_bound_order_without_lines_is_asked_for_itself_and_may_be_gone() -> None:
    memory = Memory()
    memory.has_order(1, "SERIE=A;NUMAR=1")
    keys = [order("SERIE=A;NUMAR=1", "1"), order("SERIE=A;NUMAR=2", "2")]
    assert [row.remote_id for row in read(memory, orders=keys)] == ["1"]


@pytest.mark.parametrize("one_by_one", [0, 25])
def test_an_unbound_order_is_found_by_exactly_its_marker(one_by_one: int) -> None:
    memory = Memory()
    for pk, description in enumerate(
        ["SERIE=A;NUMAR=10", "SERIE=A;NUMAR=1", "SERIE=AA;NUMAR=1", "re SERIE=A;NUMAR=1"], 1
    ):
        memory.has_order(pk, description)
        memory.has_line(pk + 10, pk)
    rows = read(memory, one_by_one, orders=[order("SERIE=A;NUMAR=1")])
    assert [(row.object_type, row.remote_id) for row in rows] == [("sales_order", "2"), ("sales_order_line", "12")]


def test_all_orders_with_one_marker_are_staged_so_that_a_person_can_decide() -> None:
    memory = Memory()
    memory.has_order(1, "SERIE=A;NUMAR=1")
    memory.has_order(2, "SERIE=A;NUMAR=1")
    assert [row.remote_id for row in read(memory, orders=[order("SERIE=A;NUMAR=1")])] == ["1", "2"]


@pytest.mark.parametrize(
    ("quantity", "price", "shown"),
    [
        (3.0, "21.500000", ("3", "21.5")),
        ("3.00000", 21.5, ("3", "21.5")),
        (0.1, None, ("0.1", "")),
        (1e-05, "0", ("0.00001", "0")),
    ],
)
def test_numbers_are_read_in_the_one_notation_we_compare_in(quantity: Any, price: Any, shown: tuple[str, str]) -> None:
    content = line_row("k", {"pk": 1, "part": 5, "quantity": quantity, "sale_price": price}).content
    assert (content["quantity"], content["price"]) == shown
