"""What QuickBooks Online has before the first run, in the vendor's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from sandbox.quickbooks_online.client import QuickBooksOnlineControl
from sandbox.seed.mis.invoices import SeedInvoice, invoices
from sandbox.seed.mis.students import NAME_TAKEN, Student, students

Objects = dict[str, list[dict[str, Any]]]

ACCOUNT = "School fee income"
ITEMS_THERE = ("Tuition fees", "Accommodation")
# A customer and an invoice that have nothing to do with the MIS.
_CAFE = {"DisplayName": "Campus Café", "CompanyName": "Campus Café", "PrimaryEmailAddr": {"Address": "cafe@example.ug"}}
_RENT = Decimal("480.00")


class Books(Protocol):
    """What takes objects: the control API of the QuickBooks Online sandbox, or its `Company` itself."""

    def load(self, objects: Mapping[str, Sequence[Mapping[str, Any]]], /) -> dict[str, list[str]]:
        """Enter objects; their ids by entity."""


@cache
def invoices_there() -> tuple[SeedInvoice, ...]:
    """The rows whose number QuickBooks has before."""
    return tuple(one for one in invoices() if one.in_quickbooks is not None)


@cache
def customers_there() -> tuple[Student, ...]:
    """The students who are customers before."""
    there = {one.student.reg_no for one in invoices_there() if one.student}
    return tuple(one for one in students() if one.customer or one.reg_no in there)


def quickbooks_objects() -> Objects:
    """Accounts, items, vendors, customers and invoices, in the order in which they can be entered.

    References carry `name` only, since QuickBooks gives the ids; `load_books` puts the ids beside them.
    """
    account = {"Name": ACCOUNT, "AccountType": "Income", "AccountSubType": "ServiceFeeIncome"}
    items = [{"Name": name, "Type": "Service", "IncomeAccountRef": {"name": ACCOUNT}} for name in ITEMS_THERE]
    taken = next(one for one in students() if one.about == NAME_TAKEN)
    rent = _invoice(str(_CAFE["DisplayName"]), "1001", "2026-02-01", _RENT, ITEMS_THERE[1], "Rent", "Café, February")
    return {
        "Account": [account],
        "Item": items,
        "Vendor": [{"DisplayName": taken.reg_no, "CompanyName": "Kampala Books Ltd"}],
        "Customer": [_CAFE, *map(_customer, customers_there())],
        "Invoice": [rent, *map(_of_row, invoices_there())],
    }


def load_books(books: Books) -> int:
    """Enter all of it into a company that has none of it; how many objects that were."""
    ids: dict[tuple[str, str], str] = {}
    count = 0
    for kind, listed in quickbooks_objects().items():
        sent = [_with_ids(one, ids) for one in listed]
        entered = books.load({kind: sent})[kind]
        names = [str(one.get("DisplayName") or one.get("Name")) for one in listed]
        ids |= {(kind, name): made for name, made in zip(names, entered, strict=True)}
        count += len(entered)
    return count


def load_quickbooks(control_url: str) -> int:
    """Enter it into the QuickBooks Online sandbox at this address, once; how many objects were added now."""
    control = QuickBooksOnlineControl(control_url)
    there = any(one["DisplayName"] == _CAFE["DisplayName"] for one in control.objects("Customer"))
    return 0 if there else load_books(control)


_REFERENCES = {"IncomeAccountRef": "Account", "CustomerRef": "Customer", "ItemRef": "Item"}


def _with_ids(value: Any, ids: Mapping[tuple[str, str], str]) -> Any:
    if isinstance(value, list):
        return [_with_ids(one, ids) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {"value": ids[_REFERENCES[key], one["name"]], **one} if key in _REFERENCES else _with_ids(one, ids)
        for key, one in value.items()
    }


def customer_name(one: Student) -> str:
    """The name of a student's customer."""
    return one.customer or one.reg_no


def _customer(one: Student) -> dict[str, Any]:
    made: dict[str, Any] = {
        "DisplayName": customer_name(one),
        "GivenName": " ".join(filter(None, (one.first_name, one.other_names))),
        "FamilyName": one.surname,
    }
    if one.email and one.email_is_good:
        made["PrimaryEmailAddr"] = {"Address": one.email}
    return made


def amount_there(one: SeedInvoice) -> Decimal:
    """What the invoice of this number is worth in QuickBooks."""
    return Decimal((one.in_quickbooks or {}).get("amount", one.amount))


def _of_row(one: SeedInvoice) -> dict[str, Any]:
    owner = (one.in_quickbooks or {}).get("customer", one.student)
    assert isinstance(owner, Student)
    note, category = one.comment or "", one.fee_category or ""
    # What the earlier tool pushed it pushed with one of the two items that were there.
    item = one.item if one.item in ITEMS_THERE else ITEMS_THERE[0]
    return _invoice(customer_name(owner), one.number, str(one.invoice_date), amount_there(one), item, category, note)


def _invoice(
    customer: str, number: str, day: str, amount: Decimal, item: str, description: str, note: str
) -> dict[str, Any]:
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": str(amount),
        "SalesItemLineDetail": {"ItemRef": {"name": item}, "Qty": 1, "UnitPrice": str(amount)},
    }
    made: dict[str, Any] = {"CustomerRef": {"name": customer}, "DocNumber": number, "TxnDate": day}
    made["Line"] = [line | ({"Description": description} if description else {})]
    return made | ({"PrivateNote": note} if note else {})


def amount_before() -> Decimal:
    """The sum of all invoices in QuickBooks before the first run."""
    return _RENT + sum(map(amount_there, invoices_there()), Decimal(0))
