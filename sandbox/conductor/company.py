"""The company file behind Conductor's API, as one fast object without HTTP."""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.conductor.basics import BASICS
from sandbox.conductor.calls import Calls
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.cursors import Cursors
from sandbox.conductor.errors import Refusal
from sandbox.conductor.filling import Filler
from sandbox.conductor.list_objects import ListObjects
from sandbox.conductor.listing import Listing
from sandbox.conductor.loading import Loader, Objects
from sandbox.conductor.pc import PcClock
from sandbox.conductor.person import Person
from sandbox.conductor.queries import Pairs
from sandbox.conductor.record import copied
from sandbox.conductor.schema import RESOURCES
from sandbox.conductor.settings import Settings
from sandbox.conductor.transactions import Transactions
from sandbox.shared.clock import Clock


@dataclass
class Answer:
    """What one call gets: a status, headers and a JSON value of its own."""

    status: int
    json: Any
    headers: dict[str, str] = field(default_factory=dict)


class Company:
    """One QuickBooks company file and the PC it is open on.

    Args:
        data: the SQLite file that survives a restart; None is memory.
        secret_key, end_user_id: who may call; by default made once and kept in the file.
        basics: whether the file starts with a few accounts, tax codes and terms.
        clock: the true time; the PC's own clock is `settings.skew_seconds` ahead of it.
    """

    def __init__(
        self,
        *,
        data: Path | None = None,
        clock: Clock | None = None,
        settings: Settings | None = None,
        secret_key: str | None = None,
        end_user_id: str | None = None,
        basics: bool = True,
    ) -> None:
        self.clock, self.settings = clock or Clock(), settings or Settings()
        self._lock = threading.RLock()
        self.file = CompanyFile(PcClock(self.clock, self.settings), data, RESOURCES)
        if kept := self.file.meta.get("settings"):
            self.settings.change(kept)
        filler = Filler(self.file)
        lists = ListObjects(self.file, filler)
        self._transactions = Transactions(self.file, filler, self.settings)
        self._cursors = Cursors(self.clock, self.settings)
        listing = Listing(self.file, self._transactions.links, self._cursors, self.settings)
        self._loader = Loader(self.file, lists, self._transactions, filler, self.settings)
        self._calls = Calls(self.file, self.settings, lists, self._transactions, listing)
        self._person = Person(self.file, self._calls)
        self._basics = basics
        self._begin(secret_key, end_user_id)

    def _begin(self, secret_key: str | None, end_user_id: str | None) -> None:
        meta = self.file.meta
        if "end_user_id" not in meta:
            meta["created_at"] = self.clock.now().isoformat(timespec="seconds")
            meta["end_user_id"] = f"end_usr_{secrets.token_hex(8)}"
            meta["secret_key"] = f"sk_conductor_{secrets.token_hex(16)}"
        meta["end_user_id"] = end_user_id or meta["end_user_id"]
        meta["secret_key"] = secret_key or meta["secret_key"]
        self._add_basics()

    def _add_basics(self) -> None:
        if self._basics and not self.file.tables["accounts"]:
            self._loader.load(BASICS)
        self.file.commit(self.settings.read())

    @property
    def secret_key(self) -> str:
        """What goes behind `Bearer`."""
        return str(self.file.meta["secret_key"])

    @property
    def end_user_id(self) -> str:
        """What the header `Conductor-End-User-Id` must say."""
        return str(self.file.meta["end_user_id"])

    # -- calls

    def handle(
        self,
        method: str,
        path: str,
        query: Pairs = (),
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Answer one call of the API. Without `headers` the caller is taken to be known."""
        request_id = f"req_{uuid.uuid4().hex}"
        named = {"Conductor-Request-Id": request_id}
        with self._lock:
            try:
                if headers is not None:
                    self._calls.admit(path, headers)
                return Answer(200, self._calls.answer(method, path, query, body), named)
            except Refusal as refusal:
                return Answer(refusal.status, refusal.body(request_id), named)
            except Exception as error:  # a bug here must look like the real server's bug: a 500
                failed = Refusal(500, "INTERNAL_ERROR", "INTERNAL_ERROR", f"sandbox: {error!r}")
                return Answer(500, failed.body(request_id), named)
            finally:
                self.file.commit(self.settings.read())

    def person(self, method: str, path: str, body: Any = None) -> Answer:
        """An edit by a person at the PC: same rules and effects, but no revision number is needed.

        Beside what the API can do: DELETE of a list object, `customFields` in a body, and
        `POST /customers/{id}/merge {"into": id}`.
        """
        with self._lock:
            try:
                return Answer(200, self._person.does(method, path, body))
            except Refusal as refusal:
                return Answer(refusal.status, refusal.body("req_person"))
            finally:
                self.file.commit(self.settings.read())

    def load(self, objects: Objects) -> dict[str, list[str]]:
        """Put many whole or partial objects into the file; their ids by resource."""
        with self._lock:
            try:
                return self._loader.load(objects)
            finally:
                self.file.commit(self.settings.read())

    def change_settings(self, given: Mapping[str, Any]) -> None:
        """Change settings of the file and its PC; they are kept in the data file."""
        with self._lock:
            self.settings.change(given)
            self.file.commit(self.settings.read())

    def dump(self) -> dict[str, Any]:
        """All objects by resource, and what was deleted."""
        with self._lock:
            found = {name: [one.shown for one in table.values()] for name, table in self.file.tables.items() if table}
            found["deletions"] = [one["shown"] for one in self.file.deletions]
            answered: dict[str, Any] = copied(found)
            return answered

    def wipe(self) -> None:
        """Delete all objects but the basics; the key and the end user stay."""
        with self._lock:
            self.file.wipe()
            self._transactions.links.forget()
            self._transactions.stock.forget()
            self._cursors.clear()
            self._add_basics()

    def close(self) -> None:
        """Close the data file."""
        self.file.close()
