"""What a school may rely on, on Postgres and on MariaDB: each row becomes one invoice, once, or says why not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accordant.sync.load import Cancelled
from accordant.tasks import closing, steps
from tests.end_to_end.school import FLOW, STUDENT, School, school_at


@pytest.fixture(params=["postgres", "mariadb"])
def school(request: pytest.FixtureRequest, store: str, qbo: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    """An empty school."""
    server = request.getfixturevalue(request.param)
    with contextlib.closing(school_at(request.param, server, qbo, store, monkeypatch)) as school:
        yield school


# -- one row, one invoice


def test_a_row_becomes_an_invoice_of_its_students_customer(school: School) -> None:
    school.enrol(STUDENT, surname="Okello", first_name="Ann", email="ann@example.org", phone="+256 700 000001")
    (row,) = school.bill(dept="1250.50", comment="First term", invoice_date="2025-02-03", fee_category="Tuition")
    summary = school.run()
    assert summary["matches"], summary
    assert school.statuses() == [1]
    invoice, customer = school.invoices()[f"MIS-{row}"], school.customers()[STUDENT]
    assert invoice["CustomerRef"]["value"] == customer["Id"]
    assert Decimal(str(invoice["TotalAmt"])) == Decimal("1250.50")
    assert (invoice["TxnDate"], invoice["PrivateNote"]) == ("2025-02-03", "First term")
    assert invoice["Line"][0]["Description"] == "Tuition"
    assert (customer["GivenName"], customer["FamilyName"]) == ("Ann", "Okello")
    assert customer["PrimaryEmailAddr"]["Address"] == "ann@example.org"


def test_three_batches_of_cents_are_exact_and_add_up_and_a_second_run_writes_nothing(school: School) -> None:
    """61 rows: analyze before and after, both sides of the certificate, one line of the audit per push."""
    students = ["2023/001", "2023/002"]
    school.enrol(*students)
    amounts = ["0.01", "0.10", "1234.56", "99999999999.99", "0.30"]
    for place in range(61):
        school.bill(reg_no=students[place % 2], dept=amounts[place] if place < len(amounts) else f"{place}.{place:02}")
    numbers = {"synced": 0, "failed": 0, "in_progress": 0, "not_synced": 61, "total": 61, "progress": 0.0}
    assert school.analyze() == numbers
    summary = school.quick()
    school.assert_all_is_there_once()
    assert school.analyze() == numbers | {"synced": 61, "not_synced": 0, "progress": 100.0}
    total = sum(school.expected().values())
    assert school.sides(summary) == {"ours": (61, total), "theirs": (61, total)}
    assert school.total() == total
    batches = school.qbo.control.entries(method="POST", path="/batch$")
    assert sorted(entry["items"] for entry in batches) == [1, 1, 2, 30, 30], "an item, customers, three of invoices"
    audit = school.rows("SELECT key, outcome, who, request, answer FROM accordant.audit WHERE object_type = 'invoice'")
    assert sorted(row["key"] for row in audit) == sorted(school.expected())
    assert {row["outcome"] for row in audit} == {"applied"}
    assert all(row["request"] and row["answer"] and row["who"] for row in audit)
    school.assert_nothing_is_left_to_do()


def test_names_with_signs_of_any_kind_arrive_as_they_are(school: School) -> None:
    names = {
        "O'Neil\\17": ("D'Arcy", "Seán"), "2023/Ä-ß ж 名": ("Nakató", "Ñandú Ö"), 'a"b%_&+#': ("Śmith; --", "\\'"),
        "2023/🎓": ("Kato", "Zoë"),
    }  # fmt: skip
    for reg_no, (surname, first_name) in names.items():
        school.enrol(reg_no, surname=surname, first_name=first_name)
        school.bill(reg_no=reg_no, comment=f"Fees of {first_name}\nit's 'due' \\ ünpaid")
    assert school.quick()["matches"]
    school.assert_all_is_there_once()
    customers = school.customers()
    assert {name: (one["FamilyName"], one["GivenName"]) for name, one in customers.items()} == names
    assert all("it's 'due' \\ ünpaid" in one["PrivateNote"] for one in school.invoices().values())
    school.reopen(*school.mis.statuses())
    assert school.quick()["matches"], "they are found again under their names and numbers"
    school.assert_all_is_there_once()


# -- rows that cannot go


def test_each_bad_row_says_what_is_wrong_and_the_others_go(school: School) -> None:
    school.enrol(STUDENT, "2023:002")
    late = (datetime.now(UTC).date() + timedelta(days=800)).isoformat()
    bad: dict[str, dict[str, Any]] = {
        "zero": {"dept": "0"}, "negative": {"dept": "-5.00"}, "no amount": {"dept": None},
        "digits": {"dept": "123456789012.00"}, "credit": {"dept": "0", "credit": "50.00"},
        "credit beside": {"credit": "50.00"}, "stranger": {"reg_no": "2023/999"}, "nobody": {"reg_no": ""},
        "colon": {"reg_no": "2023:002"}, "no date": {"invoice_date": None}, "early": {"invoice_date": "1999-12-31"},
        "late": {"invoice_date": late}, "long": {"comment": "x" * 4001},
    }  # fmt: skip
    ids = {name: school.bill(**fields)[0] for name, fields in bad.items()}
    good = school.bill(2, comment="x" * 4000)
    summary = school.run()
    codes = {name: school.troubles()[f"MIS-{row}"] for name, row in ids.items()}
    assert codes == {
        "zero": "AMOUNT_NOT_POSITIVE", "negative": "AMOUNT_NOT_POSITIVE", "no amount": "AMOUNT_NOT_POSITIVE",
        "digits": "AMOUNT_PRECISION", "credit": "CREDIT_ROW", "credit beside": "CREDIT_ROW",
        "stranger": "CUSTOMER_NOT_FOUND", "nobody": "CUSTOMER_NOT_FOUND", "colon": "REG_NO_INVALID",
        "no date": "DATE_MISSING", "early": "DATE_OUT_OF_RANGE", "late": "DATE_OUT_OF_RANGE",
        "long": "COMMENT_TOO_LONG",
    }  # fmt: skip
    assert set(school.status(*ids.values())) == {2}
    assert school.status(*good) == [1, 1]
    assert set(school.invoices()) == {f"MIS-{row}" for row in good}
    assert set(school.customers()) == {STUDENT}, "no customer is made for rows that cannot go"
    assert (summary["state"], summary["matches"]) == ("needs_person", True)
    assert summary["object_types"]["invoice"]["quarantined"] == len(bad)
    school.assert_nothing_is_left_to_do()


def test_a_failed_row_goes_after_it_was_corrected_and_retried(school: School) -> None:
    school.enrol(STUDENT)
    first, second = school.bill(dept="0"), school.bill(dept="-1")
    school.run()
    school.mis.sql("UPDATE tbl_imvoice SET dept = 70.05")
    school.run()
    assert school.statuses() == [2, 2], "nobody asked for another try"
    assert school.retry(*first) == 1
    assert school.run()["matches"]
    assert school.status(*first, *second) == [1, 2]
    assert set(school.troubles()) == {f"MIS-{second[0]}"}, "what no longer stands in the way is resolved"
    assert school.run(failed_too=True)["matches"], "the form of a run can take failed ones too"
    school.assert_all_is_there_once()
    assert school.troubles() == {}


def test_an_entry_of_the_quarantine_that_is_tried_again_takes_its_row_along(school: School) -> None:
    from accordant.store.database import Database
    from accordant.store.quarantine import ask_again

    school.enrol(STUDENT)
    school.bill(2, dept="0")
    school.run()
    school.mis.sql("UPDATE tbl_imvoice SET dept = 70.05")
    with Database(school.store) as database:
        assert ask_again(database, "mis_invoices", []) == 2
    assert school.run()["matches"]
    school.assert_all_is_there_once()


def test_a_bad_address_or_number_is_left_out_with_a_warning_and_the_invoice_goes(school: School) -> None:
    school.enrol(STUDENT, email="ann at example", phone="ask her mother")
    (row,) = school.bill()
    summary = school.run()
    assert (summary["state"], summary["matches"]) == ("succeeded", True)
    assert school.warnings() == {(f"MIS-{row}", "EMAIL_INVALID"), (f"MIS-{row}", "PHONE_INVALID")}
    customer = school.customers()[STUDENT]
    assert not {"PrimaryEmailAddr", "PrimaryPhone"} & set(customer)
    school.assert_all_is_there_once()


# -- what is in QuickBooks already


@pytest.mark.parametrize("ignores_case", [False, True])
def test_a_customer_that_is_there_is_taken_as_it_is_whatever_its_capitals(school: School, ignores_case: bool) -> None:
    school.qbo.control.settings(query_ignores_case=ignores_case)
    school.enrol("2023/abc", "2023/DEF")
    there = {
        school.enter("Customer", DisplayName="2023/ABC", GivenName="As", FamilyName="Typed"): "2023/ABC",
        school.enter("Customer", DisplayName="2023/DEF"): "2023/DEF",
    }  # fmt: skip
    rows = [*school.bill(2, reg_no="2023/abc"), *school.bill(reg_no="2023/def")]
    assert school.quick()["matches"]
    assert school.status(*rows) == [1, 1, 1]
    assert {one["Id"]: one["DisplayName"] for one in school.customers().values()} == there
    assert school.customers()["2023/ABC"]["GivenName"] == "As"
    assert {one["CustomerRef"]["value"] for one in school.invoices().values()} == set(there)


def test_an_equal_invoice_is_linked_and_a_different_one_is_a_conflict(school: School) -> None:
    school.enrol(STUDENT)
    equal, other, third = school.bill(3, dept="100.00")
    customer, item = school.enter("Customer", DisplayName=STUDENT), school.enter_item("Tuition fees")
    known = school.enter_invoice(f"MIS-{equal}", customer, item, "100.00")
    school.enter_invoice(f"MIS-{other}", customer, item, "100.01")
    summary = school.quick()
    assert school.status(equal, other, third) == [1, 2, 1]
    assert school.troubles() == {f"MIS-{other}": "DOCUMENT_DIFFERS"}
    (row,) = school.rows("SELECT sentence, source FROM accordant.trouble")
    assert "amount is 100.00 in the MIS and 100.01 in QuickBooks" in row["sentence"]
    assert school.invoices()[f"MIS-{equal}"]["Id"] == known
    assert Decimal(str(school.invoices()[f"MIS-{other}"]["TotalAmt"])) == Decimal("100.01"), "we overwrite neither"
    assert summary["object_types"]["invoice"]["linked"] == 1
    assert (summary["state"], summary["matches"]) == ("needs_person", True)
    assert school.sides(summary) == {"ours": (2, Decimal(200)), "theirs": (2, Decimal(200))}
    assert len(school.qbo.control.entries(method="POST", path="/batch$")) == 1


def test_a_name_that_a_vendor_has_fails_its_invoices_with_the_reason_and_no_others(school: School) -> None:
    school.enrol(STUDENT, "2023/002")
    vendor = school.enter("Vendor", DisplayName=STUDENT)
    taken, free = school.bill(2), school.bill(reg_no="2023/002")
    summary = school.quick()
    assert (summary["state"], summary["matches"]) == ("needs_person", True), "they are left out for a known reason"
    assert school.status(*taken, *free) == [2, 2, 1]
    assert school.troubles() == {
        STUDENT: "CUSTOMER_NAME_TAKEN", **{f"MIS-{row}": "CUSTOMER_NAME_TAKEN" for row in taken},
    }  # fmt: skip
    (row,) = school.rows(f"SELECT sentence FROM accordant.trouble WHERE key = 'MIS-{taken[0]}'")
    assert "vendor" in row["sentence"]
    school.qbo.control.edit("Vendor", vendor, DisplayName="Stationers Ltd")
    assert school.retry() == 2
    assert school.quick()["matches"]
    school.assert_all_is_there_once()
    assert school.troubles() == {}


def test_texts_that_somebody_edits_in_quickbooks_are_kept_and_told(school: School) -> None:
    school.enrol(STUDENT)
    edited, other = school.bill(2)
    school.quick()
    school.qbo.control.edit("Invoice", school.invoices()[f"MIS-{edited}"]["Id"], PrivateNote="Paid by her uncle")
    school.reopen(edited, other)
    before = school.writes()
    summary = school.quick()
    assert (summary["state"], summary["matches"]) == ("succeeded", True)
    assert school.warnings() == {(f"MIS-{edited}", "TARGET_EDITED")}
    assert school.invoices()[f"MIS-{edited}"]["PrivateNote"] == "Paid by her uncle"
    assert school.statuses() == [1, 1]
    assert school.writes() == before


def test_a_comment_that_changed_in_the_mis_is_told_without_saying_who_edited(school: School) -> None:
    school.enrol(STUDENT)
    (edited,) = school.bill(comment="Term 1")
    school.quick()
    school.mis.sql("UPDATE tbl_imvoice SET comment = 'Term 2'")
    school.reopen(edited)
    school.quick()
    (row,) = school.rows("SELECT code, sentence FROM accordant.trouble")
    assert row["code"] == "TARGET_EDITED"
    assert row["sentence"] == "The memo is Term 2 in the MIS and Term 1 in QuickBooks. QuickBooks' is kept."


def test_an_invoice_of_another_customer_is_told_by_the_customers_names(school: School) -> None:
    school.enrol("2023/ABC")
    (row,) = school.bill(reg_no="2023/ABC")
    school.enter("Customer", DisplayName="2023/ABC")
    other = school.enter("Customer", DisplayName="Somebody else")
    school.enter_invoice(f"MIS-{row}", other, school.enter_item("Tuition fees"), "7.00")
    school.quick()
    (trouble,) = school.rows("SELECT sentence FROM accordant.trouble")
    assert "customer is 2023/ABC in the MIS and Somebody else in QuickBooks" in trouble["sentence"]


def test_an_invoice_deleted_in_quickbooks_is_made_again_once_its_row_is_opened(school: School) -> None:
    school.enrol(STUDENT)
    deleted, _ = school.bill(2)
    school.quick()
    school.qbo.control.delete(school.invoices()[f"MIS-{deleted}"]["Id"])
    school.assert_nothing_is_left_to_do()
    school.reopen(deleted)
    assert school.quick()["matches"]
    school.assert_all_is_there_once()


def test_a_customer_made_inactive_meanwhile_is_made_anew_by_the_next_run(school: School) -> None:
    school.enrol(STUDENT, "2023/002")
    school.bill(), school.bill(reg_no="2023/002")
    school.quick()
    old = school.customers()[STUDENT]["Id"]
    school.qbo.control.edit("Customer", old, Active=False)
    gone, other = school.bill(2), school.bill(reg_no="2023/002")
    summary = school.quick()
    assert school.status(*gone, *other) == [0, 0, 1], "the others go"
    assert summary["state"] == "incomplete"
    (code,) = {row["code"] for row in school.rows("SELECT code FROM accordant.operation WHERE state = 'refused'")}
    assert code == "REFERENCE_GONE"
    assert school.quick()["matches"]
    assert set(school.statuses()) == {1}
    assert school.customers()[STUDENT]["Id"] != old
    assert len(school.invoices()) == 5


# -- items


def test_items_are_found_or_made_and_every_category_has_its_own(school: School) -> None:
    known = school.enter_item("Tuition fees")
    school.enrol(STUDENT)
    categories = {"tuition": "Tuition fees", "LIBRARY": "Library fees", "Swimming": "School fees", "": "School fees"}
    rows = {category: school.bill(fee_category=category)[0] for category in categories}
    assert school.quick()["matches"]
    names = {one["Id"]: one["Name"] for one in school.qbo.control.objects("Item")}
    found = {category: school.invoices()[f"MIS-{row}"]["Line"][0] for category, row in rows.items()}
    assert {c: names[line["SalesItemLineDetail"]["ItemRef"]["value"]] for c, line in found.items()} == categories
    assert found["tuition"]["SalesItemLineDetail"]["ItemRef"]["value"] == known
    assert sorted(names.values()) == ["Library fees", "School fees", "Tuition fees"]
    school.assert_all_is_there_once()


def test_an_item_that_is_missing_is_not_made_where_the_settings_forbid(school: School) -> None:
    school.settings(items={"create": False})
    school.enter_item("Library fees")
    school.enrol(STUDENT)
    tuition, library = school.bill(), school.bill(fee_category="Library")
    school.quick()
    assert school.status(*tuition, *library) == [2, 1]
    assert school.troubles() == {f"MIS-{tuition[0]}": "ITEM_MISSING"}
    assert [one["Name"] for one in school.qbo.control.objects("Item")] == ["Library fees"]
    school.enter_item("Tuition fees")
    school.retry()
    assert school.quick()["matches"]
    school.assert_all_is_there_once()


# -- which rows a run takes


def test_a_run_takes_the_rows_that_it_is_asked_for(school: School) -> None:
    school.enrol(STUDENT)
    days = ["2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01", "2025-03-31", "2025-04-01"]
    january, first, last, march, eve, april = (school.bill(invoice_date=day)[0] for day in days)

    def synced() -> set[int]:
        return {key for key, (status, _) in school.mis.statuses().items() if status == 1}

    school.quick(since="2025-02-01", until="2025-03-01")
    assert synced() == {first, last}
    school.quick(data_interval=["2025-03-01T00:00:00+00:00", "2025-04-01T00:00:00+00:00"])
    assert synced() == {first, last, march, eve}
    school.quick(invoice_id=f"MIS-{april}")
    assert synced() == {first, last, march, eve, april}
    school.mis.set(f"id = {first}", 2)
    school.quick(since="2025-01-01")
    assert synced() == {january, last, march, eve, april}
    school.quick(invoice_id=str(first))
    school.assert_all_is_there_once()


def test_a_run_stops_after_as_many_batches_as_it_is_asked_for(school: School) -> None:
    school.enrol(STUDENT)
    school.bill(13)
    school.quick(batch_size=5, max_batches=2)
    assert school.statuses() == [1] * 10 + [0] * 3
    school.quick(batch_size=5, max_batches=2)
    school.assert_all_is_there_once()


def test_a_preview_shows_the_plan_and_touches_nothing(school: School) -> None:
    school.enrol(STUDENT)
    school.bill(3, dept="12.34")
    school.bill(dept="0")
    run_id = school.plan(preview=True)
    (plan,) = school.rows(f"SELECT counts, decision FROM accordant.plan WHERE run_id = '{run_id}'")
    assert plan["counts"]["invoice"] == {"create": 3}
    assert plan["counts"]["customer"] == {"create": 1}
    assert plan["decision"] == "open"
    assert school.mis.statuses() == dict.fromkeys(school.mis.statuses(), (None, None)) or set(school.statuses()) == {0}
    assert school.writes() == 0
    assert school.run()["matches"], "and stands in nobody's way"


# -- when a person has a word


def test_a_plan_beyond_the_limits_keeps_its_rows_until_it_is_answered(school: School) -> None:
    school.settings(limits={"operations": 3}, lease_seconds=0)
    school.enrol(STUDENT)
    school.bill(4)
    run_id = school.quick_plan()
    assert school.statuses() == [3] * 4
    assert school.quick()["state"] == "succeeded", "another run finds nothing to do"
    assert school.statuses() == [3] * 4
    (plan,) = school.rows("SELECT id, decision FROM accordant.plan WHERE operations > 0")
    assert plan["decision"] == "waiting"
    steps.record_answer(FLOW, run_id, plan["id"], approved=True, by="the bursar")
    assert school.finish(run_id)["matches"]
    school.assert_all_is_there_once()


def test_a_plan_that_is_rejected_opens_its_rows_again(school: School) -> None:
    school.settings(limits={"operations": 3})
    school.enrol(STUDENT)
    school.bill(4)
    run_id = school.quick_plan()
    (plan,) = school.rows("SELECT id FROM accordant.plan")
    steps.record_answer(FLOW, run_id, plan["id"], approved=False, by="the bursar")
    assert closing.close(run_id, None)["state"] == "needs_person"
    assert school.statuses() == [0] * 4
    assert school.writes() == 0


def test_a_run_that_is_cancelled_opens_again_what_it_has_not_done(school: School) -> None:
    school.enrol(STUDENT)
    school.bill(4)
    run_id = school.quick_plan()
    school.cancel(run_id)
    with pytest.raises(Cancelled):
        steps.load(FLOW, run_id)
    assert closing.close(run_id, None)["state"] == "cancelled"
    assert school.statuses() == [0] * 4
    assert school.quick()["matches"]
    school.assert_all_is_there_once()


# -- when it cannot begin


def test_a_company_that_numbers_by_itself_gets_nothing_and_the_rows_stay_open(school: School) -> None:
    school.qbo.control.settings(custom_txn_numbers=False)
    school.enrol(STUDENT)
    school.bill(3)
    summary, error = school.attempt(quick=True)
    assert error is not None
    assert error.code.code == "QBO_NUMBERS_ITSELF"
    assert "Custom transaction numbers" in error.code.action
    assert summary["state"] == "failed"
    assert school.statuses() == [0, 0, 0]
    assert school.writes() == 0
    school.qbo.control.settings(custom_txn_numbers=True)
    assert school.quick()["matches"]
    school.assert_all_is_there_once()


def test_a_currency_that_the_company_does_not_keep_is_told_once_and_the_rows_stay_open(school: School) -> None:
    school.settings(invoice={"currency": "UGX"})
    school.enrol(STUDENT)
    school.bill(3)
    summary, error = school.attempt(quick=True)
    assert error is not None
    assert error.code.code == "SETTING_INVALID"
    assert error.sentence == "invoice.currency is UGX, but QuickBooks keeps USD alone: multicurrency is off there."
    assert summary["state"] == "failed"
    assert school.statuses() == [0, 0, 0]
    assert school.writes() == 0
    school.settings(invoice={"currency": "USD"})
    assert school.quick()["matches"]
    school.assert_all_is_there_once()


def test_a_run_that_stops_before_it_looked_says_of_no_row_that_it_is_synced(school: School) -> None:
    """An invoice that was deleted in QuickBooks, and opened again, is no less missing if the run fails."""
    school.hurry()
    school.enrol(STUDENT)
    (deleted,) = school.bill()
    school.quick()
    school.qbo.control.delete(school.invoices()[f"MIS-{deleted}"]["Id"])
    school.reopen(deleted)
    down = school.qbo.control.arm("stop_answering")
    _, error = school.attempt(quick=True)
    assert error is not None
    assert school.statuses() == [0]
    school.qbo.control.disarm(down)
    assert school.quick()["matches"]
    school.assert_all_is_there_once()
