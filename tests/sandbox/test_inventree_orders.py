"""Sales orders and their lines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.conftest import Caller

SO, LINE = "/api/order/so/", "/api/order/so-line/"


def test_a_new_order_is_pending_whatever_status_is_sent(call: Caller) -> None:
    order = call.order(status=30)
    assert (order["status"], order["reference"]) == (10, "SO-0001")
    assert call("PATCH", f"{SO}{order['pk']}/", {"status": 40}).json()["status"] == 10


def test_the_customer_must_be_a_customer(call: Caller) -> None:
    supplier = call.company("Furnizor", is_customer=False)
    answers = [call("POST", SO, {"customer": pk}).json() for pk in (supplier, 99)]
    assert answers[0] == {"customer": [f'Invalid pk "{supplier}" - object does not exist.']}
    assert answers[1] == {"customer": ['Invalid pk "99" - object does not exist.']}


@pytest.mark.parametrize("reference", ["so-0100", "EST-1001", "SO-1001-A", ""])
def test_a_reference_must_match_the_pattern(call: Caller, reference: str) -> None:
    assert call("POST", SO, {"customer": call.company(), "reference": reference}).status_code == 400


def test_a_reference_is_unique_and_found_in_any_case(call: Caller) -> None:
    customer = call.company()
    call.order(customer=customer, reference="SO-100")
    call.order(customer=customer, reference="SO-0100")
    answer = call("POST", SO, {"customer": customer, "reference": "SO-100"})
    assert answer.json() == {"reference": ["Sales Order with this Reference already exists."]}
    assert len(call.found(SO, reference="so-0100")) == 1


def test_a_huge_reference_wedges_the_numbering_until_it_is_deleted(call: Caller) -> None:
    customer = call.company()
    huge = call.order(customer=customer, reference="SO-99999999999999")
    last = call.order(customer=customer)
    assert last["reference"] == "SO-2147483648"
    assert "already exists" in call("POST", SO, {"customer": customer}).text
    for order in (huge, last):
        call("DELETE", f"{SO}{order['pk']}/")
    assert call.order(customer=customer)["reference"] == "SO-0001"


def test_no_server_idempotency(call: Caller) -> None:
    customer = call.company()
    for _ in range(2):
        call("POST", SO, {"customer": customer}, headers={"Idempotency-Key": "1"})
    assert len(call.found(SO)) == 2


def test_lookups_of_orders(call: Caller) -> None:
    ana, dan = call.company("Ana SRL"), call.company("Dan SRL")
    one = call.order(customer=ana, description="SERIE=ACC;NUMAR=12", tags=["acc:1"])["pk"]
    call.order(customer=dan, description="SERIE=ACC;NUMAR=123", customer_reference="C-7")

    def pks(**query: Any) -> list[int]:
        return [order["pk"] for order in call.found(SO, **query)]

    assert len(pks(search='"SERIE=ACC;NUMAR=12"')) == 2, "a substring, to be compared exactly by the client"
    assert pks(search="ana") == [one]
    assert pks(search="c-7 dan") == [2]
    assert pks(customer=ana) == pks(tags="ACC:1") == [one]
    assert len(pks(description="SERIE=ACC;NUMAR=12")) == len(pks(customer_reference="C-7")) == 2
    assert call("GET", SO, params={"customer": 99}).status_code == 400
    call("POST", f"{SO}{one}/cancel/")
    assert pks(outstanding="true") == [2]
    assert pks(status=40) == [one]


def test_changed_since_knows_days_only(call: Caller) -> None:
    call.order()
    today = datetime.now(UTC).date().isoformat()
    assert len(call.found(SO, updated_after=today)) == 1
    assert call.found(SO, created_after=today) == []
    answer = call("GET", SO, params={"updated_after": f"{today}T10:00:00"})
    assert (answer.status_code, answer.json()) == (400, {"updated_after": ["Enter a valid date."]})


def test_a_line_moves_its_orders_updated_at(call: Caller) -> None:
    call.server.control.set_clock("2026-11-21T08:00:00+00:00")
    order, part = call.order(), call.part()
    call.server.control.advance(600)
    call.made(LINE, order=order["pk"], part=part)
    assert order["updated_at"] == "2026-11-21 08:00"
    assert call.found(f"{SO}{order['pk']}/")["updated_at"] == "2026-11-21 08:10"


def test_issue_twice_then_hold_cancel_and_complete(call: Caller) -> None:
    pk = call.order()["pk"]
    for _ in range(2):
        answer = call("POST", f"{SO}{pk}/issue/")
        assert (answer.status_code, answer.json()) == (201, {})
    assert call.found(f"{SO}{pk}/")["status"] == 15
    assert call("POST", f"{SO}{pk}/complete/", {}).status_code == 201
    assert call.found(f"{SO}{pk}/")["status"] == 20
    other = call.order()["pk"]
    call("POST", f"{SO}{other}/hold/")
    assert call.found(f"{SO}{other}/")["status"] == 25
    call("POST", f"{SO}{other}/cancel/")
    assert call.found(f"{SO}{other}/")["status"] == 40
    assert call("POST", LINE, {"order": other, "part": call.part()}).status_code == 201


def test_the_same_line_twice_is_two_lines(call: Caller) -> None:
    body = {"order": call.order()["pk"], "part": call.part(), "reference": "1"}
    assert call.made(LINE, **body)["quantity"] == 1.0
    call.made(LINE, **body)
    assert len(call.found(LINE, order=body["order"])) == 2
    assert len(call.found(LINE, reference="nope")) == 2


def test_numbers_of_a_line_are_rounded(call: Caller) -> None:
    body = {"order": call.order()["pk"], "part": call.part(), "quantity": 2.123456, "sale_price": "3045.73531234"}
    line = call.made(LINE, **body)
    assert (line["quantity"], line["sale_price"]) == (2.12346, "3045.735312")
    assert line["sale_price_currency"] == "USD"
    assert call.made(LINE, order=body["order"], part=body["part"], quantity=0)["quantity"] == 0


@pytest.mark.parametrize(
    "fields", [{"quantity": -1}, {"quantity": "3,5"}, {"quantity": 1e30}, {"quantity": None}, {"sale_price": -1}]
)
def test_what_a_line_may_not_be(call: Caller, fields: dict[str, Any]) -> None:
    answer = call("POST", LINE, {"order": call.order()["pk"], "part": call.part(), **fields})
    assert answer.status_code == 400
    assert list(answer.json()) == list(fields)


def test_a_bad_price_is_reported_alone(call: Caller) -> None:
    answer = call("POST", LINE, {"order": 9, "part": 9, "sale_price": "x", "sale_price_currency": "XXX"})
    assert list(answer.json()) == ["sale_price"]


def test_a_part_must_be_salable_but_need_not_be_active(call: Caller) -> None:
    order = call.order()["pk"]
    unfit = call.part("Manoperă", salable=False)
    assert "does not exist" in call("POST", LINE, {"order": order, "part": unfit}).text
    call.made(LINE, order=order, part=call.part("Vechi", active=False))


def test_total_price_is_null_once_currencies_mix(call: Caller) -> None:
    customer = call.company(currency="RON")
    order, part = call.order(customer=customer)["pk"], call.part()
    call.made(LINE, order=order, part=part, quantity=3, sale_price="1.5", sale_price_currency="RON")
    call.made("/api/order/so-extra-line/", order=order, price="2", price_currency="RON", description="Transport")
    found = call.found(f"{SO}{order}/")
    assert (found["total_price"], found["line_items"]) == ("6.500000", 1)
    call.made(LINE, order=order, part=part, sale_price="1")
    assert call.found(f"{SO}{order}/")["total_price"] is None


def test_details_on_request(call: Caller) -> None:
    order = call.order()
    call.made(LINE, order=order["pk"], part=call.part("Pliant"))
    plain = call.found(LINE)[0]
    assert not {"part_detail", "order_detail", "customer_detail"} & set(plain)
    full = call.found(LINE, part_detail="true", order_detail="true", customer_detail="true")[0]
    assert full["part_detail"]["name"] == "Pliant"
    assert full["order_detail"]["reference"] == order["reference"]
    assert full["customer_detail"]["pk"] == order["customer"]


def test_lines_are_deleted_in_bulk(call: Caller) -> None:
    body = {"order": call.order()["pk"], "part": call.part()}
    pks = [call.made(LINE, **body)["pk"] for _ in range(3)]
    assert call("DELETE", LINE, {"items": pks[:2]}).json() == {"success": "Deleted 2 items"}
    wrong = call("DELETE", LINE, {})
    assert (wrong.status_code, type(wrong.json()["non_field_errors"])) == (400, str)
    assert call("DELETE", f"{LINE}{pks[2]}/").status_code == 204
    assert call("DELETE", f"{LINE}{pks[2]}/").status_code == 404


def test_a_barcode_finds_its_order_and_an_unknown_one_is_an_error(call: Caller) -> None:
    pk = call.order()["pk"]
    unknown = call("POST", "/api/barcode/", {"barcode": "acc:1"})
    assert (unknown.status_code, "error" in unknown.json()) == (400, True)
    assert call("POST", "/api/barcode/link/", {"barcode": "acc:1", "salesorder": pk}).status_code == 200
    assert call("POST", "/api/barcode/", {"barcode": "acc:1"}).json()["salesorder"] == {"pk": pk}
