"""Invoices: numbers, totals, and what they change about their customer."""

from __future__ import annotations

import re
from decimal import Decimal

from sandbox.quickbooks_online.books import Books
from sandbox.quickbooks_online.company_time import CompanyTime
from sandbox.quickbooks_online.errors import business, duplicate_number, required
from sandbox.quickbooks_online.lines import Completed, completed_lines, rounded
from sandbox.quickbooks_online.record import Record, Values, cents, encoded
from sandbox.quickbooks_online.references import check_tax_code, referred
from sandbox.quickbooks_online.settings import Settings

_AUTOMATIC = "AUTO_GENERATE"
_TRAILING_DIGITS = re.compile(r"^(.*?)(\d+)$")
_FIRST_NUMBER = "1001"
_LONGEST = 21


class Invoices:
    """Makes, changes, voids and deletes invoices."""

    def __init__(self, books: Books, time: CompanyTime, settings: Settings) -> None:
        self._books, self._time, self._settings = books, time, settings

    def create(self, values: Values, *, duplicates: bool = False) -> Record:
        """A new invoice of checked values.

        Args:
            duplicates: the caller sent `include=allowduplicatedocnum`.

        Raises:
            Refusal: a rule is broken.
        """
        customer = self._customer(values, None)
        lines = completed_lines(self._books, self._settings, values.pop("Line", []), [])
        self._number(values, None, duplicates=duplicates)
        total = self._complete(values, customer, lines, paid=0)
        now = self._time.seconds()
        key, object_id = values.get("DocNumber", ""), self._books.new_id("Invoice")
        record = Record("Invoice", object_id, key, encoded(values), now, now)
        record.customer, record.date = customer.id, values["TxnDate"]
        self._books.add(record)
        self._books.last_number = key or self._books.last_number
        self._owe(customer, total)
        return record

    def update(self, record: Record, values: Values, *, duplicates: bool = False) -> None:
        """Give an invoice these values.

        Raises:
            Refusal: a rule is broken.
        """
        before = record.values()
        customer = self._customer(values, record)
        lines = completed_lines(self._books, self._settings, values.pop("Line", []), before["Line"])
        self._number(values, record, duplicates=duplicates)
        balance = self._complete(values, customer, lines, paid=record.paid)
        self._save(record, values, customer, before, balance)

    def void(self, record: Record) -> None:
        """Make it worth nothing; its number stays in use."""
        before = record.values()
        values = {**before, "Line": [_emptied(line) for line in before["Line"]], "PrivateNote": "Voided"}
        values |= {"TotalAmt": Decimal(0), "Balance": Decimal(0), "TxnTaxDetail": {"TotalTax": Decimal(0)}}
        record.paid = 0
        customer = self._books.tables["Customer"][record.customer]
        self._save(record, values, customer, before, 0)

    def pay(self, record: Record, amount: Decimal | None) -> None:
        """A customer's payment, by default of the whole balance.

        Raises:
            Refusal: 6000, more than the balance.
        """
        before = record.values()
        balance = cents(Decimal(before["Balance"]))
        paid = balance if amount is None else cents(amount)
        if paid > balance:
            raise business("The payment is more than the balance.")
        record.paid += paid
        left = Decimal(balance - paid) / 100
        customer = self._books.tables["Customer"][record.customer]
        self._save(record, before | {"Balance": left}, customer, before, balance - paid)

    def delete(self, record: Record) -> None:
        """Delete it; its number is free again."""
        balance = cents(Decimal(record.values()["Balance"]))
        self._books.remove(record, self._time.seconds())
        self._owe(self._books.tables["Customer"][record.customer], -balance)

    def _save(self, record: Record, values: Values, customer: Record, before: Values, balance: int) -> None:
        self._owe(self._books.tables["Customer"][record.customer], -cents(Decimal(before["Balance"])))
        self._owe(customer, balance)
        if values.get("DocNumber", "") != record.key:
            self._books.rekey(record, values.get("DocNumber", ""))
            self._books.last_number = record.key or self._books.last_number
        self._books.reassign(record, customer.id)
        record.text, record.date = encoded(values), values["TxnDate"]
        record.token += 1
        record.updated = self._time.seconds()
        self._books.changed(record)

    def _owe(self, customer: Record, amount: int) -> None:
        # The customer's time moves with its invoices, its SyncToken does not.
        customer.owed += amount
        customer.updated = self._time.seconds()
        self._books.changed(customer)

    def _customer(self, values: Values, record: Record | None) -> Record:
        kept = self._books.find("Customer", record.customer) if record else None
        customer = referred(self._books, "Customer", values, "CustomerRef", kept=kept)
        if customer is None:
            raise required("CustomerRef")
        return customer

    def _complete(self, values: Values, customer: Record, lines: Completed, *, paid: int) -> int:
        """Fill in what follows from the rest; the balance in cents."""
        self._currency(values, customer)
        if self._settings.country != "US" and "GlobalTaxCalculation" not in values:
            raise required("GlobalTaxCalculation")
        tax = self._tax(values, lines)
        total = lines.net + tax
        if total < 0 and self._settings.negative_totals == "refuse":
            raise business("Transaction amount must be 0 or greater.")
        balance = total - rounded(values.get("Deposit", 0)) - Decimal(paid) / 100
        values.setdefault("TxnDate", self._time.today())
        values.setdefault("DueDate", values["TxnDate"])
        values.setdefault("PrintStatus", "NotSet")
        values.setdefault("EmailStatus", "NotSet")
        values |= {"Line": lines.lines, "TotalAmt": total, "Balance": balance}
        return cents(balance)

    def _tax(self, values: Values, lines: Completed) -> Decimal:
        detail = values.setdefault("TxnTaxDetail", {})
        check_tax_code(self._books, detail, "TxnTaxCodeRef")
        rate = Decimal(str(self._settings.tax_percent))
        if rate or "TotalTax" not in detail or self._settings.automated_sales_tax:
            # One sum for all taxable lines: it may differ by cents from line by line.
            detail["TotalTax"] = rounded(lines.taxable * rate / 100)
        detail["TotalTax"] = rounded(detail["TotalTax"])
        return Decimal(detail["TotalTax"])

    def _currency(self, values: Values, customer: Record) -> None:
        home = self._settings.home_currency
        given = values.get("CurrencyRef", {}).get("value")
        if not self._settings.multicurrency:
            if given not in (None, home):
                raise business("Multi Currency should be enabled to perform this operation.")
            values["CurrencyRef"] = {"value": home}
            values.pop("ExchangeRate", None)
            return
        own = customer.values()["CurrencyRef"]["value"]
        if given not in (None, own):
            raise business("The currency of the transaction must be that of the customer.")
        values["CurrencyRef"] = {"value": own}
        values.setdefault("ExchangeRate", 1)

    # -- numbers

    def _number(self, values: Values, record: Record | None, *, duplicates: bool) -> None:
        given = values.get("DocNumber")
        before = record.key if record else ""
        custom = self._settings.custom_txn_numbers
        if given == _AUTOMATIC:
            given = values["DocNumber"] = self._next_number()
        elif not custom and (not given or self._settings.given_number_when_automatic == "ignore"):
            given = values["DocNumber"] = before or self._next_number()
        if not given or given == before:
            return
        allowed = not custom or (duplicates and self._settings.allow_duplicate_numbers)
        if not allowed:
            self._refuse_taken(given, record)

    def _refuse_taken(self, number: str, record: Record | None) -> None:
        for other in self._books.by_key("Transactions", number):
            if other is not record and other.key == number:
                raise duplicate_number(number, other.kind, other.id)

    def _next_number(self) -> str:
        """The number after the last one, which keeps its prefix."""
        number = self._books.last_number
        while True:
            match = _TRAILING_DIGITS.match(number)
            if match is None:
                number = _FIRST_NUMBER
            else:
                digits = str(int(match[2]) + 1).zfill(len(match[2]))
                number = match[1] + digits
            if len(number) > _LONGEST:
                number = _FIRST_NUMBER
            if not self._books.by_key("Transactions", number):
                return number


def _emptied(line: Values) -> Values:
    line = line | {"Amount": Decimal(0)}
    if "SalesItemLineDetail" in line:
        line["SalesItemLineDetail"] = line["SalesItemLineDetail"] | {"Qty": 0}
    return line
