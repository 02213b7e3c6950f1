"""Customers and items: names, references, updates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.qbo_caller import INCOME, Caller


def test_a_name_is_unique_across_customers_vendors_and_employees(qbo_call: Caller) -> None:
    qbo_call.customer("Ana Pop")
    qbo_call.control.load(
        {"Vendor": [{"DisplayName": "Tipar SA"}], "Employee": [{"GivenName": "Ion", "FamilyName": "Vlad"}]}
    )
    for name, holder in (("ANA POP", "customer"), ("Tipar sa", "vendor"), ("Ion Vlad", "employee")):
        error = qbo_call.fault("/customer", {"DisplayName": name})
        assert error["code"] == "6240"
        assert f"Another {holder} is already using this name" in error["Detail"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "2020"),
        ({"DisplayName": "A:B"}, "2050"),
        ({"DisplayName": "A\tB"}, "2050"),
        ({"DisplayName": "A" * 501}, "2050"),
        ({"DisplayName": "A", "Title": "T" * 17}, "2050"),
        ({"DisplayName": "A", "PrimaryEmailAddr": {"Address": "a.b.ro"}}, "2210"),
        ({"DisplayName": "A", "PrimaryEmailAddr": {"Address": "a@b"}}, "2210"),
        ({"DisplayName": "A", "Nickname": "B"}, "2010"),
        ({"DisplayName": "A", "BillAddr": {"Street": "B"}}, "2010"),
        ({"DisplayName": "A", "ParentRef": {"value": "77"}}, "2500"),
        ({"DisplayName": "A", "CurrencyRef": {"value": "EUR"}}, "6000"),
    ],
)
def test_a_customer_is_checked(qbo_call: Caller, sent: dict[str, Any], code: str) -> None:
    assert qbo_call.code("/customer", sent) == code
    assert qbo_call.query("SELECT COUNT(*) FROM Customer")["totalCount"] == 0


def test_a_display_name_is_made_from_the_parts(qbo_call: Caller) -> None:
    assert qbo_call.made("Customer", GivenName="Ana", FamilyName="Pop")["DisplayName"] == "Ana Pop"


def test_a_sub_customer_is_known_by_its_whole_name(qbo_call: Caller) -> None:
    parent = qbo_call.customer("Acme")
    job = qbo_call.made("Customer", DisplayName="Job 1", Job=True, ParentRef={"value": parent})
    assert (job["FullyQualifiedName"], job["Level"]) == ("Acme:Job 1", 1)


def test_an_inactive_name_is_free_for_others(qbo_call: Caller) -> None:
    old = qbo_call.made("Customer", DisplayName="Acme")
    gone = qbo_call.made("Customer", Id=old["Id"], SyncToken="0", sparse=True, Active=False)
    assert gone["DisplayName"] == "Acme (deleted)"
    qbo_call.customer("Acme")
    back = {"Id": old["Id"], "SyncToken": gone["SyncToken"], "sparse": True, "Active": True}
    assert qbo_call.code("/customer", back) == "6240"


def test_a_full_update_clears_what_it_leaves_out_and_a_sparse_one_does_not(qbo_call: Caller) -> None:
    made = qbo_call.made("Customer", DisplayName="Acme", Notes="keep", CompanyName="Acme SRL")
    sparse = qbo_call.made("Customer", Id=made["Id"], SyncToken="0", sparse=True, CompanyName="Acme SA")
    assert (sparse["Notes"], sparse["CompanyName"], sparse["SyncToken"]) == ("keep", "Acme SA", "1")
    full = qbo_call.made("Customer", Id=made["Id"], SyncToken="1", DisplayName="Acme")
    assert "Notes" not in full
    assert "CompanyName" not in full


def test_a_stale_token_is_refused_and_an_unchanged_object_keeps_its_own(qbo_call: Caller) -> None:
    made = qbo_call.made("Customer", DisplayName="Acme")
    assert qbo_call.made("Customer", **made)["SyncToken"] == "0"
    item = qbo_call.made("Item", Name="Pliant", IncomeAccountRef=INCOME, UnitPrice=10)
    assert qbo_call.made("Item", **item | {"UnitPrice": "10.00"})["SyncToken"] == "0"
    qbo_call.made("Customer", **made | {"Notes": "new"})
    error = qbo_call.fault("/customer", made)
    assert error["code"] == "5010"
    assert "You and root were working on this at the same time" in error["Detail"]
    assert qbo_call.code("/customer", {"Id": made["Id"], "DisplayName": "Acme"}) == "2020"
    assert qbo_call.code("/customer", {"Id": "999", "SyncToken": "0", "DisplayName": "B"}) == "610"


def test_list_objects_are_not_deleted(qbo_call: Caller) -> None:
    made = qbo_call.made("Customer", DisplayName="Acme")
    assert qbo_call.code("/customer", made, params={"operation": "delete"}) == "500"
    assert qbo_call.code("/vendor", {"DisplayName": "V"}) == "500"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"IncomeAccountRef": INCOME}, "2020"),
        ({"Name": "A"}, "2020"),
        ({"Name": "A", "IncomeAccountRef": {"value": "99"}}, "2500"),
        ({"Name": "A:B", "IncomeAccountRef": INCOME}, "2050"),
        ({"Name": "A" * 101, "IncomeAccountRef": INCOME}, "2050"),
        ({"Name": "A", "IncomeAccountRef": INCOME, "Type": "Thing"}, "2080"),
        ({"Name": "A", "IncomeAccountRef": INCOME, "Type": "Inventory"}, "2020"),
        ({"Name": "A", "IncomeAccountRef": INCOME, "UnitPrice": "ten"}, "2040"),
        ({"Name": "A", "IncomeAccountRef": INCOME, "UnitPrice": "1e999999"}, "2040"),
    ],
)
def test_an_item_is_checked(qbo_call: Caller, sent: dict[str, Any], code: str) -> None:
    assert qbo_call.code("/item", sent) == code


def test_an_item_name_is_unique_below_its_parent(qbo_call: Caller) -> None:
    qbo_call.item("Pliant")
    error = qbo_call.fault("/item", {"Name": "pliant", "IncomeAccountRef": INCOME})
    assert error["code"] == "6240"
    category = qbo_call.made("Item", Name="Print", Type="Category")["Id"]
    below = qbo_call.made("Item", Name="Pliant", IncomeAccountRef=INCOME, SubItem=True, ParentRef={"value": category})
    assert below["FullyQualifiedName"] == "Print:Pliant"


def test_a_person_edits_without_a_token(qbo_call: Caller) -> None:
    made = qbo_call.made("Customer", DisplayName="Acme")
    edited = qbo_call.control.edit("Customer", made["Id"], DisplayName="Acme SA")
    assert (edited["DisplayName"], edited["SyncToken"]) == ("Acme SA", "1")
    assert qbo_call.code("/customer", made) == "5010"
    with pytest.raises(ValueError, match="6240"):
        qbo_call.control.load({"Vendor": [{"DisplayName": "acme sa"}]})
