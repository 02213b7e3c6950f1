"""Names in QuickBooks: one per parent whatever the case, shared between lists, Latin-1 only."""

from __future__ import annotations

import pytest

from tests.sandbox.test_conductor_books import Books


@pytest.mark.parametrize("name", ["Acme", "ACME", " acme ", "acme   "])
def test_a_name_is_taken_whatever_its_case_and_blanks(name: str) -> None:
    books = Books()
    books.customer("Acme")
    error = books.refused("POST", "/customers", {"name": name})
    assert (error["httpStatusCode"], error["code"], error["integrationCode"]) == (502, "QBD_REQUEST_ERROR", "3100")


def test_a_vendor_cannot_have_a_customers_name_but_a_job_can() -> None:
    books = Books()
    acme = books.customer("Acme")
    assert books.refused("POST", "/vendors", {"name": "acme"})["integrationCode"] == "3100"
    job = books.customer("Acme", parentId=acme["id"])
    assert (job["fullName"], job["sublevel"]) == ("Acme:Acme", 1)
    assert books.refused("POST", "/customers", {"name": "ACME", "parentId": acme["id"]})["integrationCode"] == "3100"


def test_items_of_all_kinds_share_their_names() -> None:
    books = Books()
    books.widget("Widget")
    body = {"name": "WIDGET", "accountId": books.account("Sales")}
    assert books.refused("POST", "/discount-items", body)["integrationCode"] == "3100"
    assert books.refused("POST", "/sales-tax-items", {"name": "Widget"})["integrationCode"] == "3100"


def test_a_colon_and_an_empty_name_are_refused() -> None:
    books = Books()
    assert "colon" in books.refused("POST", "/customers", {"name": "A:B"})["message"]
    assert books.refused("POST", "/customers", {"name": "  "})["integrationCode"] == "3150"


def test_a_rename_shows_in_the_children_and_in_every_reference() -> None:
    books = Books()
    acme = books.customer("Acme")
    job = books.customer("Job", parentId=acme["id"])
    order = books.order(job)
    acme = books.changed(acme, name="Acme Ltd")
    assert books.again(job)["fullName"] == "Acme Ltd:Job"
    assert books.again(job)["parent"] == {"id": acme["id"], "fullName": "Acme Ltd"}
    assert books.again(order)["customer"] == {"id": job["id"], "fullName": "Acme Ltd:Job"}
    assert books.listed("customers", fullNames="acme ltd:job")[0]["id"] == job["id"]
    assert books.refused("GET", "/customers", fullNames="Acme:Job")["integrationCode"] == "500"
    books.customer("Acme")  # the old name is free again


def test_nothing_is_its_own_parent() -> None:
    books = Books()
    acme = books.customer("Acme")
    job = books.customer("Job", parentId=acme["id"])
    body = {"revisionNumber": acme["revisionNumber"], "parentId": job["id"]}
    assert books.refused("POST", f"/customers/{acme['id']}", body)["integrationCode"] == "3180"


def test_what_is_not_latin_becomes_question_marks_and_may_collide() -> None:
    books = Books()
    assert books.customer("Brutăria Ștefan")["name"] == "Brut?ria ?tefan"
    assert books.customer("Café")["name"] == "Café"
    assert (
        books.refused("POST", "/customers", {"name": "Brutâria țtefan".replace("â", "ă")})["integrationCode"] == "3100"
    )


def test_what_is_not_latin_can_be_refused_by_setting() -> None:
    books = Books(latin1="refuse")
    assert books.refused("POST", "/customers", {"name": "Brutăria"})["integrationCode"] == "0x80040400"
    assert books.customer("Café")["name"] == "Café"


def test_control_characters_are_a_parse_error() -> None:
    error = Books().refused("POST", "/customers", {"name": "A\x07", "note": "x"})
    assert (error["httpStatusCode"], error["integrationCode"]) == (502, "0x80040400")


def test_texts_are_trimmed_and_an_empty_text_clears() -> None:
    books = Books()
    acme = books.customer("Acme", companyName="  Acme Ltd ", billingAddress={"line1": "One", "city": "Here"})
    assert acme["companyName"] == "Acme Ltd"
    acme = books.changed(acme, companyName="", billingAddress={"city": ""})
    assert acme["companyName"] is None
    assert (acme["billingAddress"]["line1"], acme["billingAddress"]["city"]) == ("One", None)


def test_the_external_id_is_kept_not_deduplicated_and_not_changeable() -> None:
    books = Books()
    guid = "6f1f6ae6-6d3c-4f8a-9d3e-1d9f6a4f6f01"
    first, second = books.customer("A", externalId=guid), books.customer("B", externalId=guid)
    assert first["externalId"] == second["externalId"] == guid
    body = {"revisionNumber": first["revisionNumber"], "externalId": guid}
    assert "externalId" in books.refused("POST", f"/customers/{first['id']}", body)["message"]


def test_an_update_needs_the_newest_revision() -> None:
    books = Books()
    acme = books.customer("Acme")
    assert "revisionNumber" in books.refused("POST", f"/customers/{acme['id']}", {"note": "x"})["message"]
    newer = books.changed(acme, note="one")
    assert newer["revisionNumber"] != acme["revisionNumber"]
    body = {"revisionNumber": acme["revisionNumber"], "note": "two"}
    error = books.refused("POST", f"/customers/{acme['id']}", body)
    assert (error["httpStatusCode"], error["integrationCode"]) == (502, "3200")
    assert books.again(acme)["note"] == "one"


def test_an_item_stays_one_sided_or_two_sided() -> None:
    books = Books()
    sales = books.account("Sales")
    one = books.made("service-items", name="Work", salesOrPurchaseDetails={"price": "10", "postingAccountId": sales})
    assert one["salesOrPurchaseDetails"]["price"] == "10.00"
    assert one["salesAndPurchaseDetails"] is None
    body = {
        "revisionNumber": one["revisionNumber"],
        "salesAndPurchaseDetails": {"salesPrice": "11", "incomeAccountId": sales},
    }
    assert books.refused("POST", f"/service-items/{one['id']}", body)["integrationCode"] == "3180"
    assert "Exactly one" in books.refused("POST", "/service-items", {"name": "None"})["message"]


def test_contacts_and_notes_are_kept_by_id() -> None:
    books = Books()
    acme = books.customer(
        "Acme", additionalContacts=[{"firstName": "Ana"}], additionalNotes=[{"note": "a"}, {"note": "b"}]
    )
    assert [note["id"] for note in acme["additionalNotes"]] == [1, 2]
    contact = acme["additionalContacts"][0]
    kept = {"id": contact["id"], "revisionNumber": contact["revisionNumber"], "lastName": "Pop"}
    acme = books.changed(acme, additionalContacts=[kept])
    assert (acme["additionalContacts"][0]["firstName"], acme["additionalContacts"][0]["lastName"]) == ("Ana", "Pop")
