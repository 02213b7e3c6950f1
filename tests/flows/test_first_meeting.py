"""The first run over what the earlier script left: decided on the real store, from staging to plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest

from accordant.flows.raw_data_to_inventree.decide import decide
from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.flows.raw_data_to_inventree.remote import customer_row, line_row, order_row, part_row
from accordant.flows.raw_data_to_inventree.settings import settings
from accordant.store.database import Database
from accordant.store.runs import Run, open_run
from accordant.store.staging import stage
from accordant.store.view import RunView
from accordant.sync.operations import Action, Operation
from accordant.sync.records import StagedRow
from tests.flows.ledger import KEY, codes
from tests.flows.shapes import article, document, invoice


def new_run(database: Database) -> Run:
    return open_run(
        database, flow="raw_data_to_inventree", ours="mongo", theirs="inventree", airflow_run_id=str(uuid4()),
        preview=False, parameters={},
    )  # fmt: skip


def company(pk: int, name: str, tax_id: str = "") -> StagedRow:
    return customer_row({"pk": pk, "name": name, "tax_id": tax_id, "is_customer": True})


def part(pk: int, name: str, code: str = "") -> StagedRow:
    return part_row({"pk": pk, "name": name, "IPN": code, "salable": True, "active": True})


def order(pk: int, customer: int, date: str = "2025-11-20") -> StagedRow:
    item = {
        "pk": pk,
        "description": KEY,
        "customer": customer,
        "status": 10,
        "reference": f"SO-{pk}",
        "issue_date": date,
    }
    return order_row(KEY, item, "issue_date")


def line(pk: int, part_pk: int, quantity: float = 3, price: float = 21.5) -> StagedRow:
    item = {"pk": pk, "part": part_pk, "quantity": quantity, "sale_price": price, "sale_price_currency": "RON"}
    return line_row(KEY, item)


def plan(store: str, documents: Iterable[dict[str, Any]], *theirs: StagedRow) -> list[Any]:
    with Database(store, 2) as database:
        run = new_run(database)
        stage(database, run.id, "ours", document_rows(documents))
        stage(database, run.id, "theirs", theirs)
        return list(decide(RunView(database, run), settings()))


def of(decisions: list[Any], object_type: str) -> list[Operation]:
    return [one for one in decisions if isinstance(one, Operation) and one.object_type == object_type]


def test_an_order_that_the_earlier_script_gave_to_the_wrong_customer_is_left_to_a_person(store: str) -> None:
    """It matched names before tax ids. Ours is only linked in this plan, yet its id is known."""
    decisions = plan(
        store, [document()], company(8, "Papirus SRL", "2864518"), company(9, "Papirus SRL", "18547290"),
        part(5, "Hârtie A4"), order(1, customer=8), line(11, 5),
    )  # fmt: skip
    assert [one.remote_id for one in of(decisions, "customer")] == ["9"]
    assert codes(decisions) == ["ORDER_OTHER_CUSTOMER"]
    assert of(decisions, "sales_order") == []


def test_of_two_parts_of_one_name_the_line_of_the_chosen_one_is_met(store: str) -> None:
    """The part is chosen by its code; its line is there already and must not be made again."""
    documents = [document(invoice(article(cod_conta_produs="PAP-1")))]
    decisions = plan(
        store, documents, company(9, "Papirus SRL", "18547290"), part(5, "Hârtie A4", "PAP-1"),
        part(6, "HÂRTIE A4", "OLD"), order(1, customer=9), line(11, 5),
    )  # fmt: skip
    assert [one.remote_id for one in of(decisions, "part")] == ["5"]
    assert [(one.action, one.remote_id) for one in of(decisions, "sales_order_line")] == [(Action.LINK, "11")]


def test_an_order_that_is_agreed_with_another_invoice_is_never_linked_again(store: str) -> None:
    """The office renumbered an invoice in both systems: the old number is still bound to the order."""
    with Database(store, 2) as database, database.transaction() as connection:
        connection.execute(
            "INSERT INTO accordant.binding (flow, ours, theirs, object_type, key, remote_id, base, base_hash) VALUES "
            "('raw_data_to_inventree', 'mongo', 'inventree', 'sales_order', 'SERIE=ACC;NUMAR=16', '1', '{}', 'x')"
        )
    decisions = plan(
        store, [document()], company(9, "Papirus SRL", "18547290"), part(5, "Hârtie A4"), order(1, customer=9),
        line(11, 5),
    )  # fmt: skip
    assert of(decisions, "sales_order") == []
    assert codes(decisions) != []


@pytest.mark.parametrize("copies", [1, 3])
def test_the_same_invoice_in_several_documents_is_one_order(store: str, copies: int) -> None:
    decisions = plan(store, [document(_id=f"d{copy}") for copy in range(copies)])
    assert [one.action for one in decisions] == [Action.CREATE] * 4
    assert [one.object_type for one in decisions] == ["customer", "part", "sales_order", "sales_order_line"]


def test_the_plan_comes_in_the_order_that_its_id_needs(store: str) -> None:
    """Keys are sorted as bytes are, whatever the collation of the database."""
    from accordant.sync.plan import PlanDigest

    names = ["Ștampilă", "ștergar", "Zmeu", "zmeu 2", "Ăla", "a", "B", "_", "#", "é"]
    documents = [document(invoice(*map(article, names), serie=serie, numar=n), _id=f"{serie}{n}")
                 for n, serie in enumerate(["ț", "T", "t", "Ș", "1", "-"])]  # fmt: skip
    digest = PlanDigest()
    for one in plan(store, documents):
        digest.add(one)
    assert digest.operations == 1 + len(names) + 6 + 6 * len(names)
