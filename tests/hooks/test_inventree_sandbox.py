"""The hook against the InvenTree of the sandbox, which is as strict as the real one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.hooks.inventree import InvenTreeHook
from accordant.sync.errors import RecordRejected


@pytest.fixture
def hook(inventree: Any) -> InvenTreeHook:
    extra = json.dumps({"page_size": 3})
    return InvenTreeHook(connection=Connection(
        conn_id="inventree_test", conn_type="inventree", host=inventree.base_url, password=inventree.token, extra=extra
    ))  # fmt: skip


def company(hook: InvenTreeHook, name: str, tax_id: str = "") -> int:
    body = {"name": name, "tax_id": tax_id, "is_customer": True, "is_supplier": False, "currency": "RON"}
    pk: int = hook.create("/api/company/", body)["pk"]
    return pk


def test_the_connection_works(hook: InvenTreeHook) -> None:
    works, sentence = hook.test_connection()
    assert works, sentence


def test_companies_are_found_by_name_and_by_tax_id(hook: InvenTreeHook) -> None:
    companies = {name: company(hook, name, tax) for name, tax in (("Müller & Söhne", "RO14399840"), ("Alfa", ""))}
    for number in range(10):
        company(hook, f"Other {number}")
    assert [c["pk"] for c in hook.search_companies("MÜLLER & SÖHNE")] == [companies["Müller & Söhne"]]
    assert [c["pk"] for c in hook.search_companies("14399840")] == [companies["Müller & Söhne"]]
    assert len(list(hook.search_companies(None))) == 12


def test_an_order_is_found_by_its_marker_and_comes_with_its_lines(hook: InvenTreeHook) -> None:
    customer = company(hook, "Alfa")
    part = hook.create("/api/part/", {"name": "Bolt", "description": "x", "salable": True})["pk"]
    order = hook.create("/api/order/so/", {"customer": customer, "description": "SERIE=A;NUMAR=1"})["pk"]
    hook.create("/api/order/so/", {"customer": customer, "description": "SERIE=A;NUMAR=12"})
    for number in range(7):
        body = {"order": order, "part": part, "quantity": 1.5, "sale_price": "0.1", "reference": f"line-{number}"}
        hook.create("/api/order/so-line/", body)
    assert [o["pk"] for o in hook.search_orders("SERIE=A;NUMAR=1") if o["description"] == "SERIE=A;NUMAR=1"] == [order]
    lines = hook.lines_of(order)
    assert [line["reference"] for line in lines] == [f"line-{number}" for number in range(7)]
    assert all(line["order_detail"]["pk"] == order for line in lines)
    assert hook.lines_of(999_999) == []
    assert hook.find("/api/order/so/999999/") is None


def test_a_refused_record_says_why(hook: InvenTreeHook) -> None:
    company(hook, "Alfa")
    with pytest.raises(RecordRejected, match="unique"):
        company(hook, "Alfa")
