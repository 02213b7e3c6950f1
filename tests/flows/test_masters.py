"""Customers and parts: found by what is certain, created otherwise, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.raw_data_to_inventree.masters import Masters
from accordant.flows.raw_data_to_inventree.records import customer_key, part_key
from accordant.flows.raw_data_to_inventree.remote import customer_row, part_row
from accordant.sync.operations import Action, Operation, Severity
from accordant.sync.text import folded

_IDS = count(1)


@dataclass
class Known:
    """What a run knows of masters: those needed, InvenTree's, and those bound {object type: {id: key}}."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    theirs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    bound: dict[str, dict[str, str]] = field(default_factory=dict)

    def rows(self, query: str, **parameters: Any) -> Iterator[list[Mapping[str, Any]]]:
        if query == "theirs":
            yield [*self.theirs.get(parameters["object_type"], [])]
        else:
            needed = {"customers": self.customers, "parts": self.parts}[query]
            keys = set(self.bound.get(query[:-1], {}).values())
            yield sorted((row for row in needed if row["key"] not in keys), key=lambda row: row["key"])

    def bound_ids(self, object_type: str, remote_ids: Sequence[str]) -> dict[str, str]:
        return {pk: key for pk, key in self.bound.get(object_type, {}).items() if pk in remote_ids}


def customer(name: str, tax_id: str = "") -> dict[str, Any]:
    return {"key": customer_key(tax_id, name), "name": name, "tax_id": tax_id, "source": "d1"}


def part(name: str, code: str | None = None) -> dict[str, Any]:
    return {"key": part_key(name), "name": name, "code": code, "source": "d1"}


def company(name: str, tax_id: str = "", pk: int = 0, **fields: Any) -> dict[str, Any]:
    row = customer_row({"pk": pk or next(_IDS), "name": name, "tax_id": tax_id, "is_customer": True, **fields})
    return {"key": row.key, "remote_id": row.remote_id, "content": row.content}


def their_part(name: str, pk: int = 0, **fields: Any) -> dict[str, Any]:
    row = part_row({"pk": pk or next(_IDS), "name": name, "IPN": "", "salable": True, "active": True, **fields})
    return {"key": row.key, "remote_id": row.remote_id, "content": row.content}


def decide(known: Known) -> tuple[list[Operation], Masters]:
    masters = Masters(known)  # type: ignore[arg-type]
    return list(masters.decide()), masters


def customers(*needed: dict[str, Any], there: Sequence[dict[str, Any]] = (), bound: dict[str, str] | None = None):
    return decide(Known(customers=list(needed), theirs={"customer": list(there)}, bound={"customer": bound or {}}))


def parts(*needed: dict[str, Any], there: Sequence[dict[str, Any]] = (), bound: dict[str, str] | None = None):
    return decide(Known(parts=list(needed), theirs={"part": list(there)}, bound={"part": bound or {}}))


# -- customers


def test_a_new_customer_is_created_with_name_and_tax_id() -> None:
    (one,), _ = customers(customer("Papirus SRL", "18547290"))
    assert (one.action, one.after["name"], one.after["tax_id"]) == (Action.CREATE, "Papirus SRL", "18547290")


@pytest.mark.parametrize("written", ["18547290", "RO18547290", "ro 18547290"])
def test_a_company_with_the_tax_id_is_linked_whatever_its_name(written: str) -> None:
    (one,), _ = customers(
        customer("Papirus SRL", "18547290"), there=[company("Other", pk=3), company("PAPIRUS ROM", written, pk=4)]
    )
    assert (one.action, one.remote_id) == (Action.LINK, "4")


@pytest.mark.parametrize("name", ["Papirus SRL", "PAPIRUS SRL", "  papirus   srl "])
def test_without_tax_ids_the_name_is_enough_in_any_case_and_with_any_spaces(name: str) -> None:
    (one,), _ = customers(customer("Papirus SRL"), there=[company(name, pk=4)])
    assert (one.action, one.remote_id) == (Action.LINK, "4")


@pytest.mark.parametrize("name", ["Papirus", "Papirus SRL 2", "SC Papirus SRL", "Papírus SRL"])
def test_a_name_that_is_only_alike_is_another_company(name: str) -> None:
    (one,), _ = customers(customer("Papirus SRL"), there=[company(name)])
    assert one.action is Action.CREATE


def test_the_tax_id_wins_over_the_name() -> None:
    """The earlier script merged two companies of one name."""
    there = [company("Papirus SRL", "2864518", pk=3), company("Another name", "18547290", pk=4)]
    (one,), _ = customers(customer("Papirus SRL", "18547290"), there=there)
    assert (one.action, one.remote_id) == (Action.LINK, "4")


