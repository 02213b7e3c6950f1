"""The peer: a plain loop over python-quickbooks, as its users write it.

Per invoice: find the customer by name, or create it; create the invoice; sleep a minute when told to slow down.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from decimal import Decimal
from importlib.metadata import version
from typing import Any, TypeVar

from benchmarks.qbo_books import Books

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from intuitlib.client import AuthClient
    from quickbooks import QuickBooks
    from quickbooks.exceptions import QuickbooksException
    from quickbooks.objects.base import Ref
    from quickbooks.objects.customer import Customer
    from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
    from quickbooks.objects.invoice import Invoice
    from quickbooks.objects.item import Item

VERSION = version("python-quickbooks")
_THROTTLED, _PAUSE = 3001, 60.0
T = TypeVar("T")


class PlainLoop:
    """Pushes rows one after the other."""

    def __init__(self, books: Books) -> None:
        self._clock = books.clock
        self._client = _client(books)
        self._items: dict[str, Any] = {}

    def push(self, rows: Iterable[tuple[Any, ...]]) -> dict[str, Decimal]:
        """Push rows as many_invoices gives them; return {number: amount} of what should be there then."""
        wanted: dict[str, Decimal] = {}
        for number, reg_no, amount, _, day, comment, category in rows:
            customer, item = self._customer(reg_no), self._item(category)
            made = _invoice(f"MIS-{number}", customer, item, amount, day.isoformat(), comment)
            self._call(lambda made=made: made.save(qb=self._client))  # type: ignore[misc]
            wanted[made.DocNumber] = amount
        return wanted

    def _customer(self, name: str) -> Any:
        found = self._call(lambda: Customer.filter(DisplayName=name, qb=self._client))
        if found:
            return found[0]
        made = Customer()
        made.DisplayName = name
        return self._call(lambda: made.save(qb=self._client))

    def _item(self, name: str) -> Any:
        if name not in self._items:
            made = Item()
            made.Name, made.Type, made.IncomeAccountRef = name, "Service", Ref()
            made.IncomeAccountRef.value = "1"
            self._items[name] = self._call(lambda: made.save(qb=self._client))
        return self._items[name]

    def _call(self, call: Callable[[], T]) -> T:
        while True:
            try:
                with self._clock.in_flight():
                    return call()
            except QuickbooksException as error:
                if error.error_code != _THROTTLED:
                    raise
            self._clock.sleep_until(self._clock.now() + _PAUSE)


def _client(books: Books) -> Any:
    server = books.server
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # it knows https only, unless told
    discovery = f"{server.base_url}/.well-known/openid_sandbox_configuration/"
    login = AuthClient(server.client_id, server.client_secret, "http://localhost/", discovery)
    QuickBooks.api_url_v3 = f"{server.base_url}/v3"
    return QuickBooks(
        auth_client=login, refresh_token=server.refresh_token, company_id=server.realm_id, minorversion=75
    )


def _invoice(number: str, customer: Any, item: Any, amount: Decimal, day: str, note: str) -> Any:
    detail, line, made = SalesItemLineDetail(), SalesItemLine(), Invoice()
    detail.ItemRef, detail.Qty, detail.UnitPrice = item.to_ref(), 1, float(amount)
    line.Amount, line.SalesItemLineDetail = float(amount), detail
    made.CustomerRef, made.DocNumber, made.TxnDate, made.PrivateNote = customer.to_ref(), number, day, note
    made.Line = [line]
    return made
