"""Customers, vendors, employees, items, accounts and tax codes: objects with names."""

from __future__ import annotations

import re
from itertools import count

from sandbox.quickbooks_online.books import FAMILIES, Books
from sandbox.quickbooks_online.company_time import CompanyTime
from sandbox.quickbooks_online.errors import bad_reference, business, duplicate_name, required
from sandbox.quickbooks_online.record import Record, Values, encoded
from sandbox.quickbooks_online.references import check_tax_code, referred
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.shapes import NAME_PROPERTY

_NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_DELETED = re.compile(r" \(deleted(?: \d+)?\)$")
_WORDS = {"Item": "product or service", "TaxCode": "tax code"}
_LEVELS = 5
_DEFAULTS: dict[str, Values] = {
    "Customer": {"Taxable": False, "Job": False, "BillWithParent": False, "PreferredDeliveryMethod": "None"},
    "Item": {"Type": "Service", "UnitPrice": 0, "Taxable": False, "PurchaseCost": 0, "TrackQtyOnHand": False},
    "Account": {"AccountType": "Income", "Classification": "Revenue", "SubAccount": False, "CurrentBalance": 0},
    "TaxCode": {"Taxable": True, "TaxGroup": False},
}
_ACCOUNTS = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")


class ListObjects:
    """Makes and changes objects with names; they are never deleted, only made inactive."""

    def __init__(self, books: Books, time: CompanyTime, settings: Settings) -> None:
        self._books, self._time, self._settings = books, time, settings

    def create(self, kind: str, values: Values, object_id: str | None = None) -> Record:
        """A new object of checked values.

        Raises:
            Refusal: 2020, 2500, 610 or 6240.
        """
        completed = self._completed(kind, values, None)
        now = self._time.seconds()
        text, key = encoded(completed), str(completed[NAME_PROPERTY[kind]])
        record = Record(kind, object_id or self._books.new_id(kind), key, text, now, now)
        record.active = completed["Active"]
        self._books.add(record)
        return record

    def update(self, record: Record, values: Values) -> None:
        """Give an object these values; what does not change keeps its SyncToken.

        Raises:
            Refusal: 2020, 2500, 610, 6000 or 6240.
        """
        completed = self._completed(record.kind, values, record)
        text = encoded(completed)
        if text == record.text:
            return
        self._books.rekey(record, str(completed[NAME_PROPERTY[record.kind]]))
        record.text, record.active = text, completed["Active"]
        record.token += 1
        record.updated = self._time.seconds()
        self._books.changed(record)

    def _completed(self, kind: str, values: Values, record: Record | None) -> Values:
        completed = _DEFAULTS.get(kind, {}) | values
        completed.setdefault("Active", True)
        name = self._name(kind, completed, record)
        completed[NAME_PROPERTY[kind]] = name
        parent = self._parent(kind, completed, record)
        above = str(parent.values()["FullyQualifiedName"]) + ":" if parent else ""
        completed["FullyQualifiedName"] = above + name
        if parent:
            completed["Level"] = completed["FullyQualifiedName"].count(":")
        self._refuse_taken(kind, completed, record)
        if kind == "Item":
            self._complete_item(completed)
        if kind in ("Customer", "Vendor", "Employee"):
            self._complete_person(kind, completed, record)
        # The same order always, so that what is unchanged is seen as such.
        return {key: completed[key] for key in sorted(completed)}

    def _name(self, kind: str, values: Values, record: Record | None) -> str:
        given = str(values.get(NAME_PROPERTY[kind]) or "")
        if not given and FAMILIES[kind] == "Names":
            given = " ".join(str(values[part]) for part in _NAME_PARTS if values.get(part))
        if not given:
            raise required(NAME_PROPERTY[kind])
        if values["Active"]:
            revived = record is not None and not record.active and given == record.key
            return _DELETED.sub("", given) if revived else given
        return given if _DELETED.search(given) else self._freed(kind, given)

    def _freed(self, kind: str, name: str) -> str:
        """The name of an object that becomes inactive, so that its own is free for others."""
        for number in count(1):
            freed = f"{name} (deleted)" if number == 1 else f"{name} (deleted {number})"
            if not self._books.by_key(FAMILIES[kind], freed):
                return freed
        raise AssertionError("numbers do not end")

    def _parent(self, kind: str, values: Values, record: Record | None) -> Record | None:
        parent = referred(self._books, kind, values, "ParentRef") if kind != "TaxCode" else None
        if parent is None:
            return None
        if parent is record or str(parent.values()["FullyQualifiedName"]).count(":") >= _LEVELS - 1:
            raise business("A name can be at most five levels deep, and not below itself.")
        return parent

    def _refuse_taken(self, kind: str, values: Values, record: Record | None) -> None:
        for other in self._books.by_key(FAMILIES[kind], values[NAME_PROPERTY[kind]]):
            if other is record:
                continue
            # Names of people are unique wherever they stand, other names below their parent.
            same = str(other.values()["FullyQualifiedName"]).lower() == values["FullyQualifiedName"].lower()
            if FAMILIES[kind] == "Names" or same:
                raise duplicate_name(_WORDS.get(other.kind, other.kind.lower()))

    def _complete_item(self, values: Values) -> None:
        kind = values["Type"]
        if kind not in ("Category", "Group") and "IncomeAccountRef" not in values:
            raise required("IncomeAccountRef")
        if kind == "Inventory":
            for name in ("AssetAccountRef", "ExpenseAccountRef", "QtyOnHand", "InvStartDate"):
                if name not in values:
                    raise required(name)
            values["TrackQtyOnHand"] = True
        for name in _ACCOUNTS:
            ref = values.get(name)
            if ref is not None and self._books.find("Account", ref.get("value")) is None:
                raise bad_reference("Accounts", ref.get("value"), "is invalid")
            referred(self._books, "Account", values, name)
        check_tax_code(self._books, values, "SalesTaxCodeRef")

    def _complete_person(self, kind: str, values: Values, record: Record | None) -> None:
        values.setdefault("PrintOnCheckName", values["DisplayName"][:110])
        check_tax_code(self._books, values, "DefaultTaxCodeRef")
        if kind == "Employee":
            return
        before = record.values().get("CurrencyRef", {}).get("value") if record else None
        currency = values.get("CurrencyRef", {}).get("value") or before or self._settings.home_currency
        if before and currency != before:
            raise business("The currency cannot be changed once it is assigned.")
        if currency != self._settings.home_currency and not self._settings.multicurrency:
            raise business("Multi Currency should be enabled to perform this operation.")
        values["CurrencyRef"] = {"value": currency}