def test_two_new_companies_of_one_name_stay_two_with_distinct_names() -> None:
    operations, _ = customers(customer("Papirus SRL", "18547290"), customer("Papirus SRL", "2864518"))
    assert [one.action for one in operations] == [Action.CREATE, Action.CREATE]
    assert len({folded(one.after["name"]) for one in operations}) == 2


def test_a_company_of_the_same_name_and_another_tax_id_is_not_taken() -> None:
    (one,), _ = customers(customer("Papirus SRL", "18547290"), there=[company("papirus srl", "2864518")])
    assert one.action is Action.CREATE
    assert one.after["name"] == "Papirus SRL (18547290)"


NAMES = st.sampled_from(["Papirus SRL", "PAPIRUS srl", "Brut SA", "X (1)"])
TAX = st.sampled_from(["", "1", "2", "18547290"])


@given(
    st.lists(st.tuples(NAMES, TAX), max_size=6, unique_by=lambda pair: customer_key(pair[1], pair[0])),
    st.lists(st.tuples(NAMES, TAX, st.booleans()), max_size=5),
)
def test_no_two_customers_ever_become_one_company(
    needed: list[tuple[str, str]], there: list[tuple[str, str, bool]]
) -> None:
    """Whatever is there: no company stands for two tax ids, and what is created collides with nothing known."""
    known = [company(name, tax, pk=100 + place, is_customer=is_one) for place, (name, tax, is_one) in enumerate(there)]
    operations, masters = customers(*(customer(name, tax) for name, tax in needed), there=known)
    linked = {(one.remote_id, one.after["tax_id"]) for one in operations if one.action is Action.LINK}
    with_id = [remote_id for remote_id, tax_id in linked if tax_id]
    assert len(set(with_id)) == len(with_id), "a company never stands for two tax ids"
    created = [folded(one.after["name"]) for one in operations if one.action is Action.CREATE]
    assert len(set(created)) == len(created)
    assert {one.key for one in operations} | set(masters.customers) == {customer_key(tax, name) for name, tax in needed}
    for one in operations:
        assert one.rule
        if one.action is Action.LINK and one.after["tax_id"]:
            (found,) = [row for row in known if row["remote_id"] == one.remote_id]
            assert found["content"]["tax_id"] in ("", one.after["tax_id"])


@given(
    st.lists(st.tuples(NAMES, TAX), min_size=1, max_size=5, unique_by=lambda pair: customer_key(pair[1], pair[0])),
    st.data(),
)
def test_the_order_in_which_customers_are_named_decides_nothing(needed: list[tuple[str, str]], data: Any) -> None:
    rows = [customer(name, tax) for name, tax in needed]
    there = [company("Papirus SRL", "1", pk=7), company("Brut SA", pk=8)]
    assert customers(*rows, there=there)[0] == customers(*data.draw(st.permutations(rows)), there=there)[0]


def test_a_name_made_distinct_does_not_take_the_name_of_a_third_company() -> None:
    """The create would be refused as not unique in every run, and the invoice would wait for ever."""
    there = [company("Papirus SRL", "2864518"), company("Papirus SRL (18547290)", "14399840")]
    operations, masters = customers(customer("Papirus SRL", "18547290"), there=there)
    assert operations == []
    assert [why.code for why in masters.customers.values()] == ["SEVERAL_MATCHES"]


def test_two_companies_with_one_tax_id_are_for_a_person() -> None:
    operations, masters = customers(
        customer("Papirus SRL", "18547290"),
        there=[company("Papirus SRL", "18547290", pk=3), company("Papirus", "RO18547290", pk=4)],
    )
    assert operations == []
    (why,) = masters.customers.values()
    assert (why.severity, why.code) == (Severity.CONFLICT, "SEVERAL_MATCHES")
    assert "3, 4" in why.sentence


def test_two_companies_of_one_name_without_tax_id_are_for_a_person() -> None:
    operations, masters = customers(customer("Papirus SRL"), there=[company("Papirus SRL"), company("PAPIRUS SRL")])
    assert operations == []
    assert [why.code for why in masters.customers.values()] == ["SEVERAL_MATCHES"]


def test_a_company_without_tax_id_is_not_guessed_to_be_one_of_two_customers() -> None:
    operations, masters = customers(
        customer("Papirus SRL", "18547290"), customer("Papirus SRL", "2864518"), there=[company("Papirus SRL", pk=3)]
    )
    assert operations == []
    assert {why.code for why in masters.customers.values()} == {"SEVERAL_MATCHES"}


def test_a_company_that_is_no_customer_is_refused_by_name() -> None:
    operations, masters = customers(customer("Papirus SRL"), there=[company("Papirus SRL", is_customer=False, pk=3)])
    (why,) = masters.customers.values()
    assert operations == []
    assert (why.severity, why.code) == (Severity.REFUSED, "COMPANY_NOT_CUSTOMER")
    assert "Papirus SRL" in why.sentence
    assert "3" in why.sentence


