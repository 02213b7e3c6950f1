"""Queries and change data capture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.qbo_caller import Caller, invoice, sale


def _names(call: Caller, where: str) -> list[str]:
    return [one["DisplayName"] for one in call.query(f"SELECT * FROM Customer {where}").get("Customer", [])]


@pytest.fixture
def people(qbo_call: Caller) -> Caller:
    """Four customers, one of them inactive."""
    names = ("Adam's Candy Shop", "Brutăria", "Back\\slash", "Gone")
    ids = qbo_call.control.load({"Customer": [{"DisplayName": name} for name in names]})["Customer"]
    qbo_call.control.edit("Customer", ids[3], Active=False)
    return qbo_call


def test_conditions_find_what_they_say(people: Caller) -> None:
    assert _names(people, r"WHERE DisplayName = 'Adam\'s Candy Shop'") == ["Adam's Candy Shop"]
    assert _names(people, r"WHERE DisplayName IN ('Back\\slash', 'Brutăria', 'x')") == ["Brutăria", "Back\\slash"]
    assert _names(people, "WHERE DisplayName LIKE '%a%' AND Id > '1'") == ["Brutăria", "Back\\slash"]
    assert _names(people, "WHERE Id IN ('2', '1', '2')") == ["Adam's Candy Shop", "Brutăria"]
    assert _names(people, "ORDERBY DisplayName DESC MAXRESULTS 1") == ["Brutăria"]
    assert _names(people, "ORDER BY Id ASC STARTPOSITION 2 MAXRESULTS 2") == ["Brutăria", "Back\\slash"]


def test_case_matters_unless_chosen_otherwise(people: Caller) -> None:
    assert _names(people, "WHERE DisplayName = 'brutăria'") == []
    people.control.settings(query_ignores_case=True)
    assert _names(people, "WHERE DisplayName = 'brutăria'") == ["Brutăria"]
    assert _names(people, "WHERE DisplayName LIKE 'BRUT%'") == ["Brutăria"]


def test_inactive_names_are_hidden_unless_asked_for(people: Caller) -> None:
    assert len(_names(people, "")) == 3
    assert _names(people, "WHERE Active = false") == ["Gone (deleted)"]
    assert len(_names(people, "WHERE Active IN (true, false)")) == 4
    assert people.query("SELECT * FROM Customer WHERE Id = '4'") == {}


def test_a_query_says_where_its_page_is(people: Caller) -> None:
    found = people.query("SELECT Id FROM Customer STARTPOSITION 2 MAXRESULTS 1")
    assert (found["startPosition"], found["maxResults"]) == (2, 1)
    assert found["Customer"] == [{"Id": "2", "domain": "QBO", "sparse": True}]
    assert people.query("SELECT COUNT(*) FROM Customer") == {"totalCount": 3}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT * FROM Customer WHERE Id = '1' OR Id = '2'", "4000"),
        ("SELECT * FROM Customer WHERE (Id = '1')", "4000"),
        ("SELECT * FROM Customer WHERE NOT Id = '1'", "4000"),
        ("SELECT * FROM Customer WHERE DisplayName = 'Adam''s'", "4000"),
        ("SELECT * FROM Customer WHERE DisplayName = 'Adam", "4000"),
        ("SELECT * FROM Customer WHERE Id IN ()", "4000"),
        ("DELETE FROM Customer", "4000"),
        ("", "4000"),
        ("SELECT * FROM Invoice WHERE PrivateNote = 'x'", "4001"),
        ("SELECT * FROM Invoice ORDERBY PrivateNote", "4001"),
        ("SELECT Colour FROM Invoice", "4001"),
        ("SELECT * FROM Spaceship", "4001"),
        ("SELECT * FROM Customer MAXRESULTS 1001", "4001"),
        ("SELECT * FROM Customer STARTPOSITION 0", "4001"),
        ("SELECT * FROM Customer WHERE MetaData.LastUpdatedTime > 'yesterday'", "4001"),
    ],
)
def test_what_is_not_of_the_language_is_refused(qbo_call: Caller, text: str, code: str) -> None:
    assert qbo_call.query_code(text) == code


def test_a_page_has_100_rows_unless_told(qbo_call: Caller) -> None:
    qbo_call.control.load({"Customer": [{"DisplayName": f"C{number}"} for number in range(120)]})
    assert len(qbo_call.query("SELECT * FROM Customer")["Customer"]) == 100
    assert len(qbo_call.query("SELECT * FROM Customer MAXRESULTS 1000")["Customer"]) == 120
    assert len(qbo_call.query("SELECT * FROM Customer STARTPOSITION 101")["Customer"]) == 20


def test_a_sku_shows_only_when_asked_for(qbo_call: Caller) -> None:
    qbo_call.item(Sku="P-1")
    assert "Sku" not in qbo_call.query("SELECT * FROM Item")["Item"][0]
    assert qbo_call.query("SELECT *, Sku FROM Item")["Item"][0]["Sku"] == "P-1"


def test_invoices_are_found_by_number_customer_date_and_time(qbo_call: Caller) -> None:
    first, second, item = qbo_call.customer("A"), qbo_call.customer("B"), qbo_call.item()
    start = datetime(2026, 11, 21, 8, tzinfo=UTC)
    for number, customer in enumerate((first, second, first)):
        qbo_call.control.set_clock((start + timedelta(hours=number)).isoformat())
        qbo_call.log_in()
        body = invoice(customer, sale(item), DocNumber=f"N{number}", TxnDate=f"2026-11-2{number}")
        qbo_call.made("Invoice", **body)

    def numbers(where: str) -> list[str]:
        return [one["DocNumber"] for one in qbo_call.query(f"SELECT * FROM Invoice WHERE {where}").get("Invoice", [])]

    assert numbers("DocNumber IN ('N2', 'N0', 'N9')") == ["N0", "N2"]
    assert numbers(f"CustomerRef = '{first}' AND TxnDate >= '2026-11-21'") == ["N2"]
    assert numbers("MetaData.LastUpdatedTime >= '2026-11-21T01:00:00-08:00'") == ["N1", "N2"]
    assert numbers("TotalAmt > '20.99' AND Balance <= 21 AND DocNumber LIKE 'N%'") == ["N0", "N1", "N2"]


def test_changes_come_oldest_first_with_deletions(qbo_call: Caller) -> None:
    since = "2026-11-20T00:00:00-08:00"
    qbo_call.control.set_clock("2026-11-21T08:00:00+00:00")
    qbo_call.log_in()
    customer, item = qbo_call.customer("A"), qbo_call.item()
    kept, gone = (qbo_call.made("Invoice", **invoice(customer, sale(item))) for _ in range(2))
    qbo_call.control.advance(10)
    qbo_call("POST", "/invoice", {"Id": gone["Id"], "SyncToken": "0"}, params={"operation": "delete"})
    qbo_call.made("Invoice", **invoice(customer, sale(item)))
    answer = qbo_call("GET", "/cdc", params={"entities": "Customer,Invoice,Vendor", "changedSince": since}).json()
    customers, invoices, vendors = answer["CDCResponse"][0]["QueryResponse"]
    assert [one["Id"] for one in customers["Customer"]] == [customer]
    assert [one["Id"] for one in invoices["Invoice"]] == [kept["Id"], "3", gone["Id"]]
    assert invoices["Invoice"][-1]["status"] == "Deleted"
    assert "Line" not in invoices["Invoice"][-1]
    assert vendors == {}


def test_changes_are_capped_at_a_thousand_and_the_newest_are_lost(qbo_call: Caller) -> None:
    qbo_call.control.load({"Customer": [{"DisplayName": f"C{number}"} for number in range(1010)]})
    qbo_call.control.load({"Item": [{"Name": "I", "IncomeAccountRef": {"value": "1"}}]})
    query = {"entities": "Customer,Item", "changedSince": (datetime.now(UTC) - timedelta(days=1)).isoformat()}
    customers, items = qbo_call("GET", "/cdc", params=query).json()["CDCResponse"][0]["QueryResponse"]
    assert len(customers["Customer"]) == 1000
    assert items == {}
    qbo_call.control.settings(cdc_cap="each")
    _, items = qbo_call("GET", "/cdc", params=query).json()["CDCResponse"][0]["QueryResponse"]
    assert len(items["Item"]) == 1


def test_changes_look_back_thirty_days(qbo_call: Caller) -> None:
    query = {"entities": "Customer", "changedSince": (datetime.now(UTC) - timedelta(days=31)).isoformat()}
    assert qbo_call("GET", "/cdc", params=query).status_code == 400
