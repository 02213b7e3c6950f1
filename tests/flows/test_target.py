"""Writing to InvenTree: sent once, refused where somebody was there meanwhile, found again without guessing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accordant.flows.raw_data_to_inventree.records import ORDERS, line_key
from accordant.flows.raw_data_to_inventree.target import InvenTreeTarget, mark_of
from accordant.sync.errors import NeedsPerson, RecordRejected
from accordant.sync.operations import Action, Operation
from accordant.sync.ports import Receipt
from tests.flows.fakes import Bound, Memory

KEY = "SERIE=ACC;NUMAR=17"
CUSTOMER = Operation(
    0, "tax:1", "customer", "tax:1", Action.CREATE, "r", {"key": "tax:1", "name": "Papirus", "tax_id": "1"}
)
PART = Operation(1, "toner", "part", "toner", Action.CREATE, "r", {"key": "toner", "name": "Toner", "ipn": "T-1"})
ORDER = Operation(
    ORDERS, KEY, "sales_order", KEY, Action.CREATE, "r",
    {"key": KEY, "customer": "tax:1", "date": "2025-11-20", "currency": "RON"},
)  # fmt: skip
LINE = Operation(
    ORDERS, KEY, "sales_order_line", line_key(KEY, "ACC-x-1"), Action.CREATE, "r",
    {"order": KEY, "part": "toner", "quantity": "3", "price": "21.5", "currency": "RON", "notes": ""},
)  # fmt: skip
BOUND = Bound({("customer", "tax:1"): "7", ("part", "toner"): "5", ("sales_order", KEY): "1"})


def target(memory: Memory) -> InvenTreeTarget:
    return InvenTreeTarget(memory, "issue_date")


def update(operation: Operation, remote_id: str, **changes: Any) -> Operation:
    return replace(
        operation,
        action=Action.UPDATE,
        remote_id=remote_id,
        before=operation.after,
        after={**operation.after, **changes},
    )


@pytest.fixture
def memory() -> Memory:
    """One order with one line, as they are after CREATE."""
    memory = Memory()
    memory.has_company(7, "Papirus", "1")
    memory.has_part(5, "Toner")
    memory.has_order(1, KEY)
    memory.has_line(11, 1)
    return memory


# -- sending


@pytest.mark.parametrize("operation", [CUSTOMER, PART, ORDER, LINE])
def test_every_create_is_sent_once_and_carries_a_mark(operation: Operation) -> None:
    memory = Memory()
    assert target(memory).send(operation, BOUND) == Receipt("1")
    ((_, _, body),) = memory.sent
    assert body.get("tags") == [mark_of(operation)] or body["reference"] == "ACC-x-1"


def test_a_customer_is_a_customer_and_nothing_else() -> None:
    """InvenTree's own defaults are supplier: true, customer: false."""
    memory = Memory()
    target(memory).send(CUSTOMER, BOUND)
    body = memory.sent[0][2]
    assert (body["is_customer"], body["is_supplier"], body["is_manufacturer"]) == (True, False, False)


def test_a_part_is_salable_and_an_order_is_never_issued() -> None:
    memory = Memory()
    target(memory).send(PART, BOUND)
    target(memory).send(ORDER, BOUND)
    assert memory.sent[0][2]["salable"] is True
    assert "status" not in memory.sent[1][2]


def test_currency_is_always_said_because_inventrees_default_is_another() -> None:
    memory = Memory()
    target(memory).send(ORDER, BOUND)
    target(memory).send(LINE, BOUND)
    assert memory.sent[0][2]["order_currency"] == "RON"
    assert memory.sent[1][2]["sale_price_currency"] == "RON"


@pytest.mark.parametrize("operation", [ORDER, LINE])
def test_a_record_whose_reference_is_not_agreed_is_not_sent(operation: Operation) -> None:
    memory = Memory()
    assert target(memory).send(operation, Bound()) is None
    assert memory.sent == []


@pytest.mark.parametrize("operation", [CUSTOMER, PART])
def test_a_name_that_somebody_took_meanwhile_is_for_the_next_plan(operation: Operation) -> None:
    refusal = RecordRejected("REFUSED_BY_TARGET", "non_field_errors: The fields name, email must make a unique set.")
    with pytest.raises(NeedsPerson) as caught:
        target(Memory(refusal=refusal)).send(operation, BOUND)
    assert caught.value.code.code == "RECORD_MOVED"


def test_any_other_refusal_stays_one() -> None:
    with pytest.raises(RecordRejected, match="HTML"):
        target(Memory(refusal=RecordRejected("REFUSED_BY_TARGET", "Remove HTML tags"))).send(PART, BOUND)


def test_a_line_is_updated_when_it_is_as_the_plan_saw_it(memory: Memory) -> None:
    assert target(memory).send(update(LINE, "11", quantity="4"), BOUND) == Receipt("11")
    assert memory.line[11]["quantity"] == 4


