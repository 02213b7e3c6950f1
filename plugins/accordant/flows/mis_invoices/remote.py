"""Reading QuickBooks Online: what it has of the customers, items and invoices that a run needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Protocol, TypeVar

from accordant.flows.base import Row, View
from accordant.flows.mis_invoices.quickbooks import customer_content, invoice_content, is_usable_item, item_content
from accordant.flows.mis_invoices.records import customer_key
from accordant.flows.mis_invoices.settings import MisSettings
from accordant.sync.errors import AccordantError, Misconfigured
from accordant.sync.records import JsonObject, StagedRow
from accordant.sync.text import folded

T = TypeVar("T")
R = TypeVar("R")


class Client(Protocol):
    """What the flow needs of the hook of QuickBooks Online."""

    def preferences(self) -> JsonObject:
        """Return the company's preferences."""

    def query(self, entity: str, where: str = "") -> Iterator[JsonObject]:
        """Yield the objects of a kind."""

    def find_by(self, entity: str, field: str, values: Sequence[str], *, at_a_time: int = 500) -> Iterator[JsonObject]:
        """Yield the active objects whose field has one of these values, by questions for so many at a time."""

    def get(self, entity: str, object_id: str) -> JsonObject | None:
        """Return an object, or None where there is none."""

    def create_all(
        self, entity: str, bodies: Mapping[str, JsonObject], request_id: str
    ) -> dict[str, JsonObject | AccordantError]:
        """Create several objects in one call, exactly once; return of each the object, or why not."""


class Reader:
    """Finds what a run needs, a few hundred names at a time."""

    def __init__(self, client: Client, settings: MisSettings) -> None:
        self._client = client
        self._settings = settings

    def rows(self, view: View) -> Iterator[StagedRow]:
        """Yield what QuickBooks has of the items, customers and invoices of the staged rows.

        Raises:
            Misconfigured: QuickBooks numbers invoices itself, so none could be recognised; or it does not keep the
                currency of the settings.
        """
        preferences = self._client.preferences()
        _require_own_numbers(preferences)
        _require_currency(preferences, self._settings.invoice.currency)
        items = (name for page in view.rows("item_names") for name in _names(page))
        customers = (name for page in view.rows("names") for name in _names(page))
        yield from (row for row in self._found("Item", "Name", items, self._item) if row is not None)
        yield from (row for row in self._found("Customer", "DisplayName", customers, self._customer) if row is not None)
        yield from self.invoices((row["name"], row["bound_id"]) for page in view.rows("numbers") for row in page)

    def invoices(self, numbers: Iterable[tuple[str, str | None]]) -> Iterator[StagedRow]:
        """Yield the invoices that have one of these numbers, or that had it when we agreed on them.

        Args:
            numbers: each with the id of the invoice that was agreed, if one was: somebody may have renumbered it.
        """
        settings = self._settings.look_up
        for rows in in_parallel(self._invoices, _some(numbers, settings.names_per_query), settings.parallel):
            yield from rows

    def _invoices(self, numbers: Sequence[tuple[str, str | None]]) -> list[StagedRow]:
        asked = [number for number, _ in numbers]
        found = [
            self._invoice(one) for one in self._client.find_by("Invoice", "DocNumber", asked, at_a_time=len(asked))
        ]
        there = {row.key for row in found}
        renumbered = {bound_id: number for number, bound_id in numbers if bound_id and number not in there}
        if renumbered:
            ids = list(renumbered)
            now = (self._invoice(one) for one in self._client.find_by("Invoice", "Id", ids, at_a_time=len(ids)))
            found += [replace(row, key=renumbered[row.remote_id]) for row in now]
        return found

    def _found(
        self, entity: str, field: str, names: Iterable[str], row_of: Callable[[JsonObject], StagedRow | None]
    ) -> Iterator[StagedRow | None]:
        def look_up(some: Sequence[str]) -> list[StagedRow | None]:
            return [row_of(found) for found in self._client.find_by(entity, field, some, at_a_time=len(some))]

        settings = self._settings.look_up
        for rows in in_parallel(look_up, _some(names, settings.names_per_query), settings.parallel):
            yield from rows

    def _item(self, entity: JsonObject) -> StagedRow | None:
        if not is_usable_item(entity):
            return None
        content = item_content(entity)
        return StagedRow("item", folded(content["name"]), content, remote_id=str(entity["Id"]))

    def _customer(self, entity: JsonObject) -> StagedRow:
        content = customer_content(entity)
        return StagedRow("customer", customer_key(content["name"]), content, remote_id=str(entity["Id"]))

    def _invoice(self, entity: JsonObject) -> StagedRow:
        content = invoice_content(entity, self._settings)
        return StagedRow("invoice", content["number"], content, remote_id=str(entity["Id"]))


def _require_own_numbers(preferences: JsonObject) -> None:
    forms = preferences.get("SalesFormsPrefs") or {}
    if not forms.get("CustomTxnNumbers"):
        sentence = "QuickBooks numbers invoices itself, so an invoice could not be recognised by its number."
        raise Misconfigured("QBO_NUMBERS_ITSELF", sentence, record="connection qbo_default")


def _require_currency(preferences: JsonObject, wanted: str) -> None:
    """Refuse a currency that the company does not keep: QuickBooks would refuse every invoice by itself."""
    kept = preferences.get("CurrencyPrefs") or {}
    home = (kept.get("HomeCurrency") or {}).get("value")
    if wanted and home and wanted != home and not kept.get("MultiCurrencyEnabled"):
        sentence = f"invoice.currency is {wanted}, but QuickBooks keeps {home} alone: multicurrency is off there."
        raise Misconfigured("SETTING_INVALID", sentence, record="include/settings/mis_invoices.yaml")


def in_parallel(function: Callable[[T], R], given: Iterable[T], workers: int) -> Iterator[R]:
    """Yield what a function returns of each, in order; at most twice as many are under way as there are workers."""
    running: deque[Future[R]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="look-up") as pool:
        for one in given:
            running.append(pool.submit(function, one))
            if len(running) >= 2 * workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _some(names: Iterable[T], most: int) -> Iterator[list[T]]:
    left = iter(names)
    while some := list(islice(left, most)):
        yield some


def _names(page: list[Row]) -> list[str]:
    return [str(row["name"]) for row in page]
