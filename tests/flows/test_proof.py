"""Reading back: what both sides hold is compared field by field, and every difference is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from accordant.flows.base import Proof
from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.flows.raw_data_to_inventree.proof import read_back
from accordant.flows.raw_data_to_inventree.remote import Reader
from accordant.flows.raw_data_to_inventree.settings import LookUpSettings, settings
from accordant.sync.records import Binding
from tests.flows.fakes import Memory
from tests.flows.ledger import KEY
from tests.flows.shapes import article, document, invoice


@dataclass
class Loaded:
    """An invoice whose order and lines are bound."""

    articles: list[dict[str, Any]]
    troubles: list[dict[str, Any]] = field(default_factory=list)
    is_bound: bool = True

    def rows(self, query: str, **parameters: Any) -> Iterator[list[dict[str, Any]]]:
        staged = [
            {"key": row.key, "parent": row.parent, "content": row.content, "source": "d1", "hash": "source hash",
             "type": row.object_type} for row in document_rows([document(invoice(articole=self.articles))])
        ]  # fmt: skip
        lines = [row for row in staged if row["type"] == "sales_order_line"]
        yield {
            "orders": [row for row in staged if row["type"] == "sales_order"],
            "lines": [row for row in lines if (row["content"]["quantity"] or "-").isdecimal()],
            "line_keys": [{"parent": KEY, "keys": [row["key"] for row in lines]}],
            "theirs_of": [], "theirs": [], "troubles": self.troubles,
        }[query]  # fmt: skip

    def bindings(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        ids = {"sales_order": "1", "customer": "7", "part": "5"}
        return {key: Binding(object_type, key, ids[object_type], {}, "x") for key in keys if self.is_bound}

    def bindings_of_parents(self, object_type: str, parents: Sequence[str]) -> list[Binding]:
        (lines,) = self.rows("lines")
        return [Binding(object_type, row["key"], str(11 + place), {}, "x", KEY) for place, row in enumerate(lines)]

    def trouble(self, key: str, code: str, severity: str = "refused", object_type: str = "sales_order_line") -> Loaded:
        self.troubles.append(
            {"order_key": KEY, "object_type": object_type, "key": key, "code": code, "severity": severity}
        )
        return self

    def key(self, place: int) -> str:
        return [row.key for row in document_rows([document(invoice(articole=self.articles))])][2 + place]


def there(lines: int = 1) -> Memory:
    memory = Memory()
    memory.has_order(1, KEY)
    for pk in range(lines):
        memory.has_line(11 + pk, 1)
    return memory


def all_proofs(loaded: Loaded, memory: Memory) -> list[Proof]:
    reader = Reader(memory, LookUpSettings(parallel=1), "issue_date")
    return [proof for page in read_back(loaded, reader, settings()) for proof in page]  # type: ignore[arg-type]


def prove(loaded: Loaded, memory: Memory) -> Proof:
    (proof,) = all_proofs(loaded, memory)
    return proof


def test_equal_sides_are_sealed_with_the_hash_of_the_source() -> None:
    proof = prove(Loaded([article(), article()]), there(2))
    assert proof.differences == []
    assert proof.seal == "source hash"
    assert all(record.ours == record.theirs for record in proof.records)
    assert (
        sum(record.amount_ours for record in proof.records)
        == sum(record.amount_theirs for record in proof.records)
        == 129
    )


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 4},
        {"sale_price": "21.6"},
        {"sale_price_currency": "USD"},
        {"notes": "x"},
        {"part": 6},
        {"sale_price": None},
    ],
)
def test_any_difference_of_a_line_is_seen_and_breaks_the_seal(change: dict[str, Any]) -> None:
    memory = there()
    memory.line[11] |= change
    proof = prove(Loaded([article()]), memory)
    assert [one.excuse for one in proof.differences] == [""]
    assert proof.seal == ""
    assert proof.records[-1].ours != proof.records[-1].theirs, "both hashes of the certificate differ"


@pytest.mark.parametrize("change", [{"customer": 8}, {"issue_date": "2025-01-01"}, {"description": "SERIE=X;NUMAR=1"}])
def test_any_difference_of_the_order_is_seen(change: dict[str, Any]) -> None:
    memory = there()
    memory.order[1] |= change
    proof = prove(Loaded([article()]), memory)
    assert [one.object_type for one in proof.differences] == ["sales_order"]
    assert proof.seal == ""


def test_a_lost_line_is_seen() -> None:
    proof = prove(Loaded([article(), article()]), there(1))
    assert [(one.sentence, one.excuse) for one in proof.differences] == [("InvenTree does not have it.", "")]


def test_a_lost_order_is_seen() -> None:
    proof = prove(Loaded([article()]), Memory())
    assert {one.object_type for one in proof.differences} == {"sales_order", "sales_order_line"}
    assert proof.seal == ""


def test_an_invoice_that_was_not_written_at_all_is_a_difference_too() -> None:
    """Its order was refused because a record moved, or held: load goes on, and the certificate must not match."""
    proofs = all_proofs(Loaded([article()], is_bound=False), Memory())
    assert [one.excuse for proof in proofs for one in proof.differences if one.object_type == "sales_order"] == [""]


def test_a_known_trouble_excuses_its_difference_by_its_code_and_stays_unsealed() -> None:
    loaded = Loaded([article()])
    memory = there()
    memory.line[11]["quantity"] = 4
    proof = prove(loaded.trouble(loaded.key(0), "BOTH_CHANGED", "conflict"), memory)
    assert [one.excuse for one in proof.differences] == ["BOTH_CHANGED"]
    assert proof.seal == ""


def test_a_line_that_somebody_added_in_inventree_is_listed_and_does_not_keep_the_seal_away() -> None:
    proof = prove(Loaded([article()]), there(2))
    assert [one.excuse for one in proof.differences] == ["LINE_NOT_OURS"]
    assert proof.seal == "source hash"


def test_every_excuse_is_a_code_that_can_be_looked_up() -> None:
    """The certificate shows the excuse; docs/errors.md explains every code."""
    from accordant.sync.catalogue import CATALOGUE

    assert {one.excuse for one in prove(Loaded([article()]), there(2)).differences} <= set(CATALOGUE)


def test_an_unrelated_trouble_of_a_record_excuses_nothing_else() -> None:
    """A note that was cut is no reason for a wrong quantity: the certificate would match although money is wrong."""
    loaded = Loaded([article()])
    memory = there()
    memory.line[11]["quantity"] = 400
    proof = prove(loaded.trouble(loaded.key(0), "DETAILS_CUT", "warning"), memory)
    assert [one.excuse for one in proof.differences] == [""]


def test_an_unchecked_tax_id_excuses_no_wrong_customer() -> None:
    memory = there()
    memory.order[1]["customer"] = 8
    proof = prove(Loaded([article()]).trouble(KEY, "TAX_ID_UNCHECKED", "warning", "sales_order"), memory)
    assert [one.excuse for one in proof.differences] == [""]