@pytest.mark.parametrize(
    "change",
    [{"quantity": 9}, {"sale_price": "9"}, {"notes": "x"}, {"sale_price_currency": "EUR"}, {"sale_price": None}],
)
def test_a_line_that_somebody_changed_meanwhile_is_not_touched(memory: Memory, change: dict[str, Any]) -> None:
    memory.line[11] |= change
    with pytest.raises(NeedsPerson) as caught:
        target(memory).send(update(LINE, "11", quantity="4"), BOUND)
    assert caught.value.code.code == "RECORD_MOVED"
    assert memory.sent == []


@pytest.mark.parametrize(("operation", "pk"), [(LINE, "11"), (ORDER, "1")])
def test_what_somebody_deleted_meanwhile_is_not_touched(memory: Memory, operation: Operation, pk: str) -> None:
    memory.line, memory.order = {}, {}
    with pytest.raises(NeedsPerson):
        target(memory).send(update(operation, pk, date="2025-11-21", quantity="4"), BOUND)
    assert memory.sent == []


def test_an_order_whose_date_somebody_changed_meanwhile_is_not_touched(memory: Memory) -> None:
    memory.order[1]["issue_date"] = "2025-01-01"
    with pytest.raises(NeedsPerson):
        target(memory).send(update(ORDER, "1", date="2025-11-21"), BOUND)
    assert memory.sent == []


@pytest.mark.parametrize("operation", [update(ORDER, "1", date="2025-11-21"), update(LINE, "11", quantity="4")])
def test_an_order_that_was_issued_since_the_plan_is_not_touched(memory: Memory, operation: Operation) -> None:
    """A plan may wait three days for its approval; the order may be issued and shipped meanwhile."""
    memory.order[1]["status"] = 20
    with pytest.raises(NeedsPerson):
        target(memory).send(operation, BOUND)
    assert memory.sent == []


# -- finding what a lost answer left


@pytest.mark.parametrize("operation", [CUSTOMER, PART, ORDER, LINE])
def test_a_create_that_was_applied_is_found(operation: Operation) -> None:
    memory, bound = Memory(), Bound(dict(BOUND.ids))
    made = target(memory).send(operation, bound)
    bound.ids["sales_order", KEY] = "1"
    memory.order.setdefault(1, {"pk": 1, "description": KEY})
    assert target(memory).find(operation, bound) == made


@pytest.mark.parametrize("operation", [CUSTOMER, PART, ORDER, LINE])
def test_a_create_that_was_not_applied_is_not_found_among_records_that_are_alike(operation: Operation) -> None:
    memory = Memory()
    memory.has_company(7, "Papirus", "11")
    memory.has_company(8, "Papirus 1", "")
    memory.has_part(5, "Toner 1")
    memory.has_part(6, "Tone")
    memory.has_order(1, f"{KEY}0")
    memory.has_line(11, 1, reference="ACC-x-10")
    memory.has_line(12, 1, reference="")
    assert target(memory).find(operation, BOUND) is None


@pytest.mark.parametrize("operation", [CUSTOMER, PART, ORDER, LINE])
def test_two_that_may_be_it_are_for_a_person(operation: Operation) -> None:
    memory = Memory()
    for pk in (1, 2):
        memory.has_company(pk, "Papirus", "RO1" if pk == 1 else "1")
        memory.has_part(pk, "Toner")
        memory.has_order(pk, KEY)
        memory.has_line(pk, 1)
    with pytest.raises(NeedsPerson) as caught:
        target(memory).find(operation, BOUND)
    assert caught.value.code.code == "SEVERAL_MATCHES"
    assert "1, 2" in caught.value.sentence


def test_a_line_is_looked_for_only_in_its_own_order(memory: Memory) -> None:
    memory.has_order(2, "SERIE=ACC;NUMAR=18")
    memory.line[11]["order"] = 2
    assert target(memory).find(LINE, BOUND) is None


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        (update(LINE, "11", quantity="4"), ("line", "quantity", 4.0)),
        (update(ORDER, "1", date="2025-11-21"), ("order", "issue_date", "2025-11-21")),
    ],
)
def test_an_update_without_answer_is_there_not_there_or_for_a_person(
    memory: Memory, operation: Operation, fields: tuple[str, str, Any]
) -> None:
    kind, name, after = fields
    assert target(memory).find(operation, BOUND) is None
    record = getattr(memory, kind)[int(operation.remote_id)]
    record[name] = after
    assert target(memory).find(operation, BOUND) == Receipt(operation.remote_id)
    record[name] = "2025-01-01" if kind == "order" else 77
    with pytest.raises(NeedsPerson):
        target(memory).find(operation, BOUND)
    getattr(memory, kind).clear()
    with pytest.raises(NeedsPerson):
        target(memory).find(operation, BOUND)