def test_a_company_first_met_without_a_tax_id_is_the_same_with_one() -> None:
    (one,), _ = customers(
        customer("Papirus SRL", "18547290"), there=[company("X", "18547290", pk=3)], bound={"3": "name:papirus srl"}
    )
    assert (one.action, one.remote_id, one.shared) == (Action.LINK, "3", True)


def test_a_company_that_stands_for_another_tax_id_is_never_linked_by_name() -> None:
    (one,), _ = customers(
        customer("Papirus SRL", "18547290"), there=[company("Papirus SRL", pk=3)], bound={"3": "tax:2864518"}
    )
    assert (one.action, one.after["name"]) == (Action.CREATE, "Papirus SRL (18547290)")


def test_a_customer_without_a_tax_id_is_the_one_company_of_that_name() -> None:
    """One document gives the tax id and an old name, another only the name: both are one company."""
    operations, masters = customers(
        customer("Brut S.A.", "18547290"), customer("Brut SA"), there=[company("Brut SA", "18547290", pk=3)]
    )
    assert [(one.remote_id, one.shared) for one in operations] == [("3", True), ("3", True)]
    assert masters.customers == {}


def test_a_name_too_long_to_be_made_distinct_is_refused_and_never_cut() -> None:
    name = "P" * 95
    operations, masters = customers(customer(name, "18547290"), there=[company(name, "2864518")])
    assert operations == []
    assert [why.code for why in masters.customers.values()] == ["CUSTOMER_NAME_INVALID"]


# -- parts


def test_a_new_part_is_created_with_its_code() -> None:
    (one,), _ = parts(part("Hârtie A4", "PAP-1"))
    assert (one.action, one.after["name"], one.after["ipn"]) == (Action.CREATE, "Hârtie A4", "PAP-1")


@pytest.mark.parametrize("name", ["Hârtie A4", "HÂRTIE A4", " hârtie  a4 "])
def test_a_part_is_found_by_its_exact_name_in_any_case(name: str) -> None:
    (one,), _ = parts(part("Hârtie A4"), there=[their_part("Hârtie A4 color"), their_part(name, pk=5)])
    assert (one.action, one.remote_id) == (Action.LINK, "5")


@pytest.mark.parametrize("name", ["Hârtie A4 color", "Hârtie", "Hartie A4", "Hârtie A41"])
def test_a_part_that_is_only_alike_is_never_taken(name: str) -> None:
    (one,), _ = parts(part("Hârtie A4"), there=[their_part(name)])
    assert one.action is Action.CREATE


def test_of_several_parts_the_one_with_our_code_is_taken() -> None:
    there = [their_part("Toner", 5, IPN="X-1"), their_part("TONER", 6, IPN="x-2")]
    (one,), _ = parts(part("Toner", "X-2"), there=there)
    assert (one.action, one.remote_id) == (Action.LINK, "6")


@pytest.mark.parametrize("code", [None, "", "X-9", "SAME"])
def test_of_several_parts_without_one_code_none_is_guessed(code: str | None) -> None:
    there = [their_part("Toner", 5, IPN="SAME"), their_part("Toner", 6, IPN="SAME"), their_part("Toner", 7)]
    operations, masters = parts(part("Toner", code), there=there)
    assert operations == []
    assert [(why.code, why.severity) for why in masters.parts.values()] == [("SEVERAL_MATCHES", Severity.CONFLICT)]


@pytest.mark.parametrize(
    ("fields", "code"), [({"active": False}, "PART_INACTIVE"), ({"salable": False}, "PART_NOT_SALABLE")]
)
def test_a_part_that_cannot_be_sold_is_refused_by_name(fields: dict[str, Any], code: str) -> None:
    operations, masters = parts(part("Toner"), there=[their_part("Toner", 5, **fields)])
    (why,) = masters.parts.values()
    assert operations == []
    assert (why.severity, why.code) == (Severity.REFUSED, code)
    assert "Toner" in why.sentence


def test_a_part_that_was_renamed_in_inventree_is_found_under_both_names() -> None:
    (one,), _ = parts(part("Toner"), there=[their_part("Toner", 5)], bound={"5": "cartus toner"})
    assert (one.action, one.remote_id, one.shared) == (Action.LINK, "5", True)


def test_one_bad_part_does_not_stop_the_others() -> None:
    operations, masters = parts(part("Toner"), part("Hârtie"), there=[their_part("Toner", salable=False)])
    assert [one.key for one in operations] == ["hârtie"]
    assert list(masters.parts) == ["toner"]
