"""Companies and parts: defaults, limits, uniqueness, lookups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Caller


def test_a_new_company_is_a_supplier_and_pays_in_dollars(call: Caller) -> None:
    made = call.made("/api/company/", name="Nouă")
    assert (made["is_supplier"], made["is_customer"], made["currency"]) == (True, False, "USD")


def test_unknown_body_fields_are_ignored_even_pk(call: Caller) -> None:
    assert call.made("/api/company/", name="A", pk=99, nonsense=1)["pk"] == 1


def test_name_and_email_are_unique_together_and_case_counts(call: Caller) -> None:
    call.company("Alfa SRL")
    answer = call("POST", "/api/company/", {"name": "Alfa SRL"})
    assert answer.json() == {"non_field_errors": ["The fields name, email must make a unique set."]}
    call.company("Alfa SRL", email="cluj@alfa.ro")
    call.company("ALFA SRL")
    call.company("Beta SRL", tax_id="1")
    call.company("Gama SRL", tax_id="1")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, {"name": ["This field is required."]}),
        ({"name": " "}, {"name": ["This field may not be blank."]}),
        ({"name": "x" * 101}, {"name": ["Ensure this field has no more than 100 characters."]}),
        ({"name": "A", "currency": "XXX"}, {"currency": ['"XXX" is not a valid choice.']}),
        ({"name": "A", "email": "no"}, {"email": ["Enter a valid email address."]}),
        ({"name": "<b>A</b>"}, {"name": ["Remove HTML tags from this value"]}),
        ({"name": "A", "is_customer": "maybe"}, {"is_customer": ["Must be a valid boolean."]}),
        ({"name": "A", "tax_id": "1" * 51}, {"tax_id": ["Ensure this field has no more than 50 characters."]}),
    ],
)
def test_what_a_company_may_not_be(call: Caller, fields: dict[str, Any], error: dict[str, Any]) -> None:
    answer = call("POST", "/api/company/", fields)
    assert (answer.status_code, answer.json()) == (400, error)


def test_names_are_trimmed_and_lose_control_characters_only(call: Caller) -> None:
    assert call.made("/api/company/", name="  Line\nbre\tak ")["name"] == "Linebreak"
    for name in ("A < B > C", "Țară & \"Fii\" 'SRL'", "漢字 🖨"):
        assert call.made("/api/company/", name=name)["name"] == name


def test_an_unknown_filter_is_ignored(call: Caller) -> None:
    call.company("A", tax_id="1")
    call.company("B", tax_id="2")
    assert len(call.found("/api/company/", tax_id="NOPE")) == 2
    assert [one["name"] for one in call.found("/api/company/", search="2")] == ["B"]
    assert call.found("/api/company/", name="a") == []


def test_search_folds_the_case_of_ascii_only(call: Caller) -> None:
    call.company("Müller Druck GmbH")
    assert len(call.found("/api/company/", search="mÜLLER")) == 0
    assert len(call.found("/api/company/", search="MüLLER")) == 1
    assert len(call.found("/api/company/", search="druck, gmb")) == 1
    assert len(call.found("/api/company/", search='"druck, gmb"')) == 0
    assert len(call.found("/api/company/", search="M%r")) == 0


def test_pages_only_with_a_positive_limit(call: Caller) -> None:
    for number in range(5):
        call.company(f"C{number}")
    page = call.found("/api/company/", limit=2, offset=2)
    assert (page["count"], [one["name"] for one in page["results"]]) == (5, ["C2", "C3"])
    assert "offset=4" in page["next"]
    assert "offset" not in page["previous"]
    for query in ({}, {"limit": 0}, {"limit": -1}, {"limit": "abc"}, {"offset": 3}):
        assert len(call.found("/api/company/", **query)) == 5


def test_tags_come_with_the_create_and_filter_in_any_case(call: Caller) -> None:
    pk = call.company("A", tags=["Acc:1"])
    assert [one["pk"] for one in call.found("/api/company/", tags="acc:1")] == [pk]
    assert call.found("/api/company/", tags="acc") == []
    assert call("PATCH", f"/api/company/{pk}/", {"tags": ["z"]}).json()["tags"] == ["z"]


def test_a_company_deleted_leaves_its_orders(call: Caller) -> None:
    pk = call.company()
    order = call.order(customer=pk)
    assert call("DELETE", f"/api/company/{pk}/").status_code == 204
    assert call.found(f"/api/order/so/{order['pk']}/")["customer"] is None


def test_a_new_part_is_not_salable(call: Caller) -> None:
    made = call.made("/api/part/", name="P")
    assert (made["salable"], made["active"], made["component"], made["purchaseable"]) == (
        False,
        True,
        True,
        True,
    )


def test_part_lookups(call: Caller) -> None:
    call.part("Afiș A2", IPN="371.001", tags=["acc:part:1"])
    call.part("afiș A2")
    answer = call("POST", "/api/part/", {"name": "Afiș A2", "IPN": "371.001"})
    assert answer.json() == {"non_field_errors": ["The fields name, IPN, revision must make a unique set."]}
    call.part("Alt nume", IPN="371.001")
    assert len(call.found("/api/part/", name="Afiș A2")) == 3
    assert len(call.found("/api/part/", name_regex="^AFIȘ A2$")) == 2
    assert len(call.found("/api/part/", IPN="371.001")) == 2
    assert len(call.found("/api/part/", search="acc:part")) == 1
    assert call("GET", "/api/part/", params={"name_regex": "("}).status_code == 500


def test_a_part_shows_its_tags_when_read_only_on_request(call: Caller) -> None:
    pk = call.part("A", tags=["acc"])
    assert "tags" not in call.found("/api/part/", tags="acc")[0]
    assert call.found(f"/api/part/{pk}/", tags="true")["tags"] == ["acc"]


def test_units_and_deleting_of_parts(call: Caller) -> None:
    assert call("POST", "/api/part/", {"name": "A", "units": "buc"}).json() == {"units": ["Invalid physical unit"]}
    pk = call.part("B", units="pcs")
    assert "still active" in call("DELETE", f"/api/part/{pk}/").text
    call("PATCH", f"/api/part/{pk}/", {"active": False})
    assert call("DELETE", f"/api/part/{pk}/").status_code == 204


def test_a_structural_category_takes_no_parts(call: Caller) -> None:
    pk = call.made("/api/part/category/", name="Tipar", structural=True)["pk"]
    assert call("POST", "/api/part/", {"name": "A", "category": pk}).status_code == 400
    assert call("POST", "/api/part/category/", {"name": "Tipar"}).status_code == 400
    child = call.made("/api/part/category/", name="Tipar", parent=pk)
    assert child["pathstring"] == "Tipar/Tipar"


def test_metadata_merges_replaces_and_refuses(call: Caller) -> None:
    path = f"/api/metadata/company/{call.company()}/"
    call("PATCH", path, {"metadata": {"a": 1}})
    assert call("PATCH", path, {"metadata": {"b": 2}}).json() == {"metadata": {"a": 1, "b": 2}}
    assert call("PUT", path, {"metadata": {"c": 3}}).json() == {"metadata": {"c": 3}}
    assert call("PATCH", path, {"metadata": "x"}).status_code == 500
    wrong = call("GET", "/api/metadata/nonsense/1/")
    assert (wrong.status_code, type(wrong.json())) == (400, list)
    old = call("GET", "/api/company/1/metadata/", allow_redirects=False)
    assert (old.status_code, old.headers["Location"]) == (301, path)
    assert call("PATCH", "/api/company/1/metadata/", {}).status_code == 403
