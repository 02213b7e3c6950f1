"""A company behind the Accounting API, as one fast object without HTTP."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.quickbooks_online.basics import BASICS
from sandbox.quickbooks_online.batch import Batches
from sandbox.quickbooks_online.books import Books
from sandbox.quickbooks_online.calls import Call, Calls
from sandbox.quickbooks_online.changes import Changes
from sandbox.quickbooks_online.company_time import CompanyTime
from sandbox.quickbooks_online.entities import Entities
from sandbox.quickbooks_online.errors import Refusal
from sandbox.quickbooks_online.invoices import Invoices
from sandbox.quickbooks_online.list_objects import ListObjects
from sandbox.quickbooks_online.person import Person
from sandbox.quickbooks_online.queries import Queries
from sandbox.quickbooks_online.record import Values, encoded
from sandbox.quickbooks_online.replays import Replays, check_request_id
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.tokens import Tokens
from sandbox.shared.clock import Clock

REALM = "9341450000000001"


@dataclass
class Answer:
    """What one call gets.

    Attributes:
        written: how many objects it made, changed or deleted.
        items: how many operations it asked for.
    """

    status: int
    body: bytes
    written: int = 0
    items: int = 0

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


class Company:
    """One QuickBooks Online company, and the app that may call it.

    Args:
        data: the SQLite file that survives a restart; None is memory.
        client_id, client_secret: of the app; by default made once and kept in the file.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        clock: Clock | None = None,
        settings: Settings | None = None,
        realm: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
    ) -> None:
        self.clock, self.settings = clock or Clock(), settings or Settings()
        self._lock = threading.RLock()
        self.books = Books(data)
        kept = self.books.meta()
        self.settings.change(kept.get("settings", {}))
        self.realm = realm or kept.get("realm") or REALM
        self.tokens = Tokens(
            self.clock,
            self.settings,
            client_id or kept.get("client_id") or f"AB{secrets.token_hex(24)}",
            client_secret or kept.get("client_secret") or secrets.token_hex(20),
        )
        if "grant" in kept:
            self.tokens.restore(kept["grant"])
        self.time = CompanyTime(self.clock, self.settings)
        self._replays = Replays(self.settings, self.books.answered())
        lists = ListObjects(self.books, self.time, self.settings)
        invoices = Invoices(self.books, self.time, self.settings)
        self._entities = Entities(self.books, self.settings, lists, invoices)
        self._person = Person(self.books, self._entities, lists, invoices)
        queries = Queries(self.books, self.settings)
        self._calls = Calls(
            self.realm,
            self.settings,
            self.tokens,
            self._entities,
            queries,
            Batches(self._entities, queries),
            Changes(self.books, self.time, self.settings),
        )
        self._add_basics()

    def _add_basics(self) -> None:
        if not self.books.tables["TaxCode"]:
            self._person.load(BASICS)
        self._commit_all()

    # -- calls

    def handle(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes | Values | str = b"",
        *,
        authorization: str | None = None,
        content_type: str = "application/json",
        fault: str | None = None,
    ) -> Answer:
        """Answer one call of the API.

        Args:
            path: such as `/v3/company/9341450000000001/customer`.
            fault: the name of a fault that the company itself plays.
        """
        sent = encoded(body) if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        with self._lock:
            try:
                match = self._calls.admit(path, authorization)
                call = Call(method, match[2].lower(), match[3], query or {}, sent, content_type, fault)
                return self._replayed_or_done(call)
            except Refusal as refusal:
                return Answer(refusal.status, encoded(refusal.body(self.time.answer())))
            except Exception as error:  # a bug here must look like the real server's bug: a 500
                failed = Refusal("10000", "An application error has occurred", f"sandbox: {error!r}", status=500)
                return Answer(500, encoded(failed.body(self.time.answer())))
            finally:
                self.books.commit()

    def _replayed_or_done(self, call: Call) -> Answer:
        request_id = call.request_id
        if not request_id:
            return self._done(call)
        check_request_id(request_id, batch=call.resource == "batch")
        now = self.clock.epoch()
        found = self._replays.find(request_id, now)
        if found is not None:
            return Answer(*found)
        try:
            answer = self._done(call)
        except Refusal as refusal:
            answer = Answer(refusal.status, encoded(refusal.body(self.time.answer())))
        kept = self._replays.keep(request_id, now, answer.status, answer.body)
        if kept is not None:
            self.books.keep_answer(kept)
        return answer

    def _done(self, call: Call) -> Answer:
        told = self._calls.answer(call)
        body = b'{"%s":%s,"time":"%s"}' % (told.name.encode(), told.value, self.time.answer().encode())
        return Answer(200, body, told.written, told.items)

    # -- a person, a test

    def load(self, objects: Mapping[str, Sequence[Values]]) -> dict[str, list[str]]:
        """Enter many objects; their ids by entity.

        Raises:
            ValueError: QuickBooks refuses one.
        """
        with self._lock:
            try:
                return self._person.load(objects)
            finally:
                self.books.commit()

    def edit(self, kind: str, object_id: str, values: Values) -> Values:
        """Change some properties of an object as a person on the web would; no SyncToken is needed.

        Raises:
            ValueError: QuickBooks refuses it.
        """
        with self._lock:
            try:
                return self._person.edit(kind, object_id, values).full(self.settings.zone)
            finally:
                self.books.commit()

    def act(self, action: str, invoice_id: str, amount: str | None = None) -> None:
        """`delete`, `void` or `pay` an invoice as a person would.

        Raises:
            ValueError: QuickBooks refuses it.
        """
        with self._lock:
            try:
                self._person.act(action, invoice_id, Decimal(amount) if amount is not None else None)
            finally:
                self.books.commit()

    def change_settings(self, given: Mapping[str, Any]) -> None:
        """Change settings; they are kept in the data file."""
        with self._lock:
            self.settings.change(given)
            self._commit_all()

    def commit_tokens(self) -> None:
        """Keep the tokens in the data file."""
        with self._lock:
            self.books.commit(grant=self.tokens.kept())

    def _commit_all(self) -> None:
        self.books.commit(
            settings=self.settings.read(),
            realm=self.realm,
            client_id=self.tokens.client_id,
            client_secret=self.tokens.client_secret,
            grant=self.tokens.kept(),
        )

    def dump(self, kinds: Sequence[str] = ()) -> dict[str, list[Values]]:
        """All objects by entity, as they are answered."""
        with self._lock:
            wanted = kinds or [kind for kind, table in self.books.tables.items() if table]
            return {kind: [one.full(self.settings.zone) for one in self.books.all(kind)] for kind in wanted}

    def wipe(self) -> None:
        """Delete all objects but the basics; app, tokens and settings stay."""
        with self._lock:
            self.books.wipe()
            self._replays.wipe()
            self._add_basics()

    def close(self) -> None:
        """Close the data file."""
        self.books.close()
